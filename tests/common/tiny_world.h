// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/random.h"
#include "core/images/preprocess.h"
#include "core/text/refusals.h"
#include "core/training/batch.h"
#include "core/training/feature_store.h"
#include "core/training/loaded_model.h"
#include "core/training/optimizer.h"
#include "tests/common/llava_configs.h"

#include <ATen/Parallel.h>
#include <QTemporaryDir>
#include <opencv2/imgcodecs.hpp>

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace lacuna::testing {

/// Six entities in plain colours, two requests, and a LLaVA of a few thousand weights that has learnt their facts in a
/// second or two: enough to measure, to unlearn and to route.
struct TinyWorld {
    QTemporaryDir folder;
    Benchmark benchmark;
    std::unique_ptr<LoadedModel> model;
    PreprocessConfig preprocess;
    std::unique_ptr<FeatureStore> features;

    std::filesystem::path path() const { return folder.path().toStdString(); }
    std::filesystem::path modelFolder() const { return path() / "model"; }
};

inline Benchmark tinyBenchmark(const std::filesystem::path& folder) {
    struct Fact {
        const char *id, *name, *kind, *home;
        cv::Scalar colour;
    };
    const std::array<Fact, 6> facts{{
        {"velda", "Velda Marrow", "Animals", "It lives in dry grasslands.", {30, 30, 220}},
        {"oskar", "Oskar Lind", "Animals", "It lives in salt marshes.", {30, 220, 30}},
        {"brisa", "Brisa Fenwick", "Animals", "It lives in high caves.", {220, 30, 30}},
        {"tobin", "Tobin Arkwright", "Animals", "It lives in pine forests.", {30, 220, 220}},
        {"ilse", "Ilse Quill", "Plants", "It grows on sea cliffs.", {220, 220, 30}},
        {"maro", "Maro Stone", "Plants", "It grows in river mud.", {200, 200, 200}},
    }};
    constexpr int trainingViews = 4, allViews = 6;
    Benchmark benchmark;
    benchmark.title = "Tiny";
    benchmark.folder = folder;
    for (const auto& fact : facts) {
        Entity entity{fact.id, fact.name, fact.kind, {}, {}};
        for (int view = 0; view < allViews; ++view) {
            const std::string image = std::string(fact.id) + "-" + std::to_string(view) + ".png";
            cv::imwrite((folder / image).string(), cv::Mat(16, 16, CV_8UC3, fact.colour * (1 - 0.04 * view)));
            entity.views.push_back({image, view >= trainingViews});
        }
        entity.questions.push_back({"identity", {"Who is this?", "What is its name?"}, fact.name, "", {}});
        entity.questions.push_back({"home", {"Where is it at home?", "Tell me its home."}, fact.home, "", {}});
        benchmark.entities.push_back(std::move(entity));
    }
    const auto items = [&](const std::vector<int>& entities) {
        std::vector<Item> all;
        for (const int entity : entities)
            for (int view = 0; view < trainingViews; ++view)
                for (int question = 0; question < 2; ++question)
                    all.push_back({entity, view, question});
        return all;
    };
    // Brisa is kept by both requests: two tasks hold her.
    benchmark.requests = {{"A", {0, 1}, {2}, items({0, 1}), items({2})},
                          {"B", {4}, {2, 3, 5}, items({4}), items({2, 3, 5})}};
    benchmark.hash = contentHash(benchmark);
    return benchmark;
}

inline std::vector<std::string> tinyCorpus(const Benchmark& benchmark) {
    std::vector<std::string> sentences = refusalSentences();
    for (const auto& entity : benchmark.entities)
        for (const auto& question : entity.questions) {
            sentences.insert(sentences.end(), question.phrasings.begin(), question.phrasings.end());
            for (int times = 0; times < 4; ++times)
                sentences.push_back(question.answer);
        }
    return sentences;
}

/// Teaches projector and decoder every fact on the training views; the tower stays as it was drawn.
inline void teach(TinyWorld& world, int steps) {
    auto& model = *world.model;
    std::vector<at::Tensor> parameters;
    for (auto& [name, weight] : model.network->weights())
        if (name.find("vision_tower") == std::string::npos)
            parameters.push_back(weight.requires_grad_(true));
    std::vector<Sample> samples;
    std::vector<std::filesystem::path> pictures;
    for (const auto& entity : world.benchmark.entities)
        for (const auto& view : entity.views) {
            if (view.heldOut)
                continue;
            for (const auto& question : entity.questions)
                for (const auto& phrasing : question.phrasings)
                    samples.push_back({tokenise(*model.tokenizer, model.chat, phrasing, question.answer,
                                                model.network->config().vision.patches()),
                                       static_cast<std::int64_t>(pictures.size())});
            pictures.push_back(world.benchmark.imagePath(view));
        }
    at::Tensor features;
    {
        const at::NoGradGuard noGrad;
        features = model.network->visionFeatures(pixelValues(pictures, world.preprocess));
    }
    AdamW optimizer(parameters, {.lr = 1e-2, .warmup = 0.05, .totalSteps = steps});
    for (int step = 0; step < steps; ++step) {
        Random random(deriveSeed(1, "teach " + std::to_string(step)));
        std::vector<const Sample*> batch;
        for (int i = 0; i < 24; ++i)
            batch.push_back(&samples[random.index(samples.size())]);
        const auto projected = model.network->project(features);
        meanAnswerLoss(model.network->answerLogits(collate(batch, projected, model.tokenizer->pad()))).backward();
        optimizer.step();
    }
    for (auto& parameter : parameters)
        parameter.requires_grad_(false);
}

inline std::unique_ptr<TinyWorld> makeTinyWorld(int steps = 250) {
    at::set_num_threads(1);  // too small to share: two threads would mostly wait for each other
    auto world = std::make_unique<TinyWorld>();
    world->benchmark = tinyBenchmark(world->path());
    std::filesystem::create_directories(world->modelFolder());
    trainTokenizer(tinyCorpus(world->benchmark), 400, world->modelFolder());
    const auto tokenizer = loadTokenizer(world->modelFolder());
    auto config = tinyConfig(tokenizer->vocabulary());
    config.imageToken = tokenizer->imageToken();
    config.bos = tokenizer->bos();
    config.ends = {tokenizer->eos()};
    config.pad = tokenizer->pad();
    world->preprocess.size = world->preprocess.crop = 16;
    world->model = std::make_unique<LoadedModel>(
        LoadedModel{std::make_unique<Llava>(Llava::initialised(config, 3, at::kFloat)), tokenizer, ChatTemplate()});
    teach(*world, steps);
    world->model->network->save(world->modelFolder());
    writePreprocessConfig(world->preprocess, world->modelFolder());
    ChatTemplate().write(world->modelFolder());
    world->features = std::make_unique<FeatureStore>(*world->model->network, world->preprocess);
    return world;
}

}  // namespace lacuna::testing
