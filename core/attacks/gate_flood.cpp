// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attacks/attack_pictures.h"
#include "core/attacks/attacks.h"
#include "core/images/perturb.h"

#include <algorithm>

namespace lacuna {
namespace {

constexpr int pictures = 9, edge = 96;

class GateFlood final : public Attack {
public:
    AttackOutcome mount(AttackTarget& target, const AttackOrders& orders) const override {
        AttackedAnswers flooded{{}, 0, placesNotNamed(target), {}};
        if (flooded.probes.empty())
            throw DoesNotApply("The answer of every question is the entity's name, which this attack would give away.");
        std::vector<std::filesystem::path> nobody;
        for (int number = 0; number < pictures; ++number)
            nobody.push_back(attackPicture(pictureOfNobody(edge, edge, number, orders.seed)));
        target.addPictures(nobody);
        auto questions = target.questions(flooded.probes);
        for (std::size_t i = 0; i < questions.size(); ++i) {
            questions[i].picture = target.inputs().features.row(nobody[i % nobody.size()]);
            questions[i].entity.clear();
            questions[i].question = questionByName(target.entityOf(flooded.probes[i]), questions[i].question);
        }
        flooded.answers = target.inputs().evaluator.ask(target.subject(), questions,
                                                        partOfAttack(orders.progress, "gate flood", 0, 1));
        AttackOutcome outcome;
        if (target.subject().hasGate()) {
            const auto refused = std::count_if(flooded.answers.begin(), flooded.answers.end(),
                                               [](const auto& row) { return row.gateChoice != baseRoute; });
            outcome.note = fmt::format("Of {} questions beside a picture of nobody the gate sent {} to an expert.",
                                       flooded.answers.size(), refused);
        }
        for (std::size_t i = 0; i < flooded.answers.size(); ++i)  // the row is about who is asked after
            flooded.answers[i].entity = target.entityOf(flooded.probes[i]).id;
        outcome.variants.push_back(std::move(flooded));
        return outcome;
    }
};

}  // namespace

std::unique_ptr<Attack> makeGateFlood() {
    return std::make_unique<GateFlood>();
}

}  // namespace lacuna
