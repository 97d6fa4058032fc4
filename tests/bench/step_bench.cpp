// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Unlearning steps, forward passes, generation and switching of experts on what peer_step.py prepared in a folder;
// prints one line of JSON for each kind of work. Usage: see usage() below.
#include "core/base/error.h"
#include "core/catalog/methods.h"
#include "core/models/llava/adapter_files.h"
#include "core/models/llava/llava.h"
#include "core/tensors/device.h"
#include "core/tensors/device_memory.h"
#include "core/tensors/safetensors.h"
#include "core/training/batch.h"
#include "core/training/optimizer.h"
#include "core/unlearning/methods/objective.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <functional>
#include <malloc.h>
#include <map>
#include <numeric>
#include <string>

using namespace lacuna;

namespace {

constexpr int expertCount = 4;

const char* usage() {
    return "step_bench FOLDER KIND,… [--repetitions N] [--device cpu|cuda] [--precision float32|bf16|nf4] "
           "[--recompute]\nkinds: the id of a method that trains sequentially (a step: gd npo simnpo …), forward, "
           "forward_all, "
           "generate, experts\n";
}

struct Options {
    std::filesystem::path folder;
    std::vector<std::string> kinds;
    std::string device = "cpu", precision = "auto";
    int repetitions = 20;
    bool recomputes = false;
};

Options optionsOf(const std::vector<std::string>& arguments) {
    if (arguments.size() < 2)
        throw inputError("{}", usage());
    Options options;
    options.folder = arguments[0];
    for (std::size_t begin = 0; begin <= arguments[1].size();) {
        const std::size_t end = std::min(arguments[1].find(',', begin), arguments[1].size());
        options.kinds.push_back(arguments[1].substr(begin, end - begin));
        begin = end + 1;
    }
    for (std::size_t i = 2; i < arguments.size(); ++i) {
        const auto value = [&] {
            if (i + 1 == arguments.size())
                throw inputError("{}", usage());
            return arguments[++i];
        };
        if (arguments[i] == "--repetitions")
            options.repetitions = std::stoi(value());
        else if (arguments[i] == "--device")
            options.device = value();
        else if (arguments[i] == "--precision")
            options.precision = value();
        else if (arguments[i] == "--recompute")
            options.recomputes = true;
        else
            throw inputError("{}", usage());
    }
    return options;
}

double secondsSince(std::chrono::steady_clock::time_point begin) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// Of this process, in MiB: VmRSS (now) or VmHWM (the most so far).
double memoryMib(const std::string& key) {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;)
        if (word == key + ":" && status >> word)
            return std::stod(word) / 1024;
    return 0;
}

/// VmHWM begins anew at what is held now.
void forgetPeak() {
    malloc_trim(0);
    std::ofstream("/proc/self/clear_refs") << 5;
}

/// The prepared folder: checkpoint, adapter, and samples (half forget, half retain where a method has both).
struct Bench {
    Options options;
    at::Device device;
    Precision precision;
    std::chrono::steady_clock::time_point begun = std::chrono::steady_clock::now();
    Llava model;
    double loadSeconds;
    SafetensorsFile data;
    PictureFeatures pictures;  ///< projected once: the tower is frozen

    explicit Bench(const Options& wanted)
        : options(wanted),
          device(openDevice(wanted.device).device),
          precision(precisionOf(wanted.precision, device)),
          model(Llava::load(wanted.folder, at::TensorOptions(device).dtype(precision.type), {},
                            precision.fourBits ? WeightFormat::Nf4 : WeightFormat::Full)),
          loadSeconds(loaded()),
          data(wanted.folder / "data.safetensors"),
          pictures(seen(data.read("pixels"), sizes().size())) {}

    double loaded() {
        model.weights().begin()->second.sum().item<double>();  // waits for the device
        return secondsSince(begun);
    }

    std::vector<PictureSize> sizes() const {
        std::vector<PictureSize> result;
        if (!data.entries().contains("sizes"))
            return std::vector<PictureSize>(static_cast<std::size_t>(data.entries().at("pixels").shape[0]));
        const at::Tensor read = data.read("sizes");
        for (std::int64_t i = 0; i < read.size(0); ++i)
            result.push_back({read[i][0].item<std::int64_t>(), read[i][1].item<std::int64_t>()});
        return result;
    }

