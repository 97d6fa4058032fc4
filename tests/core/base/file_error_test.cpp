// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file_error.h"

#include "core/base/atomic_file.h"
#include "tests/common/test_registry.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fstream>
#include <functional>

using namespace lacuna;
namespace fs = std::filesystem;

namespace {

std::string messageOf(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.kind() == ErrorKind::Resource ? error.what() : "another kind";
    } catch (const fs::filesystem_error& error) {
        const auto made = fileError(error);
        return made.kind() == ErrorKind::Resource ? made.what() : "another kind";
    }
    return "no error";
}

}  // namespace

class FileErrorTest : public QObject {
    Q_OBJECT
private slots:
    void saysPathReasonAndRemedy() {
        const QTemporaryDir place;
        const fs::path folder = place.path().toStdString();
        const auto file = folder / "file";
        std::ofstream(file) << "x";
        fs::create_symlink("/dev/full", folder / "full");
        const std::string tooLong(300, 'n');
        const auto check = [](const std::function<void()>& work, const std::string& path, const char* remedy) {
            const auto said = messageOf(work);
            QVERIFY2(said.find(path) != std::string::npos, said.c_str());
            QVERIFY2(said.find(remedy) != std::string::npos, said.c_str());
            QVERIFY2(said.ends_with('.'), said.c_str());
        };
        check([&] { fs::create_directories(file / "below"); }, (file / "below").string(), "A file stands where");
        check([&] { fs::create_directory(folder / tooLong); }, tooLong, "shorter");
        check([&] { fs::rename(folder / "absent", folder / "b"); }, "absent", "not there");
        check([&] { writeFileAtomically(file / "below", "x"); }, (file / "below").string(), "A file stands where");
        check([&] { writeFileAtomically(folder / tooLong, "x"); }, tooLong, "shorter");
        check([&] { writeFileUnsynced(folder / "full", "x"); }, "full", "Free some space");
        check([&] { throw fs::filesystem_error("cannot copy", "/a", "/b", std::make_error_code(std::errc::io_error)); },
              "/a: cannot copy to /b (Input/output error)", "still connected");
    }

    void anOtherRefusalOfTheSystemIsOneToo() {
        const auto made = systemError(std::system_error(EAGAIN, std::generic_category(), "thread"));
        QCOMPARE(made.kind(), ErrorKind::Resource);
        QVERIFY2(std::string(made.what()).find("thread: Resource temporarily unavailable") != std::string::npos,
                 made.what());
    }
};

LACUNA_TEST(FileErrorTest)
#include "file_error_test.moc"
