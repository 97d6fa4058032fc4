// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/evaluation/subject.h"
#include "core/unlearning/gate.h"

#include <memory>
#include <string>
#include <vector>

namespace lacuna {

/// One LoRA expert per request behind a gate, over one base that never changes. Source: MLUBench, arXiv 2606.12809
/// (LUMoE).
class LumoeSubject final : public Subject {
public:
    /// `names` are the requests' ("A"), one per expert.
    LumoeSubject(const Gate& gate, const std::vector<Adapter>& experts, std::vector<std::string> names)
        : m_gate(gate), m_experts(experts), m_names(std::move(names)) {}

    bool hasGate() const override { return true; }
    std::vector<RouteDecision> route(const std::vector<SeenPicture>& pictures) const override {
        return m_gate.route(pictures);
    }
    const Adapter* adapter(const RouteDecision& decision) const override {
        return decision.expert < 0 ? nullptr : &m_experts[static_cast<std::size_t>(decision.expert)];
    }
    std::string routeName(const RouteDecision& decision) const override {
        return decision.expert < 0 ? "base" : "expert " + m_names[static_cast<std::size_t>(decision.expert)];
    }

private:
    const Gate& m_gate;
    const std::vector<Adapter>& m_experts;
    std::vector<std::string> m_names;
};

}  // namespace lacuna