    /// The first `count` pictures of pixels, tile after tile.
    PictureFeatures seen(const at::Tensor& pixels, std::size_t count) const {
        const at::NoGradGuard noGradients;
        const auto all = sizes();
        const auto tiles = pixels.size(0) / static_cast<std::int64_t>(all.size());
        const at::Tensor some = pixels.narrow(0, 0, static_cast<std::int64_t>(count) * tiles).to(model.options());
        return model.pack(model.project(model.visionFeatures(some)),
                          {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count)});
    }

    TokenBatch batch(const std::string& prefix) const { return batch(prefix, pictures); }

    TokenBatch batch(const std::string& prefix, const PictureFeatures& from) const {
        const at::Tensor ids = data.read(prefix + "ids");
        std::vector<std::int64_t> rows(static_cast<std::size_t>(ids.size(0)));
        std::iota(rows.begin(), rows.end(), 0);
        return {ids, data.read(prefix + "labels"), data.read(prefix + "lengths"),
                countedPositions(ids.size(0), ids.size(1)), from.of(rows)};
    }

    /// Trained in float32, answered with in the model's own type.
    Adapter adapter(bool trained) const {
        const at::ScalarType type = trained ? at::kFloat : precision.type;
        Adapter read = readAdapter(options.folder / "adapter", model.config(), model.options().dtype(type));
        for (at::Tensor& factor : read.parameters())
            factor.requires_grad_(trained);
        return read;
    }
};

/// One pass of an objective within the batch of a step, where everything is packed sample after sample.
struct Part {
    PassNeed need;
    std::int64_t firstSample = 0, samples = 0, firstToken = 0, tokens = 0, firstText = 0, texts = 0;

    PassOutputs of(const AnswerLogits& all, const TextStates& text) const {
        PassOutputs outputs;
        outputs.samples = samples;
        outputs.answers = {all.logits.narrow(0, firstToken, tokens), all.targets.narrow(0, firstToken, tokens),
                           all.sample.narrow(0, firstToken, tokens) - firstSample};
        for (const at::Tensor& states : text.states)
            if (!need.layers.empty())
                outputs.states.push_back(states.narrow(0, firstText, texts));
        return outputs;
    }
};

/// The passes of a step side by side: forget samples are the first half of those prepared, with their answers and with
/// refusals, retain samples the second; a single pass has all of them.
struct StepBatch {
    TokenBatch batch;
    std::vector<Part> parts;
    std::vector<std::size_t> layers;

    StepBatch(const Bench& bench, const ObjectiveNeeds& needs) {
        std::vector<at::Tensor> ids, labels, lengths;
        std::vector<std::int64_t> rows;
        Part next;
        for (const PassNeed& need : needs.passes) {
            const TokenBatch all = bench.batch(need.pass == Pass::ForgetRefusal ? "refusal." : "");
            const std::int64_t half = all.size() / 2;
            next.need = need;
            next.samples = needs.passes.size() > 1 ? half : all.size();
            const std::int64_t from = isRetainPass(need.pass) ? half : 0;
            ids.push_back(all.ids.narrow(0, from, next.samples));
            labels.push_back(all.labels.narrow(0, from, next.samples));
            lengths.push_back(all.lengths.narrow(0, from, next.samples));
            for (std::int64_t row = from; row < from + next.samples; ++row)
                rows.push_back(row);
            const at::Tensor within =
                at::arange(all.ids.size(1)).unsqueeze(0).lt(lengths.back().unsqueeze(1)).to(ids.back().device());
            next.tokens = labels.back().ne(-100).sum().item<std::int64_t>();
            next.texts = (ids.back().ne(bench.model.config().imageToken) & within).sum().item<std::int64_t>();
            parts.push_back(next);
            next.firstSample += next.samples;
            next.firstToken += next.tokens;
            next.firstText += next.texts;
            if (!need.layers.empty())
                layers = need.layers;
        }
        std::int64_t longest = 0;
        for (const at::Tensor& some : ids)
            longest = std::max(longest, some.size(1));
        const auto widened = [&](std::vector<at::Tensor>& all, std::int64_t with) {
            for (at::Tensor& some : all)
                some = at::constant_pad_nd(some, {0, longest - some.size(1)}, with);
            return at::cat(all);
        };
        batch = {widened(ids, 0), widened(labels, -100), at::cat(lengths),
                 countedPositions(static_cast<std::int64_t>(rows.size()), longest), bench.pictures.of(rows)};
    }

