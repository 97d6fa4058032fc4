// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/checked_json.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "tests/common/test_registry.h"

#include <QtTest>
#include <nlohmann/json.hpp>

using namespace lacuna;

class CheckedJsonTest : public QObject {
    Q_OBJECT
private slots:
    void soundTextIsReadAsItStands() {
        const auto json = parseJson(R"({"a": [1, -2.5, "ü\u00e9"], "b": {"a": null}, "c": [{"a": 1}, {"a": 2}]})", "x");
        QCOMPARE(json["a"][2].get<std::string>(), std::string("üé"));
        QCOMPARE(json["c"][1]["a"].get<int>(), 2);
        const auto deep = std::string(64, '[') + std::string(64, ']');
        QVERIFY(parseJson(deep, "x").is_array());
    }

    void badTextSaysWhere_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("said");
        QTest::newRow("empty") << QByteArray() << "line 1, column 1";
        QTest::newRow("third line") << QByteArray("[\n1,\n  oops]") << "line 3, column 3";
        QTest::newRow("after the end") << QByteArray("{} {}") << "line 1";
        QTest::newRow("NUL behind the end") << QByteArray("{}\n\0{", 5) << "line 2, column 1";
        QTest::newRow("not UTF-8") << QByteArray("[\"\xc3(\"]") << "line 1";
        QTest::newRow("cut surrogate") << QByteArray("[\"\\ud800\"]") << "line 1";
        QTest::newRow("NaN") << QByteArray("[NaN]") << "line 1";
        QTest::newRow("comment") << QByteArray("[] // why") << "line 1";
        QTest::newRow("key twice") << QByteArray(R"({"a": {"b": 1, "b": 2}})") << "\"b\" stands twice";
        QTest::newRow("too deep") << QByteArray(65, '[') << "deeper than 64";
        QTest::newRow("far too deep") << QByteArray("{\"a\":").repeated(1000000) << "deeper than 64";
        QTest::newRow("huge number") << QByteArray("[1e400]") << "too large";
    }
    void badTextSaysWhere() {
        QFETCH(QByteArray, text);
        QFETCH(QString, said);
        try {
            parseJson(text.toStdString(), "spec.json");
            QFAIL("accepted");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Input);
            QVERIFY2(QString(error.what()).startsWith("spec.json: "), error.what());
            QVERIFY2(QString(error.what()).contains(said), error.what());
        }
    }

    void membersAreHandedOverOneByOneAndNotKept() {
        std::vector<std::string> keys;
        const auto left = parseJson(R"({"a": {"x": [1, 2]}, "b": 3})", "x", [&](const std::string& key, auto& value) {
            keys.push_back(key);
            QVERIFY(key == "a" ? value["x"][1] == 2 : value == 3);
        });
        QCOMPARE(keys, (std::vector<std::string>{"a", "b"}));
        QVERIFY2(left.is_object() && left.empty(), left.dump().c_str());
        std::string crowded = "{\"a\": [0";
        for (int i = 0; i < 100'000; ++i)
            crowded += ",0";
        crowded += "]}";
        const auto ignore = [](const std::string&, nlohmann::json&) {};
        QVERIFY_EXCEPTION_THROWN(parseJson("[1]", "x", ignore), Error);
        QVERIFY_EXCEPTION_THROWN(parseJson("1", "x", ignore), Error);
        QVERIFY_EXCEPTION_THROWN(parseJson(crowded, "x", ignore), Error);
    }

    /// Bytes: Python's '{"a": "é𝄞"}'.encode(…).
    void everyUnicodeFormIsRead_data() {
        QTest::addColumn<QByteArray>("bytes");
        const auto row = [](const char* name, const char* hex) { QTest::newRow(name) << QByteArray::fromHex(hex); };
        row("utf-8", "7b2261223a2022c3a9f09d849e227d");
        row("utf-8-sig", "efbbbf7b2261223a2022c3a9f09d849e227d");
        row("utf-16", "fffe7b002200610022003a0020002200e90034d81edd22007d00");
        row("utf-16-le", "7b002200610022003a0020002200e90034d81edd22007d00");
        row("utf-16-be with mark", "feff007b002200610022003a0020002200e9d834dd1e0022007d");
        row("utf-16-be", "007b002200610022003a0020002200e9d834dd1e0022007d");
    }
    void everyUnicodeFormIsRead() {
        QFETCH(QByteArray, bytes);
        QTemporaryDir temporary;
        const std::filesystem::path path = temporary.filePath("f.json").toStdString();
        writeFileUnsynced(path, bytes.toStdString());
        QCOMPARE(readJson(path)["a"].get<std::string>(), std::string("é𝄞"));
    }

    void otherEncodingsAreRefusedByName_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("said");
        const auto row = [](const char* name, const char* hex, const char* said) {
            QTest::newRow(name) << QByteArray::fromHex(hex) << said;
        };
        row("utf-32", "fffe00007b0000007d000000", "is UTF-32. Save it as UTF-8.");
        row("utf-32-be", "0000007b0000007d", "is UTF-32. Save it as UTF-8.");
        row("latin-1", "5b22e9225d", "a text in it is not UTF-8 (line 1, column ");
        row("cut utf-16", "fffe7b0022", "is UTF-16 and cut off.");
        row("lone surrogate", "fffe5b00220034d822005d00", "is broken UTF-16 at byte ");
    }
    void otherEncodingsAreRefusedByName() {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, said);
        QTemporaryDir temporary;
        const std::filesystem::path path = temporary.filePath("f.json").toStdString();
        writeFileUnsynced(path, bytes.toStdString());
        try {
            readJson(path);
            QFAIL("was read");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Input);
            QVERIFY2(QString(error.what()).contains("f.json: " + said), error.what());
        }
    }

    void fileLargerThanItsLimitIsNotRead() {
        QTemporaryDir temporary;
        const std::filesystem::path path = temporary.filePath("f.json").toStdString();
        writeFileUnsynced(path, "[1, 2, 3]");
        QCOMPARE(readJson(path).size(), std::size_t{3});
        QVERIFY_EXCEPTION_THROWN(readJson(path, 8), Error);
        QVERIFY_EXCEPTION_THROWN(readJson(temporary.filePath("absent").toStdString()), Error);
    }
};

LACUNA_TEST(CheckedJsonTest)
#include "checked_json_test.moc"
