// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/answer_log.h"

#include "tests/common/test_registry.h"

#include <QtTest>

using namespace lacuna;

namespace {

AnswerRow answer(int stage, const std::string& entity) {
    AnswerRow row;
    row.stage = stage;
    row.task = 3;
    row.split = Split::Retain;
    row.entity = entity;
    row.question = "Who is this?";
    row.kind = "identity";
    row.phrasing = 2;
    row.view = 1;
    row.image = "images/" + entity + ".png";
    row.answer = "This is " + entity + ".";
    row.truth = "Žofie";
    row.verdict = Verdict::Gibberish;
    row.exact = true;
    row.score = 1.5;
    row.rougeL = 1.0 / 3;
    row.probability = 1e-300;
    row.gateChoice = "expert A";
    row.gateScore = -0.25;
    row.gateThreshold = 0.75;
    row.abstained = true;
    row.nearest = {{entity, 0.875}, {"Gone", 0.125}};
    row.tokens = {{"This", -0.5F}, {" is", -1e-7F}, {std::string("\0\xff", 2), -100.0F}};
    return row;
}

}  // namespace

class AnswerLogTest : public QObject {
    Q_OBJECT
private slots:
    /// Every column, also those that are empty or not there.
    void givesBackWhatItWasGiven() {
        const std::vector<AnswerRow> rows{answer(0, "Anteli"), answer(0, "Bromo"), AnswerRow(), answer(1, "Anteli")};
        const AnswerLog log(rows);
        QCOMPARE(log.size(), rows.size());
        QVERIFY(log.about("Anteli") == (std::vector<AnswerRow>{rows[0], rows[3]}));
        QVERIFY(log.about("Bromo") == std::vector<AnswerRow>{rows[1]});
        QVERIFY(log.about("") == std::vector<AnswerRow>{rows[2]});
        QVERIFY(log.about("Nobody").empty());
        QVERIFY(AnswerLog().about("Anteli").empty());
        QVERIFY(log.at(1) == std::vector<AnswerRow>{rows[3]});
        QVERIFY(log.at(0) == (std::vector<AnswerRow>{rows[0], rows[1], rows[2]}));
        QVERIFY(log.at(2).empty());
    }

    void keepsTheOrderOfStages() {
        AnswerLog log;
        auto again = answer(1, "Anteli");
        again.answer = "another";
        log.append({answer(2, "Anteli"), answer(1, "Anteli")});
        log.append({answer(0, "Anteli"), again});
        const auto rows = log.about("Anteli");
        QVERIFY(rows == (std::vector<AnswerRow>{answer(0, "Anteli"), answer(1, "Anteli"), again, answer(2, "Anteli")}));
    }

    void forgetsStagesThatAreMadeAgain() {
        AnswerLog log({answer(0, "Anteli"), answer(1, "Anteli"), answer(2, "Bromo"), answer(1, "Bromo")});
        log.forgetFrom(1);
        QCOMPARE(log.size(), std::size_t(1));
        QVERIFY(log.about("Anteli") == std::vector<AnswerRow>{answer(0, "Anteli")});
        log.append({answer(1, "Bromo")});
        QVERIFY(log.about("Bromo") == std::vector<AnswerRow>{answer(1, "Bromo")});
        log.forgetFrom(0);
        QCOMPARE(log.size(), std::size_t(0));
    }

    void countsVerdictsWithoutUnpacking() {
        const auto row = [](int stage, std::optional<Verdict> verdict) {
            AnswerRow made;
            made.entity = "Oak";
            made.stage = stage;
            made.verdict = verdict;
            return made;
        };
        AnswerLog log(
            {row(2, Verdict::Wrong), row(1, Verdict::Knows), row(1, std::nullopt), row(1, Verdict::Gibberish)});
        log.append({row(1, Verdict::Gibberish)});
        QCOMPARE(log.tally("Oak", 1).counts, (std::array<int, 5>{1, 0, 0, 0, 2}));
        QVERIFY(log.tally("Oak", 1).most() == Verdict::Gibberish);
        QVERIFY(log.tally("Oak", 2).most() == Verdict::Wrong);
        QVERIFY(!log.tally("Oak", 0).most() && !log.tally("Elm", 1).most());
        log.append({row(1, Verdict::Knows)});
        QVERIFY(log.tally("Oak", 1).most() == Verdict::Knows);  // of equals the one that knows more
        log.forgetFrom(2);
        QCOMPARE(log.tally("Oak", 2).judged(), 0);
    }

    void survivesBeingMoved() {
        AnswerLog log({answer(0, "Anteli")});
        AnswerLog moved(std::move(log));
        moved.append({answer(1, "Anteli")});
        QVERIFY(moved.about("Anteli") == (std::vector<AnswerRow>{answer(0, "Anteli"), answer(1, "Anteli")}));
    }
};

LACUNA_TEST(AnswerLogTest)
#include "answer_log_test.moc"
