// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/answer_shares.h"

#include "tests/common/test_registry.h"

#include <QtTest>

using namespace lacuna;

namespace {

AnswerRow row(int stage, const std::string& entity, std::optional<Verdict> verdict) {
    AnswerRow answer;
    answer.stage = stage;
    answer.entity = entity;
    answer.verdict = verdict;
    return answer;
}

}  // namespace

/// Counted by hand: A forgets Ada and keeps Bea, B forgets Cleo and keeps Bea and Dora; Nobody is in no request.
class AnswerSharesTest : public QObject {
    Q_OBJECT
    RunHistory m_run;
    AnswerLog m_answers;

private slots:
    void initTestCase() {
        m_run.requests = {{"A", {"ada"}, {"bea"}}, {"B", {"cleo"}, {"bea", "dora"}}};
        m_run.stages = 3;
        using enum Verdict;
        m_answers = AnswerLog({row(0, "ada", Knows), row(0, "cleo", Knows), row(0, "bea", Knows), row(0, "dora", Wrong),
                               row(1, "ada", Refuses), row(1, "ada", Leaks), row(1, "cleo", Knows),
                               row(1, "bea", Knows), row(1, "dora", Gibberish), row(1, "nobody", Refuses),
                               row(2, "ada", Refuses), row(2, "cleo", Refuses), row(2, "cleo", Refuses),
                               row(2, "bea", Refuses), row(2, "dora", std::nullopt)});
    }

    void whatHadToGoAndWhatHadToStayAreCountedApart() {
        const auto shares = answerShares(m_run, m_answers);
        QCOMPARE(shares.size(), std::size_t{3});
        const auto counts = [&](int stage, Fate fate) {
            return shares[static_cast<std::size_t>(stage)].of(fate).counts;
        };
        using Counts = std::array<int, 5>;                         // knows, leaks, wrong, refuses, gibberish
        QCOMPARE(counts(0, Fate::Gone), (Counts{2, 0, 0, 0, 0}));  // who will have to go
        QCOMPARE(counts(0, Fate::Kept), (Counts{1, 0, 1, 0, 0}));
        QCOMPARE(counts(1, Fate::Gone), (Counts{0, 1, 0, 1, 0}));  // not Cleo, whose turn comes later
        QCOMPARE(counts(1, Fate::Kept), (Counts{1, 0, 0, 0, 1}));
        QCOMPARE(counts(2, Fate::Gone), (Counts{0, 0, 0, 3, 0}));
        QCOMPARE(counts(2, Fate::Kept), (Counts{0, 0, 0, 1, 0}));  // what was not judged does not count
    }

    void thoseBehindAPieceAreNamedMostFirst() {
        using Behind = std::vector<std::pair<std::string, int>>;
        QCOMPARE(entitiesBehind(m_run, m_answers, 2, Fate::Gone, Verdict::Refuses), (Behind{{"cleo", 2}, {"ada", 1}}));
        QCOMPARE(entitiesBehind(m_run, m_answers, 2, Fate::Kept, Verdict::Refuses), (Behind{{"bea", 1}}));
        QVERIFY(entitiesBehind(m_run, m_answers, 1, Fate::Gone, Verdict::Knows).empty());
    }

    void theShareThatIsKnownIsPerEntity() {
        using Shares = std::vector<std::pair<std::string, double>>;
        QCOMPARE(knownShares(m_run, m_answers, 1), (Shares{{"ada", 0}, {"bea", 1}, {"cleo", 1}, {"dora", 0}}));
        QCOMPARE(knownShares(m_run, m_answers, 2), (Shares{{"ada", 0}, {"bea", 0}, {"cleo", 0}}));
    }
};

LACUNA_TEST(AnswerSharesTest)
#include "answer_shares_test.moc"
