// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/misread_text.h"

#include "tests/common/test_registry.h"

#include <QtTest>

using namespace lacuna;

/// Misread texts were made by Python: text.encode("utf-8").decode("gbk"), once or twice, errors="replace" for lost
/// ones.
class MisreadTextTest : public QObject {
    Q_OBJECT

    static MendedText mended(const QString& text) { return mendMisreading(text.toStdString()); }

private slots:
    void theWayBackIsFound_data() {
        QTest::addColumn<QString>("misread");
        QTest::addColumn<QString>("text");
        QTest::newRow("once") << "Pok茅mon"
                              << "Pokémon";
        QTest::newRow("twice, a letter swallowed") << "Pok鑼卪on"
                                                   << "Pokémon";
        QTest::newRow("three times") << "Pok閼煎崻on"
                                     << "Pokémon";
        QTest::newRow("apostrophe") << "Microsoft鈥檚"
                                    << "Microsoft’s";
        QTest::newRow("apostrophe twice") << "Microsoft閳ユ獨 headquarters"
                                          << "Microsoft’s headquarters";
        QTest::newRow("macron") << "T鑹抧o"
                                << "Tōno";
        QTest::newRow("dash") << "friends閳ユ摫achel"
                              << "friends—Rachel";
        QTest::newRow("Vietnamese") << "Nguy宄勫崿 V鑶琻"
                                    << "Nguyễn Văn";
        QTest::newRow("first letter") << "鍛晊wiec"
                                      << "Żywiec";
        QTest::newRow("several") << "na茂ve fa莽ade"
                                 << "naïve façade";
        QTest::newRow("beside Chinese") << "马云 (Mǎ Yún) saw Pok鑼卪on"
                                        << "马云 (Mǎ Yún) saw Pokémon";
    }
    void theWayBackIsFound() {
        QFETCH(const QString, misread);
        QFETCH(const QString, text);
        const auto result = mended(misread);
        QCOMPARE(QString::fromStdString(result.text), text);
        QCOMPARE(result.found, Misreading::Mended);
        QCOMPARE(mended(text).found, Misreading::None);
    }

    void whatIsLostStays_data() {
        QTest::addColumn<QString>("misread");
        QTest::newRow("replaced by a question mark") << "Wait鈥? what";
        QTest::newRow("replaced, twice misread") << "Wait閳? what";
        QTest::newRow("replacement character") << QString("Caf鑼") + QChar(0xFFFD);
        QTest::newRow("replacement read as GBK") << "锟斤拷";
        QTest::newRow("replacement alone") << QString("Caf") + QChar(0xFFFD);
    }
    void whatIsLostStays() {
        QFETCH(const QString, misread);
        const auto result = mended(misread);
        QCOMPARE(QString::fromStdString(result.text), misread);
        QCOMPARE(result.found, Misreading::Lost);
    }

    /// Each of these goes back to valid UTF-8 or holds what does.
    void chineseStaysAsItIs() {
        for (const QString text :
             {"小学", "茅台", "猫", "一", "联通", "T台", "卡拉OK", "A股市场", "使用Windows系统的iPhone手机", "3D模型",
              "马云 (Mǎ Yún), known as Jack Ma in English.", "苏姿丰", "中文English混排测试,模型training", "模型: 猫",
              "Württemberg, mc², Philosophiæ", "six friends—Rachel, Ross", "Москва", "日本語のテスト"}) {
            const auto result = mended(text);
            QCOMPARE(QString::fromStdString(result.text), text);
            QVERIFY2(result.found == Misreading::None, qPrintable(text));
        }
        for (char32_t code = 0x4E00; code <= 0x9FFF; ++code) {
            const QString letter(static_cast<QChar>(static_cast<char16_t>(code)));
            for (const auto& text : {letter, letter + letter, "T" + letter, letter + "T", "a " + letter + " b"})
                QVERIFY2(mended(text).found != Misreading::Mended, qPrintable(text));
        }
    }

    void whatMayBeEitherIsDoubtful() {
        const auto result = mended("Tom猫");
        QCOMPARE(result.text, std::string("Tom猫"));
        QCOMPARE(result.found, Misreading::Doubtful);
        QCOMPARE(result.doubtful, std::string("Tomè"));
    }

    void brokenBytesStay() {
        for (const std::string text : {"a\xFF\xC3z", "\xE9", "x\x80\x80y"}) {
            QCOMPARE(mendMisreading(text).text, text);
            QCOMPARE(mendMisreading(text).found, Misreading::None);
        }
    }
};

LACUNA_TEST(MisreadTextTest)
#include "misread_text_test.moc"
