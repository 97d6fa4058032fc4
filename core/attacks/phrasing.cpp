// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attacks/attacks.h"

namespace lacuna {
namespace {

class Phrasing final : public Attack {
public:
    AttackOutcome mount(AttackTarget& target, const AttackOrders& orders) const override {
        AttackOutcome outcome;
        const auto& evaluator = target.inputs().evaluator;
        AttackedAnswers rephrased{"rephrased", 0, {}, {}};
        std::vector<Probe> probes;
        for (std::size_t place = 0; place < target.probes().size(); ++place)
            for (std::size_t p = 0; p < target.questionOf(place).phrasings.size(); ++p) {
                auto probe = target.probes()[place];
                if (static_cast<int>(p) == probe.phrasing)
                    continue;
                probe.phrasing = static_cast<int>(p);
                probes.push_back(probe);
                rephrased.probes.push_back(place);
            }
        if (!probes.empty()) {
            rephrased.answers = evaluator.ask(target.subject(), evaluator.questionsOf(probes),
                                              partOfAttack(orders.progress, "phrasings", 0, 2));
            outcome.variants.push_back(std::move(rephrased));
        }
        AttackedAnswers named{"named, no picture", 0, placesNotNamed(target), {}};
        if (!named.probes.empty()) {
            auto questions = target.questions(named.probes);
            for (std::size_t i = 0; i < questions.size(); ++i) {
                questions[i].picture = -1;
                questions[i].question = questionByName(target.entityOf(named.probes[i]), questions[i].question);
            }
            named.answers =
                evaluator.ask(target.subject(), questions, partOfAttack(orders.progress, "phrasings", 1, 2));
            outcome.variants.push_back(std::move(named));
        }
        if (outcome.variants.empty())
            throw DoesNotApply("Every question has one phrasing, and its answer is the entity's name.");
        return outcome;
    }
};

}  // namespace

std::unique_ptr<Attack> makePhrasing() {
    return std::make_unique<Phrasing>();
}

}  // namespace lacuna
