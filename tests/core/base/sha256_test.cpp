// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/sha256.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "tests/common/test_registry.h"

#include <QtTest>

using namespace lacuna;

class Sha256Test : public QObject {
    Q_OBJECT
private slots:
    void vectorsOfFips180() {
        QCOMPARE(sha256(""), std::string("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
        QCOMPARE(sha256("abc"), std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        QCOMPARE(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
                 std::string("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"));
        QCOMPARE(sha256(std::string(1'000'000, 'a')),
                 std::string("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"));
    }

    void fileHasTheHashOfItsBytes() {
        QTemporaryDir temporary;
        const std::filesystem::path path = temporary.filePath("f").toStdString();
        // Around the size of the pieces it is read in.
        for (const std::size_t size : {std::size_t{0}, std::size_t{1} << 20, (std::size_t{1} << 20) + 1}) {
            const std::string bytes(size, '\xa5');
            writeFileUnsynced(path, bytes);
            QCOMPARE(sha256OfFile(path), sha256(bytes));
        }
    }

    void whatCannotBeReadHasNoHash() {
        QTemporaryDir temporary;
        const std::filesystem::path folder = temporary.path().toStdString();
        QVERIFY_EXCEPTION_THROWN(sha256OfFile(folder / "absent"), Error);
        QVERIFY_EXCEPTION_THROWN(sha256OfFile(folder), Error);
    }
};

LACUNA_TEST(Sha256Test)
#include "sha256_test.moc"
