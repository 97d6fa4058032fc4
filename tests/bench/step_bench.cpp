// One unlearning step, or one greedy generation, on what peer_step.py prepared in a folder; prints one line of JSON.
// Usage: step_bench FOLDER gd|ga|po|kl|npo|generate [repetitions]
#include "core/base/error.h"
#include "core/catalog/methods.h"
#include "core/models/llava.h"
#include "core/tensors/safetensors.h"
#include "core/training/batch.h"
#include "core/training/optimizer.h"
#include "core/unlearning/objective.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <functional>
#include <string>

using namespace lacuna;

namespace {

double memoryMib(const std::string& key) {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;)
        if (word == key + ":" && status >> word)
            return std::stod(word) / 1024;
    return 0;
}

/// The prepared folder: checkpoint, adapter, and 32 samples (16 forget, 16 retain where a method has both).
struct Bench {
    Llava model;
    Adapter adapter;
    SafetensorsFile data;
    at::Tensor images;  ///< projected once: the tower is frozen

    explicit Bench(const std::filesystem::path& folder)
        : model(Llava::load(folder, at::kFloat)),
          adapter(readAdapter(folder / "adapter", model.config(), at::kFloat)),
          data(folder / "data.safetensors"),
          images(model.project(model.visionFeatures(data.read("pixels")))) {
        for (at::Tensor& factor : adapter.parameters())
            factor.requires_grad_(true);
    }

    TokenBatch batch(const std::string& prefix) const {
        const at::Tensor ids = data.read(prefix + "ids");
        return {ids, data.read(prefix + "labels"), data.read(prefix + "lengths"),
                images.narrow(0, 0, ids.size(0))};
    }
};

AnswerLogits samples(const AnswerLogits& all, std::int64_t begin, std::int64_t end) {
    const at::Tensor rows = all.sample.ge(begin).logical_and(all.sample.lt(end)).nonzero().squeeze(1);
    if (rows.size(0) == all.sample.size(0))
        return all;
    const std::int64_t first = rows[0].item<std::int64_t>(), count = rows.size(0);  // packed sample after sample
    return {all.logits.narrow(0, first, count), all.targets.narrow(0, first, count),
            all.sample.narrow(0, first, count) - begin};
}

/// A step as Trainer takes it, on a batch that is at hand; returns the loss.
std::function<double()> stepper(Bench& bench, const std::string& method) {
    const MethodRow& row = methodRow(method);
    const TokenBatch batch = bench.batch(method == "po" ? "refusal." : "");
    const std::int64_t count = batch.size(), forget = row.usesRetain ? count / 2 : count;
    auto objective = std::shared_ptr<Objective>(
        makeObjective(method, {{"forget_weight", 1}, {"retain_weight", 1}, {"beta", 0.1}}));
    auto optimizer = std::make_shared<AdamW>(
        bench.adapter.parameters(),
        OptimizerOptions{.lr = 1e-4, .weightDecay = 0.01, .warmup = 0, .clip = 1, .totalSteps = 1 << 20});
    ObjectiveInput fixed;
    fixed.forgetSamples = forget;
    if (row.usesReference) {  // of the original model, once per data set
        const at::NoGradGuard noGradients;
        const AnswerLogits original = bench.model.answerLogits(batch);
        if (row.usesRetain)
            fixed.retainReferenceLogProbabilities = at::log_softmax(samples(original, forget, count).logits, 1);
        else
            fixed.forgetReferenceSums = answerSums(original, count);
    }
    return [=, &bench] {
        const AnswerLogits answers = bench.model.answerLogits(batch, &bench.adapter);
        ObjectiveInput input = fixed;
        input.forget = samples(answers, 0, forget);
        if (forget < count)
            input.retain = samples(answers, forget, count);
        const at::Tensor loss = objective->loss(input).total;
        loss.backward();
        optimizer->step();
        return loss.item<double>();
    };
}

std::function<double()> generator(Bench& bench) {
    const TokenBatch batch = bench.batch("prompt.");
    return [=, &bench] {
        double sum = 0;
        for (const auto& tokens : bench.model.generate(batch, 16, &bench.adapter).tokens)
            for (const std::int64_t token : tokens)
                sum += static_cast<double>(token);
        return sum;
    };
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        std::fprintf(stderr, "step_bench FOLDER gd|ga|po|kl|npo|generate [repetitions]\n");
        return 2;
    }
    try {
        Bench bench(argv[1]);
        const std::string what = argv[2];
        const int repetitions = argc > 3 ? std::stoi(argv[3]) : 20;
        const double loadedMib = memoryMib("VmRSS");
        const auto once = what == "generate" ? generator(bench) : stepper(bench, what);
        nlohmann::json out{{"what", what}, {"threads", at::get_num_threads()}, {"loaded_mib", loadedMib}};
        out["first"] = once();
        once();
        for (int i = 0; i < repetitions; ++i) {
            const auto begin = std::chrono::steady_clock::now();
            once();
            out["ms"].push_back(
                std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
        }
        out["peak_mib"] = memoryMib("VmHWM");
        std::printf("%s\n", out.dump().c_str());
        return 0;
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "step_bench: %s\n", problem.what());
        return 2;
    }
}
