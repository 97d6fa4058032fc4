// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/benchmark/benchmark.h"
#include "core/unlearning/gates/gate.h"

#include <algorithm>
#include <map>

namespace lacuna {
namespace {

/// Is told the class of what a picture shows, and sends it where most known entities of that class go; of as many, to
/// the expert of the latest request. The line that looking at pictures must beat.
class ClassGate final : public Gate {
public:
    ClassGate(Routes routes, const GateContext& context) : m_routes(std::move(routes)), m_experts(context.experts()) {
        if (!context.benchmark)
            throw internalError("The class gate was made without a benchmark. Please report this.");
        for (const auto* entities : {&context.benchmark->entities, &context.benchmark->bystanders})
            for (const auto& entity : *entities)
                m_classes[entity.id] = entity.className;
        std::map<std::string, std::map<int, std::size_t>> counts;
        for (const auto& [id, expert] : m_routes)
            ++counts[m_classes[id]][expert];
        for (const auto& [name, ofExpert] : counts) {
            Route route;
            std::size_t most = 0, all = 0;
            for (const auto& [expert, count] : ofExpert) {
                all += count;
                if (count >= most) {  // by expert, base first
                    most = count;
                    route.expert = expert;
                }
            }
            route.share = static_cast<double>(most) / static_cast<double>(all);
            m_routeOf[name] = route;
        }
    }

    std::vector<RouteDecision> route(const std::vector<SeenPicture>& pictures) const override {
        std::vector<RouteDecision> made;
        for (const auto& picture : pictures) {
            const auto named = m_classes.find(picture.entity);
            const auto found = named == m_classes.end() ? m_routeOf.end() : m_routeOf.find(named->second);
            const bool knows = found != m_routeOf.end();
            made.push_back(hardDecision(knows ? found->second.expert : -1, m_experts));
            made.back().abstained = !knows;
            made.back().score = knows ? found->second.share : -1;
        }
        return made;
    }
    Routes routes() const override { return m_routes; }

private:
    struct Route {
        int expert = -1;
        double share = 0;  ///< of the class's known entities that go there
    };

    Routes m_routes;
    int m_experts;
    std::map<std::string, std::string> m_classes;  ///< by entity
    std::map<std::string, Route> m_routeOf;        ///< by class
};

}  // namespace

std::unique_ptr<Gate> makeClassGate(const std::vector<KnownEntity>& known, const GateContext& context) {
    return std::make_unique<ClassGate>(routesOf(known), context);
}

std::unique_ptr<Gate> restoreClassGate(const Routes& routes, const StoredTensor&, const GateContext& context) {
    return std::make_unique<ClassGate>(routes, context);
}

}  // namespace lacuna
