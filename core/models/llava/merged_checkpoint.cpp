// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/llava/merged_checkpoint.h"

#include "core/base/atomic_file.h"
#include "core/base/checked_json.h"
#include "core/base/error.h"
#include "core/base/file_error.h"
#include "core/base/interruption.h"
#include "core/models/llava/llava_weights.h"
#include "core/models/llava/weight_names.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <unistd.h>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

constexpr std::uint64_t kLargestShard = 5'000'000'000;
const std::string kWeights = "model", kEnding = ".safetensors";

/// An adapter's factors on a linear and its copies, by the weight's name in files.
struct Change {
    std::vector<std::pair<LoraFactors, double>> factors;  ///< with the adapter's weight
    std::vector<std::pair<at::Tensor, double>> copies;
};

std::map<std::string, Change> changesOf(const AdapterMix& mix) {
    std::map<std::string, Change> changes;
    const auto linears = decoderLinearShapes({});
    for (const auto& [adapter, weight] : mix) {
        for (std::size_t i = 0; i < adapter->layers.size(); ++i)
            for (std::size_t j = 0; j < linears.size(); ++j)
                if (const auto& factors = adapter->layers[i][j]; factors.a.defined())
                    changes[fmt::format("language_model.model.layers.{}.{}.weight", i, linears[j].name)]
                        .factors.emplace_back(factors, weight);
        for (const auto* part : adapter->parts()) {
            for (const auto& [name, factors] : part->factors)
                changes[name + ".weight"].factors.emplace_back(factors, weight);
            for (const auto& [name, own] : part->modules)
                changes[name].copies.emplace_back(own, weight);
        }
    }
    return changes;
}

at::Tensor merged(const at::Tensor& weight, const Change& change) {
    const auto original = weight.to(at::kFloat);
    auto sum = original.clone();
    for (const auto& [own, share] : change.copies)
        sum.add_(own.to(at::kCPU, at::kFloat) - original, share);
    for (const auto& [factors, share] : change.factors)
        sum.addmm_(factors.b.to(at::kCPU, at::kFloat), factors.a.to(at::kCPU, at::kFloat), 1, share * factors.scale);
    return sum;
}

/// All tensors of the new checkpoint in the order of `base`. Buffers and whatever else has no weight's name go along; a
/// second copy of a tied embedding does not, for it would be another than the merged one.
std::vector<PlannedTensor> planned(const CheckpointFiles& base, const LlavaConfig& config,
                                   const std::map<std::string, Change>& changes, std::optional<at::ScalarType> type) {
    std::map<std::string, std::string> weightOf;  // by its name in the files
    const auto rows = weightRows(config);
    const auto names = weightNamesIn(base, config);
    for (std::size_t i = 0; i < rows.size(); ++i)
        weightOf[names[i]] = rows[i].name;
    std::vector<std::string> tied;
    if (config.text.tiedEmbeddings)
        tied = namesOfWeight("language_model.lm_head.weight");
    std::vector<PlannedTensor> tensors;
    for (const auto& name : base.names()) {
        if (!weightOf.contains(name) && std::find(tied.begin(), tied.end(), name) != tied.end())
            continue;
        const auto& entry = base.entry(name);
        const auto to = type && at::isFloatingType(entry.type) ? *type : entry.type;
        const auto weight = weightOf.find(name);
        const auto change = weight == weightOf.end() ? changes.end() : changes.find(weight->second);
        const auto make = [&base, name, to, own = change == changes.end() ? nullptr : &change->second] {
            interruptionPoint();
            const at::NoGradGuard noGrad;
            auto read = base.read(name);
            if (!own && read.scalar_type() == to)
                return read;
            auto tensor = (own ? merged(read, *own) : read).to(to);
            if (at::isFloatingType(to) && !tensor.isfinite().all().item<bool>())
                throw inputError(
                    "{}: tensor \"{}\" is no finite number in {} any more. Take a lower weight, or --precision bf16.",
                    base.folder().string(), name, at::toString(to));
            return tensor;
        };
        tensors.push_back({name, to, entry.shape, make});
    }
    return tensors;
}

std::uint64_t bytesOf(const PlannedTensor& tensor) {
    return static_cast<std::uint64_t>(c10::multiply_integers(tensor.shape)) * c10::elementSize(tensor.type);
}

