// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/arrangement.h"

#include "core/base/error.h"
#include "core/catalog/combination.h"
#include "core/unlearning/serving.h"
#include "tests/common/test_registry.h"

#include <QtTest>

using namespace lacuna;

namespace {

/// Half of the weight to each of two experts, on whatever picture.
class SoftGate final : public Gate {
public:
    std::vector<RouteDecision> route(const std::vector<SeenPicture>& pictures) const override {
        RouteDecision both;
        both.weights = {0.5, 0.5};
        both.expert = 1;
        return std::vector<RouteDecision>(pictures.size(), both);
    }
    Routes routes() const override { return {}; }
};

/// Ranks as it is told.
class RankingGate final : public Gate {
public:
    explicit RankingGate(Routes routes) : m_routes(std::move(routes)) {}
    std::vector<RouteDecision> route(const std::vector<SeenPicture>& pictures) const override {
        auto decision = hardDecision(1, 2);
        decision.nearest = nearest;
        decision.threshold = threshold;
        decision.score = nearest.empty() ? 0 : nearest.front().score;
        decision.abstained = decision.score < threshold;
        return std::vector<RouteDecision>(pictures.size(), decision);
    }
    Routes routes() const override { return m_routes; }

    mutable double threshold = 0;
    mutable std::vector<NearEntity> nearest;

private:
    Routes m_routes;
};

std::unique_ptr<Arrangement> made(const std::string& id) {
    return makeArrangement(id, {{"lambda", 0.25}});
}

/// A decoder layer whose A are all these rows.
Adapter adapterOf(const at::Tensor& rows) {
    Adapter adapter;
    adapter.layers.resize(1);
    for (auto& factors : adapter.layers.front())
        factors.a = rows.clone();
    return adapter;
}

}  // namespace

class ArrangementTest : public QObject {
    Q_OBJECT
private slots:
    void everyRowHasItsCode() {
        QCOMPARE(arrangementFactories().size(), arrangementRows().size());
        for (const auto& row : arrangementRows()) {
            QVERIFY(made(row.id)->adapterFolders({}).empty());
            QCOMPARE(made(row.id)->adapterFolders({"A"}).empty(), !row.trains && !row.given);
        }
        QCOMPARE(servingFactories().size(), servingRows().size());
        const std::vector<Adapter> adapters(1);
        const SoftGate gate;
        for (const auto& row : servingRows())
            QCOMPARE(makeServing(row.id, {*made("sequential"), adapters, &gate, {"A"}, {"Ada"}, {{"softness", 1}}})
                         ->hasGate(),
                     row.usesGate);
    }

    /// As runs of every version hold them.
    void adaptersLieWhereTheyDid() {
        using Folders = std::vector<std::filesystem::path>;
        for (const char* one : {"sequential", "shared", "given"})
            QVERIFY(made(one)->adapterFolders({"C", "A"}) == Folders{"adapters/stage-002"});
        for (const char* many : {"experts", "merged", "orthogonal"})
            QVERIFY(made(many)->adapterFolders({"C", "A"}) ==
                    (Folders{"adapters/stage-001/expert-C", "adapters/stage-002/expert-A"}));
    }

    void whatAnswersByTheWeightsOfRequests() {
        const std::vector<Adapter> two(2), one(1);
        using Mix = AdapterMix;
        QVERIFY(made("none")->mix({}, {1, 1}).empty());
        QVERIFY(made("sequential")->mix(one, {1, 1}) == (Mix{{one.data(), 1}}));
        QVERIFY(made("sequential")->mix(one, {0, 0}).empty());
        QVERIFY(made("shared")->mix(one, {0, 0.5}) == (Mix{{one.data(), 0.5}}));
        QVERIFY(made("experts")->mix(two, {0, 1}) == (Mix{{&two[1], 1}}));
        QVERIFY(made("merged")->mix(two, {1, 1}) == (Mix{{two.data(), 0.25}, {&two[1], 0.25}}));
        QVERIFY(made("merged")->mix(two, {0, 1}) == (Mix{{two.data(), 0.25}, {&two[1], 0.25}}));
        QVERIFY(made("orthogonal")->mix(two, {1, 1}) == (Mix{{two.data(), 1}, {&two[1], 1}}));
    }

    void oneAdapterAnswersEverything() {
        const std::vector<Adapter> adapters(1);
        const auto sequential = made("sequential");
        const auto subject = makeServing("adapter", {*sequential, adapters, nullptr, {"A"}});
        QVERIFY(subject->adapters({}) == (AdapterMix{{adapters.data(), 1}}));
        QVERIFY(subject->fixedAnswer({}).empty() && subject->instruction({}).empty());
    }

    void aGatesWeightsDecideWhoAnswers() {
        const std::vector<Adapter> experts(2);
        const SoftGate gate;
        const auto arrangement = made("experts");
        const auto subject = makeServing("gate", {*arrangement, experts, &gate, {"C", "A"}});
        const auto both = subject->route({{0, "x"}}).front();
        QVERIFY(subject->adapters(both) == (AdapterMix{{experts.data(), 0.5}, {&experts[1], 0.5}}));
        QCOMPARE(subject->routeName(both), std::string("expert A"));
        QVERIFY(subject->adapters(hardDecision(0, 2)) == (AdapterMix{{experts.data(), 1}}));
        QVERIFY(subject->adapters(hardDecision(-1, 2)).empty());
        QCOMPARE(subject->routeName(hardDecision(-1, 2)), std::string("base"));
    }

