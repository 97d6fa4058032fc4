// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attacks/attacks.h"

namespace lacuna {
namespace {

/// The original model in place of whatever stands beside it.
class Bypass final : public Attack {
public:
    AttackOutcome mount(AttackTarget& target, const AttackOrders& orders) const override {
        const auto& subject = target.subject();
        const auto decision = subject.routeUnseen();
        const bool always = !subject.hasGate() && subject.instruction(decision).empty();
        const auto mix = subject.adapters(decision);
        if (always && mix.size() == 1 && mix.front().adapter->whole)
            throw DoesNotApply(
                "The stage is a checkpoint of its own: the original weights are not in it, and nothing stands beside "
                "them.");
        if (always && orders.parameters.at("adapter") == 0)
            throw DoesNotApply(
                "What was learnt always acts, so it can be merged into the weights before they are given out: nothing "
                "is left to switch off. With adapter = 1 it is taken off all the same.");
        const auto places = allPlaces(target);
        return {{{{},
                  0,
                  places,
                  target.inputs().evaluator.ask(PlainSubject(nullptr), target.questions(places),
                                                partOfAttack(orders.progress, "bypass", 0, 1))}}};
    }
};

}  // namespace

std::unique_ptr<Attack> makeBypass() {
    return std::make_unique<Bypass>();
}

}  // namespace lacuna
