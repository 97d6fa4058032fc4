// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/words.h"

#include "core/base/atomic_file.h"
#include "core/base/unicode.h"
#include "core/text/rouge.h"
#include "tests/common/test_registry.h"

#include <QtTest>
#include <nlohmann/json.hpp>

using namespace lacuna;

class WordsTest : public QObject {
    Q_OBJECT
private slots:
    /// Right values: tests/fixtures/make_rouge_unicode.py (rouge_score and unicodedata).
    void everyScriptIsHeldAgainstTheTruthAsPythonDoes() {
        const auto rows = nlohmann::json::parse(readFile(LACUNA_SOURCE_DIR "/tests/fixtures/rouge_unicode.json"));
        QVERIFY(rows.size() > 300);
        for (const auto& row : rows) {
            const auto truth = row[1].get<std::string>(), answer = row[2].get<std::string>();
            const auto what = truth + " | " + answer;
            QVERIFY2(exactlyRight(answer, truth) == row[3].get<bool>(), what.c_str());
            const auto score = rougeLUnicode(truth, answer);
            QVERIFY2(score.precision == row[4].get<double>(), what.c_str());
            QVERIFY2(score.recall == row[5].get<double>(), what.c_str());
            QVERIFY2(score.f1 == row[6].get<double>(), what.c_str());
        }
    }

    void theVariantIsRougeLItselfOnAscii() {
        const auto scores = nlohmann::json::parse(readFile(LACUNA_SOURCE_DIR "/tests/fixtures/rouge.json"))["scores"];
        int compared = 0;
        for (const auto& row : scores) {
            const auto truth = row[0].get<std::string>(), answer = row[1].get<std::string>();
            if (!isAscii(truth + answer))
                continue;
            QCOMPARE(rougeLUnicode(truth, answer).f1, row[4].get<double>());
            ++compared;
        }
        QVERIFY(compared > 200);
    }

    void partsWordsByTheirScript_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QStringList>("words");
        QTest::newRow("typographic") << "«Да», — сказал… он" << QStringList{"да", "сказал", "он"};
        QTest::newRow("marks stay") << QString("naïve हिन्दी").normalized(QString::NormalizationForm_D)
                                    << QStringList{"naïve", "हिन्दी"};
        QTest::newRow("Japanese") << "東京タワーは、港区。" << QStringList{"東", "京", "タワー", "は", "港", "区"};
        QTest::newRow("lengthened") << "らーめん" << QStringList{"らー", "め", "ん"};
        QTest::newRow("full width") << "Ａ１　ﾎﾟｹﾓﾝ！" << QStringList{"a1", "ポケモン"};
        QTest::newRow("symbols part") << "3×4 20°C 5€ ✓done" << QStringList{"3", "4", "20", "c", "5", "done"};
        QTest::newRow("superscript") << "mc² ≠ mc2" << QStringList{"mc²", "mc2"};
        QTest::newRow("joiners") << "می\u200cخواهم soft\u00adware" << QStringList{"میخواهم", "software"};
        QTest::newRow("sign with a mark") << QString("1.") + QChar(0x301) + "2" << QStringList{"1", "2"};
    }
    void partsWordsByTheirScript() {
        QFETCH(const QString, text);
        QFETCH(const QStringList, words);
        QStringList found;
        for (const auto& word : plainWords(text.toStdString()))
            found << QString::fromStdString(word);
        QCOMPARE(found, words);
    }

    void brokenBytesAreWords() {
        QCOMPARE(plainWords("a \xFF\xC3 b\x80"), (std::vector<std::string>{"a", "\xFF\xC3", "b\x80"}));
        QVERIFY(exactlyRight("\xFF", "\xFF."));
        QVERIFY(!exactlyRight("\xFF", "\xFE"));
        QVERIFY(!exactlyRight("", "\xFF"));
    }

    void hiraganaCarriesNoMeaning() {
        QCOMPARE(contentWords("東京です。"), (std::set<std::string>{"京", "東"}));
        QVERIFY(contentWords("さくらです").empty());
    }

    void textsWithoutWordsMustBeTheSame() {
        QVERIFY(exactlyRight("🦊", "🦊"));
        QVERIFY(!exactlyRight("🦊", "🐺"));
        QVERIFY(!exactlyRight("?", "!"));
    }
};

LACUNA_TEST(WordsTest)
#include "words_test.moc"
