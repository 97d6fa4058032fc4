// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/evaluation/subject.h"
#include "core/unlearning/arrangement.h"
#include "core/unlearning/gates/gate.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lacuna {

/// What a stage can answer with. Arrangement, adapters and gate outlive what is served.
struct ServedParts {
    const Arrangement& arrangement;
    const std::vector<Adapter>& adapters;
    const Gate* gate = nullptr;               ///< null where the serving uses none
    std::vector<std::string> requests;        ///< names of requests 1 … stage, at least one
    std::vector<std::string> forgotten = {};  ///< names of the entities they forget, in that order, each once
    ParameterValues parameters = {};          ///< of the run, complete
};

/// How a way to serve of the catalog answers: one row each.
struct ServingFactory {
    std::string_view serving;  ///< id in the catalog
    std::unique_ptr<Subject> (*make)(ServedParts parts);
    std::string (*instruction)(const std::vector<std::string>& forgotten) = nullptr;
};
const std::vector<ServingFactory>& servingFactories();

/// What a way to serve tells the model in front of a question at most; mostly nothing.
std::string longestInstruction(std::string_view id, const std::vector<std::string>& forgotten);

std::unique_ptr<Subject> makeServing(std::string_view id, ServedParts parts);

}  // namespace lacuna
