// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/run_spec.h"

#include <concepts>
#include <type_traits>

namespace lacuna {

/// Every field with its key: reading and writing cannot drift apart.
template <typename Spec, typename Visitor>
requires std::same_as<std::remove_const_t<Spec>, RunSpec>
void visitFields(Spec& spec, Visitor&& visit) {
    visit("name", spec.name);
    visit("title", spec.title);
    visit("model", spec.model);
    visit("benchmark", spec.benchmark);
    visit("images", spec.images);
    visit("as_released", spec.asReleased);
    visit("parent", spec.parent);
    visit("requests", spec.requests);
    visit("stages", spec.stages);
    visit("order", spec.order);
    visit("method", spec.method);
    visit("preset", spec.preset);
    visit("parameters", spec.parameters);
    visit("arrangement", spec.arrangement);
    visit("objective", spec.objective);
    visit("serve", spec.serve);
    visit("gate", spec.gate);
    visit("gate_parameters", spec.gateParameters);
    visit("endpoint", spec.endpoint);
    visit("endpoint_model", spec.endpointModel);
    visit("judge", spec.judge);
    visit("judge_parameters", spec.judgeParameters);
    visit("train", spec.train);
    visit("inputs", spec.inputs);
    visit("train_phrasings", spec.trainPhrasings);
    visit("plan", spec.plan);
    visit("metrics", spec.metrics);
    visit("seed", spec.seed);
    visit("device", spec.device);
    visit("precision", spec.precision);
    visit("gradient_checkpointing", spec.gradientCheckpointing);
    visit("threads", spec.threads);
    visit("lacuna_version", spec.lacunaVersion);
    visit("torch_version", spec.torchVersion);
    visit("processor", spec.processor);
    visit("created_utc", spec.createdUtc);
    visit("model_hash", spec.modelHash);
    visit("benchmark_hash", spec.benchmarkHash);
    visit("made_in", spec.madeIn);
}

}  // namespace lacuna
