// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/catalog/gates.h"
#include "core/evaluation/scoring.h"
#include "core/unlearning/gates/gate.h"
#include "tests/common/test_registry.h"
#include "tests/common/tiny_world.h"

#include <QtTest>

#include <cmath>

using namespace lacuna;

class SelfGateTest : public QObject {
    Q_OBJECT
    std::unique_ptr<testing::TinyWorld> m_world;

    GateContext context(const ParameterValues& values = {}) const {
        return {.gate = "self",
                .parameters = checkedParameters(gateRow("self").parameters, values, "self"),
                .requests = {"A", "B"},
                .embeddings = m_world->features->embeddings(),
                .seed = 1,
                .model = m_world->model.get(),
                .benchmark = &m_world->benchmark,
                .features = m_world->features.get()};
    }
    std::int64_t row(int entity, int view) const {
        const auto& one = m_world->benchmark.entities[static_cast<std::size_t>(entity)];
        return m_world->features->row(m_world->benchmark.imagePath(one.views[static_cast<std::size_t>(view)]));
    }
    /// The animals Velda and Oskar are forgotten by A, the plant Ilse by B, Brisa is retained.
    std::vector<KnownEntity> known() const {
        std::vector<KnownEntity> all;
        for (const auto& [entity, expert] : {std::pair{0, 0}, {1, 0}, {2, -1}, {4, 1}}) {
            all.push_back({m_world->benchmark.entities[static_cast<std::size_t>(entity)].id, expert, {}});
            for (int view = 0; view < 4; ++view)
                all.back().pictures.push_back(row(entity, view));
        }
        return all;
    }
    /// Of the identity question's answer, asked here by itself.
    double logProbability(std::int64_t picture, int entity) const {
        const auto& question = m_world->benchmark.entities[static_cast<std::size_t>(entity)].questions.front();
        const auto projected = m_world->features->projected();
        const Sample sample{tokenise(*m_world->model->tokenizer, m_world->model->chat, question.phrasings.front(),
                                     question.answer, projected.count(picture)),
                            picture};
        return -answerNats(*m_world->model, {sample}, {AdapterMix{}}, projected, 1).front();
    }

private slots:
    void initTestCase() {
        m_world = testing::makeTinyWorld();
        m_world->features->addBenchmark(m_world->benchmark);
    }

    /// The tiny model knows its entities by name.
    void routesByTheNameThatTheModelGives() {
        const auto gate = makeGate(known(), context({{"classes", 2}, {"false_abstention", 0}}));
        for (const auto& [entity, expert] : {std::pair{0, 0}, {1, 0}, {2, -1}, {4, 1}})
            for (const int view : {4, 5}) {
                const auto made = gate->route({{row(entity, view), "not looked at"}}).front();
                QCOMPARE(made.nearest.front().entity, m_world->benchmark.entities[static_cast<std::size_t>(entity)].id);
                QVERIFY(std::abs(made.score - logProbability(row(entity, view), entity)) < 1e-5);
                QCOMPARE(made.expert, made.abstained ? -1 : expert);
                QCOMPARE(made.abstained, made.score < made.threshold);
                QCOMPARE(made.nearest.size(), std::size_t{4});
                for (std::size_t k = 1; k < 4; ++k)
                    QVERIFY(made.nearest[k].score <= made.nearest[k - 1].score);
            }
    }

    /// With one class kept only its entities are asked for.
    void theLikeliestClassDecidesFirst() {
        const auto gate = makeGate(known(), context({{"classes", 1}}));
        for (const auto& made : gate->route({{row(0, 4), ""}, {row(4, 4), ""}, {row(0, 4), ""}}))
            QVERIFY(made.nearest.size() == 3 || made.nearest.size() == 1);  // three animals, or the plant
    }

    void theThresholdComesFromTrainingViews() {
        const auto thresholdWith = [&](double share) {
            return makeGate(known(), context({{"classes", 2}, {"calibration_views", 4}, {"false_abstention", share}}))
                ->route({{row(0, 4), ""}})
                .front()
                .threshold;
        };
        std::vector<double> best;
        for (const auto& entity : known())
            for (const auto picture : entity.pictures) {
                double most = -1e9;
                for (const int other : {0, 1, 2, 4})
                    most = std::max(most, logProbability(picture, other));
                best.push_back(most);
            }
        std::sort(best.begin(), best.end());
        QVERIFY(std::abs(thresholdWith(0) - best[0]) < 1e-5);
        QVERIFY(std::abs(thresholdWith(0.25) - best[4]) < 1e-5);
    }

    void routesAsItWasArchived() {
        const auto file = m_world->path() / "gate.safetensors";
        const auto made = makeGate(known(), context());
        writeGate(*made, context(), file);
        const auto opened = readGate(file, context(), {});
        for (int entity = 0; entity < 6; ++entity) {
            const auto before = made->route({{row(entity, 4), ""}}).front();
            const auto after = opened->route({{row(entity, 4), ""}}).front();
            QCOMPARE(after.expert, before.expert);
            QVERIFY(after.score == before.score && after.threshold == before.threshold);
        }
    }
};

LACUNA_TEST(SelfGateTest)
#include "self_gate_test.moc"
