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

/// Runs of an older Lacuna have not every parameter of today.
static bool sameParameter(const RunSpec& parent, const RunSpec& spec, const std::string& id) {
    const auto before = parent.parameters.find(id), now = spec.parameters.find(id);
    return before != parent.parameters.end() && now != spec.parameters.end() && before->second == now->second;
}

bool measuresOtherwise(const RunSpec& parent, const RunSpec& spec) {
    const auto& own = combinationOf(choicesOf(spec)).arrangement->parameters;
    return parent.serve != spec.serve || parent.plan != spec.plan || parent.judge != spec.judge ||
           parent.judgeParameters != spec.judgeParameters ||
           std::any_of(own.begin(), own.end(),
                       [&](const ParameterRow& row) { return !sameParameter(parent, spec, row.id); });
}

/// Throws where what makes the stages differs.
static void requireSame(bool same, const std::string& where, const std::string& what) {
    if (!same)
        throw inputError("{}: made with another {}, so its stages are not those of this run. Leave it as it was there.",
                         where, what);
}

void checkBranchChoices(const RunSpec& parent, const RunSpec& spec, const std::string& where) {
    const auto before = combinationOf(choicesOf(parent)), now = combinationOf(choicesOf(spec));
    requireSame(before.arrangement == now.arrangement, where, "arrangement of adapters");
    requireSame(before.serving->usesGate == now.serving->usesGate, where, "way to serve");
    requireSame(parent.train == spec.train, where, "trained part");
    for (const char* shape : {"lora_rank", "lora_alpha"})
        if (now.arrangement->trains)
            requireSame(sameParameter(parent, spec, shape), where, shape);
    if (now.serving->usesGate) {
        requireSame(parent.gate == spec.gate, where, "gate");
        requireSame(parent.seed == spec.seed, where, "seed");
    }
}

void checkBranch(const RunSpec& spec) {
    const auto folder = RunFolder::open(spec.parent.run);
    const auto parent = folder.readSpec();
    const auto where = folder.path.string();
    requireSame(parent.modelHash == spec.modelHash, where, "model");
    requireSame(parent.benchmarkHash == spec.benchmarkHash, where, "benchmark");
    requireSame(parent.precision == spec.precision, where, "precision");
    checkBranchChoices(parent, spec, where);
    auto own = spec.requests;
    std::vector<SpecRequest> ordered;
    for (const auto& name : spec.order)
        ordered.push_back(*std::find_if(own.begin(), own.end(), [&](const auto& one) { return one.name == name; }));
    const auto trained = asAsked(parentRequests(spec.parent));
    requireSame(ordered.size() >= trained.size() && std::equal(trained.begin(), trained.end(), ordered.begin()), where,
                "list of requests before the branch");
    const auto now = combinationOf(choicesOf(spec));
    if (ordered.size() == trained.size() && !measuresOtherwise(parent, spec))
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
