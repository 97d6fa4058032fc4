// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/methods/objective.h"

#include "core/base/error.h"
#include "core/catalog/combination.h"
#include "tests/common/test_registry.h"

#include <QtTest>

#include <algorithm>
#include <cmath>

using namespace lacuna;

namespace {

/// Two samples, vocabulary of two: sample 0 has answer tokens with p(right) 0.8 and 0.5, sample 1 has one with 0.25.
AnswerLogits answers(bool learns = false) {
    auto logits = at::tensor({0.8F, 0.2F, 0.5F, 0.5F, 0.75F, 0.25F}).reshape({3, 2}).log();
    logits.requires_grad_(learns);
    return {logits, at::tensor(std::vector<std::int64_t>{0, 1, 1}), at::tensor(std::vector<std::int64_t>{0, 0, 1})};
}

const double knownLoss = -(std::log(0.8) + std::log(0.5) + std::log(0.25)) / 3;

/// A step that shows one pass.
ObjectiveInput shown(Pass pass, const AnswerLogits& logits, at::Tensor sums = {}) {
    ObjectiveInput input;
    auto& outputs = input.passes[pass];
    outputs.answers = logits;
    outputs.samples = 2;
    outputs.referenceSums = std::move(sums);
    return input;
}

ParameterValues values(const char* method, ParameterValues more = {}) {
    return methodParameters(methodRow(method), "small", more);
}

}  // namespace

class ObjectiveTest : public QObject {
    Q_OBJECT
private slots:
    void everyMethodOfTheCatalogHasOneObjectiveThatNeedsWhatItsRowSays() {
        std::size_t own = 0;
        for (const auto& method : methodRows()) {
            if (combinationOf({.method = method.id}).objective != &method)
                continue;  // trains by another's, or nothing
            ++own;
            const auto rows = std::count_if(objectiveFactories().begin(), objectiveFactories().end(),
                                            [&](const auto& row) { return row.method == method.id; });
            QCOMPARE(rows, 1);
            const auto needs = makeObjective(method.id, methodParameters(method, "small"))->needs();
            QVERIFY(!needs.passes.empty());
            bool retains = false, references = false;
            for (const auto& need : needs.passes) {
                retains = retains || isRetainPass(need.pass);
                references = references || need.wantsReference();
            }
            QCOMPARE(retains, method.usesRetain);
            QCOMPARE(references, method.usesReference);
        }
        QCOMPARE(objectiveFactories().size(), own);
    }

    void theReferenceDriftsWhereTheParameterSaysSo() {
        for (const char* method : {"kl", "npo"}) {
            QVERIFY(!makeObjective(method, values(method))->needs().driftingReference);
            QVERIFY(makeObjective(method, values(method, {{"reference_drifts", 1}}))->needs().driftingReference);
        }
    }

    void gaIsTheNegativeMeanOverAllAnswerTokens() {
        const auto loss =
            makeObjective("ga", values("ga", {{"forget_weight", 2}}))->loss(shown(Pass::ForgetTruth, answers()));
        QVERIFY(std::abs(loss.total.item<double>() + 2 * knownLoss) < 1e-6);
        QVERIFY(std::abs(loss.forget.item<double>() + knownLoss) < 1e-6);
        QVERIFY(!loss.retain.defined());
    }

    void gdAddsTheRetainLoss() {
        auto input = shown(Pass::ForgetTruth, answers());
        input.passes[Pass::Retain].answers = answers();
        const auto loss =
            makeObjective("gd", values("gd", {{"forget_weight", 0.5}, {"retain_weight", 3}}))->loss(input);
        QVERIFY(std::abs(loss.total.item<double>() - (-0.5 + 3) * knownLoss) < 1e-6);
    }

    void klIsZeroAtTheReferenceAndTheKnownNumberBesideIt() {
        auto input = shown(Pass::ForgetTruth, answers());
        input.passes[Pass::Retain].answers = answers();
        input.passes[Pass::Retain].referenceLogProbabilities = answers().logits;
        const auto objective = makeObjective("kl", values("kl", {{"forget_weight", 0}, {"retain_weight", 1}}));
        QVERIFY(std::abs(objective->loss(input).total.item<double>()) < 1e-6);
        // The original model was sure by one half each: KL(½,½ ‖ p) = −½ ln(4 p (1 − p)), mean over three tokens.
        input.passes[Pass::Retain].referenceLogProbabilities = at::full({3, 2}, std::log(0.5));
        const double expected =
            (-0.5 * std::log(4 * 0.8 * 0.2) - 0.5 * std::log(4 * 0.5 * 0.5) - 0.5 * std::log(4 * 0.25 * 0.75)) / 3;
        QVERIFY(std::abs(objective->loss(input).total.item<double>() - expected) < 1e-6);
    }

    void npoSumsOverTheAnswerAndAveragesOverSamples() {
        const double beta = 0.1;
        const double first = -std::log(0.8) - std::log(0.5);
        const double second = -std::log(0.25);
        const auto input = shown(Pass::ForgetTruth, answers(), at::tensor({0.3F, 2.0F}));
        const auto loss = makeObjective("npo", values("npo", {{"beta", beta}}))->loss(input);
        const auto term = [&](double sum, double reference) {
            return -2 / beta * std::log(1 / (1 + std::exp(-beta * (sum - reference))));
        };
        const double expected = (term(first, 0.3) + term(second, 2.0)) / 2;
        QVERIFY(std::abs(loss.total.item<double>() - expected) < 1e-4);
    }

    /// As beta → 0 NPO's gradient is that of gradient ascent on the sums.
    void npoWithSmallBetaPushesLikeAscent() {
        auto ours = answers(true);
        const auto input = shown(Pass::ForgetTruth, ours, answerSums(answers(), 2));
        makeObjective("npo", values("npo", {{"beta", 0.001}}))->loss(input).total.backward();
        auto theirs = answers(true);
        (-answerSums(theirs, 2).mean()).backward();
        QVERIFY(at::allclose(ours.logits.grad(), theirs.logits.grad(), 1e-2, 1e-4));
    }

    void poDescendsOnWhatItIsGiven() {
        auto ours = answers(true);
        const auto objective = makeObjective("po", values("po"));
        QCOMPARE(objective->needs().passes.front().pass, Pass::ForgetRefusal);
        const auto loss = objective->loss(shown(Pass::ForgetRefusal, ours));
        QVERIFY(std::abs(loss.total.item<double>() - knownLoss) < 1e-6);
        loss.total.backward();
        // Descent raises the right token's logit: its gradient is negative.
        QVERIFY(ours.logits.grad()[0][0].item<double>() < 0);
    }

    void anEmptyAnswerIsAnErrorNotANaN() {
        AnswerLogits none{at::empty({0, 2}), at::empty({0}, at::kLong), at::empty({0}, at::kLong)};
        QVERIFY_EXCEPTION_THROWN(makeObjective("ga", values("ga"))->loss(shown(Pass::ForgetTruth, none)), Error);
    }
};

LACUNA_TEST(ObjectiveTest)
#include "objective_test.moc"