    /// By hand: eighths of 1/(1 + e^−x), x in widths of the softness.
    void aSoftGateDividesByNearness() {
        const std::vector<Adapter> experts(2);
        const RankingGate gate({{"ada", 0}, {"bo", 1}, {"cy", -1}});
        const auto arrangement = made("experts");
        const auto subject =
            makeServing("soft_gate", {*arrangement, experts, &gate, {"C", "A"}, {}, {{"softness", 0.1}}});
        using Weights = std::vector<double>;
        const auto routed = [&](double threshold, std::vector<NearEntity> nearest) {
            gate.threshold = threshold;
            gate.nearest = std::move(nearest);
            return subject->route({{0, "x"}}).front();
        };
        // Far above the threshold and far from anybody else: wholly. Near to two: .73 and .27, in eighths.
        auto decision = routed(0, {{"ada", 2}, {"bo", 0.5}});
        QCOMPARE(decision.weights, (Weights{1, 0}));
        QCOMPARE(decision.expert, 0);
        QCOMPARE(routed(0, {{"ada", 2}, {"bo", 1.9}}).weights, (Weights{0.75, 0.25}));
        // Another entity of the same request takes nothing from it.
        QCOMPARE(routed(0, {{"bo", 2}, {"bo", 1.99}, {"ada", 1.9}}).weights, (Weights{0.25, 0.75}));
        // The share of whom nobody forgets stays with the original model, which names the route.
        decision = routed(0, {{"cy", 2}, {"ada", 1.9}});
        QCOMPARE(decision.weights, (Weights{0.25, 0}));
        QCOMPARE(decision.expert, -1);
        // At the threshold half, far below it nothing.
        QCOMPARE(routed(2, {{"ada", 2}}).weights, (Weights{0.5, 0}));
        decision = routed(2, {{"ada", 1}});
        QCOMPARE(decision.weights, (Weights{0, 0}));
        QVERIFY(decision.abstained);
        QCOMPARE(subject->routeName(decision), std::string("base"));
        // A gate that ranks nobody decides as it did.
        QCOMPARE(routed(0, {}).weights, (Weights{0, 1}));
    }

    void whatStandsInFrontOfTheOriginalModel() {
        const SoftGate gate;
        const auto nothing = made("none");
        const std::vector<Adapter> no;
        const ServedParts parts{*nothing, no, &gate, {"C", "A"}, {"Ada", "Cleo"}};
        const auto canned = makeServing("canned", parts);
        QVERIFY(!canned->fixedAnswer(hardDecision(1, 2)).empty());
        QVERIFY(canned->fixedAnswer(hardDecision(-1, 2)).empty());
        QVERIFY(canned->adapters(hardDecision(1, 2)).empty());
        const auto prompt = makeServing("prompt", parts);
        QVERIFY(prompt->instruction({}).find("Ada, Cleo") != std::string::npos);
        const auto gated = makeServing("gated_prompt", parts);
        QVERIFY(gated->instruction(hardDecision(0, 2)).find("Ada") == std::string::npos);
        QVERIFY(!gated->instruction(hardDecision(0, 2)).empty());
        QVERIFY(gated->instruction(hardDecision(-1, 2)).empty());
    }

    /// What is left of a row is what no earlier one looks at: by hand, in three dimensions.
    void laterFactorsLeaveTheRowsOfEarlierOnes() {
        const auto first = adapterOf(at::tensor({3.0F, 0.0F, 0.0F}).view({1, 3})),
                   second = adapterOf(at::tensor({1.0F, 1.0F, 0.0F}).view({1, 3}));
        const auto orthogonal = made("orthogonal");
        QVERIFY(orthogonal->trainsOnTop() && !orthogonal->constraint({}));
        auto third = adapterOf(at::tensor({2.0F, 5.0F, 7.0F}).view({1, 3}));
        orthogonal->constraint({&first})(third);
        QVERIFY(at::allclose(third.layers[0][0].a, at::tensor({0.0F, 5.0F, 7.0F}).view({1, 3})));
        orthogonal->constraint({&first, &second})(third);
        for (const auto& factors : third.layers[0])
            QVERIFY(at::allclose(factors.a, at::tensor({0.0F, 0.0F, 7.0F}).view({1, 3}), 1e-5, 1e-5));
        // A row that holds less than 1 % of the energy is not kept free: 10² against 0.5².
        const auto uneven = adapterOf(at::tensor({10.0F, 0.0F, 0.0F, 0.0F, 0.5F, 0.0F}).view({-1, 3}));
        third = adapterOf(at::tensor({2.0F, 5.0F, 7.0F}).view({1, 3}));
        orthogonal->constraint({&uneven})(third);
        QVERIFY(at::allclose(third.layers[0][0].a, at::tensor({0.0F, 5.0F, 7.0F}).view({1, 3})));
        const auto whole = adapterOf(at::eye(3));
        QVERIFY_EXCEPTION_THROWN(orthogonal->constraint({&whole}), Error);
    }
};

LACUNA_TEST(ArrangementTest)
#include "arrangement_test.moc"
