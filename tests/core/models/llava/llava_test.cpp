// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/llava/llava.h"

#include "core/base/error.h"
#include "core/tensors/nf4.h"
#include "tests/common/llava_configs.h"
#include "tests/common/test_registry.h"

#include <ATen/CPUGeneratorImpl.h>
#include <QTemporaryDir>
#include <QtTest>
#include <torch/csrc/autograd/autograd.h>

using namespace lacuna;

namespace {

LlavaConfig smallConfig() {
    auto config = lacuna::testing::tinyConfig(50);
    config.text.layers = 3;
    config.text.heads = 4;  // two for each of the keys and values
    config.text.maxPositions = 64;
    return config;
}

at::Tensor longs(const std::vector<std::int64_t>& values) {
    return at::tensor(values, at::kLong);
}

at::Generator seeded(std::uint64_t seed) {
    return at::make_generator<at::CPUGeneratorImpl>(seed);
}

Llava smallModel(std::uint64_t seed = 7, std::vector<std::int64_t> ends = {2}) {
    LlavaConfig config = smallConfig();
    config.ends = std::move(ends);
    Llava model = Llava::initialised(config, seed, at::kFloat);
    // Larger than at the start of training, so that answers differ from one another.
    for (auto& [name, weight] : model.weights())
        if (name.starts_with("language_model") && weight.dim() == 2)
            weight.mul_(8);
    // A random model may well answer "<image>", which nobody could ask it about in turn.
    model.weights().at("language_model.lm_head.weight")[model.config().imageToken].zero_();
    return model;
}

at::Tensor pictures(const Llava& model, std::int64_t count) {
    const std::int64_t size = model.config().vision.imageSize;
    return at::empty({count, 3, size, size}).normal_(0, 1, seeded(3));
}

/// Samples of the given token lists, image tokens written −1, the last `answers[i]` tokens labelled.
TokenBatch batchOf(const Llava& model, const std::vector<std::vector<std::int64_t>>& samples,
                   const std::vector<std::int64_t>& answers, const at::Tensor& images) {
    std::size_t longest = 0;
    for (const auto& sample : samples)
        longest = std::max(longest, sample.size());
    const auto n = static_cast<std::int64_t>(samples.size()), width = static_cast<std::int64_t>(longest);
    TokenBatch batch{at::full({n, width}, model.config().pad, at::kLong), at::full({n, width}, -100, at::kLong),
                     at::zeros({n}, at::kLong), countedPositions(n, width), images};
    for (std::int64_t i = 0; i < n; ++i) {
        std::vector<std::int64_t> ids = samples[static_cast<std::size_t>(i)];
        std::replace(ids.begin(), ids.end(), std::int64_t{-1}, model.config().imageToken);
        const auto length = static_cast<std::int64_t>(ids.size());
        batch.ids[i].narrow(0, 0, length).copy_(longs(ids));
        batch.lengths[i] = length;
        const std::int64_t answer = answers[static_cast<std::size_t>(i)];
        const at::Tensor end = batch.ids[i].narrow(0, length - answer, answer);
        batch.labels[i].narrow(0, length - answer, answer).copy_(end);
    }
    return batch;
}

const std::vector<std::vector<std::int64_t>> kSamples{{1, 5, -1, -1, -1, -1, 9, 10, 11, 12, 2},
                                                      {1, 6, -1, -1, -1, -1, 20, 21, 7, 8, 30, 31, 32, 2},
                                                      {1, -1, -1, -1, -1, 3}};

Adapter someAdapter(const Llava& model) {
    Adapter adapter = makeAdapter(model.config().text, 3, 6, 5, model.options());
    const at::NoGradGuard noGradients;
    for (auto& layer : adapter.layers)
        for (LoraFactors& factors : layer)
            factors.b.normal_(0, 0.3, seeded(11));
    return adapter;
}

at::Tensor lossOf(const AnswerLogits& answers) {
    return at::cross_entropy_loss(answers.logits, answers.targets);
}

}  // namespace

