// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/feature_store.h"

#include "core/base/error.h"
#include "core/base/interruption.h"
#include "tests/common/test_registry.h"
#include "tests/common/tiny_world.h"

#include <QtTest>

#include <chrono>
#include <fstream>
#include <numeric>

using namespace lacuna;
using lacuna::testing::TinyWorld;

class FeatureStoreTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { m_world = lacuna::testing::makeTinyWorld(0); }

    void holdsWhatTowerAndProjectorMake() {
        FeatureStore store(*m_world->model->network, m_world->preprocess);
        store.addBenchmark(m_world->benchmark);
        QCOMPARE(store.size(), std::int64_t{36});
        const auto& entity = m_world->benchmark.entities[3];
        const auto picture = m_world->benchmark.imagePath(entity.views[5]);
        const at::NoGradGuard noGrad;
        const auto outputs =
            m_world->model->network->towerOutputs(pixelValues(picture, m_world->preprocess).unsqueeze(0));
        QVERIFY(at::allclose(store.projected()[store.row(picture)],
                             m_world->model->network->project(outputs.features)[0], 1e-4, 1e-5));
        QVERIFY(at::allclose(store.embeddings()[store.row(picture)],
                             at::cat({outputs.embedding[0], outputs.patchMean[0]}), 1e-4, 1e-5));
    }

    void growsWithoutMovingRows() {
        FeatureStore store(*m_world->model->network, m_world->preprocess);
        const auto path = [&](int entity, int view) {
            return m_world->benchmark.imagePath(
                m_world->benchmark.entities[static_cast<std::size_t>(entity)].views[static_cast<std::size_t>(view)]);
        };
        store.add({path(0, 0), path(1, 0), path(0, 0)});
        QCOMPARE(store.size(), std::int64_t{2});
        const auto before = store.projected().of({0, 1}).rows();
        const auto hash = store.hash({0, 1});
        std::int64_t computed = 0;
        store.addBenchmark(m_world->benchmark, [&](const Progress& progress) { computed = progress.total; });
        QCOMPARE(computed, std::int64_t{34});
        QVERIFY(at::equal(store.projected().of({0, 1}).rows(), before));
        QCOMPARE(store.hash({0, 1}), hash);
        QVERIFY(store.hash({1, 0}) != hash);
    }

    /// Read or computed: the same bits, and nobody can tell but by the clock.
    void aSecondStartReadsWhatTheFirstComputed() {
        namespace fs = std::filesystem;
        const auto folder = m_world->path() / "cache" / "features";
        const FeatureCache cache(folder, "model 1 cpu");
        std::vector<std::int64_t> rows(36);
        std::iota(rows.begin(), rows.end(), 0);
        const auto open = [&](const FeatureCache& with, bool& computed) {
            auto store = std::make_unique<FeatureStore>(*m_world->model->network, m_world->preprocess);
            computed = false;
            store->addBenchmark(
                m_world->benchmark, [&](const Progress&) { computed = true; }, with);
            return store;
        };
        bool computed = false;
        const auto first = open(cache, computed);
        QVERIFY(computed);
        const auto second = open(cache, computed);
        QVERIFY(!computed);
        QCOMPARE(second->hash(rows), first->hash(rows));
        QVERIFY(at::equal(second->embeddings(), first->embeddings()));
        QCOMPARE(second->pictures(), first->pictures());
        open(FeatureCache(folder, "model 2 cpu"), computed);
        QVERIFY(computed);
        const auto& entity = m_world->benchmark.entities[3];
        const auto picture = m_world->benchmark.imagePath(entity.views[5]);
        fs::last_write_time(picture, fs::last_write_time(picture) + std::chrono::seconds(1));
        open(cache, computed);
        QVERIFY(computed);  // its file was changed
        open(cache, computed);
        QVERIFY(!computed);
        for (const auto& file : fs::directory_iterator(folder)) {
            std::fstream damaged(file.path(), std::ios::in | std::ios::out | std::ios::binary);
            damaged.seekp(-20, std::ios::end);
            damaged.put('\1');
        }
        const auto again = open(cache, computed);
        QVERIFY(computed);
        QCOMPARE(again->hash(rows), first->hash(rows));
        for (int model = 3; model < 10; ++model)
            open(FeatureCache(folder, std::to_string(model)), computed);
        QCOMPARE(std::distance(fs::directory_iterator(folder), fs::directory_iterator()),
                 static_cast<std::ptrdiff_t>(FeatureCache::mostFiles));
    }

    void saysWhichPictureIsMissing() {
        FeatureStore store(*m_world->model->network, m_world->preprocess);
        QVERIFY(!store.has("no.png"));
        QVERIFY_THROWS_EXCEPTION(Error, store.row("no.png"));
        try {
            store.add({m_world->path() / "no.png"});
            QFAIL("a missing picture was taken");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Input);
            QVERIFY(std::string(error.what()).find("no.png") != std::string::npos);
        }
        QCOMPARE(store.size(), std::int64_t{0});
    }

    void refusesMoreThanItsMemoryBeforeItComputes() {
        FeatureStore store(*m_world->model->network, m_world->preprocess, 2000);
        try {
            store.addBenchmark(m_world->benchmark);
            QFAIL("the bound was passed");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Resource);
        }
        QCOMPARE(store.size(), std::int64_t{0});
    }

    void stops() {
        FeatureStore store(*m_world->model->network, m_world->preprocess);
        const Interruptions stopped([] { throw Cancelled{}; });
        QVERIFY_THROWS_EXCEPTION(Cancelled, store.addBenchmark(m_world->benchmark));
    }

private:
    std::unique_ptr<TinyWorld> m_world;
};

LACUNA_TEST(FeatureStoreTest)
#include "feature_store_test.moc"
