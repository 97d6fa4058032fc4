// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/trainer.h"

#include "core/base/error.h"
#include "core/base/interruption.h"
#include "core/catalog/methods.h"
#include "tests/common/test_registry.h"
#include "tests/core/unlearning/tiny_sets.h"

#include <QtTest>

#include <cmath>
#include <functional>
#include <set>

using namespace lacuna;
using namespace lacuna::testing;

namespace {

/// An objective of lambdas, for what the six methods do not ask for.
class Asking final : public Objective {
public:
    ObjectiveNeeds wanted;
    std::function<ObjectiveLoss(const ObjectiveInput&)> toLoss;
    std::function<Gradients(std::vector<Gradients>)> toGradient;
    std::function<void(ObjectiveSets&)> first;

    ObjectiveNeeds needs() const override { return wanted; }
    ObjectiveLoss loss(const ObjectiveInput& input) const override { return toLoss(input); }
    Gradients transform(std::vector<Gradients> parts) override { return toGradient(std::move(parts)); }
    void prepare(ObjectiveSets& sets) override {
        if (first)
            first(sets);
    }
};

/// Weighs the retain term by how many steps were taken: what it counts must survive a checkpoint.
class Counting final : public Objective {
public:
    ObjectiveNeeds needs() const override {
        return {.passes = {{.pass = Pass::ForgetTruth}, {.pass = Pass::Retain}}, .gradientsOfParts = true};
    }
    ObjectiveLoss loss(const ObjectiveInput& input) const override {
        const auto forget = -meanLoss(input, Pass::ForgetTruth), retain = meanLoss(input, Pass::Retain);
        return {forget + m_steps * retain, forget, retain, {forget + m_steps * retain}};
    }
    Gradients transform(std::vector<Gradients> parts) override {
        m_steps += 1;
        return parts.front();
    }
    std::vector<std::pair<std::string, at::Tensor>> state() const override {
        return {{"steps", at::scalar_tensor(m_steps)}};
    }
    void restore(const std::vector<std::pair<std::string, at::Tensor>>& state) override {
        m_steps = state.at(0).second.item<double>();
    }

private:
    double m_steps = 0;
};

}  // namespace

class TrainerTest : public QObject {
    Q_OBJECT
private:
    std::unique_ptr<TinyWorld> m_world;
    ParameterValues m_values = methodParameters(methodRow("gd"), "small", {{"epochs", 2}, {"batch", 4}, {"lr", 1e-2}});

    Adapter adapter() const {
        return makeAdapter(m_world->model->network->config().text, 4, 8, 1, m_world->model->network->options());
    }
    Trainer trainer(std::unique_ptr<Objective> objective, Adapter& adapter,
                    std::vector<const Adapter*> earlier = {}) const {
        return Trainer(*m_world->model, tinySets(*m_world), std::move(objective), m_values, adapter,
                       {.method = "Test", .seed = 1, .earlier = std::move(earlier)});
    }
    /// One step of an objective that asks for `passes`; what it was shown.
    ObjectiveInput shownTo(std::vector<PassNeed> passes) const {
        auto asking = std::make_unique<Asking>();
        ObjectiveInput shown;
        asking->wanted.passes = std::move(passes);
        asking->toLoss = [&shown](const ObjectiveInput& input) {
            shown = input;
            at::Tensor sum;
            for (const auto& [pass, outputs] : input.passes)
                sum = sum.defined() ? sum + outputs.answers.logits.sum() : outputs.answers.logits.sum();
            return ObjectiveLoss{sum, sum, {}};
        };
        auto one = adapter();
        trainer(std::move(asking), one).step();
        return shown;
    }
    static bool same(const Adapter& a, const Adapter& b, bool bits) {
        const auto left = a.parameters(), right = b.parameters();
        for (std::size_t i = 0; i < left.size(); ++i)
            if (bits ? !at::equal(left[i], right[i]) : !at::allclose(left[i], right[i], 1e-4, 1e-5))
                return false;
        return true;
    }

private slots:
    void initTestCase() {
        m_world = makeTinyWorld();
        m_world->features->addBenchmark(m_world->benchmark);
    }