class LlavaTest : public QObject {
    Q_OBJECT

private slots:
    void aSampleAloneSaysTheSameAsInABatch();
    void generatesTheArgmaxOfAnswerLogits();
    void anAnswerEndsAtAnyOfTheEndTokens();
    void positionsAreThoseOfTheBatch();
    void sameSeedSameWeights();
    void worksOnTextAlone();
    void gradientsDoNotDependOnHowProductsAreFormed();
    void weightsThatRequireGradientsGetTheRightOnes();
    void sameBitsTwice();
    void drawsTokensAsLikelyAsTheModelHasThem();
    void drawsDoNotDependOnTheBatch();
    void dropoutChangesTrainingAloneAndFollowsTheSeed();
    void recomputingGivesTheSameGradients_data();
    void recomputingGivesTheSameGradients();
    void aBaseIn4BitsAnswersAsItsWeightsInFull();
    void refusesPicturesThatDoNotFitTheImageTokens();
    void refusesAnAdapterOfAnotherDepth();
    void refusesPromptsBeyondTheModelsPositions();
};

void LlavaTest::aSampleAloneSaysTheSameAsInABatch() {
    const Llava model = smallModel();
    const at::Tensor images = model.project(model.visionFeatures(pictures(model, 3)));
    const Adapter adapter = someAdapter(model);
    for (const Adapter* used : {static_cast<const Adapter*>(nullptr), &adapter}) {
        const AnswerLogits all = model.answerLogits(batchOf(model, kSamples, {4, 6, 1}, images), used);
        QCOMPARE(all.logits.sizes(), at::IntArrayRef({11, 50}));
        const std::vector<std::int64_t> answers{4, 6, 1};
        for (std::int64_t i = 0; i < 3; ++i) {
            const auto at = static_cast<std::size_t>(i);
            const AnswerLogits one =
                model.answerLogits(batchOf(model, {kSamples[at]}, {answers[at]}, images.narrow(0, i, 1)), used);
            const at::Tensor rows = all.sample.eq(i).nonzero().squeeze(1);
            QVERIFY(at::allclose(all.logits.index_select(0, rows), one.logits, 1e-4, 1e-4));
            QVERIFY(at::equal(all.targets.index_select(0, rows), one.targets));
        }
    }
}

void LlavaTest::generatesTheArgmaxOfAnswerLogits() {
    const Llava model = smallModel();
    const at::Tensor images = model.project(model.visionFeatures(pictures(model, 3)));
    const Adapter adapter = someAdapter(model);
    std::size_t written = 0;
    for (const Adapter* used : {static_cast<const Adapter*>(nullptr), &adapter}) {
        const Generated generated = model.generate(batchOf(model, kSamples, {0, 0, 0}, images), 20, used);
        for (std::int64_t i = 0; i < 3; ++i) {
            const auto at = static_cast<std::size_t>(i);
            std::vector<std::int64_t> ids = kSamples[at];
            written += generated.tokens[at].size();
            for (std::size_t step = 0; step < 20; ++step) {
                ids.push_back(3);  // any token: what is asked is what stands before it
                const at::Tensor logits =
                    model.answerLogits(batchOf(model, {ids}, {1}, images.narrow(0, i, 1)), used).logits;
                const std::int64_t best = logits.argmax().item<std::int64_t>();
                if (best == model.config().ends.front()) {
                    QCOMPARE(generated.tokens[at].size(), step);
                    break;
                }
                QCOMPARE(generated.tokens[at].at(step), best);
                const float logProbability = at::log_softmax(logits, -1)[0][best].item<float>();
                QVERIFY(std::abs(logProbability - generated.logProbabilities[at].at(step)) < 1e-4F);
                ids.back() = best;
            }
        }
    }
    QVERIFY(written > 30);
}