    /// Of all passes, as the model with `adapter` says it.
    std::map<Pass, PassOutputs> seen(const Bench& bench, const Adapter* adapter, const TrainingPass& training) const {
        TextStates text{layers, {}, {}};
        const AnswerLogits answers =
            bench.model.answerLogits(batch, adapter, training, layers.empty() ? nullptr : &text);
        std::map<Pass, PassOutputs> outputs;
        for (const Part& part : parts)
            outputs[part.need.pass] = part.of(answers, text);
        return outputs;
    }
};

/// The batch as an objective sees its sets beforehand.
class BatchSets final : public ObjectiveSets {
public:
    BatchSets(const Bench& bench, const StepBatch& step) : m_bench(bench), m_step(step) {}

    void each(Pass pass, Model, const std::function<void(const PassOutputs&)>& take) override {
        const at::NoGradGuard noGradients;
        take(m_step.seen(m_bench, nullptr, {}).at(pass));
    }
    const std::vector<at::Tensor>& parameters() const override { return m_none; }

private:
    const Bench& m_bench;
    const StepBatch& m_step;
    std::vector<at::Tensor> m_none;
};

/// A step as Trainer takes it, on a batch that is at hand; returns the loss.
std::function<double()> stepper(const Bench& bench, const std::string& method) {
    const MethodRow& row = methodRow(method);
    ParameterValues values{{"forget_weight", 1}, {"retain_weight", 1}};
    if (method == "npo" || method == "dpo")
        values["beta"] = 0.1;
    std::erase_if(values, [&](const auto& value) { return !findParameter(row.parameters, value.first); });
    auto objective = std::shared_ptr<Objective>(makeObjective(method, methodParameters(row, "small", values)));
    auto step = std::make_shared<StepBatch>(bench, objective->needs());
    auto adapter = std::make_shared<Adapter>(bench.adapter(true));
    auto optimizer = std::make_shared<AdamW>(
        adapter->parameters(),
        OptimizerOptions{.lr = 1e-4, .weightDecay = 0.01, .warmup = 0, .clip = 1, .totalSteps = 1 << 20});
    BatchSets sets(bench, *step);
    objective->prepare(sets);
    auto original = std::make_shared<std::map<Pass, PassOutputs>>();  // once per data set
    if (row.usesReference) {
        const at::NoGradGuard noGradients;
        *original = step->seen(bench, nullptr, {});
        for (auto& [pass, outputs] : *original) {
            const PassNeed& need = *objective->needs().find(pass);
            if (need.referenceSums)
                outputs.referenceSums = answerSums(outputs.answers, outputs.samples);
            if (need.referenceLogProbabilities)
                outputs.referenceLogProbabilities = at::log_softmax(outputs.answers.logits, 1);
            if (need.referenceStates)
                outputs.referenceStates = outputs.states;
            outputs.answers = {};
            outputs.states.clear();
        }
    }
    return [=, &bench] {
        ObjectiveInput input;
        input.passes = step->seen(bench, adapter.get(), {0, bench.options.recomputes});
        for (const auto& [pass, outputs] : *original) {
            input.passes[pass].referenceSums = outputs.referenceSums;
            input.passes[pass].referenceLogProbabilities = outputs.referenceLogProbabilities;
            input.passes[pass].referenceStates = outputs.referenceStates;
        }
        const at::Tensor loss = objective->loss(input).total;
        loss.backward();
        optimizer->step();
        return loss.item<double>();
    };
}

/// The original model's logits from the pixels on, at the answers' positions or at all; returns the answers' loss.
std::function<double()> forward(const Bench& bench, bool everywhere) {
    const at::Tensor pixels = bench.data.read("pixels").to(bench.device), labels = bench.data.read("labels");
    const auto count = static_cast<std::size_t>(labels.size(0));
    const at::Tensor answering = labels.narrow(1, 1, labels.size(1) - 1).flatten().ne(-100).nonzero().squeeze(1);
    return [=, &bench] {
        const at::NoGradGuard noGradients;
        TokenBatch batch = bench.batch("", bench.seen(pixels, count));
        if (!everywhere)
            return meanAnswerLoss(bench.model.answerLogits(batch)).item<double>();
        batch.labels = batch.ids;
        AnswerLogits all = bench.model.answerLogits(batch);
        const at::Tensor rows = answering.to(all.logits.device());
        all.logits = all.logits.index_select(0, rows);
        all.targets = all.targets.index_select(0, rows);
        return meanAnswerLoss(all).item<double>();
    };
}