void writeWeights(const std::vector<PlannedTensor>& tensors, const fs::path& folder, const ProgressFunction& progress) {
    std::vector<std::vector<PlannedTensor>> shards(1);
    std::uint64_t inShard = 0, total = 0;
    for (const auto& tensor : tensors) {
        if (inShard > 0 && inShard + bytesOf(tensor) > kLargestShard) {
            shards.emplace_back();
            inShard = 0;
        }
        shards.back().push_back(tensor);
        inShard += bytesOf(tensor);
        total += bytesOf(tensor);
    }
    std::uint64_t done = 0;
    nlohmann::ordered_json places = nlohmann::ordered_json::object();
    for (std::size_t i = 0; i < shards.size(); ++i) {
        const auto file = shards.size() == 1
                              ? kWeights + kEnding
                              : fmt::format("{}-{:05}-of-{:05}{}", kWeights, i + 1, shards.size(), kEnding);
        for (auto& tensor : shards[i]) {
            places[tensor.name] = file;
            tensor.make = [make = tensor.make, bytes = bytesOf(tensor), total, &done, &progress] {
                auto made = make();
                done += bytes;
                if (progress)
                    progress({"merging", static_cast<std::int64_t>(done), static_cast<std::int64_t>(total)});
                return made;
            };
        }
        writePlannedSafetensors(folder / file, shards[i], {{"format", "pt"}});
    }
    if (shards.size() > 1)
        writeFileAtomically(
            folder / (kWeights + kEnding + ".index.json"),
            nlohmann::ordered_json{{"metadata", {{"total_size", total}}}, {"weight_map", places}}.dump(2) + "\n");
}

bool holdsWeights(const std::string& file) {
    return file.ends_with(kEnding) || file.ends_with(kEnding + ".index.json") || file.ends_with(".bin") ||
           file.ends_with(".bin.index.json") || file.ends_with(".pt") || file.ends_with(".pth") ||
           file.ends_with(".gguf") || file.ends_with(".h5") || file.ends_with(".msgpack");
}

/// config.json names the type, under one key in transformers 4 and another in 5.
std::string retyped(const std::string& config, const std::string& where, at::ScalarType type) {
    auto json = parseJson(config, where);
    const char* name = type == at::kFloat ? "float32" : type == at::kHalf ? "float16" : "bfloat16";
    const auto retype = [&](auto& object) {
        for (const char* key : {"torch_dtype", "dtype"})
            if (object.contains(key))
                object[key] = name;
    };
    retype(json);
    for (const char* part : {"text_config", "vision_config"})
        if (json.contains(part) && json[part].is_object())
            retype(json[part]);
    return json.dump(2) + "\n";
}

void copyOtherFiles(const fs::path& from, const fs::path& to, std::optional<at::ScalarType> type) {
    for (const auto& entry : fs::directory_iterator(from)) {
        const auto name = entry.path().filename().string();
        if (!entry.is_regular_file() || holdsWeights(name))
            continue;
        auto content = readFile(entry.path());
        if (type && name == "config.json")
            content = retyped(content, entry.path().string(), *type);
        writeFileAtomically(to / name, content);
    }
}

}  // namespace

void writeMergedCheckpoint(const CheckpointFiles& base, const LlavaConfig& config, const AdapterMix& mix,
                           std::optional<at::ScalarType> type, const fs::path& out, const ProgressFunction& progress) {
    auto target = fs::absolute(out).lexically_normal();
    if (!target.has_filename())
        target = target.parent_path();
    if (isThere(target))
        throw inputError("{}: is there already. Name a new folder for the merged checkpoint.", target.string());
    auto temporary = target;
    temporary += fmt::format(".{}.part", ::getpid());
    const auto changes = changesOf(mix);
    const auto tensors = planned(base, config, changes, type);
    try {
        fs::remove_all(temporary);
        fs::create_directories(temporary);
        copyOtherFiles(base.folder(), temporary, type);
        writeWeights(tensors, temporary, progress);
        fs::rename(temporary, target);
        syncFolder(target.parent_path());
    } catch (...) {
        std::error_code ignored;
        fs::remove_all(temporary, ignored);
        try {
            throw;
        } catch (const fs::filesystem_error& problem) {
            throw fileError(target, problem.code());
        }
    }
}

}  // namespace lacuna
