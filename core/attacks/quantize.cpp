// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attacks/attacks.h"
#include "core/tensors/nf4.h"
#include "core/training/merged_model.h"

#include <map>

namespace lacuna {
namespace {

/// Rounded to 255 even steps of each row's largest magnitude (LLM.int8's weights; Dettmers et al. 2022, arXiv
/// 2208.07339).
void toEightBits(at::Tensor& weight) {
    const auto values = weight.to(at::kFloat);
    const auto scale = values.abs().amax(1, true).clamp_min(1e-12) / 127;
    weight.copy_((values / scale).round() * scale);
}

void toFourBits(at::Tensor& weight) {
    dequantise(quantisedNf4(weight), weight);
}

/// Whatever is asked, one adapter answers, as the gate has decided all the same.
class OneAdapter final : public AttackedSubject {
public:
    OneAdapter(const Subject& inner, const Adapter& adapter) : AttackedSubject(inner), m_adapter(adapter) {}
    AdapterMix adapters(const RouteDecision&) const override { return {{&m_adapter, 1}}; }

private:
    const Adapter& m_adapter;
};

/// Each mix of adapters that answers some question is merged and rounded, the original weights among them: one model at
/// a time.
class Quantize final : public Attack {
public:
    AttackOutcome mount(AttackTarget& target, const AttackOrders& orders) const override {
        if (target.model().network->format() != WeightFormat::Full)
            throw DoesNotApply("The run's model is held in 4 bits already: its adapters were trained on such weights.");
        const auto places = allPlaces(target);
        const auto questions = target.questions(places);
        std::map<AdapterMix, std::vector<std::size_t>> byMix;
        std::vector<SeenPicture> pictures;
        for (const auto& asked : questions)
            pictures.push_back({asked.picture, asked.entity});
        const auto decisions = target.subject().route(pictures);
        for (std::size_t i = 0; i < decisions.size(); ++i)
            byMix[target.subject().adapters(decisions[i])].push_back(i);
        AttackOutcome outcome;
        const int parts = 2 * static_cast<int>(byMix.size());
        int part = 0;
        using Round = void (*)(at::Tensor&);
        for (const auto& [name, round] : {std::pair<const char*, Round>("8-bit", toEightBits),
                                          std::pair<const char*, Round>("4-bit", toFourBits)}) {
            AttackedAnswers answers{name, 0, {}, {}};
            for (const auto& [mix, some] : byMix) {
                const auto merged =
                    mergedModel(target.model(), mix, [&](const std::string&, at::Tensor& weight, bool isLinear) {
                        if (isLinear)
                            round(weight);
                    });
                std::vector<AskedQuestion> asked;
                for (const auto i : some) {
                    asked.push_back(questions[i]);
                    answers.probes.push_back(places[i]);
                }
                for (auto& row : target.inputs().evaluator.ask(OneAdapter(target.subject(), merged), asked,
                                                               partOfAttack(orders.progress, name, part, parts)))
                    answers.answers.push_back(std::move(row));
                ++part;
            }
            outcome.variants.push_back(std::move(answers));
        }
        return outcome;
    }
};

}  // namespace

std::unique_ptr<Attack> makeQuantize() {
    return std::make_unique<Quantize>();
}

}  // namespace lacuna
