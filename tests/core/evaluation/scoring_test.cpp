// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/scoring.h"

#include "core/base/atomic_file.h"
#include "core/base/interruption.h"
#include "core/base/progress.h"
#include "tests/common/test_registry.h"
#include "tests/common/tiny_world.h"

#include <QtTest>
#include <nlohmann/json.hpp>

#include <cmath>
#include <numeric>

using namespace lacuna;

namespace {

using Batches = std::vector<std::vector<std::size_t>>;

Sample ofLength(std::size_t length) {
    Sample sample;
    sample.tokens.ids.resize(length);
    return sample;
}

}  // namespace

class ScoringTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        m_world = lacuna::testing::makeTinyWorld();
        const auto& benchmark = m_world->benchmark;
        m_world->features->addBenchmark(benchmark);
        m_expert = std::make_unique<Adapter>(
            makeAdapter(m_world->model->network->config().text, 2, 64, 5, m_world->model->network->options()).clone());
        for (auto& layer : m_expert->layers)
            for (auto& factors : layer)
                factors.b.fill_(0.3);
        for (const auto& entity : benchmark.entities)
            for (const auto& question : entity.questions)
                m_samples.push_back({tokenised(question.phrasings.front(), question.answer),
                                     m_world->features->row(benchmark.imagePath(entity.views.front()))});
    }

    void batchesAreOfOneAdapterAndOfLikeLength() {
        const Adapter a, b;
        const std::vector<Sample> samples{ofLength(9), ofLength(3), ofLength(5), ofLength(3), ofLength(4)};
        QCOMPARE(batchesOf({{{&b, 1}}, {}, {{&b, 1}}, {{&a, 1}}, {{&b, 1}}}, samples, 2),
                 (Batches{{4, 2}, {0}, {1}, {3}}));
        QCOMPARE(batchesOf(std::vector<AdapterMix>(5), samples, 3), (Batches{{1, 3, 4}, {2, 0}}));
        QVERIFY(batchesOf({}, {}, 3).empty());
    }

    /// tests/parity/make_measure_fixture.py.
    void tokensAreScoredAsNumpySays() {
        const auto one =
            nlohmann::json::parse(readFile(LACUNA_SOURCE_DIR "/tests/fixtures/measures.json")).at("tokens");
        std::vector<float> flat;
        for (const auto& row : one.at("logits").get<std::vector<std::vector<float>>>())
            flat.insert(flat.end(), row.begin(), row.end());
        const auto targets = one.at("targets").get<std::vector<std::int64_t>>();
        const auto places = one.at("sample").get<std::vector<std::int64_t>>();
        const auto tokens = static_cast<std::int64_t>(targets.size());
        const auto scores =
            tokenScores({at::tensor(flat).reshape({tokens, -1}), at::tensor(targets), at::tensor(places)}, 3);
        QCOMPARE(scores.size(), std::size_t{3});
        for (std::size_t i = 0; i < 2; ++i) {
            const auto& right = one.at("scores").at(i);
            QVERIFY(std::abs(scores[i].extraction - right.at("extraction").get<double>()) < 1e-12);
            QVERIFY(std::abs(scores[i].memorization - right.at("memorization").get<double>()) < 1e-12);
            QVERIFY(std::abs(scores[i].minK - right.at("min_k").get<double>()) < 1e-5);
            QVERIFY(std::abs(scores[i].minKPlus - right.at("min_k_plus").get<double>()) < 1e-5);
        }
        QCOMPARE(scores[2].minK, 0.0);
        // Certain of its token to the last bit: no spread, and no division by it.
        const auto sure =
            tokenScores({at::tensor({200.0F, 0.0F}).reshape({1, 2}), at::tensor({0L}), at::tensor({0L})}, 1);
        QVERIFY(std::isfinite(sure.front().minKPlus));
        QCOMPARE(sure.front().extraction, 1.0);
    }

    /// Batches of several samples: each as if it were alone, and the nats as without looking.
    void tokensOfABatchAreThoseOfEachSampleAlone() {
        const auto adapters = mixed();
        std::vector<TokenScores> together, alone;
        const auto& features = m_world->features->projected();
        const auto nats = answerNats(*m_world->model, m_samples, adapters, features, 5, {}, {.tokens = &together});
        answerNats(*m_world->model, m_samples, adapters, features, 1, {}, {.tokens = &alone});
        QVERIFY(nats == answerNats(*m_world->model, m_samples, adapters, features, 5));
        for (std::size_t i = 0; i < together.size(); ++i) {
            QCOMPARE(together[i].extraction, alone[i].extraction);
            QVERIFY(std::abs(together[i].minK - alone[i].minK) < 1e-4);
        }
    }

    /// Against the mean of −log softmax in float64, each sample by itself, without padding.
    void natsAreThoseOfEachSampleAlone() {
        const auto adapters = mixed();
        const auto nats = answerNats(*m_world->model, m_samples, adapters, m_world->features->projected(), 5);
        QCOMPARE(nats.size(), m_samples.size());
        for (std::size_t i = 0; i < m_samples.size(); ++i) {
            const at::NoGradGuard noGrad;
            const auto alone = m_world->model->network->answerLogits(
                collate({&m_samples[i]}, m_world->features->projected(), m_world->model->tokenizer->pad()),
                adapters[i].empty() ? nullptr : adapters[i].front().adapter);
            const auto each = -at::log_softmax(alone.logits.to(at::kDouble), -1).gather(1, alone.targets.unsqueeze(1));
            const auto right = each.mean().item<double>();
            QVERIFY2(std::abs(nats[i] - right) < 1e-4, qPrintable(QString("%1 %2 %3").arg(i).arg(nats[i]).arg(right)));
        }
        const auto known = answerNats(*m_world->model, m_samples, std::vector<AdapterMix>(m_samples.size()),
                                      m_world->features->projected(), 5);
        QVERIFY(std::accumulate(known.begin(), known.end(), 0.0) < std::accumulate(nats.begin(), nats.end(), 0.0) / 4);
    }

    /// The head by hand in float64 makes the logits of them, each sample by itself.
    void statesAreThoseThatTheLogitsAreMadeOf() {
        const at::NoGradGuard noGrad;
        const auto head = m_world->model->network->weights().at("language_model.lm_head.weight").to(at::kDouble);
        auto samples = m_samples;
        samples[3].tokens = tokenised("Who is this?", "");
        samples[3].tokens.ids.resize(samples[3].tokens.answerBegin);
        const auto adapters = mixed();
        std::vector<at::Tensor> states;
        const auto nats = answerNats(*m_world->model, samples, adapters, projected(), 5, {}, {.states = &states});
        QCOMPARE(states.size(), samples.size());
        for (std::size_t i = 0; i < samples.size(); ++i) {
            const auto& tokens = samples[i].tokens;
            QCOMPARE(states[i].size(0), static_cast<std::int64_t>(tokens.ids.size() - tokens.answerBegin));
            QCOMPARE(states[i].size(1), m_world->model->network->text().hidden);
            const auto alone = m_world->model->network->answerLogits(
                collate({&samples[i]}, projected(), m_world->model->tokenizer->pad()),
                adapters[i].empty() ? nullptr : adapters[i].front().adapter);
            QVERIFY(at::allclose(at::matmul(states[i].to(at::kDouble), head.t()), alone.logits.to(at::kDouble), 1e-4,
                                 1e-4));
        }
        const auto without = answerNats(*m_world->model, samples, adapters, projected(), 5);
        for (std::size_t i = 0; i < samples.size(); ++i)
            QVERIFY(nats[i] == without[i] || i == 3);
    }

    void withoutAnAnswerThereIsNoNumber() {
        auto samples = m_samples;
        samples[3].tokens = tokenised("Who is this?", "");
        samples[3].tokens.ids.resize(static_cast<std::size_t>(samples[3].tokens.answerBegin));
        const auto nats = answerNats(*m_world->model, samples, std::vector<AdapterMix>(samples.size()), projected(), 4);
        for (std::size_t i = 0; i < nats.size(); ++i)
            QCOMPARE(std::isnan(nats[i]), i == 3);
    }

    void answersComeInTheirOrderWithTheirAdapter() {
        auto prompts = m_samples;
        for (auto& prompt : prompts)
            prompt.tokens.ids.resize(static_cast<std::size_t>(prompt.tokens.answerBegin));
        const auto adapters = mixed();
        std::int64_t done = 0;
        const auto answers = greedyAnswers(*m_world->model, prompts, adapters, projected(), 5, 16,
                                           [&](std::int64_t more) { done += more; });
        QCOMPARE(done, static_cast<std::int64_t>(prompts.size()));
        int right = 0, base = 0;
        for (std::size_t i = 0; i < prompts.size(); ++i) {
            QCOMPARE(answers.tokens[i].size(), answers.logProbabilities[i].size());
            const auto alone = greedyAnswers(*m_world->model, {prompts[i]}, {adapters[i]}, projected(), 1, 16);
            QCOMPARE(answers.tokens[i], alone.tokens[0]);
            const auto& entity = m_world->benchmark.entities[i / 2];
            if (!adapters[i].empty())
                continue;
            ++base;
            right += m_world->model->tokenizer->decode(answers.tokens[i]) == entity.questions[i % 2].answer ? 1 : 0;
        }
        QVERIFY2(right * 4 >= base * 3, qPrintable(QString("%1 of %2").arg(right).arg(base)));
    }

    void canBeEndedBetweenBatches() {
        int batches = 0;
        const auto end = [&](std::int64_t) {
            if (++batches == 2)
                throw Cancelled();
        };
        const std::vector<AdapterMix> none(m_samples.size());
        QVERIFY_EXCEPTION_THROWN(answerNats(*m_world->model, m_samples, none, projected(), 2, end), Cancelled);
        QCOMPARE(batches, 2);
    }

private:
    PromptTokens tokenised(const std::string& question, const std::string& answer) const {
        const auto& model = *m_world->model;
        return tokenise(*model.tokenizer, model.chat, question, answer, model.network->config().vision.patches());
    }
    PictureFeatures projected() const { return m_world->features->projected(); }
    std::vector<AdapterMix> mixed() const {
        std::vector<AdapterMix> adapters;
        for (std::size_t i = 0; i < m_samples.size(); ++i)
            adapters.push_back(i % 3 == 1 ? AdapterMix{{m_expert.get(), 1}} : AdapterMix{});
        return adapters;
    }

    std::unique_ptr<lacuna::testing::TinyWorld> m_world;
    std::unique_ptr<Adapter> m_expert;
    std::vector<Sample> m_samples;
};

LACUNA_TEST(ScoringTest)
#include "scoring_test.moc"