    /// Before the first step the adapter adds nothing: the reference is what the model says itself.
    void theReferenceOfEveryPassIsTheOriginalModels() {
        for (const auto pass :
             {Pass::ForgetTruth, Pass::ForgetRefusal, Pass::Retain, Pass::ForgetTextOnly, Pass::RetainTextOnly}) {
            const auto input = shownTo({{.pass = pass,
                                         .layers = {1, 0},
                                         .referenceSums = true,
                                         .referenceLogProbabilities = true,
                                         .referenceStates = true}});
            const auto& seen = input[pass];
            QCOMPARE(seen.samples, 4);
            QVERIFY(seen.answers.targets.size(0) > 4);
            QVERIFY(at::allclose(seen.referenceSums, answerSums(seen.answers, seen.samples), 1e-4, 1e-4));
            QVERIFY(at::allclose(seen.referenceLogProbabilities, at::log_softmax(seen.answers.logits, 1), 1e-4, 1e-4));
            QCOMPARE(seen.states.size(), 2U);
            for (std::size_t i = 0; i < 2; ++i) {
                QVERIFY(seen.states[i].size(0) > seen.answers.targets.size(0));
                QVERIFY(at::allclose(seen.states[i], seen.referenceStates[i], 1e-4, 1e-4));
            }
            QVERIFY(!at::allclose(seen.states[0], seen.states[1], 1e-2, 1e-2));
        }
    }

    /// By another way: the states behind the last layer, normed and through the head, are the logits.
    void statesBehindTheLastLayerGiveTheLogits() {
        const auto input = shownTo({{.pass = Pass::ForgetTruth}, {.pass = Pass::Retain, .layers = {1}}});
        const auto& seen = input[Pass::Retain];
        auto& weights = m_world->model->network->weights();
        const auto& x = seen.states[0];
        const auto normed = x *
                            (x.square().mean(-1, true) + m_world->model->network->config().text.rmsNormEps).rsqrt() *
                            weights.at("language_model.model.norm.weight");
        const auto logits = at::linear(normed, weights.at("language_model.lm_head.weight"));
        // Every answer token is predicted from one of the text tokens.
        const auto distance = (seen.answers.logits.unsqueeze(1) - logits.unsqueeze(0)).abs().amax(2).amin(1);
        QVERIFY(distance.max().item<double>() < 1e-3);
        QVERIFY(input[Pass::ForgetTruth].states.empty());
    }

    void truthAndRefusalOfAStepBelongToTheSameQuestions() {
        const auto input = shownTo({{.pass = Pass::ForgetTruth}, {.pass = Pass::ForgetRefusal}});
        QCOMPARE(input[Pass::ForgetTruth].samples, input[Pass::ForgetRefusal].samples);
        const auto& truths = input[Pass::ForgetTruth].answers;
        const auto& refusals = input[Pass::ForgetRefusal].answers;
        QVERIFY(truths.targets.size(0) != refusals.targets.size(0) || !at::equal(truths.targets, refusals.targets));
        QCOMPARE(refusals.sample.max().item<std::int64_t>(), 3);
        QCOMPARE(refusals.sample.min().item<std::int64_t>(), 0);
    }

    void aTextOnlyTwinSeesNoPicture() {
        const auto input = shownTo({{.pass = Pass::ForgetTruth}, {.pass = Pass::ForgetTextOnly}});
        const auto& with = input[Pass::ForgetTruth].answers;
        const auto& without = input[Pass::ForgetTextOnly].answers;
        QVERIFY(at::equal(with.targets, without.targets));
        // Whom the picture shows decides the answer, so the text alone cannot know it.
        QVERIFY(meanAnswerLoss(without).item<double>() > meanAnswerLoss(with).item<double>() + 0.5);
    }

    void gradientsOfPartsAddUpToThatOfTheWhole() {
        auto whole = adapter(), parts = adapter();
        auto first = trainer(makeObjective("gd", m_values), whole);
        auto asking = std::make_unique<Asking>();
        asking->wanted = {.passes = {{.pass = Pass::ForgetTruth}, {.pass = Pass::Retain}}, .gradientsOfParts = true};
        asking->toLoss = [](const ObjectiveInput& input) {
            const auto forget = -meanLoss(input, Pass::ForgetTruth), retain = meanLoss(input, Pass::Retain);
            return ObjectiveLoss{forget + retain, forget, retain, {forget, retain}};
        };
        asking->toGradient = [](std::vector<Gradients> given) {
            for (std::size_t i = 0; i < given[0].size(); ++i)
                given[0][i] = given[0][i] + given[1][i];
            return given[0];
        };
        auto second = trainer(std::move(asking), parts);
        for (int i = 0; i < 3; ++i) {
            const auto a = first.step(), b = second.step();
            QVERIFY(std::abs(a.loss - b.loss) < 1e-3);
            QVERIFY(std::abs(a.gradNorm - b.gradNorm) < 1e-3 * a.gradNorm);
        }
        QVERIFY(same(whole, parts, false));
        QVERIFY(!same(whole, adapter(), false));
    }

