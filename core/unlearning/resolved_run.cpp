// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/resolved_run.h"

#include "core/base/error.h"
#include "core/catalog/gates.h"
#include "core/models/lora.h"
#include "core/unlearning/gates/gate.h"

#include <fmt/ranges.h>

#include <algorithm>

namespace lacuna {
namespace {

/// A stage that was made elsewhere is the model after one request: there are as many of these as of those.
std::vector<std::string> stagesOrder(std::vector<std::string> order, std::size_t stages) {
    if (stages > order.size())
        throw inputError(
            "{} stages are given, and there are {} requests ({}): each stage is the model after one of them. Give one "
            "folder per request, or name the requests that these models were made for (--requests).",
            stages, order.size(), fmt::join(order, ", "));
    order.resize(stages);
    return order;
}

}  // namespace

std::vector<std::string> ResolvedRun::requestNames(int stage) const {
    std::vector<std::string> names;
    names.reserve(static_cast<std::size_t>(stage));
    for (int t = 1; t <= stage; ++t)
        names.push_back(request(t).name);
    return names;
}

ResolvedRun resolvedRun(const Benchmark& benchmark, const RunSpec& spec) {
    ResolvedRun run;
    run.spec = spec;
    const auto combination = combinationOf(choicesOf(spec));
    run.method = combination.method;
    run.arrangement = combination.arrangement;
    run.objective = combination.objective;
    run.serving = combination.serving;
    run.trained = combination.trained;
    run.parameters = combinationParameters(combination, spec.preset, spec.parameters);
    if (run.serving->usesGate) {
        const auto& gate = gateRow(spec.gate);
        run.gateParameters = checkedParameters(gate.parameters, spec.gateParameters, gate.id);
        if (const auto check = gateFactory(gate.id).check)
            check(benchmark);
    }
    auto all = benchmark.requests;
    if (!spec.requests.empty())
        all.clear();
    for (const auto& one : spec.requests)
        all.push_back(ownRequest(benchmark, one.name, one.forget, one.retain));
    run.spec.order = orderNames(all, spec.order);
    if (run.arrangement->given)
        run.spec.order = stagesOrder(std::move(run.spec.order), spec.stages.size());
    for (const auto& name : run.spec.order) {
        const auto& request = all[static_cast<std::size_t>(requestIndex(all, name))];
        if (request.forget.empty())
            throw inputError("Request {} has an empty forget set: there is nothing to train on.", request.name);
        run.requests.push_back(request);
    }
    return run;
}

std::vector<std::string> oddities(const Benchmark& benchmark, const ResolvedRun& run, const TextConfig& text) {
    std::vector<std::string> all;
    const auto common = [&](const std::vector<int>& some, const std::vector<int>& others) {
        std::vector<std::string> names;
        for (const int entity : some)
            if (std::find(others.begin(), others.end(), entity) != others.end())
                names.push_back(benchmark.entities[static_cast<std::size_t>(entity)].name);
        return names;
    };
    const auto listed = [](std::vector<std::string> names) {
        constexpr std::size_t most = 3;
        const auto more = names.size() > most ? names.size() - most : 0;
        names.resize(names.size() - more);
        return fmt::format("{}{}", fmt::join(names, ", "), more > 0 ? fmt::format(" and {} more", more) : "");
    };
    for (int later = 2; later <= run.stages(); ++later)
        for (int earlier = 1; earlier < later; ++earlier) {
            const auto &first = run.request(earlier), &second = run.request(later);
            if (const auto twice = common(second.forgetEntities, first.forgetEntities); !twice.empty())
                all.push_back(
                    fmt::format("Requests {} and {} both forget {}.", first.name, second.name, listed(twice)));
            if (const auto kept = common(second.forgetEntities, first.retainEntities); !kept.empty())
                all.push_back(
                    fmt::format("Request {} keeps {}, and request {} forgets it: what was kept is measured "
                                "as kept at every stage.",
                                first.name, listed(kept), second.name));
        }
    if (const auto rank = run.parameters.find("lora_rank"); run.objective && rank != run.parameters.end()) {
        std::int64_t narrowest = text.hidden;
        for (const auto& linear : decoderLinearShapes(text))
            narrowest = std::min({narrowest, linear.out, linear.in});
        if (rank->second > static_cast<double>(narrowest))
            all.push_back(
                fmt::format("LoRA rank {:.0f} is more than a linear of this decoder has ({}): what is beyond "
                            "it costs memory and can learn nothing more.",
                            rank->second, narrowest));
    }
    return all;
}

std::vector<RequestRow> requestRows(const Benchmark& benchmark, const std::vector<Request>& requests) {
    const auto ids = [&](const std::vector<int>& entities) {
        std::vector<std::string> names;
        for (const int entity : entities)
            names.push_back(benchmark.entities[static_cast<std::size_t>(entity)].id);
        return names;
    };
    std::vector<RequestRow> rows;
    rows.reserve(requests.size());
    for (const auto& request : requests)
        rows.push_back({request.name, ids(request.forgetEntities), ids(request.retainEntities)});
    return rows;
}

}  // namespace lacuna
