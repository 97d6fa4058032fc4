// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/models/lora.h"
#include "core/runs/run_records.h"

#include <string>
#include <utility>
#include <vector>

namespace lacuna {

/// Where a gate sends one picture. Without a gate: no weights, everything else at its default.
struct RouteDecision {
    std::vector<double> weights;  ///< per expert: those with one answer together; all zero (or empty) = the base model
    int expert = -1;              ///< the heaviest, as answers name the route, −1 = the base model
    bool abstained = false;       ///< the picture shows no known entity
    double score = 0;
    double threshold = 0;
    std::vector<NearEntity> nearest;  ///< known entities, best first, a few
    bool failed = false;              ///< nothing was decided: the base model answers, and it counts as no decision
};

/// A picture as a subject gets to see it.
struct SeenPicture {
    std::int64_t picture = 0;  ///< row of the feature store
    std::string entity;        ///< what it shows; only gates that are told may look
};

/// What is measured: the model with adapters, behind a gate or not, or what stands in front of it. Never a method.
class Subject {
public:
    virtual ~Subject() = default;
    virtual bool hasGate() const { return false; }
    /// One decision per picture.
    virtual std::vector<RouteDecision> route(const std::vector<SeenPicture>& pictures) const = 0;
    /// The decision about a question that shows no picture: a gate that looks at pictures has none to make.
    virtual RouteDecision routeUnseen() const { return {}; }
    /// What answers under a decision; the adapters live as long as the subject.
    virtual AdapterMix adapters(const RouteDecision& decision) const = 0;
    /// "expert A", "base": how the decision is named in answers.
    virtual std::string routeName(const RouteDecision& decision) const = 0;
    /// What is said in the model's place, which is not asked; empty = it is asked.
    virtual std::string fixedAnswer(const RouteDecision&) const { return {}; }
    /// What the model is told in front of the question; mostly nothing.
    virtual std::string instruction(const RouteDecision&) const { return {}; }
};

/// The same adapters (or none) for every picture.
class PlainSubject final : public Subject {
public:
    explicit PlainSubject(AdapterMix mix) : m_mix(std::move(mix)) {}
    explicit PlainSubject(const Adapter* adapter) : m_mix(adapter ? AdapterMix{{adapter, 1}} : AdapterMix{}) {}
    std::vector<RouteDecision> route(const std::vector<SeenPicture>& pictures) const override {
        return std::vector<RouteDecision>(pictures.size());
    }
    AdapterMix adapters(const RouteDecision&) const override { return m_mix; }
    std::string routeName(const RouteDecision&) const override { return {}; }

private:
    AdapterMix m_mix;
};

}  // namespace lacuna
