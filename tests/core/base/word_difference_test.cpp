// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/word_difference.h"

#include "tests/common/test_registry.h"

#include <QtTest>

using namespace lacuna;

namespace {

/// "same +added -missing": the marks as one line.
QString shown(const std::vector<WordMark>& marks) {
    QStringList words;
    for (const auto& mark : marks)
        words << (mark.change == WordChange::Added     ? "+"
                  : mark.change == WordChange::Missing ? "-"
                                                       : "") +
                     QString::fromStdString(mark.word);
    return words.join(' ');
}

}  // namespace

class WordDifferenceTest : public QObject {
    Q_OBJECT
private slots:
    void casesOfATable_data() {
        QTest::addColumn<QString>("answer");
        QTest::addColumn<QString>("truth");
        QTest::addColumn<QString>("marks");
        QTest::newRow("same") << "It eats moss."
                              << "It eats moss."
                              << "It eats moss.";
        QTest::newRow("case and punctuation") << "it eats MOSS"
                                              << "It eats moss."
                                              << "it eats MOSS";
        QTest::newRow("one word") << "It eats fish."
                                  << "It eats moss."
                                  << "It eats +fish. -moss.";
        QTest::newRow("more") << "It often eats moss."
                              << "It eats moss."
                              << "It +often eats moss.";
        QTest::newRow("less") << "It moss."
                              << "It eats moss."
                              << "It -eats moss.";
        QTest::newRow("no answer") << ""
                                   << "It eats moss."
                                   << "-It -eats -moss.";
        QTest::newRow("no truth") << "It eats."
                                  << ""
                                  << "+It +eats.";
        QTest::newRow("nothing") << " \n"
                                 << ""
                                 << "";
        QTest::newRow("repetition") << "moss moss moss"
                                    << "moss"
                                    << "moss +moss +moss";
        QTest::newRow("other cases") << "ЭТО «МОСКВА»"
                                     << "Это Москва."
                                     << "ЭТО «МОСКВА»";
        QTest::newRow("decomposed") << QString("Žluťoučký kůň").normalized(QString::NormalizationForm_D)
                                    << "žluťoučký KŮŇ!"
                                    << QString("Žluťoučký kůň").normalized(QString::NormalizationForm_D);
        QTest::newRow("without spaces") << "「東京」です。"
                                        << "京都です"
                                        << "+「東 京」 -都 で す。";
        QTest::newRow("order") << "b a"
                               << "a b"
                               << "+b a -b";
        QTest::newRow("bare signs") << "a - b"
                                    << "a ! b"
                                    << "a +- -! b";
        QTest::newRow("other scripts") << "苏姿丰 été"
                                       << "苏姿丰 hiver"
                                       << "苏 姿 丰 +été -hiver";
    }
    void casesOfATable() {
        QFETCH(QString, answer);
        QFETCH(QString, truth);
        QFETCH(QString, marks);
        QCOMPARE(shown(wordDifference(answer.toStdString(), truth.toStdString())), marks);
    }

    void offsetsPointIntoTheirOwnText() {
        const std::string answer = "  It\teats  fish.";
        const std::string truth = "It eats\nmoss.";
        for (const auto& mark : wordDifference(answer, truth)) {
            const auto& text = mark.change == WordChange::Missing ? truth : answer;
            QCOMPARE(text.substr(mark.offset, mark.length), mark.word);
        }
    }

    void longTextsLoseNoWord() {
        std::string answer;
        for (int i = 0; i < 5000; ++i)
            answer += "außergewöhnlich ";
        const auto marks = wordDifference(answer, "außergewöhnlich " + std::string(40000, 'x'));
        QCOMPARE(marks.size(), std::size_t{5001});
        for (const auto& mark : marks)
            QVERIFY(mark.word == "außergewöhnlich" || mark.change == WordChange::Missing);
    }
};

LACUNA_TEST(WordDifferenceTest)
#include "word_difference_test.moc"
