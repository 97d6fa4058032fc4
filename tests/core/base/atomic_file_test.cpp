// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/atomic_file.h"

#include "core/base/error.h"
#include "tests/common/test_registry.h"

#include <QtTest>

#include <csignal>
#include <functional>
#include <sys/resource.h>
#include <sys/stat.h>
#include <thread>

namespace fs = std::filesystem;
using namespace lacuna;

namespace {

/// While it lives, no file grows beyond `bytes`: what a full disk does to a writer, without one.
class FileSizeLimit {
public:
    explicit FileSizeLimit(rlim_t bytes) : m_handler(std::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &m_before);
        const rlimit limit{bytes, m_before.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileSizeLimit() {
        ::setrlimit(RLIMIT_FSIZE, &m_before);
        std::signal(SIGXFSZ, m_handler);
    }

private:
    rlimit m_before{};
    void (*m_handler)(int);
};

ErrorKind kindOf(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.kind();
    }
    return ErrorKind::Internal;  // none of these may throw one
}

}  // namespace

class AtomicFileTest : public QObject {
    Q_OBJECT
    std::unique_ptr<QTemporaryDir> m_temporary;
    fs::path m_folder;

    std::vector<std::string> files() const {
        std::vector<std::string> names;
        for (const auto& entry : fs::directory_iterator(m_folder))
            names.push_back(entry.path().filename().string());
        return names;
    }

private slots:
    void init() {
        m_temporary = std::make_unique<QTemporaryDir>();
        m_folder = m_temporary->path().toStdString();
    }

    void bytesComeBackAsTheyWere() {
        const auto path = m_folder / "ü b.bin";
        for (const auto& bytes : {std::string(), std::string("a\0b\r\n\xff", 6), std::string(3'000'000, 'x')}) {
            writeFileAtomically(path, bytes);
            QVERIFY(readFile(path) == bytes);
            writeFileUnsynced(path, bytes);
            QVERIFY(readFile(path) == bytes);
        }
        QCOMPARE(files().size(), std::size_t{1});
    }

    void fullDiskLeavesTheOldFile() {
        const auto path = m_folder / "spec.json";
        writeFileAtomically(path, "old");
        {
            const FileSizeLimit limit(1000);
            QCOMPARE(kindOf([&] { writeFileAtomically(path, std::string(5000, 'n')); }), ErrorKind::Resource);
        }
        QCOMPARE(readFile(path), std::string("old"));
        QCOMPARE(files(), std::vector<std::string>{"spec.json"});  // no half-written file stays
    }

    void unsyncedWriteNoticesAFullDisk() {
        try {
            writeFileUnsynced("/dev/full", std::string(10, 'x'));
            QFAIL("wrote on a full disk");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Resource);
            QVERIFY2(QString(error.what()).contains("Free some space"), error.what());
        }
    }

    void absentFolderIsAResourceError() {
        QCOMPARE(kindOf([&] { writeFileAtomically(m_folder / "no" / "file", "x"); }), ErrorKind::Resource);
        QCOMPARE(kindOf([&] { publishFile(m_folder / "no.part", m_folder / "no"); }), ErrorKind::Resource);
        fs::create_directory(m_folder / "taken");
        QCOMPARE(kindOf([&] { writeFileAtomically(m_folder / "taken", "x"); }), ErrorKind::Resource);
        QCOMPARE(files(), std::vector<std::string>{"taken"});
    }

    void publishedFileTakesThePlaceOfTheOld() {
        writeFileAtomically(m_folder / "run.h5", "old");
        writeFileAtomically(m_folder / "run.h5.part", "new");
        publishFile(m_folder / "run.h5.part", m_folder / "run.h5");
        QCOMPARE(readFile(m_folder / "run.h5"), std::string("new"));
        QCOMPARE(files(), std::vector<std::string>{"run.h5"});
    }

    void readerSeesOneOfTheTwoWhileThreadsWrite() {
        const auto path = m_folder / "shared";
        const std::string a(20000, 'a');
        const std::string b(30000, 'b');
        writeFileUnsynced(path, a);
        const auto write = [&](const std::string& bytes) {
            for (int i = 0; i < 20; ++i)
                writeFileAtomically(path, bytes);
        };
        std::thread first(write, a);
        std::thread second(write, b);
        bool whole = true;
        for (int i = 0; i < 200; ++i) {
            QFile file(QString::fromStdString(path.string()));  // opened once: readFile asks the size of the path apart
            file.open(QIODevice::ReadOnly);
            const auto seen = file.readAll().toStdString();
            whole = whole && (seen == a || seen == b);
        }
        first.join();
        second.join();
        QVERIFY(whole);
        QCOMPARE(files(), std::vector<std::string>{"shared"});
    }

    void unreadableFilesAreInputErrors() {
        QCOMPARE(kindOf([&] { readFile(m_folder / "absent"); }), ErrorKind::Input);
        QCOMPARE(kindOf([&] { readFile(m_folder); }), ErrorKind::Input);
        writeFileAtomically(m_folder / "large", std::string(1001, 'x'));
        QCOMPARE(kindOf([&] { readFile(m_folder / "large", 1000); }), ErrorKind::Input);
        QCOMPARE(readFile(m_folder / "large", 1001).size(), std::size_t{1001});
        ::mkfifo((m_folder / "pipe").c_str(), 0600);
        QCOMPARE(kindOf([&] { readFile(m_folder / "pipe"); }), ErrorKind::Input);  // and never hangs
    }
};

LACUNA_TEST(AtomicFileTest)
#include "atomic_file_test.moc"