void LlavaTest::anAnswerEndsAtAnyOfTheEndTokens() {
    const auto answer = [](const std::vector<std::int64_t>& ends) {
        const Llava model = smallModel(7, ends);
        const at::Tensor images = model.project(model.visionFeatures(pictures(model, 1)));
        return model.generate(batchOf(model, {kSamples[0]}, {0}, images), 20).tokens[0];
    };
    const auto whole = answer({});
    QCOMPARE(whole.size(), std::size_t{20});
    for (const std::size_t last : {4U, 9U}) {
        const auto first = std::find(whole.begin(), whole.end(), whole[last]);
        QCOMPARE(answer({2, whole[last]}), std::vector<std::int64_t>(whole.begin(), first));
    }
}

/// Rotary angles tell how far two tokens are apart, and nothing else: moved together nothing changes, moved apart all
/// does. Also where the cache's places are other than the positions.
void LlavaTest::positionsAreThoseOfTheBatch() {
    const Llava model = smallModel();
    const Adapter adapter = someAdapter(model);
    const at::Tensor images = model.project(model.visionFeatures(pictures(model, 3)));
    const TokenBatch batch = batchOf(model, kSamples, {4, 6, 1}, images),
                     prompts = batchOf(model, kSamples, {0, 0, 0}, images);
    for (const Adapter* used : {static_cast<const Adapter*>(nullptr), &adapter}) {
        TokenBatch moved = batch, spread = batch, movedPrompts = prompts, spreadPrompts = prompts;
        moved.positions = batch.positions + at::tensor({7, 0, 11}, at::kLong).unsqueeze(1);
        spread.positions = batch.positions * 2;
        const at::Tensor logits = model.answerLogits(batch, used).logits;
        QVERIFY(at::allclose(model.answerLogits(moved, used).logits, logits, 1e-3, 1e-4));
        QVERIFY((model.answerLogits(spread, used).logits - logits).abs().max().item<double>() > 1e-2);
        movedPrompts.positions = prompts.positions + 9;
        spreadPrompts.positions = prompts.positions * 2;
        const Generated answers = model.generate(prompts, 12, used);
        QVERIFY(model.generate(movedPrompts, 12, used).tokens == answers.tokens);
        const float first = model.generate(spreadPrompts, 12, used).logProbabilities[1][0];
        QVERIFY(std::abs(first - answers.logProbabilities[1][0]) > 1e-3);
    }
}

void LlavaTest::sameSeedSameWeights() {
    Llava one = smallModel(7), same = smallModel(7), other = smallModel(8);
    const std::string name = "language_model.model.layers.1.mlp.up_proj.weight";
    QVERIFY(at::equal(one.weights().at(name), same.weights().at(name)));
    QVERIFY(!at::equal(one.weights().at(name), other.weights().at(name)));
}

void LlavaTest::worksOnTextAlone() {
    const Llava model = smallModel();
    const TokenBatch batch = batchOf(model, {{1, 5, 6, 7, 2}, {1, 8, 2}}, {2, 1}, {});
    QCOMPARE(model.answerLogits(batch).logits.size(0), 3);
    QCOMPARE(model.generate(batch, 4).tokens.size(), std::size_t{2});
}

/// A large batch adds the factors to the weights before its products, a small one does not.
void LlavaTest::gradientsDoNotDependOnHowProductsAreFormed() {
    const Llava model = smallModel();
    const at::Tensor images = model.project(model.visionFeatures(pictures(model, 3)));
    const Adapter adapter = someAdapter(model);
    const auto gradients = [&](std::size_t copies) {
        std::vector<std::vector<std::int64_t>> samples;
        std::vector<std::int64_t> answers;
        for (std::size_t i = 0; i < copies; ++i) {
            samples.insert(samples.end(), kSamples.begin(), kSamples.end());
            answers.insert(answers.end(), {4, 6, 1});
        }
        const TokenBatch batch =
            batchOf(model, samples, answers, images.repeat({static_cast<std::int64_t>(copies), 1, 1}));
        const std::vector<at::Tensor> parameters = adapter.parameters();
        return torch::autograd::grad({lossOf(model.answerLogits(batch, &adapter))}, parameters);
    };
    const std::vector<at::Tensor> few = gradients(1), many = gradients(40);
    for (std::size_t i = 0; i < few.size(); ++i) {
        const double scale = few[i].abs().max().item<double>();
        QVERIFY(scale > 0);
        QVERIFY((few[i] - many[i]).abs().max().item<double>() < 1e-4 * scale);
    }
}

