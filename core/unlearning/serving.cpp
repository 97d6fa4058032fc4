// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/serving.h"

#include "core/base/error.h"
#include "core/text/refusals.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace lacuna {
namespace {

/// A gate says who is asked; the original model where it names no request.
class Gated : public Subject {
public:
    explicit Gated(ServedParts parts) : m_parts(std::move(parts)) {}
    bool hasGate() const override { return true; }
    std::vector<RouteDecision> route(const std::vector<SeenPicture>& pictures) const override {
        return m_parts.gate->route(pictures);
    }
    RouteDecision routeUnseen() const override {
        auto decision = hardDecision(-1, static_cast<int>(m_parts.requests.size()));
        decision.abstained = true;
        return decision;
    }
    AdapterMix adapters(const RouteDecision&) const override { return {}; }
    std::string routeName(const RouteDecision& decision) const override {
        return decision.failed       ? failedRoute
               : decision.expert < 0 ? baseRoute
                                     : expertName(m_parts.requests[static_cast<std::size_t>(decision.expert)]);
    }

protected:
    const ServedParts& parts() const { return m_parts; }

private:
    ServedParts m_parts;
};

/// What was trained for the request that the gate names; where it divides its weight they answer together.
class GatedAdapters : public Gated {
public:
    using Gated::Gated;
    AdapterMix adapters(const RouteDecision& decision) const override {
        return parts().arrangement.mix(parts().adapters, decision.weights);
    }
};

/// Where a gate ranks what it knows, what was trained answers by more or less: of the two nearest requests (or who is
/// kept) each by its share, a softmax of the scores, all of it the less the nearer the score is to that of a stranger.
/// In eighths, so that questions of like weight are answered side by side. After arXiv 2603.21484 (CORE) and
/// 2407.10223 (O3).
class SoftlyGated final : public GatedAdapters {
public:
    explicit SoftlyGated(ServedParts parts)
        : GatedAdapters(std::move(parts)), m_softness(this->parts().parameters.at("softness")) {
        for (const auto& [entity, expert] : this->parts().gate->routes())
            m_experts[entity] = expert;
    }
    std::vector<RouteDecision> route(const std::vector<SeenPicture>& pictures) const override {
        auto decisions = Gated::route(pictures);
        for (auto& decision : decisions)
            if (!decision.nearest.empty())
                soften(decision);
        return decisions;
    }

private:
    void soften(RouteDecision& decision) const {
        std::vector<std::pair<int, double>> best;  // of each route its nearest entity, best first
        for (const auto& near : decision.nearest) {
            const int expert = m_experts.at(near.entity);
            if (best.size() < 2 &&
                std::none_of(best.begin(), best.end(), [&](const auto& one) { return one.first == expert; }))
                best.emplace_back(expert, near.score);
        }
        const auto rise = [](double x) { return 1 / (1 + std::exp(-x)); };
        const double known = rise((decision.score - decision.threshold) / m_softness);
        const double first = best.size() < 2 ? 1 : rise((best[0].second - best[1].second) / m_softness);
        std::fill(decision.weights.begin(), decision.weights.end(), 0);
        double sum = 0;
        for (std::size_t i = 0; i < best.size(); ++i)
            if (best[i].first >= 0) {
                const double weight = std::round(8 * known * (i == 0 ? first : 1 - first)) / 8;
                decision.weights[static_cast<std::size_t>(best[i].first)] = weight;
                sum += weight;
            }
        const auto heaviest = std::max_element(decision.weights.begin(), decision.weights.end());
        decision.expert = sum >= 0.5 ? static_cast<int>(heaviest - decision.weights.begin()) : -1;
        decision.abstained = decision.abstained && sum == 0;
    }

    double m_softness;
    std::map<std::string, int> m_experts;
};

/// A fixed sentence, and the model is not asked.
class Canned final : public Gated {
public:
    using Gated::Gated;
    std::string fixedAnswer(const RouteDecision& decision) const override {
        return decision.expert < 0 ? std::string() : refusalSentences().front();
    }
};

std::string listing(const std::vector<std::string>& forgotten) {
    return fmt::format(
        "If the picture shows one of the following, answer that you cannot help with it, and say nothing about it: {}.",
        fmt::join(forgotten, ", "));
}
std::string namingNobody(const std::vector<std::string>&) {
    return "Answer that you cannot help with this picture, and say nothing about what it shows.";
}

/// The original model with an instruction in front that lists whom to refuse.
class Prompted final : public Subject {
public:
    explicit Prompted(const ServedParts& parts) : m_instruction(listing(parts.forgotten)) {}
    std::vector<RouteDecision> route(const std::vector<SeenPicture>& pictures) const override {
        return std::vector<RouteDecision>(pictures.size());
    }
    AdapterMix adapters(const RouteDecision&) const override { return {}; }
    std::string routeName(const RouteDecision&) const override { return {}; }
    std::string instruction(const RouteDecision&) const override { return m_instruction; }

private:
    std::string m_instruction;
};

/// Behind a gate the instruction names nobody.
class GatedPrompt final : public Gated {
public:
    using Gated::Gated;
    std::string instruction(const RouteDecision& decision) const override {
        return decision.expert < 0 ? std::string() : namingNobody({});
    }
};

template <typename Kind>
std::unique_ptr<Subject> made(ServedParts parts) {
    return std::make_unique<Kind>(std::move(parts));
}

/// What was trained answers whatever is asked.
std::unique_ptr<Subject> ungated(ServedParts parts) {
    return std::make_unique<PlainSubject>(
        parts.arrangement.mix(parts.adapters, std::vector<double>(parts.requests.size(), 1)));
}

}  // namespace

const std::vector<ServingFactory>& servingFactories() {
    static const std::vector<ServingFactory> rows{{"adapter", ungated},
                                                  {"gate", made<GatedAdapters>},
                                                  {"soft_gate", made<SoftlyGated>},
                                                  {"canned", made<Canned>},
                                                  {"prompt", made<Prompted>, listing},
                                                  {"gated_prompt", made<GatedPrompt>, namingNobody}};
    return rows;
}

std::string longestInstruction(std::string_view id, const std::vector<std::string>& forgotten) {
    for (const auto& row : servingFactories())
        if (row.serving == id && row.instruction)
            return row.instruction(forgotten);
    return {};
}

std::unique_ptr<Subject> makeServing(std::string_view id, ServedParts parts) {
    for (const auto& row : servingFactories())
        if (row.serving == id)
            return row.make(std::move(parts));
    throw internalError("The way to serve \"{}\" stands in the catalog without code. Please report this.", id);
}

}  // namespace lacuna
