// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/serving.h"

#include "core/base/error.h"
#include "core/text/refusals.h"

#include <fmt/ranges.h>

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
    AdapterMix adapters(const RouteDecision&) const override { return {}; }
    std::string routeName(const RouteDecision& decision) const override {
        return decision.expert < 0 ? baseRoute
                                   : expertName(m_parts.requests[static_cast<std::size_t>(decision.expert)]);
    }

protected:
    const ServedParts& parts() const { return m_parts; }

private:
    ServedParts m_parts;
};

/// What was trained for the request that the gate names; where it divides its weight they answer together.
class GatedAdapters final : public Gated {
public:
    using Gated::Gated;
    AdapterMix adapters(const RouteDecision& decision) const override {
        return parts().arrangement.mix(parts().adapters, decision.weights);
    }
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
