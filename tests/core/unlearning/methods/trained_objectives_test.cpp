// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/catalog/methods.h"
#include "core/unlearning/methods/objective.h"
#include "core/unlearning/trainer.h"
#include "tests/common/documents.h"
#include "tests/common/test_registry.h"
#include "tests/core/unlearning/tiny_sets.h"

#include <QDirIterator>
#include <QtTest>

#include <cmath>

using namespace lacuna;
using namespace lacuna::testing;

/// Objectives on a model that has learnt something: what a request of theirs does to forget and retain set. Their
/// numbers are held by objective_parity_test.
class TrainedObjectivesTest : public QObject {
    Q_OBJECT
private:
    std::unique_ptr<TinyWorld> m_world;

    Adapter adapter(std::uint64_t seed = 1) const {
        return makeAdapter(m_world->model->network->config().text, 4, 8, seed, m_world->model->network->options());
    }
    /// What is unknown here: the entities of the other request that this one does not name.
    TrainingSets sets() const {
        auto sets = tinySets(*m_world);
        const auto& benchmark = m_world->benchmark;
        for (const int entity : {4, 5})
            sets.unknown.push_back({"Who is this?", "I don't know.",
                                    m_world->features->row(benchmark.imagePath(benchmark.entities[entity].views[0]))});
        return sets;
    }
    static ParameterValues values(const std::string& method, ParameterValues more = {}) {
        const auto& row = methodRow(method);
        for (const auto& [id, value] : ParameterValues{{"epochs", 8}, {"batch", 4}, {"lr", 5e-3}, {"layer", 0}})
            if (findParameter(row.parameters, id))
                more.emplace(id, value);
        return methodParameters(row, "small", more);
    }
    /// All steps of a request; the row of every step.
    std::vector<StepRow> trained(const std::string& method, const ParameterValues& values, Adapter& adapter,
                                 std::vector<const Adapter*> earlier = {}) const {
        Trainer trainer(*m_world->model, sets(), makeObjective(method, values), values, adapter,
                        {.method = method, .seed = 1, .earlier = std::move(earlier)});
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

    void theDocumentShowsWhatIsShipped() {
        QString code;
        for (QDirIterator files(LACUNA_SOURCE_DIR "/core/unlearning/methods", {"*.cpp"}); files.hasNext();)
            code += textOf(files.next());
        for (const char* file : {"arrangement", "serving"})
            code += textOf(QString(LACUNA_SOURCE_DIR "/core/unlearning/%1.cpp").arg(file));
        const auto blocks = codeOf(LACUNA_SOURCE_DIR "/docs/add-a-method.md");
        for (const auto& shown : blocks)
            QVERIFY2(code.contains(shown), qPrintable(shown));
        QCOMPARE(blocks.size(), 6);
    }

    /// Every method that trains by an objective of its own.
    void trueAnswersBecomeLessLikely_data() {
        QTest::addColumn<QString>("method");
        for (const auto& row : objectiveFactories())
            QTest::newRow(std::string(row.method).c_str())
                << QString::fromUtf8(row.method.data(), static_cast<qsizetype>(row.method.size()));
    }
    void trueAnswersBecomeLessLikely() {
        QFETCH(QString, method);
        const auto id = method.toStdString();
        auto one = adapter();
        trained(id, values(id), one);
        const double forget = loss(sets().forget, &one);
        QVERIFY2(forget > 2 * loss(sets().forget, nullptr), qPrintable(QString::number(forget)));
        if (methodRow(id).usesRetain)
            QVERIFY(loss(sets().retain, &one) < forget);
    }

    void preferenceStartsAtTheReference() {
        auto one = adapter();
        const auto asked = values("dpo");
        const auto rows = trained("dpo", asked, one);
        // Nothing is learnt before the first step: −(2/β)·log σ(0).
        QVERIFY(std::abs(rows.front().loss - 2 / asked.at("beta") * std::log(2.0)) < 1e-3);
        QVERIFY(rows.back().loss < rows.front().loss);
    }

    void statesOfTheRetainSetStartWhereTheyAre_data() {
        QTest::addColumn<QString>("method");
        QTest::newRow("rmu") << "rmu";
        QTest::newRow("asru") << "asru";
    }
    void statesOfTheRetainSetStartWhereTheyAre() {
        QFETCH(QString, method);
        const auto id = method.toStdString();
        auto one = adapter();
        const auto rows = trained(id, values(id), one);
        QVERIFY(rows.front().retainLoss < 1e-9);  // before the first step both are the original model's
        QVERIFY(rows.back().forgetLoss < rows.front().forgetLoss);
    }

    /// A weight of nought makes each what it adds to: WGA is gradient difference, O3 refusals.
    void limitsAreTheSimplerMethods() {
        const auto steps = [&](const std::string& method, ParameterValues more) {
            auto one = adapter(), before = adapter(2);
            std::vector<double> losses;
            for (const auto& row : trained(method, values(method, std::move(more)), one, {&before}))
                losses.push_back(row.loss);
            return losses;
        };
        const auto close = [](const std::vector<double>& a, const std::vector<double>& b) {
            const auto middle = a.size() / 2;  // the same sums in another order drift apart in the end
            return a.size() == b.size() && std::abs(a[middle] - b[middle]) < 1e-3 * std::abs(b[middle]) + 1e-7;
        };
        QVERIFY(close(steps("wga", {{"beta", 0}}), steps("gd", {})));
        QVERIFY(!close(steps("wga", {{"beta", 20}}), steps("gd", {})));
        QVERIFY(close(steps("o3", {{"orthogonality", 0}}), steps("po", {})));
        QVERIFY(!close(steps("o3", {{"orthogonality", 1}}), steps("po", {})));
        QVERIFY(close(steps("po_retain", {{"retain_weight", 0}}), steps("po", {})));
    }

    /// With the penalty, what an earlier request's factors read and what this one's do overlap less.
    void orthogonalFactorsReadOtherDirections() {
        const auto before = adapter(2);
        const auto overlap = [&](double weight) {
            auto one = adapter();
            trained("o3", values("o3", {{"orthogonality", weight}}), one, {&before});
            double sum = 0;
            for (std::size_t layer = 0; layer < one.layers.size(); ++layer)
                for (std::size_t linear = 0; linear < one.layers[layer].size(); ++linear)
                    sum += before.layers[layer][linear]
                               .a.mm(one.layers[layer][linear].a.t())
                               .square()
                               .sum()
                               .item<double>();
            return sum;
        };
        QVERIFY(overlap(1) < 0.5 * overlap(0));
    }

    void withoutTheUnknownAMethodThatNeedsThemIsRefused() {
        auto known = sets();
        known.unknown.clear();
        auto one = adapter();
        const auto asked = values("asru");
        try {
            const Trainer refused(*m_world->model, known, makeObjective("asru", asked), asked, one,
                                  {.method = "ASRU", .seed = 1});
            QFAIL("accepted");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Input);
            QVERIFY2(QString(error.what()).contains("ASRU needs pictures of entities"), error.what());
        }
    }

    void aLayerThatTheModelLacksIsNamed() {
        auto one = adapter();
        const auto asked = values("rmu", {{"layer", 2}});
        try {
            const Trainer refused(*m_world->model, sets(), makeObjective("rmu", asked), asked, one,
                                  {.method = "RMU", .seed = 1});
            QFAIL("accepted");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Input);
            QVERIFY2(
                QString(error.what()).contains("RMU looks behind decoder layer 2, and this model has layers 0 to 1"),
                error.what());
        }
    }
};

LACUNA_TEST(TrainedObjectivesTest)
#include "trained_objectives_test.moc"
