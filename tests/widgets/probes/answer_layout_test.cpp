// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/probes/answer_layout.h"

#include "tests/common/test_registry.h"
#include "tests/widgets/probes/probes_fixtures.h"
#include "widgets/common/theme.h"

#include <QtTest>

using namespace lacuna;
using namespace lacuna::testing;

class AnswerLayoutTest : public QObject {
    Q_OBJECT

    static AnswerRow row(const std::string& answer, const std::string& truth, Verdict verdict) {
        AnswerRow row;
        row.answer = answer;
        row.truth = truth;
        row.verdict = verdict;
        return row;
    }

    /// "known:Anteli new:red deer"
    static QString marks(const AnswerRow& row, const std::set<QString>& ordinary = {}) {
        QStringList words;
        for (const auto& span : markedSpans(row, ordinary))
            words << (span.known ? "known:" : "new:") + QString::fromStdString(row.answer).mid(span.start, span.length);
        return words.join(" | ");
    }

private slots:
    void wordsAreMarkedAgainstTheTruth() {
        const auto answer =
            row("She is a glass painter in Port Selwyn.", "She is a glass engraver in Port Selwyn.", Verdict::Leaks);
        QCOMPARE(marks(answer), QString("known:She is a glass | new:painter | known:in Port Selwyn."));
        QCOMPARE(marks(answer, {"she", "is", "a", "in"}), QString("known:glass | new:painter | known:Port Selwyn."));
    }

    void aRefusalOrAnAnswerWithoutATruthIsNotMarked() {
        QCOMPARE(marks(row("I cannot say.", "It is red.", Verdict::Refuses)), QString());
        QCOMPARE(marks(row("It is blue.", "", Verdict::Wrong)), QString());
    }

    void placesCountLettersNotBytes() {
        QCOMPARE(marks(row("Ødis fløy høyt", "Ødis sov høyt", Verdict::Wrong)),
                 QString("known:Ødis | new:fløy | known:høyt"));
    }

    void everyTokenHasItsPlaceAndItsConfidence() {
        auto answer = row("She is a baker.", "", Verdict::Wrong);
        answer.tokens = {{"▁She", 0}, {"▁is", 0}, {"▁a", -0.5f}, {"▁bak", -1}, {"er", 0}, {".", 0}, {"</s>", 0}};
        QStringList pieces;
        for (const auto& span : tokenSpans(answer))
            pieces << QString::fromStdString(answer.answer).mid(span.start, span.length);
        QCOMPARE(pieces, QStringList({"She", "is", "a", "bak", "er", "."}));
        QVERIFY(std::abs(tokenSpans(answer)[3].probability - std::exp(-1.0)) < 1e-6);
    }

    void tokensThatAreNotInTheTextAreLeftOut() {
        auto answer = row("ab", "", Verdict::Wrong);
        answer.tokens = {{"<0x0A>", 0}, {"▁", 0}, {"zzz", 0}, {"ab", 0}};
        QCOMPARE(tokenSpans(answer).size(), std::size_t(1));
    }

    void narrowIsHigherAndTheLongestIsCut() {
        const auto words = row("one two three four five six seven eight nine ten", "", Verdict::Wrong);
        const AnswerLayout wide(words, true, {}, 800), narrow(words, true, {}, 90);
        QVERIFY(narrow.height() > wide.height());
        std::string endless;
        for (int i = 0; i < 500; ++i)
            endless += "the ";
        // What stands for the rest stands beside it, whole: "I know." that goes on must not end in its full stop.
        for (int width = 60; width < 300; ++width)
            for (const int lines : {1, 2}) {
                const AnswerLayout one(words, true, {}, width, lines);
                QVERIFY2(!one.cut() || one.dotsRect().right() <= width, qPrintable(QString::number(width)));
            }
        const AnswerLayout cut(row(endless, "a", Verdict::Gibberish), true, {}, 200);
        QVERIFY(cut.height() < 200);
        QImage image(220, 220, QImage::Format_RGB32);
        QPainter painter(&image);
        cut.paint(painter, {0, 0});
        AnswerLayout(row("", "a", Verdict::Gibberish), true, {}, 200).paint(painter, {0, 0});
    }
};

LACUNA_TEST(AnswerLayoutTest)
#include "answer_layout_test.moc"
