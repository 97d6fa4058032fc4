// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/arrangement.h"

#include "core/base/error.h"
#include "core/runs/run_folder.h"

namespace fs = std::filesystem;

namespace lacuna {
namespace {

/// One adapter goes on from request to request.
class Sequential final : public Arrangement {
public:
    std::vector<fs::path> adapterFolders(const std::vector<std::string>& requests) const override {
        if (requests.empty())
            return {};
        return {stageFolder(static_cast<int>(requests.size()))};
    }
    bool goesOn() const override { return true; }
    std::unique_ptr<Subject> subject(const std::vector<Adapter>& adapters, const Gate*,
                                     const std::vector<std::string>&) const override {
        return std::make_unique<PlainSubject>(adapters.empty() ? nullptr : &adapters.front());
    }
};

/// Experts behind a gate, over one base that never changes. Where the gate divides its weight they answer together.
class ExpertsSubject final : public Subject {
public:
    ExpertsSubject(const std::vector<Adapter>& experts, const Gate& gate, std::vector<std::string> requests)
        : m_gate(gate), m_experts(experts), m_requests(std::move(requests)) {}

    bool hasGate() const override { return true; }
    std::vector<RouteDecision> route(const std::vector<SeenPicture>& pictures) const override {
        return m_gate.route(pictures);
    }
    AdapterMix adapters(const RouteDecision& decision) const override {
        AdapterMix mix;
        for (std::size_t i = 0; i < decision.weights.size(); ++i)
            if (decision.weights[i] != 0)
                mix.push_back({&m_experts[i], decision.weights[i]});
        return mix;
    }
    std::string routeName(const RouteDecision& decision) const override {
        return decision.expert < 0 ? baseRoute : expertName(m_requests[static_cast<std::size_t>(decision.expert)]);
    }

private:
    const Gate& m_gate;
    const std::vector<Adapter>& m_experts;
    std::vector<std::string> m_requests;
};

/// One adapter per request, each from the original weights. Source: MLUBench, arXiv 2606.12809 (LUMoE).
class Experts final : public Arrangement {
public:
    std::vector<fs::path> adapterFolders(const std::vector<std::string>& requests) const override {
        std::vector<fs::path> folders;
        for (const auto& name : requests)
            folders.push_back(stageFolder(static_cast<int>(folders.size()) + 1) / ("expert-" + name));
        return folders;
    }
    bool goesOn() const override { return false; }
    std::unique_ptr<Subject> subject(const std::vector<Adapter>& adapters, const Gate* gate,
                                     const std::vector<std::string>& requests) const override {
        if (requests.empty())
            return std::make_unique<PlainSubject>(nullptr);
        return std::make_unique<ExpertsSubject>(adapters, *gate, requests);
    }
};

template <typename Kind>
std::unique_ptr<Arrangement> made() {
    return std::make_unique<Kind>();
}

}  // namespace

fs::path stageFolder(int stage) {
    return RunFolder{}.adapters(stage);
}

const std::vector<ArrangementFactory>& arrangementFactories() {
    static const std::vector<ArrangementFactory> rows{{"sequential", made<Sequential>}, {"experts", made<Experts>}};
    return rows;
}

std::unique_ptr<Arrangement> makeArrangement(std::string_view id) {
    for (const auto& row : arrangementFactories())
        if (row.arrangement == id)
            return row.make();
    throw internalError("The arrangement \"{}\" stands in the catalog without code. Please report this.", id);
}

}  // namespace lacuna
