// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/benchmark/benchmark.h"
#include "core/catalog/combination.h"
#include "core/models/text_config.h"
#include "core/runs/run_records.h"
#include "core/runs/run_spec.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lacuna {

/// A spec with all that it names looked up, once: what a run works by.
struct ResolvedRun {
    RunSpec spec;  ///< `order` holds the names of all requests
    const MethodRow* method = nullptr;
    const ArrangementRow* arrangement = nullptr;
    const MethodRow* objective = nullptr;  ///< whose loss; null where nothing is trained
    const ServingRow* serving = nullptr;
    const TrainedRow* trained = nullptr;  ///< null where nothing is trained
    ParameterValues parameters;           ///< of the method, complete
    ParameterValues gateParameters;       ///< of the gate, complete; empty where the serving uses none
    std::vector<Request> requests;        ///< in the order they arrive

    int stages() const { return static_cast<int>(requests.size()); }  ///< beside stage 0
    /// The request whose model stage `stage` (from 1) is.
    const Request& request(int stage) const { return requests[static_cast<std::size_t>(stage) - 1]; }
    std::vector<std::string> requestNames(int stage) const;  ///< of requests 1 … stage
};

/// Throws InputError when the benchmark or the catalog lacks what the spec names, or a request has nothing to forget.
ResolvedRun resolvedRun(const Benchmark& benchmark, const RunSpec& spec);

/// What is likely not meant though it can be done, a sentence each: somebody whom two requests forget or whom an
/// earlier one keeps, a rank beyond what a linear of `text` has.
std::vector<std::string> oddities(const Benchmark& benchmark, const ResolvedRun& run, const TextConfig& text);

/// The rows of the requests, with entity ids.
std::vector<RequestRow> requestRows(const Benchmark& benchmark, const std::vector<Request>& requests);

}  // namespace lacuna
