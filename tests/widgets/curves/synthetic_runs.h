// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/catalog/combination.h"
#include "core/catalog/metrics.h"
#include "core/runs/run_history.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <string>

namespace lacuna::testing {

/// How a method behaves over the four requests, in the shape that MLUBench reports.
struct Behaviour {
    std::string method;
    std::array<double, 5> forgetting;
    std::array<double, 5> retention;
};

inline const std::vector<Behaviour>& behaviours() {
    static const std::vector<Behaviour> all{
        {"ga", {.02, .52, .21, .05, .02}, {.97, .61, .08, .01, .00}},
        {"gd", {.02, .58, .36, .22, .14}, {.97, .82, .48, .21, .09}},
        {"kl", {.02, .55, .30, .18, .09}, {.97, .86, .55, .27, .12}},
        {"npo", {.02, .63, .35, .09, .03}, {.97, .71, .25, .03, .01}},
        {"po", {.02, .95, .97, .98, .99}, {.97, .41, .12, .02, .00}},
        {"lumoe", {.02, .98, .98, .97, .98}, {.97, .97, .96, .97, .97}},
    };
    return all;
}

/// A run of `method` over requests A, B, C, D, measured up to `stages`, with 60 steps a request.
inline RunHistory syntheticRun(const Behaviour& of, int stages = 5, std::uint64_t seed = 42) {
    RunHistory run;
    run.name = of.method + "-" + std::to_string(seed);
    run.source = "/runs/" + run.name;
    run.spec.method = of.method;
    run.spec.seed = seed;
    run.spec.gate = servingRow(methodRow(of.method).serving).usesGate ? "prototype" : "";
    run.status = stages == 5 ? RunStatus::Finished : RunStatus::Running;
    for (const auto* name : {"A", "B", "C", "D"})
        run.requests.push_back({name, {}, {}});
    run.stages = stages;
    std::mt19937_64 random(seed);
    std::normal_distribution<double> noise(0, 0.012);
    for (int stage = 0; stage < stages; ++stage)
        for (int task = 0; task < 4; ++task)
            for (const auto split : {Split::Forget, Split::Retain}) {
                const auto s = static_cast<std::size_t>(stage);
                double value = split == Split::Retain       ? of.retention[s]
                               : task < stage || stage == 0 ? of.forgetting[s]
                                                            : .1;
                value = std::clamp(value + noise(random), 0.0, 1.0);
                for (const auto* metric :
                     {"fq", "mu", "exact", "rouge_l", "probability", "refusal", "leak", "gibberish"})
                    run.cells.push_back({stage, task, split, metric, value, std::sqrt(value * (1 - value) / 160), 160});
            }
    double elapsed = 0;
    const bool retains = methodRow(of.method).usesRetain;
    for (int stage = 1; stage <= std::min(4, stages); ++stage)
        for (int step = 0; step < (stage < stages ? 60 : 37); ++step) {
            const double fall = std::exp(-step / 14.0), jitter = 10 * noise(random);
            run.steps.append(
                {.stage = stage,
                 .step = step,
                 .epoch = step / 30.0,
                 .loss = (of.method == "ga" ? -3.0 * (1 - fall) : 0.4 + 2.2 * fall) + jitter * (0.3 + fall),
                 .forgetLoss = 1 + 2 * (1 - fall) + jitter,
                 .retainLoss = retains ? 0.3 + 0.2 * fall + std::abs(jitter) : std::nan(""),
                 .gradNorm = std::exp(jitter + fall),
                 .lr = 1e-3 * (step < 3 ? (step + 1) / 3.0 : 0.5 * (1 + std::cos(M_PI * step / 60.0))),
                 .tokensPerS = 9000,
                 .elapsedS = elapsed += 0.1});
        }
    return run;
}

/// The six of the sketch; LUMoE still at work on request D.
inline std::vector<RunHistory> sixRuns() {
    std::vector<RunHistory> runs;
    for (const auto& behaviour : behaviours())
        runs.push_back(syntheticRun(behaviour, behaviour.method == "lumoe" ? 4 : 5));
    return runs;
}

}  // namespace lacuna::testing
