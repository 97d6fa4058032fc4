// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/unlearning/gates/gate.h"

#include <algorithm>

namespace lacuna {

// One file per gate in this folder.
std::unique_ptr<Gate> makeRelativeGate(const std::vector<KnownEntity>& known, const GateContext& context);
std::unique_ptr<Gate> restoreRelativeGate(const Routes& routes, const StoredTensor& tensor, const GateContext& context);
std::unique_ptr<Gate> makePrototypeGate(const std::vector<KnownEntity>& known, const GateContext& context);
std::unique_ptr<Gate> restorePrototypeGate(const Routes& routes, const StoredTensor& tensor,
                                           const GateContext& context);
std::unique_ptr<Gate> makeClassGate(const std::vector<KnownEntity>& known, const GateContext& context);
std::unique_ptr<Gate> restoreClassGate(const Routes& routes, const StoredTensor& tensor, const GateContext& context);
std::unique_ptr<Gate> makeLabelsGate(const std::vector<KnownEntity>& known, const GateContext& context);
std::unique_ptr<Gate> restoreLabelsGate(const Routes& routes, const StoredTensor& tensor, const GateContext& context);
void checkLabelsGate(const Benchmark& benchmark);
std::unique_ptr<Gate> makeSelfGate(const std::vector<KnownEntity>& known, const GateContext& context);
std::unique_ptr<Gate> restoreSelfGate(const Routes& routes, const StoredTensor& tensor, const GateContext& context);
std::unique_ptr<Gate> makeRemoteGate(const std::vector<KnownEntity>& known, const GateContext& context);
std::unique_ptr<Gate> restoreRemoteGate(const Routes& routes, const StoredTensor& tensor, const GateContext& context);
void remoteGateReady(const RunSpec& spec);
std::unique_ptr<Gate> makeOracleGate(const std::vector<KnownEntity>& known, const GateContext& context);
std::unique_ptr<Gate> restoreOracleGate(const Routes& routes, const StoredTensor& tensor, const GateContext& context);

const std::vector<GateFactory>& gateFactories() {
    static const std::vector<GateFactory> rows{
        {"relative", makeRelativeGate, restoreRelativeGate},
        {"prototype", makePrototypeGate, restorePrototypeGate},
        {"class", makeClassGate, restoreClassGate},
        {"self", makeSelfGate, restoreSelfGate},
        {"remote", makeRemoteGate, restoreRemoteGate, nullptr, remoteGateReady},
        {"labels", makeLabelsGate, restoreLabelsGate, checkLabelsGate},
        {"oracle", makeOracleGate, restoreOracleGate},
    };
    return rows;
}

const GateFactory& gateFactory(std::string_view gate) {
    for (const auto& row : gateFactories())
        if (row.gate == gate)
            return row;
    throw internalError("The gate \"{}\" stands in the catalog without code. Please report this.", gate);
}

std::unique_ptr<Gate> makeGate(const std::vector<KnownEntity>& known, const GateContext& context) {
    return gateFactory(context.gate).make(known, context);
}

Routes routesOf(const std::vector<KnownEntity>& known) {
    Routes routes;
    routes.reserve(known.size());
    for (const auto& entity : known)
        routes.emplace_back(entity.id, entity.expert);
    return routes;
}

RouteDecision hardDecision(int expert, int experts) {
    RouteDecision made;
    made.expert = expert;
    made.weights.assign(static_cast<std::size_t>(experts), 0.0);
    if (expert >= 0)
        made.weights[static_cast<std::size_t>(expert)] = 1;
    return made;
}

at::Tensor rowsOf(const std::vector<SeenPicture>& pictures) {
    std::vector<std::int64_t> rows;
    rows.reserve(pictures.size());
    for (const auto& picture : pictures)
        rows.push_back(picture.picture);
    return at::tensor(rows);
}

std::vector<RouteDecision> decisionsByScore(const at::Tensor& scores, const Routes& routes, double threshold,
                                            int experts) {
    const auto shown = static_cast<std::int64_t>(std::min(nearestShown, routes.size()));
    const auto [best, which] = scores.topk(shown, 1);
    const auto nearness = best.to(at::kDouble).contiguous(), entities = which.contiguous();
    std::vector<RouteDecision> made;
    for (std::int64_t i = 0; i < scores.size(0); ++i) {
        const auto* score = nearness.const_data_ptr<double>() + i * shown;
        const auto* entity = entities.const_data_ptr<std::int64_t>() + i * shown;
        const bool abstains = !(score[0] >= threshold);
        made.push_back(hardDecision(abstains ? -1 : routes[static_cast<std::size_t>(entity[0])].second, experts));
        made.back().abstained = abstains;
        made.back().score = score[0];
        made.back().threshold = threshold;
        for (std::int64_t k = 0; k < shown; ++k)
            made.back().nearest.push_back({routes[static_cast<std::size_t>(entity[k])].first, score[k]});
    }
    return made;
}

}  // namespace lacuna