/// In double precision the kernels do not serve: another way to the same gradients.
void LlavaTest::weightsThatRequireGradientsGetTheRightOnes() {
    Llava narrow = smallModel();
    Llava wide = Llava::initialised(smallConfig(), 7, at::kDouble);
    for (auto& [name, weight] : wide.weights())
        weight.copy_(narrow.weights().at(name));
    std::vector<std::vector<at::Tensor>> gradients;
    for (Llava* model : {&narrow, &wide}) {
        std::vector<at::Tensor> weights;
        for (auto& [name, weight] : model->weights())
            weights.push_back(weight.requires_grad_(true));
        const at::Tensor pixels = pictures(*model, 3);
        const TowerOutputs tower = model->towerOutputs(pixels);
        const TokenBatch batch = batchOf(*model, kSamples, {4, 6, 1}, model->project(tower.features));
        const at::Tensor loss = lossOf(model->answerLogits(batch)) + tower.embedding.square().mean();
        gradients.push_back(torch::autograd::grad({loss}, weights));
    }
    std::size_t i = 0;
    for (const auto& [name, weight] : narrow.weights()) {
        const at::Tensor &ours = gradients[0][i], &theirs = gradients[1][i++];
        const double scale = std::max(theirs.abs().max().item<double>(), 1e-3);
        QVERIFY2((ours - theirs).abs().max().item<double>() < 1e-4 * scale, name.c_str());
    }
}

void LlavaTest::sameBitsTwice() {
    const Llava model = smallModel();
    const at::Tensor images = model.project(model.visionFeatures(pictures(model, 3)));
    const TokenBatch batch = batchOf(model, kSamples, {4, 6, 1}, images);
    const Adapter adapter = someAdapter(model);
    const auto gradients = [&] {
        return torch::autograd::grad({lossOf(model.answerLogits(batch, &adapter))}, adapter.parameters());
    };
    const std::vector<at::Tensor> once = gradients(), again = gradients();
    for (std::size_t i = 0; i < once.size(); ++i)
        QVERIFY(at::equal(once[i], again[i]));
    QCOMPARE(model.generate(batch, 9, &adapter).logProbabilities, model.generate(batch, 9, &adapter).logProbabilities);
}

void LlavaTest::drawsTokensAsLikelyAsTheModelHasThem() {
    const Llava model = smallModel();
    const TokenBatch one = batchOf(model, {{1, 5, 6}}, {1}, {});
    const at::Tensor logits = model.answerLogits(batchOf(model, {{1, 5, 6, 7}}, {1}, {})).logits[0];
    const double temperature = 4;  // a random model is too sure of itself
    const at::Tensor expected = at::softmax(logits / temperature, 0);
    constexpr std::int64_t draws = 2000;
    TokenBatch many{one.ids.repeat({draws, 1}),
                    one.labels.repeat({draws, 1}),
                    one.lengths.repeat({draws}),
                    one.positions.repeat({draws, 1}),
                    {}};
    const auto drawn = [&](double topP) {
        at::Tensor counts = at::zeros({expected.size(0)});
        for (const auto& tokens : model.generate(many, 1, nullptr, {temperature, topP, 3}).tokens)
            counts[tokens.empty() ? model.config().ends.front() : tokens.front()] += 1;
        return counts / draws;
    };
    const double error = (drawn(1) - expected).abs().sum().item<double>();
    QVERIFY2(error < 0.2, std::to_string(error).c_str());  // about √(tokens / draws)
    // The fewest likeliest tokens that make a half together, and no other.
    auto [sorted, tokens] = expected.sort(0, true);
    const std::int64_t nucleus = (sorted.cumsum(0) - sorted < 0.5).sum().item<std::int64_t>();
    QVERIFY(nucleus > 1 && nucleus < expected.size(0));
    const at::Tensor half = drawn(0.5);
    QVERIFY(half.index_select(0, tokens.slice(0, 0, nucleus)).gt(0).all().item<bool>());
    QCOMPARE(half.index_select(0, tokens.slice(0, nucleus)).sum().item<double>(), 0.0);
    QVERIFY_THROWS_EXCEPTION(Error, model.generate(one, 1, nullptr, {1, 0, 3}));
    QVERIFY_THROWS_EXCEPTION(Error, model.generate(one, 1, nullptr, {-1, 1, 3}));
}

