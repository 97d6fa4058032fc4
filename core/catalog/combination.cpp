// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalog/combination.h"

#include "core/catalog/row_lookup.h"

#include <fmt/ranges.h>

#include <algorithm>

namespace lacuna {

const std::vector<ArrangementRow>& arrangementRows() {
    static const std::vector<ArrangementRow> rows{
        {"none",
         "Nothing",
         "Nothing is trained: the original model and what stands in front of it.",
         {"canned", "prompt", "gated_prompt"},
         "Nothing is trained, so there is no adapter that could answer.",
         false},
        {"sequential",
         "Sequential",
         "One adapter goes on from request to request.",
         {"adapter", "gate", "soft_gate"},
         "What is trained would never be asked: choose the arrangement none."},
        {"experts",
         "Experts",
         "One adapter per request, each trained from the original weights.",
         {"gate", "soft_gate"},
         "Only a gate can choose among experts; without one, sum them (arrangement merged), and to train nothing "
         "choose "
         "none."},
        {"shared",
         "Shared",
         "One adapter for all requests so far, trained anew from the original weights at each.",
         {"adapter", "gate", "soft_gate"},
         "What is trained would never be asked: choose the arrangement none.",
         true,
         true},
        {"merged",
         "Merged",
         "One adapter per request, each trained from the original weights; all are summed into one.",
         {"adapter", "gate", "soft_gate"},
         "What is trained would never be asked: choose the arrangement none.",
         true,
         false,
         false,
         {{"lambda", "Lambda", 0.5, 0, 4, "Weight of each request's adapter in the sum.", false}}},
        {"orthogonal",
         "Orthogonal",
         "One adapter per request on top of the earlier ones, kept outside the row space of their factors; all are "
         "summed.",
         {"adapter", "gate", "soft_gate"},
         "What is trained would never be asked: choose the arrangement none.",
         true,
         false,
         true},
        {.id = "given",
         .name = "Given",
         .summary = "Nothing is trained: each stage is an adapter or a checkpoint that was made elsewhere.",
         .servings = {"adapter"},
         .noOther = "What was made elsewhere answers by itself.",
         .trains = false,
         .given = true},
    };
    return rows;
}

const ArrangementRow& arrangementRow(std::string_view id) {
    return rowOf(arrangementRows(), id, "arrangement");
}

const std::vector<TrainedRow>& trainedRows() {
    using enum TrainedRow::Projector;
    static const std::vector<TrainedRow> rows{
        {"language", "the language part", "LoRA on every linear of the decoder.", true},
        {"vision", "the vision part", "Projector and vision tower themselves, in a copy.", false, Copied, true},
        {"both", "both", "LoRA on the decoder, and projector and tower.", true, Copied, true},
        {"projector", "the projector", "The projector alone, in a copy.", false, Copied},
        {"sine", "the projector by its sine",
         "LoRA on the decoder, and the projector as W + sin ΔW: no number of it moves by more than 1.", true, Sine},
    };
    return rows;
}

const TrainedRow& trainedRow(std::string_view id) {
    return rowOf(trainedRows(), id, "trained part");
}

const std::vector<ServingRow>& servingRows() {
    static const std::vector<ServingRow> rows{
        {"adapter", "Adapter", "What was trained answers every question."},
        {"gate", "Gate", "A gate sends a picture to what was trained or to the original model.", true},
        {"soft_gate",
         "Soft gate",
         "A gate weighs: the two nearest requests answer by their shares, the less the nearer a picture is to none.",
         true,
         {{"softness", "Softness", 0.05, 1e-4, 10,
           "How far above its threshold a score gives a request 73 % of its weight; as far below it is 27 %.", false}}},
        {"canned", "Canned", "A gate decides: a fixed refusal sentence, or the original model.", true},
        {"prompt", "Prompt", "The original model, told in front of each question whom to refuse."},
        {"gated_prompt", "Gated prompt",
         "A gate decides: the original model told to refuse, naming nobody, or the original model.", true},
    };
    return rows;
}

const ServingRow& servingRow(std::string_view id) {
    return rowOf(servingRows(), id, "way to serve");
}

namespace {

void addMissing(ParameterTable& table, const ParameterTable& more) {
    for (const auto& row : more)
        if (!findParameter(table, row.id))
            table.push_back(row);
}

const std::string& chosen(const std::string& choice, const std::string& usual) {
    return choice == asTheMethod ? usual : choice;
}

bool makesSense(const ArrangementRow& arrangement, const std::string& serving) {
    return std::find(arrangement.servings.begin(), arrangement.servings.end(), serving) != arrangement.servings.end();
}

/// The method's own way to serve where it goes with the arrangement.
const std::string& usualServing(const MethodRow& method, const ArrangementRow& arrangement) {
    return makesSense(arrangement, method.serving) ? method.serving : arrangement.servings.front();
}

/// The method whose loss it is: that of a control is another's.
const MethodRow& ownerOf(const MethodRow& method) {
    return method.objective.empty() ? method : methodRow(method.objective);
}

std::vector<std::string> changesOf(const MethodChoices& choices) {
    const auto combination = combinationOf(choices);
    const auto& method = *combination.method;
    const auto& arrangement = *combination.arrangement;
    std::vector<std::string> changes;
    if (arrangement.id != method.arrangement)
        changes.push_back(arrangement.id);
    if (combination.objective && combination.objective != &ownerOf(method))
        changes.push_back(combination.objective->id);
    if (combination.serving->id != usualServing(method, arrangement))
        changes.push_back(combination.serving->id);
    if (combination.trained && combination.trained->id != method.trained)
        changes.push_back(combination.trained->id);
    return changes;
}

std::string withChanges(const MethodChoices& choices, std::string (*own)(const MethodRow&), std::string_view between) {
    try {
        auto changes = changesOf(choices);
        changes.insert(changes.begin(), own(methodRow(choices.method)));
        if (!choices.source.empty() && !isReference(choices.method))
            changes.push_back(choices.source);
        return fmt::format("{}", fmt::join(changes, between));
    } catch (const Error&) {
        return choices.method;  // of another version
    }
}

}  // namespace

const MethodRow& givenMethod() {
    for (const auto& row : methodRows())
        if (arrangementRow(row.arrangement).given && !row.reference)
            return row;
    throw internalError("No method of the catalog takes what was made elsewhere. Please report this.");
}

const MethodRow& goldMethod() {
    for (const auto& row : methodRows())
        if (row.reference)
            return row;
    throw internalError("No method of the catalog is the reference. Please report this.");
}

bool isReference(std::string_view method) {
    return method == goldMethod().id;
}

Combination combinationOf(const MethodChoices& choices) {
    Combination combination;
    const auto& method = methodRow(choices.method);
    combination.method = &method;
    combination.arrangement = &arrangementRow(chosen(choices.arrangement, method.arrangement));
    const auto& arrangement = *combination.arrangement;
    combination.serving = &servingRow(chosen(choices.serving, usualServing(method, arrangement)));
    if (!makesSense(arrangement, combination.serving->id))
        throw inputError("Arrangement {} cannot be served by {}. {}", arrangement.id, combination.serving->id,
                         arrangement.noOther);
    if (!arrangement.trains) {
        if (choices.objective != asTheMethod)
            throw inputError("Arrangement {} trains nothing, so objective {} would do nothing. Leave it out.",
                             arrangement.id, choices.objective);
        return combination;
    }
    if (choices.objective == asTheMethod && !arrangementRow(method.arrangement).trains)
        throw inputError("{} trains nothing, so it has no objective for arrangement {}. Name one: --objective po.",
                         method.name, arrangement.id);
    combination.objective =
        choices.objective == asTheMethod ? &ownerOf(method) : &ownerOf(methodRow(choices.objective));
    if (!arrangementRow(combination.objective->arrangement).trains)
        throw inputError("{} trains nothing, so it is no objective. Take one of a method that trains.",
                         combination.objective->name);
    combination.trained = &trainedRow(chosen(choices.trained, method.trained));
    if (arrangement.languageAlone && combination.trained->vision())
        throw inputError(
            "Arrangement {} is of the decoder's factors; projector and tower have none. Train the language part.",
            arrangement.id);
    combination.parameters = method.parameters;
    addMissing(combination.parameters, combination.objective->parameters);
    addMissing(combination.parameters, arrangement.parameters);
    addMissing(combination.parameters, combination.serving->parameters);
    return combination;
}

ParameterValues combinationParameters(const Combination& combination, std::string_view preset,
                                      const ParameterValues& values) {
    const auto& method = *combination.method;
    auto all = presetOf(method, preset).values;
    std::erase_if(all, [&](const auto& value) { return !findParameter(combination.parameters, value.first); });
    for (const auto& [id, value] : values)
        all[id] = value;
    return checkedParameters(combination.parameters, all, method.id);
}

std::string combinationTitle(const MethodChoices& choices) {
    return withChanges(
        choices, [](const MethodRow& method) { return method.name; }, " · ");
}

std::string combinationId(const MethodChoices& choices) {
    return withChanges(
        choices, [](const MethodRow& method) { return method.id; }, "-");
}

}  // namespace lacuna
