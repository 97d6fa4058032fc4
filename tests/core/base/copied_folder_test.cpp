// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/copied_folder.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "tests/common/test_registry.h"

#include <QTemporaryDir>
#include <QtTest>

#include <csignal>
#include <sys/resource.h>

namespace fs = std::filesystem;
using namespace lacuna;

class CopiedFolderTest : public QObject {
    Q_OBJECT
private slots:
    void everythingIsCopied() {
        const QTemporaryDir folder;
        const auto from = fs::path(folder.path().toStdString()) / "from", to = from.parent_path() / "new/to";
        fs::create_directories(from / "in/side");
        fs::create_directories(from / "empty");
        const std::string large(3'000'000, 'x');
        writeFileUnsynced(from / "large", large);
        writeFileUnsynced(from / "in/side/nothing", "");
        copyFolder(from, to);
        QCOMPARE(readFile(to / "large"), large);
        QCOMPARE(readFile(to / "in/side/nothing"), std::string());
        QVERIFY(fs::is_directory(to / "empty"));
    }

    /// The system's own reason and the file, for a disk that is full: here one that takes no file over 4 KB.
    void whatTheDiskRefusesIsSaid() {
        const QTemporaryDir folder;
        const auto from = fs::path(folder.path().toStdString()) / "from", to = from.parent_path() / "to";
        fs::create_directories(from);
        writeFileUnsynced(from / "large", std::string(100'000, 'x'));
        const auto complaint = [&](const fs::path& source) -> std::string {
            try {
                copyFolder(source, to);
            } catch (const Error& error) {
                return error.kind() == ErrorKind::Resource ? error.what() : "another kind";
            }
            return "no complaint";
        };
        rlimit before{};
        getrlimit(RLIMIT_FSIZE, &before);
        const rlimit small{4096, before.rlim_max};
        auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &small);
        const auto said = complaint(from);
        setrlimit(RLIMIT_FSIZE, &before);
        std::signal(SIGXFSZ, handler);
        QVERIFY2(said.find("to/large: cannot be written (File too large)") != std::string::npos, said.c_str());
        const auto missing = complaint(from / "nowhere");
        QVERIFY2(missing.find("nowhere") != std::string::npos && missing.find("Check the path") != std::string::npos,
                 missing.c_str());
    }
};

LACUNA_TEST(CopiedFolderTest)
#include "copied_folder_test.moc"
