// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/ascii.h"
#include "core/base/error.h"
#include "core/benchmark/benchmark.h"
#include "core/benchmark/route_labels.h"
#include "core/training/feature_store.h"
#include "core/unlearning/gates/gate.h"

#include <algorithm>
#include <map>

namespace lacuna {
namespace {

/// "Woolly_Quorlo" and "woolly quorlo" name the same.
std::string named(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) { return c == '_' ? ' ' : asciiLower(c); });
    return text;
}

/// Routes by what another gate wrote into the benchmark's records: a picture goes where its labelled entity does; one
/// of an entity that nobody knows yet goes to the expert of its labelled task. Anything else is abstained on, as in
/// MLUBench's code, where a failed call means no expert.
class LabelsGate final : public Gate {
public:
    LabelsGate(Routes routes, const GateContext& context) : m_routes(std::move(routes)), m_experts(context.experts()) {
        if (!context.benchmark || !context.features)
            throw internalError("The labels gate was made without benchmark or pictures. Please report this.");
        std::map<std::string, int> expertOf;
        for (const auto& [id, expert] : m_routes)
            expertOf[named(id)] = expert;
        for (const auto& entity : context.benchmark->entities)
            if (const auto known = expertOf.find(named(entity.id)); known != expertOf.end())
                expertOf.emplace(named(entity.name), known->second);
        for (const auto& [image, label] : routeLabels(context.benchmark->folder)) {
            const auto path = context.benchmark->folder / image;
            if (!context.features->has(path))
                continue;
            const auto entity = expertOf.find(named(label.entity));
            const auto task = std::find(context.requests.begin(), context.requests.end(), label.task);
            if (entity != expertOf.end())
                m_routeOf[context.features->row(path)] = entity->second;
            else if (task != context.requests.end())
                m_routeOf[context.features->row(path)] = static_cast<int>(task - context.requests.begin());
        }
    }

    std::vector<RouteDecision> route(const std::vector<SeenPicture>& pictures) const override {
        std::vector<RouteDecision> made;
        for (const auto& picture : pictures) {
            const auto found = m_routeOf.find(picture.picture);
            const bool knows = found != m_routeOf.end();
            made.push_back(hardDecision(knows ? found->second : -1, m_experts));
            made.back().abstained = !knows;
            made.back().score = knows ? 1 : 0;
            made.back().threshold = 0.5;
        }
        return made;
    }
    Routes routes() const override { return m_routes; }

private:
    Routes m_routes;
    int m_experts;
    std::map<std::int64_t, int> m_routeOf;  ///< by row of the feature store
};

}  // namespace

void checkLabelsGate(const Benchmark& benchmark) {
    routeLabels(benchmark.folder);
}

std::unique_ptr<Gate> makeLabelsGate(const std::vector<KnownEntity>& known, const GateContext& context) {
    return std::make_unique<LabelsGate>(routesOf(known), context);
}

std::unique_ptr<Gate> restoreLabelsGate(const Routes& routes, const StoredTensor&, const GateContext& context) {
    return std::make_unique<LabelsGate>(routes, context);
}

}  // namespace lacuna
