// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/installation/torch_library.h"

#include "core/installation/installation.h"
#include "tests/common/test_registry.h"

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <fstream>

using namespace lacuna;
namespace fs = std::filesystem;

namespace {

void write(const fs::path& file, const std::string& text) {
    fs::create_directories(file.parent_path());
    std::ofstream(file) << text;
}

}  // namespace

/// Where libtorch is looked for, and what is said where none serves.
class TorchLibraryTest : public QObject {
    Q_OBJECT

    fs::path at(const char* name) const { return fs::path(m_folder->path().toStdString()) / name; }
    /// A folder that looks like an installed torch.
    fs::path fakeTorch(const char* name, const std::string& version) const {
        write(at(name) / "lib/libtorch_cpu.so", "no library");
        write(at(name) / "version.py",
              "from typing import Optional\n\n__version__ = '" + version + "'\ndebug = False\n");
        return at(name);
    }
    static QString refusal() {
        try {
            loadTorch();
        } catch (const TorchMissing& error) {
            return QString::fromUtf8(error.what());
        }
        return {};
    }

    std::unique_ptr<QTemporaryDir> m_folder;

private slots:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        qunsetenv("LACUNA_TORCH");
        qputenv("XDG_DATA_HOME", m_folder->filePath("data").toUtf8());
    }
    void cleanup() {
        qunsetenv("LACUNA_TORCH");
        qunsetenv("XDG_DATA_HOME");
    }

    void theSeriesIsOfTwoNumbers() {
        QVERIFY(QRegularExpression("^\\d+\\.\\d+$").match(QString::fromStdString(torchSeries())).hasMatch());
    }

    void aBuildTreeIsLaidOutAsAnInstallation() {
        QVERIFY(fs::exists(installedDatasets() / "small-llava/model.safetensors"));
        const auto places = torchPlaces();
        QVERIFY(places.front().serves);
        QVERIFY(QString::fromStdString(places.front().version).startsWith(QString::fromStdString(torchSeries()) + "."));
    }

    void aNamedTorchIsTheOnlyPlace() {
        qputenv("LACUNA_TORCH", fakeTorch("named", torchSeries() + ".9").c_str());
        const auto places = torchPlaces();
        QCOMPARE(places.size(), std::size_t(1));
        QVERIFY(places[0].serves);
        QCOMPARE(places[0].version, torchSeries() + ".9");
        qputenv("LACUNA_TORCH", at("named/lib").c_str());  // its libraries' folder does too
        QCOMPARE(torchPlaces()[0].version, torchSeries() + ".9");
    }

    void whatWasFetchedIsFound() {
        fakeTorch("data/lacuna/libtorch/torch", torchSeries() + ".0+cu130");
        const auto places = torchPlaces();
        const auto own = std::find_if(places.begin(), places.end(),
                                      [](const auto& place) { return place.what == "fetched for you"; });
        QVERIFY(own != places.end() && own->serves);
    }

    void anOlderTorchIsRefusedByName_data() {
        QTest::addColumn<QString>("version");
        QTest::newRow("older") << "2.6.0+cpu";
        QTest::newRow("newer") << "3.0.1";
        QTest::newRow("a longer number") << QString::fromStdString(torchSeries()) + "1.0";
    }
    void anOlderTorchIsRefusedByName() {
        QFETCH(QString, version);
        qputenv("LACUNA_TORCH", fakeTorch("old", version.toStdString()).c_str());
        QVERIFY(!torchPlaces()[0].serves);
        const auto said = refusal();
        QVERIFY2(said.contains(version) && said.contains("needs " + QString::fromStdString(torchSeries())) &&
                     said.contains(QString::fromStdString(at("old").string())) && said.contains("lacuna-get-torch"),
                 qPrintable(said));
    }

    void anEmptyFolderIsRefusedByName() {
        qputenv("LACUNA_TORCH", at("nothing").c_str());
        const auto said = refusal();
        QVERIFY2(said.contains(QString::fromStdString(at("nothing").string())) && said.contains("there is none"),
                 qPrintable(said));
    }

    /// Half a download, another machine's library: what the linker says, and a way on.
    void aLibraryThatIsNoneIsRefused() {
        qputenv("LACUNA_TORCH", fakeTorch("half", torchSeries() + ".0").c_str());
        const auto said = refusal();
        QVERIFY2(
            said.contains("cannot be loaded") && said.contains("libtorch_cpu.so") && said.contains("lacuna-get-torch"),
            qPrintable(said));
    }

    void withoutAHomeNothingIsLookedForThere() {
        const auto home = qgetenv("HOME");
        qunsetenv("HOME");
        qunsetenv("XDG_DATA_HOME");
        QVERIFY(userDataFolder().empty());
        for (const auto& place : torchPlaces())
            QVERIFY(place.what != "fetched for you");
        qputenv("HOME", home);
        QCOMPARE(userDataFolder(), fs::path(home.toStdString()) / ".local/share/lacuna");
        qputenv("XDG_DATA_HOME", "relative");  // the specification asks to ignore it
        QCOMPARE(userDataFolder(), fs::path(home.toStdString()) / ".local/share/lacuna");
    }
};

LACUNA_TEST(TorchLibraryTest)
#include "torch_library_test.moc"
