// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attacks/attacks.h"
#include "core/attacks/fine_tuning.h"

namespace lacuna {
namespace {

class Relearn final : public Attack {
public:
    AttackOutcome mount(AttackTarget& target, const AttackOrders& orders) const override {
        const auto& values = orders.parameters;
        auto [samples, note] = leakedSamples(target, static_cast<std::int64_t>(values.at("samples")), orders.seed);
        const auto count = static_cast<std::int64_t>(samples.size());
        const auto places = placesWithout(target, taughtEntities(target, samples));
        const auto batch = static_cast<std::int64_t>(values.at("batch"));
        const auto steps = static_cast<std::int64_t>(values.at("epochs")) * ((count + batch - 1) / batch);
        FineTuning training(target, std::move(samples), values, orders.seed);
        const auto progress = partOfAttack(orders.progress, "relearning", 0, 2);
        while (training.steps() < steps) {
            training.step();
            if (progress)
                progress({"relearning", training.steps(), steps});
        }
        const auto subject = training.subject();
        return {{{{},
                  count,
                  places,
                  target.inputs().evaluator.ask(*subject, target.questions(places),
                                                partOfAttack(orders.progress, "relearned: asking", 1, 2))}},
                training.samplesSeen(),
                training.steps(),
                note};
    }
};

}  // namespace

std::unique_ptr<Attack> makeRelearn() {
    return std::make_unique<Relearn>();
}

}  // namespace lacuna
