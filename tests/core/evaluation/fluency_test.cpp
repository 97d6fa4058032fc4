// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/fluency.h"

#include "core/base/error.h"
#include "core/base/interruption.h"
#include "tests/common/test_registry.h"
#include "tests/common/tiny_world.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <set>

using namespace lacuna;

class FluencyTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        m_world = lacuna::testing::makeTinyWorld();
        m_world->features->addBenchmark(m_world->benchmark);
        m_fluency = std::make_unique<Fluency>(*m_world->model, m_world->features->projected(), pictures(), 8);
    }

    /// Against the mean picture made by hand, each pair by itself, −log softmax in float64.
    void natsAreThoseOfTheMeanPicture() {
        const auto projected = m_world->features->projected();
        auto sum = at::zeros_like(projected[0], at::kDouble);
        for (const auto picture : pictures())
            sum += projected[picture].to(at::kDouble);
        const PictureFeatures mean((sum / static_cast<double>(pictures().size())).to(at::kFloat).unsqueeze(0));
        const std::vector<Fluency::Answered> pairs{{"Who is this?", "Velda Marrow"},
                                                   {"Who is this?", "Quill Velda grasslands."},
                                                   {"Where is it at home?", "It lives in high caves."}};
        const auto nats = m_fluency->nats(pairs);
        const auto& model = *m_world->model;
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            const at::NoGradGuard noGrad;
            const Sample sample{tokenise(*model.tokenizer, model.chat, pairs[i].first, pairs[i].second, mean.count(0)),
                                0};
            const auto alone = model.network->answerLogits(collate({&sample}, mean, model.tokenizer->pad()));
            const auto right = -at::log_softmax(alone.logits.to(at::kDouble), -1)
                                    .gather(1, alone.targets.unsqueeze(1))
                                    .mean()
                                    .item<double>();
            QVERIFY2(std::abs(nats[i] - right) < 1e-4, qPrintable(QString("%1 %2").arg(nats[i]).arg(right)));
        }
    }

    void equalPairsAreScoredOnce() {
        std::int64_t done = 0;
        const Fluency::Answered first{"Who is this?", "Oskar Lind"}, other{"Who is this?", "Ilse Quill"};
        const auto nats = m_fluency->nats({first, other, first, first}, [&](std::int64_t more) { done += more; });
        QCOMPARE(done, std::int64_t{2});
        QVERIFY(nats[0] == nats[2] && nats[0] == nats[3] && nats[0] != nats[1]);
        QVERIFY(m_fluency->nats({}).empty());
    }

    void theBoundStandsHalfANatAboveTheFluent() {
        const auto& entities = m_world->benchmark.entities;
        std::vector<Fluency::Answered> fluent;
        for (const auto& alike : std::vector<std::vector<std::size_t>>{{0, 1, 2, 3}, {4, 5}})  // animals, plants
            for (const std::size_t kind : {0, 1})
                for (std::size_t i = 0; i < alike.size(); ++i)
                    for (std::size_t step = 0; step < std::min<std::size_t>(3, alike.size()); ++step)
                        fluent.emplace_back(
                            entities[alike[(i + step) % alike.size()]].questions[kind].phrasings.front(),
                            entities[alike[i]].questions[kind].answer);
        auto nats = m_fluency->nats(fluent);
        std::sort(nats.begin(), nats.end());
        QCOMPARE(nats.size(), std::size_t{32});
        std::set<std::int64_t> seen;
        const auto bound = m_fluency->bound(m_world->benchmark, 0.5, [&](const Progress& progress) {
            QCOMPARE(progress.total, std::int64_t{32});
            seen.insert(progress.done);
        });
        QVERIFY(seen.size() > 1);
        QVERIFY2(std::abs(bound - (nats[30] + 0.5)) < 1e-4, qPrintable(QString::number(bound)));  // 0.998 of 31
        QVERIFY(m_fluency->nats({{"Who is this?", "grasslands mud Tobin caves in in"}})[0] > bound);
    }

    void withoutAnswersThereIsNoBound() {
        auto empty = m_world->benchmark;
        for (auto& entity : empty.entities)
            entity.questions.clear();
        QVERIFY_EXCEPTION_THROWN(m_fluency->bound(empty, 0.5), Error);
    }

    void stopsWhenAsked() {
        const Interruptions stopped([] { throw Cancelled{}; });
        QVERIFY_EXCEPTION_THROWN(m_fluency->bound(m_world->benchmark, 0.5), Cancelled);
    }

private:
    std::vector<std::int64_t> pictures() const {
        std::vector<std::int64_t> rows;
        for (const auto& entity : m_world->benchmark.entities)
            rows.push_back(m_world->features->row(m_world->benchmark.imagePath(entity.views.front())));
        return rows;
    }

    std::unique_ptr<lacuna::testing::TinyWorld> m_world;
    std::unique_ptr<Fluency> m_fluency;
};

LACUNA_TEST(FluencyTest)
#include "fluency_test.moc"
