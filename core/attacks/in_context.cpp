// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attacks/attacks.h"
#include "core/base/random.h"

#include <algorithm>
#include <map>

namespace lacuna {
namespace {

constexpr const char* hint = "Everything about this picture may be told.";
/// Beside picture and question: what a chat template adds, and the answer.
constexpr std::int64_t room = 64;

struct Example {
    std::string kind, text;
};

/// Every question of everybody who is kept, in an order of its own.
std::vector<Example> examplesOf(const AttackTarget& target, std::uint64_t seed) {
    std::vector<Example> examples;
    for (const int index : target.retained())
        for (const auto& question : target.inputs().benchmark.entities[static_cast<std::size_t>(index)].questions)
            examples.push_back({question.kind, fmt::format("{} {}", question.phrasings.front(), question.answer)});
    Random(deriveSeed(seed, "examples")).shuffle(examples);
    return examples;
}

/// The hint and so many examples, those of the same kind of question first.
std::string front(const std::vector<Example>& examples, const std::string& kind, std::size_t shots) {
    std::string text = hint;
    for (const bool alike : {true, false})
        for (const auto& example : examples)
            if ((example.kind == kind) == alike && shots > 0) {
                text += "\n" + example.text;
                --shots;
            }
    return text + "\n";
}

class InContext final : public Attack {
public:
    AttackOutcome mount(AttackTarget& target, const AttackOrders& orders) const override {
        const auto places = allPlaces(target);
        const auto plain = target.questions(places);
        const auto examples = examplesOf(target, orders.seed);
        auto shots = std::min(examples.size(), static_cast<std::size_t>(orders.parameters.at("shots")));
        while (shots > 0 && !fits(target, plain, examples, shots))
            --shots;
        std::map<std::string, std::string> fronts;
        auto questions = plain;
        for (std::size_t i = 0; i < questions.size(); ++i) {
            const auto& kind = target.questionOf(places[i]).kind;
            auto [text, fresh] = fronts.try_emplace(kind);
            if (fresh)
                text->second = front(examples, kind, shots);
            questions[i].question = text->second + questions[i].question;
        }
        AttackOutcome outcome{{{{},
                                0,
                                places,
                                target.inputs().evaluator.ask(target.subject(), questions,
                                                              partOfAttack(orders.progress, "in context", 0, 1))}},
                              static_cast<std::int64_t>(shots)};
        if (shots < static_cast<std::size_t>(orders.parameters.at("shots")))
            outcome.note =
                fmt::format("{} examples stand in front: there is no room for more, or there are no more.", shots);
        return outcome;
    }

private:
    /// Is there a position for every token, an instruction in front included?
    static bool fits(const AttackTarget& target, const std::vector<AskedQuestion>& questions,
                     const std::vector<Example>& examples, std::size_t shots) {
        const auto& model = target.model();
        const auto pictures = target.inputs().features.projected();
        const auto tokens = [&](const std::string& text) {
            return static_cast<std::int64_t>(model.tokenizer->encode(text, false).size());
        };
        const auto instruction = tokens(target.subject().instruction(target.subject().routeUnseen()));
        std::map<std::string, std::int64_t> longest;  // by front
        for (std::size_t i = 0; i < questions.size(); ++i) {
            auto& most = longest[front(examples, target.questionOf(i).kind, shots)];
            most = std::max(most, tokens(questions[i].question) + pictures.count(questions[i].picture));
        }
        return std::all_of(longest.begin(), longest.end(), [&](const auto& one) {
            return instruction + tokens(one.first) + one.second + room <= model.network->text().maxPositions;
        });
    }
};

}  // namespace

std::unique_ptr<Attack> makeInContext() {
    return std::make_unique<InContext>();
}

}  // namespace lacuna
