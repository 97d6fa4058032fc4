// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/arrangement.h"

#include "core/catalog/methods.h"
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

}  // namespace

class ArrangementTest : public QObject {
    Q_OBJECT
private slots:
    void everyRowHasItsArrangement() {
        QCOMPARE(arrangementFactories().size(), arrangementRows().size());
        for (const auto& row : arrangementRows())
            QVERIFY(makeArrangement(row.id)->adapterFolders({}).empty());
    }

    /// As runs of every version hold them.
    void adaptersLieWhereTheyDid() {
        using Folders = std::vector<std::filesystem::path>;
        QVERIFY(makeArrangement("sequential")->adapterFolders({"C", "A"}) == Folders{"adapters/stage-002"});
        QVERIFY(makeArrangement("experts")->adapterFolders({"C", "A"}) ==
                (Folders{"adapters/stage-001/expert-C", "adapters/stage-002/expert-A"}));
    }

    void oneAdapterAnswersEverything() {
        const std::vector<Adapter> adapters(1);
        const auto subject = makeArrangement("sequential")->subject(adapters, nullptr, {"A"});
        QVERIFY(!subject->hasGate());
        QVERIFY(subject->adapters({}) == (AdapterMix{{&adapters.front(), 1}}));
        QVERIFY(makeArrangement("sequential")->subject({}, nullptr, {})->adapters({}).empty());
    }

    void aGatesWeightsDecideWhoAnswers() {
        const std::vector<Adapter> experts(2);
        const SoftGate gate;
        const auto subject = makeArrangement("experts")->subject(experts, &gate, {"C", "A"});
        QVERIFY(subject->hasGate());
        const auto both = subject->route({{0, "x"}}).front();
        QVERIFY(subject->adapters(both) == (AdapterMix{{&experts[0], 0.5}, {&experts[1], 0.5}}));
        QCOMPARE(subject->routeName(both), std::string("expert A"));
        QVERIFY(subject->adapters(hardDecision(0, 2)) == (AdapterMix{{&experts[0], 1}}));
        QVERIFY(subject->adapters(hardDecision(-1, 2)).empty());
        QCOMPARE(subject->routeName(hardDecision(-1, 2)), std::string("base"));
    }
};

LACUNA_TEST(ArrangementTest)
#include "arrangement_test.moc"