    void whatAnObjectiveCountsSurvivesACheckpoint() {
        auto once = adapter(), again = adapter();
        auto undisturbed = trainer(std::make_unique<Counting>(), once);
        while (undisturbed.stepsDone() < undisturbed.totalSteps())
            undisturbed.step();
        std::vector<std::pair<std::string, at::Tensor>> saved;
        {
            auto begun = trainer(std::make_unique<Counting>(), again);
            begun.step();
            begun.step();
            for (auto& [name, tensor] : begun.state())
                saved.emplace_back(name, tensor.clone());
        }
        auto fresh = adapter();
        auto resumed = trainer(std::make_unique<Counting>(), fresh);
        resumed.restore(saved, 2);
        while (resumed.stepsDone() < resumed.totalSteps())
            resumed.step();
        QVERIFY(same(once, fresh, true));
        // Another method's checkpoint is told from one's own.
        auto other = adapter();
        QVERIFY_EXCEPTION_THROWN(trainer(makeObjective("gd", m_values), other).restore(saved, 2), Error);
    }

    void earlierAdaptersAreShownWhereTheyAreNeeded() {
        const auto before = adapter();
        for (const bool needs : {true, false}) {
            auto asking = std::make_unique<Asking>();
            asking->wanted = {.passes = {{.pass = Pass::ForgetTruth}}, .adapters = needs};
            auto one = adapter();
            bool shown = false;
            asking->toLoss = [&](const ObjectiveInput& input) {
                shown = input.own == &one && input.earlier == std::vector<const Adapter*>{&before};
                const auto loss = meanLoss(input, Pass::ForgetTruth);
                return ObjectiveLoss{loss, loss, {}};
            };
            trainer(std::move(asking), one, {&before}).step();
            QCOMPARE(shown, needs);
        }
    }

    void beforehandAnObjectiveSeesEverySampleOnce() {
        for (const auto model : {ObjectiveSets::Model::Original, ObjectiveSets::Model::Trained}) {
            std::int64_t forget = 0, retain = 0;
            bool differentiable = false;
            auto asking = std::make_unique<Asking>();
            asking->wanted.passes = {{.pass = Pass::ForgetTruth}, {.pass = Pass::Retain}};
            asking->first = [&](ObjectiveSets& sets) {
                sets.each(Pass::ForgetTruth, model, [&](const PassOutputs& seen) {
                    forget += seen.samples;
                    differentiable = seen.answers.logits.requires_grad();
                });
                sets.each(Pass::Retain, model, [&](const PassOutputs& seen) { retain += seen.samples; });
            };
            auto one = adapter();
            trainer(std::move(asking), one);
            const auto sets = tinySets(*m_world);
            QCOMPARE(forget, static_cast<std::int64_t>(sets.forget.size()));
            QCOMPARE(retain, static_cast<std::int64_t>(sets.retain.size()));
            QCOMPARE(differentiable, model == ObjectiveSets::Model::Trained);
        }
    }

    /// What comes before the first step takes minutes at 7B: a stop does not wait for it.
    void aStopEndsThePreparation() {
        bool stop = false;
        const Interruptions stopped([&] {
            if (stop)
                throw Cancelled{};
        });
        int batches = 0;
        auto asking = std::make_unique<Asking>();
        asking->wanted.passes = {{.pass = Pass::ForgetTruth}, {.pass = Pass::Retain, .referenceSums = true}};
        asking->first = [&](ObjectiveSets& sets) {
            stop = true;
            sets.each(Pass::ForgetTruth, ObjectiveSets::Model::Original, [&](const PassOutputs&) { ++batches; });
        };
        auto one = adapter();
        const TrainerOptions options{.method = "Test", .seed = 1};
        const auto make = [&](std::unique_ptr<Objective> objective) {
            Trainer(*m_world->model, tinySets(*m_world), std::move(objective), m_values, one, options);
        };
        QVERIFY_EXCEPTION_THROWN(make(std::move(asking)), Cancelled);
        QCOMPARE(batches, 0);
        const auto kl = methodParameters(methodRow("kl"), "small");
        QVERIFY_EXCEPTION_THROWN(make(makeObjective("kl", kl)), Cancelled);  // while its reference is computed
    }