std::int64_t answerTokens(const Bench& bench) {
    return bench.data.read("generated").item<std::int64_t>();
}

std::function<double()> generator(const Bench& bench) {
    const TokenBatch batch = bench.batch("prompt.");
    const std::int64_t count = answerTokens(bench);
    auto adapter = std::make_shared<Adapter>(bench.adapter(false));
    return [=, &bench] {
        double sum = 0;
        for (const auto& tokens : bench.model.generate(batch, count, adapter.get()).tokens) {
            if (static_cast<std::int64_t>(tokens.size()) != count)
                throw inputError("An answer ended after {} tokens; the peer's has {}.", tokens.size(), count);
            for (const std::int64_t token : tokens)
                sum += static_cast<double>(token);
        }
        return sum;
    };
}

/// A small forward with the same expert again, and with the next one, by turns → what a switch costs, in ms.
std::vector<double> switchingMs(const Bench& bench, const std::vector<Adapter>& experts) {
    const at::NoGradGuard noGradients;
    const at::Tensor ids = at::arange(3, 11).unsqueeze(0);
    const TokenBatch batch{ids, ids, at::full({1}, ids.size(1), at::kLong), countedPositions(1, ids.size(1)), {}};
    const auto timed = [&](const Adapter& expert) {
        const auto begin = std::chrono::steady_clock::now();
        bench.model.answerLogits(batch, &expert).logits.sum().item<double>();
        return 1000 * secondsSince(begin);
    };
    std::vector<double> costs;
    for (std::size_t i = 0; i < 4 * experts.size(); ++i) {
        const Adapter& expert = experts[i % experts.size()];
        const double switched = timed(expert);
        costs.push_back(switched - timed(expert));
    }
    return costs;
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

nlohmann::json experts(const Bench& bench) {
    const auto held = [&](const std::vector<Adapter>& some) {
        double bytes = 0;
        for (const Adapter& expert : some)
            for (const at::Tensor& factor : expert.parameters())
                bytes += static_cast<double>(factor.nbytes());
        return bytes / 1024 / 1024;
    };
    std::vector<Adapter> loaded;
    for (int i = 0; i < expertCount; ++i)
        loaded.push_back(bench.adapter(false));
    return {{"ms", switchingMs(bench, loaded)}, {"experts_mib", held(loaded)}};
}

nlohmann::json timings(const Bench& bench, const std::string& what) {
    const auto once = what == "generate"      ? generator(bench)
                      : what == "forward"     ? forward(bench, false)
                      : what == "forward_all" ? forward(bench, true)
                                              : stepper(bench, what);
    nlohmann::json out;
    out["first"] = once();
    once();
    std::vector<double> wall, processor;
    for (int i = 0; i < bench.options.repetitions; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        const std::clock_t begunProcessor = std::clock();
        once();
        processor.push_back(1000.0 * static_cast<double>(std::clock() - begunProcessor) / CLOCKS_PER_SEC);
        wall.push_back(1000 * secondsSince(begin));
    }
    out["ms"] = wall;
    out["processor_ms"] = processor;
    if (what == "generate")
        out["tokens_per_s"] =
            1000 * static_cast<double>(answerTokens(bench) * bench.data.entries().at("prompt.ids").shape[0]) /
            median(wall);
    return out;
}

nlohmann::json measured(const Bench& bench, const std::string& what) {
    if (bench.device.is_cpu())
        forgetPeak();
    takePeakDeviceMib(bench.device);
    nlohmann::json out = what == "experts" ? experts(bench) : timings(bench, what);
    out["what"] = what;
    out["threads"] = at::get_num_threads();
    out["load_s"] = bench.loadSeconds;
    out["peak_mib"] = bench.device.is_cpu() ? memoryMib("VmHWM") : takePeakDeviceMib(bench.device);
    return out;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const Bench bench(optionsOf({argv + 1, argv + argc}));
        for (const std::string& what : bench.options.kinds) {
            nlohmann::json said;
            try {
                said = measured(bench, what);
            } catch (const c10::OutOfMemoryError&) {
                said = {{"what", what}, {"failed", "out of memory"}};
            }
            std::printf("%s\n", said.dump().c_str());
            std::fflush(stdout);
        }
        return 0;
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "step_bench: %s\n", problem.what());
        return 2;
    }
}
