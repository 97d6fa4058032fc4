#include "core/base/json_text.h"

#include "core/base/error.h"
#include "tests/common/test_registry.h"

#include <QtTest>
#include <nlohmann/json.hpp>

using namespace lacuna;

class JsonTextTest : public QObject {
    Q_OBJECT
private slots:
    void soundTextIsReadAsItStands() {
        const auto json = parseJson(R"({"a": [1, -2.5, "ü\u00e9"], "b": {"a": null}, "c": [{"a": 1}, {"a": 2}]})", "x");
        QCOMPARE(json["a"][2].get<std::string>(), std::string("üé"));
        QCOMPARE(json["c"][1]["a"].get<int>(), 2);
        const auto deep = std::string(32, '[') + std::string(32, ']');
        QVERIFY(parseJson(deep, "x").is_array());
    }

    void badTextSaysWhere_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("said");
        QTest::newRow("empty") << QByteArray() << "line 1, column 1";
        QTest::newRow("third line") << QByteArray("[\n1,\n  oops]") << "line 3, column 3";
        QTest::newRow("after the end") << QByteArray("{} {}") << "line 1";
        QTest::newRow("not UTF-8") << QByteArray("[\"\xc3(\"]") << "line 1";
        QTest::newRow("cut surrogate") << QByteArray("[\"\\ud800\"]") << "line 1";
        QTest::newRow("NaN") << QByteArray("[NaN]") << "line 1";
        QTest::newRow("comment") << QByteArray("[] // why") << "line 1";
        QTest::newRow("key twice") << QByteArray(R"({"a": {"b": 1, "b": 2}})") << "\"b\" stands twice";
        QTest::newRow("too deep") << QByteArray(33, '[') << "deeper than 32";
        QTest::newRow("far too deep") << QByteArray("{\"a\":").repeated(1000000) << "deeper than 32";
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
};

LACUNA_TEST(JsonTextTest)
#include "json_text_test.moc"
