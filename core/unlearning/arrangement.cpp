// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/arrangement.h"

#include "core/base/error.h"
#include "core/runs/run_folder.h"
#include "core/unlearning/row_space.h"

#include <algorithm>
#include <numeric>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

/// Of what stands for all requests together: how much a gate wants any of them.
double together(const std::vector<double>& weights) {
    return std::min(1.0, std::accumulate(weights.begin(), weights.end(), 0.0));
}

/// All adapters by one weight.
AdapterMix all(const std::vector<Adapter>& adapters, double weight) {
    AdapterMix mix;
    for (const auto& adapter : adapters)
        if (weight != 0)
            mix.push_back({&adapter, weight});
    return mix;
}

/// Nothing is trained.
class Nothing final : public Arrangement {
public:
    std::vector<fs::path> adapterFolders(const std::vector<std::string>&) const override { return {}; }
    AdapterMix mix(const std::vector<Adapter>&, const std::vector<double>&) const override { return {}; }
};

/// One adapter for all requests so far, in the folder of the last.
class OneAdapter : public Arrangement {
public:
    std::vector<fs::path> adapterFolders(const std::vector<std::string>& requests) const override {
        if (requests.empty())
            return {};
        return {stageFolder(static_cast<int>(requests.size()))};
    }
    AdapterMix mix(const std::vector<Adapter>& adapters, const std::vector<double>& weights) const override {
        return all(adapters, together(weights));
    }
};

/// It goes on from request to request.
class Sequential final : public OneAdapter {
public:
    bool goesOn() const override { return true; }
};

/// It starts anew at the original weights, on the sets of all requests so far.
class Shared final : public OneAdapter {};

/// It was made elsewhere, with what it was before within it.
class Given final : public OneAdapter {};

/// One adapter per request, each in its stage's folder.
class OnePerRequest : public Arrangement {
public:
    std::vector<fs::path> adapterFolders(const std::vector<std::string>& requests) const override {
        std::vector<fs::path> folders;
        for (const auto& name : requests)
            folders.push_back(stageFolder(static_cast<int>(folders.size()) + 1) / ("expert-" + name));
        return folders;
    }
};

/// Each answers for its own request. Source: MLUBench, arXiv 2606.12809 (LUMoE).
class Experts final : public OnePerRequest {
public:
    AdapterMix mix(const std::vector<Adapter>& adapters, const std::vector<double>& weights) const override {
        AdapterMix mix;
        for (std::size_t i = 0; i < adapters.size(); ++i)
            if (weights[i] != 0)
                mix.push_back({&adapters[i], weights[i]});
        return mix;
    }
};

/// θ₀ + λ Σ τ_t. Source: Ilharco et al. 2023 (task arithmetic), arXiv 2212.04089.
class Merged final : public OnePerRequest {
public:
    explicit Merged(const ParameterValues& parameters) : m_lambda(parameters.at("lambda")) {}
    AdapterMix mix(const std::vector<Adapter>& adapters, const std::vector<double>& weights) const override {
        return all(adapters, m_lambda * together(weights));
    }

private:
    double m_lambda;
};

/// Each on top of the earlier ones, outside the row space of their factors. After arXiv 2604.12526.
class Orthogonal final : public OnePerRequest {
public:
    bool trainsOnTop() const override { return true; }
    std::function<void(Adapter&)> constraint(const std::vector<const Adapter*>& earlier) const override {
        if (earlier.empty())
            return {};
        return [spaces = rowSpaces(earlier)](Adapter& adapter) { leaveRowSpaces(adapter, spaces); };
    }
    AdapterMix mix(const std::vector<Adapter>& adapters, const std::vector<double>& weights) const override {
        return all(adapters, together(weights));
    }
};

template <typename Kind>
std::unique_ptr<Arrangement> made(const ParameterValues& parameters) {
    if constexpr (std::is_constructible_v<Kind, const ParameterValues&>)
        return std::make_unique<Kind>(parameters);
    else
        return std::make_unique<Kind>();
}

}  // namespace

std::function<void(Adapter&)> Arrangement::constraint(const std::vector<const Adapter*>&) const {
    return {};
}

fs::path stageFolder(int stage) {
    return RunFolder{}.adapters(stage);
}

const std::vector<ArrangementFactory>& arrangementFactories() {
    static const std::vector<ArrangementFactory> rows{{"none", made<Nothing>},    {"sequential", made<Sequential>},
                                                      {"experts", made<Experts>}, {"shared", made<Shared>},
                                                      {"merged", made<Merged>},   {"orthogonal", made<Orthogonal>},
                                                      {"given", made<Given>}};
    return rows;
}

std::unique_ptr<Arrangement> makeArrangement(std::string_view id, const ParameterValues& parameters) {
    for (const auto& row : arrangementFactories())
        if (row.arrangement == id)
            return row.make(parameters);
    throw internalError("The arrangement \"{}\" stands in the catalog without code. Please report this.", id);
}

}  // namespace lacuna
