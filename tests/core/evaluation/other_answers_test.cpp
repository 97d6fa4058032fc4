// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/other_answers.h"

#include "tests/common/test_registry.h"

#include <QtTest>

#include <set>

using namespace lacuna;

class OtherAnswersTest : public QObject {
    Q_OBJECT

    static Entity entity(const std::string& id, const std::string& className, const std::string& home) {
        return {id, id, className, {}, {{"home", {"Where does it live?"}, home, "Its home is " + home, {"In a tin."}}}};
    }

    static Benchmark benchmark() {
        Benchmark all;
        for (int i = 0; i < 6; ++i)
            all.entities.push_back(entity("animal" + std::to_string(i), "Animals", "In hole " + std::to_string(i)));
        for (int i = 0; i < 9; ++i)
            all.entities.push_back(entity("plant" + std::to_string(i), "Plants", "On hill " + std::to_string(i)));
        return all;
    }

    static std::vector<std::string> ofItsKind(const std::vector<OtherAnswer>& others) {
        std::vector<std::string> texts;
        for (const auto& other : others)
            if (other.kind == OtherAnswer::Kind::OfItsKind)
                texts.push_back(other.text);
        return texts;
    }

private slots:
    void sevenOfItsKindThoseOfItsClassFirst() {
        const auto all = benchmark();
        const auto others = otherAnswers(all, {{0, 0, 0, 0}}, all.entities);
        const auto some = ofItsKind(others);
        QCOMPARE(some.size(), std::size_t{7});
        QCOMPARE(std::set<std::string>(some.begin(), some.end()).size(), std::size_t{7});
        for (std::size_t i = 0; i < 7; ++i)
            QCOMPARE(some[i].rfind("In hole", 0) == 0, i < 5);  // all five others of the class, then two of the rest
        QVERIFY(std::find(some.begin(), some.end(), "In hole 0") == some.end());
        QCOMPARE(others.size(), some.size() + 2);  // beside them the paraphrase and one false answer
        QVERIFY(ofItsKind(otherAnswers(all, {{0, 0, 0, 0}}, all.entities)) == some);
    }

    void nobodyElseMeansNoExposure() {
        Benchmark one;
        one.entities.push_back(entity("alone", "Animals", "Here"));
        one.entities.front().questions.front().perturbed.clear();
        one.entities.front().questions.front().paraphrase.clear();
        const auto others = otherAnswers(one, {{0, 0, 0, 0}}, one.entities);
        QVERIFY(others.empty());
        std::vector<AnswerRow> rows(1);
        rows.front().probability = 0.5;
        takeOtherAnswers(others, {}, rows);
        QVERIFY(!rows.front().exposure && !rows.front().truthRatio);
    }

    /// Truth at 1 nat a token; by hand.
    void ratioAndRankAreThoseOfTheLikelihoods() {
        using enum OtherAnswer::Kind;
        const std::vector<OtherAnswer> others{{0, Paraphrase, "p"}, {0, False, "f"},     {0, False, "g"},
                                              {0, OfItsKind, "a"},  {0, OfItsKind, "b"}, {0, OfItsKind, "c"}};
        std::vector<AnswerRow> rows(2);
        rows.front().probability = std::exp(-1.0);
        takeOtherAnswers(others, {3, 2, 4, 0.5, 1, 5}, rows);
        QVERIFY(std::abs(*rows.front().truthRatio - std::exp(-3.0 + 1)) < 1e-12);  // the truth is likelier than "p"
        QVERIFY(std::abs(*rows.front().exposure - std::log2(4 / 2.0)) < 1e-12);    // "a" alone is likelier
        takeOtherAnswers(others, {0.5, 2, 4, 2, 2, 5}, rows);
        QVERIFY(std::abs(*rows.front().truthRatio - std::exp(-3.0 + 0.5)) < 1e-12);
        QCOMPARE(*rows.front().exposure, 2.0);
        QVERIFY(!rows.back().exposure);  // nothing was asked of it, and a fixed answer has no likelihood
    }

    void aNameInTheAnswerIsGivenAwayByTheQuestion() {
        const auto one = entity("Velda", "Animals", "In Velda's hole");
        QVERIFY(answerNames(one, one.questions.front()));
        QVERIFY(!answerNames(entity("Oskar", "Animals", "In a hole"), one.questions.front()));
        QCOMPARE(questionByName(one, "Where?"), std::string("This is Velda. Where?"));
    }
};

LACUNA_TEST(OtherAnswersTest)
#include "other_answers_test.moc"
