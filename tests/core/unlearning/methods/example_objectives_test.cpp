// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/unlearning/methods/example_objectives.h"

#include "core/catalog/methods.h"
#include "core/unlearning/trainer.h"
#include "tests/common/documents.h"
#include "tests/common/test_registry.h"
#include "tests/core/unlearning/tiny_sets.h"

#include <QtTest>

using namespace lacuna;
using namespace lacuna::testing;

/// docs/add-a-method.md shows one objective of each kind; here they are trained.
class ExampleObjectivesTest : public QObject {
    Q_OBJECT
private:
    std::unique_ptr<TinyWorld> m_world;
    ParameterValues m_values = methodParameters(methodRow("npo"), "small", {{"epochs", 8}, {"batch", 4}, {"lr", 5e-3}});

    Adapter adapter() const {
        return makeAdapter(m_world->model->network->config().text, 4, 8, 1, m_world->model->network->options());
    }
    TrainingSets sets() const { return tinySets(*m_world); }
    /// All steps of a request; the loss of every step.
    std::vector<StepRow> trained(std::unique_ptr<Objective> objective, Adapter& adapter) const {
        Trainer trainer(*m_world->model, sets(), std::move(objective), m_values, adapter,
                        {.method = "Example", .seed = 1});
        std::vector<StepRow> rows;
        while (trainer.stepsDone() < trainer.totalSteps())
            rows.push_back(trainer.step());
        return rows;
    }
    /// Mean cross-entropy of the true answers of a set under an adapter, nats.
    double loss(const std::vector<TrainingPair>& pairs, const Adapter* adapter) const {
        const at::NoGradGuard noGrad;
        std::vector<Sample> samples;
        for (const auto& pair : pairs)
            samples.push_back({tokenise(*m_world->model->tokenizer, m_world->model->chat, pair.question, pair.answer,
                                        m_world->features->projected().count(pair.picture)),
                               pair.picture});
        std::vector<const Sample*> batch;
        for (const auto& sample : samples)
            batch.push_back(&sample);
        return meanAnswerLoss(
                   m_world->model->network->answerLogits(
                       collate(batch, m_world->features->projected(), m_world->model->tokenizer->pad()), adapter))
            .item<double>();
    }

private slots:
    void initTestCase() {
        m_world = makeTinyWorld();
        m_world->features->addBenchmark(m_world->benchmark);
    }

    void theDocumentShowsWhatIsCompiledHere() {
        const auto code = textOf(LACUNA_SOURCE_DIR "/tests/core/unlearning/methods/example_objectives.h");
        const auto blocks = codeOf(LACUNA_SOURCE_DIR "/docs/add-a-method.md");
        for (const auto& shown : blocks)
            QVERIFY2(code.contains(shown), qPrintable(shown));
        QCOMPARE(blocks.size(), 4);
    }

    void weightedAscentForgets() {
        auto one = adapter();
        trained(std::make_unique<WeightedAscent>(m_values), one);
        QVERIFY(loss(sets().forget, &one) > loss(sets().forget, nullptr) + 1);
    }

    void preferencePairsStartAtTheReferenceAndLearnTheRefusal() {
        auto one = adapter();
        const auto rows = trained(std::make_unique<PreferencePairs>(m_values), one);
        // Nothing is learnt before the first step: −(2/β)·log σ(0).
        QVERIFY(std::abs(rows.front().loss - 2 / m_values.at("beta") * std::log(2.0)) < 1e-3);
        QVERIFY(rows.back().loss < rows.front().loss);
        QVERIFY(loss(sets().forget, &one) > loss(sets().forget, nullptr));
    }

    void misdirectionMovesStatesOfTheForgetSetAlone() {
        auto one = adapter();
        const auto rows = trained(std::make_unique<Misdirection>(0), one);
        QVERIFY(rows.front().retainLoss < 1e-9);  // before the first step both are the original model's
        QVERIFY(rows.back().forgetLoss < rows.front().forgetLoss);
        QVERIFY(loss(sets().forget, &one) > loss(sets().forget, nullptr));
        QVERIFY(loss(sets().retain, &one) < loss(sets().forget, &one));
    }

    void maskedAscentStepsByBothPartsWhereTheMaskSaysSo() {
        auto one = adapter();
        trained(std::make_unique<MaskedAscent>(), one);
        QVERIFY(loss(sets().forget, &one) > loss(sets().forget, nullptr) + 0.1);
        QVERIFY(loss(sets().retain, &one) < loss(sets().retain, nullptr) + 0.01);  // descended all the while
    }
};

LACUNA_TEST(ExampleObjectivesTest)
#include "example_objectives_test.moc"