void LlavaTest::drawsDoNotDependOnTheBatch() {
    const Llava model = smallModel();
    const at::Tensor images = model.project(model.visionFeatures(pictures(model, 3)));
    const Sampling sampling{2, 0.9, 5};
    const Generated all = model.generate(batchOf(model, kSamples, {0, 0, 0}, images), 12, nullptr, sampling);
    QVERIFY(all.tokens != model.generate(batchOf(model, kSamples, {0, 0, 0}, images), 12, nullptr, {2, 0.9, 6}).tokens);
    const Generated first =
        model.generate(batchOf(model, {kSamples[0]}, {0}, images.narrow(0, 0, 1)), 12, nullptr, sampling);
    QCOMPARE(first.tokens.front(), all.tokens.front());
}

void LlavaTest::dropoutChangesTrainingAloneAndFollowsTheSeed() {
    const Llava model = smallModel();
    const at::Tensor images = model.project(model.visionFeatures(pictures(model, 3)));
    const TokenBatch batch = batchOf(model, kSamples, {4, 6, 1}, images);
    const Adapter adapter = someAdapter(model);
    const auto logits = [&](std::uint64_t seed, double dropout) {
        at::Generator generator = at::globalContext().defaultGenerator(at::kCPU);
        generator.set_current_seed(seed);
        return model.answerLogits(batch, &adapter, {dropout}).logits;
    };
    QVERIFY(at::equal(logits(1, 0.3), logits(1, 0.3)));
    QVERIFY(!at::equal(logits(1, 0.3), logits(2, 0.3)));
    QVERIFY(at::equal(logits(1, 0), logits(2, 0)));
}

void LlavaTest::recomputingGivesTheSameGradients_data() {
    QTest::addColumn<double>("dropout");
    QTest::newRow("without dropout") << 0.0;
    QTest::newRow("with dropout") << 0.3;
}

void LlavaTest::recomputingGivesTheSameGradients() {
    QFETCH(const double, dropout);
    const Llava model = smallModel();
    const at::Tensor images = model.project(model.visionFeatures(pictures(model, 3)));
    const TokenBatch batch = batchOf(model, kSamples, {4, 6, 1}, images);
    const auto trained = [&](bool recomputes) {
        const Adapter adapter = someAdapter(model);
        at::Generator generator = at::globalContext().defaultGenerator(at::kCPU);
        generator.set_current_seed(4);
        std::vector<at::Tensor> all{lossOf(model.answerLogits(batch, &adapter, {dropout, recomputes}))};
        all.front().backward();
        for (const at::Tensor& factor : adapter.parameters())
            all.push_back(factor.grad());
        all.push_back(at::empty({4}).uniform_());  // the generator goes on from the same place
        return all;
    };
    const std::vector<at::Tensor> plain = trained(false), again = trained(true);
    for (std::size_t i = 0; i < plain.size(); ++i)
        QVERIFY(at::equal(again[i], plain[i]));
}