    void whatNoGradientReachesIsSaidAfterTheFirstSteps() {
        auto asking = std::make_unique<Asking>();
        asking->wanted.passes = {{.pass = Pass::ForgetTruth, .layers = {0}}};
        asking->toLoss = [](const ObjectiveInput& input) {
            const auto loss = input[Pass::ForgetTruth].states[0].square().mean();
            return ObjectiveLoss{loss, loss, {}};
        };
        auto low = adapter(), whole = adapter();
        auto first = trainer(std::move(asking), low);
        auto second = trainer(makeObjective("gd", m_values), whole);
        for (int i = 0; i < 3; ++i) {
            QVERIFY(first.untrained().empty());
            first.step();
            second.step();
        }
        QVERIFY2(QString::fromStdString(first.untrained()).contains("reached decoder layer 1:"),
                 first.untrained().c_str());
        QCOMPARE(second.untrained(), std::string());
    }

    void whereALossIsNoNumberTheStepThatLedThereIsTakenBack() {
        int calls = 0;
        auto asking = std::make_unique<Asking>();
        asking->wanted.passes = {{.pass = Pass::ForgetTruth}};
        asking->toLoss = [&](const ObjectiveInput& input) {
            const auto loss = meanLoss(input, Pass::ForgetTruth) * (++calls == 4 ? std::nan("") : 1.0);
            return ObjectiveLoss{loss, loss, {}};
        };
        auto one = adapter();
        auto diverging = trainer(std::move(asking), one);
        diverging.step();
        diverging.step();
        const auto good = one.clone();
        diverging.step();
        QVERIFY(!same(one, good, false));
        QVERIFY_EXCEPTION_THROWN(diverging.step(), Diverged);
        QVERIFY(same(one, good, false));
        QCOMPARE(diverging.stepsDone(), 2);
    }

    /// From ΔW = 0 the gradients are the copy's own, and AdamW's first step is the same: what the copy moves by, the
    /// other moves by the sine of it.
    void theProjectorMovesByTheSineOfItsChange() {
        const auto usual = m_values;
        m_values["projector_lr"] = 0.5;
        const auto oneStep = [&](TrainedRow::Projector projector, Adapter& adapter) {
            Trainer trainer(*m_world->model, tinySets(*m_world), makeObjective("gd", m_values), m_values, adapter,
                            {.method = "Test", .seed = 1, .part = {"", "", "", true, projector}});
            trainer.step();
            return trainer.state();
        };
        auto copied = adapter(), sine = adapter();
        oneStep(TrainedRow::Projector::Copied, copied);
        const auto state = oneStep(TrainedRow::Projector::Sine, sine);
        QVERIFY(sine.tower.empty() && !sine.projector.empty());
        const auto& weights = m_world->model->network->weights();
        for (const auto& [name, weight] : sine.projector.modules) {
            const auto moved = copied.projector.modules.at(name) - weights.at(name);
            QVERIFY(moved.abs().max().item<double>() > 0.1);
            QVERIFY(at::allclose(weight - weights.at(name), moved.sin(), 1e-4, 1e-5));
        }
        // A restored one stands where it stood, and goes on with the same bits.
        auto again = adapter();
        Trainer resumed(*m_world->model, tinySets(*m_world), makeObjective("gd", m_values), m_values, again,
                        {.method = "Test", .seed = 1, .part = {"", "", "", true, TrainedRow::Projector::Sine}});
        resumed.restore(state, 1);
        QVERIFY(same(again, sine, true));
        m_values = usual;
    }

    void aLayerThatIsNotThereIsAnError() {
        QVERIFY_EXCEPTION_THROWN(shownTo({{.pass = Pass::ForgetTruth, .layers = {2}}}), Error);
    }
};

LACUNA_TEST(TrainerTest)
#include "trainer_test.moc"
