// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/run_checkpoint.h"

#include "core/base/error.h"
#include "core/base/number.h"
#include "core/tensors/safetensors.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

constexpr std::array<const char*, 2> generations{"even.safetensors", "odd.safetensors"};

/// How far a checkpoint is, as its metadata says; nothing when the file is absent or not whole.
std::optional<std::tuple<int, std::int64_t, double, bool>> placeOf(const fs::path& file) {
    if (!fs::exists(file))
        return std::nullopt;
    try {
        const SafetensorsFile stored(file);
        const auto& about = stored.metadata();
        const auto stage = numberFrom<int>(about.at("stage"));
        const auto step = numberFrom<std::int64_t>(about.at("step"));
        const auto elapsedS = numberFrom<double>(about.at("elapsed_s"));
        if (!stage || !step || !elapsedS)
            return std::nullopt;
        return std::tuple{*stage, *step, *elapsedS, about.at("trained") == "yes"};
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

}  // namespace

void saveCheckpoint(const TrainingCheckpoint& checkpoint, const fs::path& folder) {
    fs::create_directories(folder);
    const bool firstIsNewer = placeOf(folder / generations[0]) > placeOf(folder / generations[1]);
    auto tensors = checkpoint.state;
    // Names are numbered: safetensors keeps no order, and the trainer's is by position.
    for (std::size_t i = 0; i < tensors.size(); ++i)
        tensors[i].first = fmt::format("{:05}.{}", i, tensors[i].first);
    writeSafetensors(folder / generations[firstIsNewer ? 1 : 0], tensors,
                     {{"stage", std::to_string(checkpoint.stage)},
                      {"step", std::to_string(checkpoint.step)},
                      {"elapsed_s", fmt::format("{:.3f}", checkpoint.elapsedS)},
                      {"trained", checkpoint.trained ? "yes" : "no"},
                      {"step_s", fmt::format("{:.9g}", checkpoint.stepS)},
                      {"measure_s", fmt::format("{:.9g}", checkpoint.measureS)},
                      {"share", fmt::format("{:.9g}", checkpoint.share)}});
}

std::optional<TrainingCheckpoint> loadCheckpoint(const fs::path& folder) {
    const auto first = placeOf(folder / generations[0]);
    const auto second = placeOf(folder / generations[1]);
    const auto newest = std::max(first, second);
    if (!newest)
        return std::nullopt;
    TrainingCheckpoint checkpoint;
    std::tie(checkpoint.stage, checkpoint.step, checkpoint.elapsedS, checkpoint.trained) = *newest;
    const SafetensorsFile stored(folder / generations[first == newest ? 0 : 1]);
    const auto known = [&](const char* name) {  // by an earlier Lacuna: none of them
        const auto found = stored.metadata().find(name);
        const auto value = found == stored.metadata().end() ? std::nullopt : numberFrom<double>(found->second);
        return value && std::isfinite(*value) && *value > 0 ? *value : 0;
    };
    checkpoint.stepS = known("step_s");
    checkpoint.measureS = known("measure_s");
    checkpoint.share = std::min(1.0, known("share"));
    for (const auto& [name, entry] : stored.entries())
        checkpoint.state.emplace_back(name.substr(6), stored.read(name));
    return checkpoint;
}

}  // namespace lacuna
