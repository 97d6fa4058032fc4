#include "core/unlearning/gate.h"

#include "core/base/error.h"
#include "tests/common/test_registry.h"

#include <QtTest>

using namespace lacuna;

namespace {

constexpr int entities = 6, views = 12, hidden = 16;

/// Embeddings of `entities` × `views` pictures: a direction per entity and a little noise; the last rows show no
/// entity.
at::Tensor embeddings() {
    auto generator = at::detail::createCPUGenerator(5);
    const auto directions = at::normal(0, 1, {entities, 1, hidden}, generator);
    const auto noise = at::normal(0, 0.15, {entities, views, hidden}, generator);
    const auto strangers = at::normal(0, 1, {20, hidden}, generator);
    return at::cat({(directions + noise + 3).reshape({entities * views, hidden}), strangers + 3});
}

/// Entities 0–1 forgotten in the first request, 2–3 in the second, 4–5 retained.
std::vector<KnownEntity> known() {
    std::vector<KnownEntity> all;
    for (int e = 0; e < entities; ++e) {
        KnownEntity one{"entity " + std::to_string(e), e < 4 ? e / 2 : -1, {}};
        for (int v = 0; v < views - 2; ++v)
            one.pictures.push_back(e * views + v);
        all.push_back(one);
    }
    return all;
}

std::vector<SeenPicture> heldOut() {
    std::vector<SeenPicture> pictures;
    for (int e = 0; e < entities; ++e)
        for (int v = views - 2; v < views; ++v)
            pictures.push_back({e * views + v, "entity " + std::to_string(e)});
    return pictures;
}

}  // namespace

class GateTest : public QObject {
    Q_OBJECT
private slots:
    void bothGatesSendHeldOutViewsWhereTheRequestSays_data() {
        QTest::addColumn<QString>("gate");
        QTest::newRow("oracle") << "oracle";
        QTest::newRow("prototype") << "prototype";
    }
    void bothGatesSendHeldOutViewsWhereTheRequestSays() {
        QFETCH(QString, gate);
        const auto made = makeGate(gate.toStdString(), known(), 2, embeddings(), 1);
        const auto pictures = heldOut();
        const auto decisions = made->route(pictures);
        QCOMPARE(decisions.size(), pictures.size());
        for (std::size_t i = 0; i < pictures.size(); ++i) {
            const int entity = static_cast<int>(i) / 2;
            QCOMPARE(decisions[i].expert, entity < 4 ? entity / 2 : -1);
            QCOMPARE(decisions[i].weights.size(), std::size_t{2});
            QCOMPARE(decisions[i].nearest.front().entity, pictures[i].entity);
        }
    }

    void abstainsOnAPictureOfNoEntity() {
        const auto gate = makeGate("prototype", known(), 2, embeddings(), 1);
        int abstained = 0;
        for (std::int64_t row = entities * views; row < entities * views + 20; ++row) {
            const auto decision = gate->route({{row, "stranger"}}).front();
            abstained += decision.abstained ? 1 : 0;
            if (decision.abstained)
                QCOMPARE(decision.expert, -1);
            QCOMPARE(decision.abstained, decision.score < decision.threshold);
        }
        QVERIFY2(abstained >= 16, qPrintable(QString::number(abstained)));
        QVERIFY(makeGate("oracle", known(), 2, {}, 1)->route({{0, "stranger"}}).front().abstained);
    }

    void knowsNothingOfTheFuture() {
        auto now = known();
        now.resize(2);
        const auto gate = makeGate("prototype", now, 1, embeddings(), 1);
        const auto later = gate->route({{5 * views, "entity 5"}}).front();
        QCOMPARE(later.expert, -1);
    }

    void anEntityWithoutAPictureIsNamed() {
        auto broken = known();
        broken[3].pictures.clear();
        try {
            makeGate("prototype", broken, 2, embeddings(), 1);
            QFAIL("no error");
        } catch (const Error& error) {
            QVERIFY(QString(error.what()).contains("entity 3"));
        }
    }

    void sameSeedSameThreshold() {
        const auto first = makeGate("prototype", known(), 2, embeddings(), 7)->route(heldOut());
        const auto second = makeGate("prototype", known(), 2, embeddings(), 7)->route(heldOut());
        for (std::size_t i = 0; i < first.size(); ++i) {
            QCOMPARE(first[i].score, second[i].score);
            QCOMPARE(first[i].threshold, second[i].threshold);
        }
    }
};

LACUNA_TEST(GateTest)
#include "gate_test.moc"