void LlavaTest::aBaseIn4BitsAnswersAsItsWeightsInFull() {
    Llava full = smallModel();
    const QTemporaryDir folder;
    full.save(folder.path().toStdString());
    const Llava quantised = Llava::load(folder.path().toStdString(), at::kFloat, {}, WeightFormat::Nf4);
    QVERIFY(full.format() == WeightFormat::Full && quantised.format() == WeightFormat::Nf4);
    QVERIFY_THROWS_EXCEPTION(Error, quantised.save(folder.path().toStdString()));
    std::size_t linears = 0;
    for (auto& [name, weight] : full.weights()) {
        if (!name.starts_with("language_model.model.layers.") || weight.dim() != 2)
            continue;
        dequantise(quantisedNf4(weight.clone()), weight);
        ++linears;
    }
    QCOMPARE(linears, std::size_t{3} * 7);

    const at::Tensor images = full.project(full.visionFeatures(pictures(full, 3)));
    const TokenBatch batch = batchOf(full, kSamples, {4, 6, 1}, images);
    const auto trained = [&](const Llava& model, bool recomputes) {
        const Adapter adapter = someAdapter(model);
        std::vector<at::Tensor> all{model.answerLogits(batch, &adapter, {0, recomputes}).logits};
        at::cross_entropy_loss(all.front(), model.answerLogits(batch).targets).backward();
        for (const at::Tensor& factor : adapter.parameters())
            all.push_back(factor.grad());
        return all;
    };
    const std::vector<at::Tensor> expected = trained(full, false);
    for (const bool recomputes : {false, true}) {
        const std::vector<at::Tensor> found = trained(quantised, recomputes);
        for (std::size_t i = 0; i < expected.size(); ++i)
            QVERIFY(at::allclose(found[i], expected[i], 1e-3, 1e-4));
    }
    const Adapter adapter = someAdapter(full);
    for (const Adapter* used : {static_cast<const Adapter*>(nullptr), &adapter})
        QCOMPARE(quantised.generate(batch, 8, used).tokens, full.generate(batch, 8, used).tokens);
}

void LlavaTest::refusesPicturesThatDoNotFitTheImageTokens() {
    const Llava model = smallModel();
    const at::Tensor images = model.project(model.visionFeatures(pictures(model, 1)));
    QVERIFY_THROWS_EXCEPTION(Error, model.answerLogits(batchOf(model, {{1, -1, -1, 5, 2}}, {1}, images)));
    QVERIFY_THROWS_EXCEPTION(Error, model.answerLogits(batchOf(model, {{1, -1, -1, -1, -1, 5, 2}}, {1}, {})));
    QVERIFY_THROWS_EXCEPTION(Error, model.visionFeatures(at::zeros({1, 3, 8, 8})));
}

void LlavaTest::refusesAnAdapterOfAnotherDepth() {
    const Llava model = smallModel();
    TextConfig other = model.config().text;
    other.layers = 2;
    const Adapter adapter = makeAdapter(other, 2, 4, 1, at::kFloat);
    const TokenBatch batch = batchOf(model, {{1, 5, 2}}, {1}, {});
    QVERIFY_THROWS_EXCEPTION(Error, model.answerLogits(batch, &adapter));
    QVERIFY_THROWS_EXCEPTION(Error, model.generate(batch, 3, &adapter));
}

void LlavaTest::refusesPromptsBeyondTheModelsPositions() {
    const Llava model = smallModel();
    const TokenBatch batch = batchOf(model, {std::vector<std::int64_t>(62, 5)}, {1}, {});
    QCOMPARE(model.generate(batch, 2).tokens.size(), std::size_t{1});
    QVERIFY_THROWS_EXCEPTION(Error, model.generate(batch, 3));
    const TokenBatch longer = batchOf(model, {std::vector<std::int64_t>(65, 5)}, {1}, {});
    QVERIFY_THROWS_EXCEPTION(Error, model.answerLogits(longer));
}

LACUNA_TEST(LlavaTest)
#include "llava_test.moc"
