// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_branch.h"

#include "core/base/atomic_file.h"
#include "core/base/copied_folder.h"
#include "core/base/error.h"
#include "core/base/file_error.h"
#include "core/base/number.h"
#include "core/runs/run_parts.h"

#include <fmt/ranges.h>

#include <algorithm>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

std::vector<SpecRequest> asAsked(const std::vector<RequestRow>& rows) {
    std::vector<SpecRequest> requests;
    requests.reserve(rows.size());
    for (const auto& row : rows)
        requests.push_back({row.name, row.forgetEntities, row.retainEntities});
    return requests;
}

/// A sealed stage holds the list of all requests, with what was trained of those before it.
std::vector<RequestRow> loggedRequests(const RunFolder& folder, int stage) {
    return readPart(folder.sealedStage(stage), requestsAlone()).requests;
}

/// Would the same adapters give other numbers?
bool measuresOtherwise(const RunSpec& before, const RunSpec& now, const ParameterTable& ofArrangement) {
    return before.serve != now.serve || before.plan != now.plan || before.judge != now.judge ||
           before.judgeParameters != now.judgeParameters ||
           std::any_of(ofArrangement.begin(), ofArrangement.end(), [&](const ParameterRow& row) {
               return before.parameters.at(row.id) != now.parameters.at(row.id);
           });
}

std::string settings(const ParameterTable& table) {
    std::string text;
    for (const auto& row : table)
        text += fmt::format("--set {}=…, ", row.id);
    return text;
}

}  // namespace

RunParent branchPoint(const std::string& text) {
    const auto at = text.rfind('@');
    const bool named = at != std::string::npos && !isThere(text);
    const auto folder = RunFolder::open(fs::absolute(named ? text.substr(0, at) : text).lexically_normal());
    const int last = static_cast<int>(readManifest(folder).sealed.size()) - 1;
    int stage = last;
    if (named) {
        const auto number = numberFrom<int>(std::string_view(text).substr(at + 1));
        if (!number)
            throw inputError("{}: expected RUN@STAGE with the number of a stage, e.g. runs/gd@2.", text);
        stage = *number;
    }
    if (stage < 1 || stage > last)
        throw inputError("{}: a run can go on from its stages 1 to {}, which are whole; stage {} is not among them.",
                         folder.path.string(), std::max(last, 0), stage);
    return {folder.path.string(), stage};
}

RunSpec branchedSpec(const RunParent& parent, const std::vector<SpecRequest>& more) {
    const auto folder = RunFolder::open(parent.run);
    return branchedSpec(parent, folder.readSpec(), loggedRequests(folder, parent.stage), more);
}

RunSpec branchedSpec(const RunParent& parent, const RunSpec& of, const std::vector<RequestRow>& requests,
                     const std::vector<SpecRequest>& more) {
    auto spec = withoutProvenance(of);
    spec.title.clear();
    spec.parent = parent;
    spec.requests = asAsked(requests);
    if (!more.empty()) {
        spec.requests.resize(static_cast<std::size_t>(parent.stage));
        spec.requests.insert(spec.requests.end(), more.begin(), more.end());
    }
    spec.order.clear();
    for (const auto& request : spec.requests)
        spec.order.push_back(request.name);
    return spec;
}

void checkBranch(const RunSpec& spec) {
    const auto folder = RunFolder::open(spec.parent.run);
    const auto parent = folder.readSpec();
    const auto require = [&](bool same, const std::string& what) {
        if (!same)
            throw inputError(
                "{}: made with another {}, so its stages are not those of this run. Leave it as it was there.",
                folder.path.string(), what);
    };
    require(parent.modelHash == spec.modelHash, "model");
    require(parent.benchmarkHash == spec.benchmarkHash, "benchmark");
    require(parent.precision == spec.precision, "precision");
    const auto before = combinationOf(choicesOf(parent)), now = combinationOf(choicesOf(spec));
    require(before.arrangement == now.arrangement, "arrangement of adapters");
    require(before.serving->usesGate == now.serving->usesGate, "way to serve");
    require(parent.train == spec.train, "trained part");
    for (const char* shape : {"lora_rank", "lora_alpha"})
        if (now.arrangement->trains)
            require(parent.parameters.at(shape) == spec.parameters.at(shape), shape);
    if (now.serving->usesGate) {
        require(parent.gate == spec.gate, "gate");
        require(parent.seed == spec.seed, "seed");
    }
    auto own = spec.requests;
    std::vector<SpecRequest> ordered;
    for (const auto& name : spec.order)
        ordered.push_back(*std::find_if(own.begin(), own.end(), [&](const auto& one) { return one.name == name; }));
    const auto trained = asAsked(parentRequests(spec.parent));
    require(ordered.size() >= trained.size() && std::equal(trained.begin(), trained.end(), ordered.begin()),
            "list of requests before the branch");
    if (ordered.size() == trained.size() && !measuresOtherwise(parent, spec, now.arrangement->parameters))
        throw inputError(
            "{}: has no request behind stage {}, and nothing is asked for that needs no training. Say what comes next "
            "(--requests FILE), or how it is to be measured otherwise: {}--serve, --plan or --judge.",
            spec.parent.run, spec.parent.stage, settings(now.arrangement->parameters));
}

std::vector<RequestRow> parentRequests(const RunParent& parent) {
    auto rows = loggedRequests(RunFolder::open(parent.run), parent.stage);
    rows.resize(static_cast<std::size_t>(parent.stage));
    return rows;
}

void copyParentStages(const RunParent& parent, const RunFolder& folder) {
    for (int stage = 1; stage <= parent.stage; ++stage) {
        const auto to = folder.adapters(stage);
        if (isThere(to))
            continue;
        const auto from = RunFolder{parent.run}.adapters(stage);
        if (!isThere(from))
            throw inputError(
                "{}: the adapters of stage {} are not there, and this run goes on from them. Put that run back, or "
                "start "
                "this one anew.",
                from.string(), stage);
        // Whole under its name or not at all: a copy that was cut short is made again.
        auto part = to;
        part += ".part";
        std::error_code code;
        fs::remove_all(part, code);
        copyFolder(from, part);
        fs::rename(part, to, code);
        if (code)
            throw fileError(to, code);
        syncFolder(to.parent_path());
    }
}

}  // namespace lacuna
