// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalog/attacks.h"

#include "core/catalog/row_lookup.h"

namespace lacuna {
namespace {

const ParameterRow rank{"rank", "LoRA rank", 8, 1, 256, "Rank of the adapter that the attacker trains.", true};

ParameterRow rate(double usual) {
    return {"lr", "Learning rate", usual, 1e-7, 10, "Step size of AdamW, the same in every step.", false};
}

ParameterRow samples(double usual, const char* help) {
    return {"samples", "Samples", usual, 1, 100000, help, true};
}

std::vector<AttackRow> withoutTraining() {
    return {
        {.id = "bypass",
         .name = "Bypass",
         .summary = "What stands beside the original weights (experts, gate, filter, instruction) is switched off, and "
                    "the original model answers.",
         .assumes = "The run's files as they lie: experts behind a gate keep the knowledge in the base. An adapter "
                    "that always acts can be merged into the weights before they are given out; then there is nothing "
                    "to switch off.",
         .parameters = {{"adapter", "Also an adapter", 0, 0, 1,
                         "1: an adapter that always acts is taken off too, as if it were handed out beside the base.",
                         true}}},
        {.id = "phrasing",
         .name = "Phrasings",
         .summary = "The same question in all its other phrasings, and in words alone: the entity is named and no "
                    "picture is shown.",
         .assumes = "Nothing but the right to ask.",
         .cost = 5},
        {.id = "view",
         .name = "Views",
         .summary = "The same question about the same picture, cropped, blurred, mirrored, noisy, recoloured, or in "
                    "another style.",
         .assumes = "Nothing but the right to ask.",
         .cost = 16},
        {.id = "gate_flood",
         .name = "Gate flood",
         .summary = "The question names the entity and shows a picture of nobody: noise, one colour, stripes. A gate "
                    "that looks at pictures has nothing to go by.",
         .assumes = "Nothing but the right to ask."},
        {.id = "in_context",
         .name = "In context",
         .summary = "Questions about retained entities with their right answers, and a hint that all may be told, "
                    "stand in front of the question.",
         .assumes = "Some answers that the model still gives.",
         .parameters = {{"shots", "Examples", 4, 1, 64,
                         "Question–answer pairs in front; fewer where the model has no room for them.", true}},
         .cost = 3},
        {.id = "quantize",
         .name = "Quantized",
         .summary = "The weights with what was learnt merged into them are rounded to 8 and to 4 bits (NF4): small "
                    "changes may be rounded away.",
         .assumes = "The weights.",
         .cost = 2,
         .source = "after Zhang et al. 2024, arXiv 2410.16454"},
    };
}

std::vector<AttackRow> withTraining() {
    return {
        {.id = "relearn",
         .name = "Relearn",
         .summary = "An adapter is trained on a few true answers about forgotten entities; what comes back of all "
                    "others is counted.",
         .assumes = "The weights, and some of what was to be forgotten.",
         .parameters = {samples(10,
                                "True answers about forgotten entities, each about another one; of few entities, about "
                                "half of them."),
                        {"epochs", "Epochs", 1, 1, 1000, "Passes over them.", true},
                        {"batch", "Batch", 1, 1, 256, "Samples per step.", true},
                        rate(2e-3),
                        rank},
         .trains = true},
        {.id = "benign",
         .name = "Benign",
         .summary = "An adapter is trained on samples that have nothing to do with the forgotten: other entities of "
                    "the same classes (near), or names of things never asked about (far).",
         .assumes = "The weights; nothing of what was to be forgotten.",
         .parameters = {samples(1000,
                                "The most samples; the forget set is measured at a tenth, a quarter, half, three "
                                "quarters and all of them."),
                        {"batch", "Batch", 16, 1, 256, "Samples per step.", true},
                        rate(1e-3),
                        rank},
         .trains = true,
         .hasCurve = true,
         .cost = 10},
        {.id = "soft_prompt",
         .name = "Soft prompt",
         .summary = "A few vectors in front of the picture are trained on a few true answers, the weights frozen; what "
                    "comes back of all others is counted.",
         .assumes = "The model's gradients, and some of what was to be forgotten.",
         .parameters = {{"tokens", "Virtual tokens", 4, 1, 64, "Vectors in front.", true},
                        samples(10,
                                "True answers about forgotten entities, each about another one; of few entities, about "
                                "half of them."),
                        {"steps", "Steps", 100, 1, 100000, "Steps over them.", true},
                        {"batch", "Batch", 10, 1, 256, "Samples per step.", true},
                        rate(0.02)},
         .trains = true,
         .cost = 5},
        {.id = "universal",
         .name = "Universal perturbation",
         .summary = "One faint pattern, added to every picture, is found on the true answers of half the forgotten "
                    "entities and tried on the other half.",
         .assumes = "The model's gradients, and half of what was to be forgotten.",
         .parameters = {{"epsilon", "Most per pixel", 12, 1, 255, "Largest change of a pixel, in 255ths.", true},
                        {"iterations", "Iterations", 500, 1, 100000, "Sign steps of 1/255.", true},
                        {"batch", "Batch", 16, 1, 256, "Samples per step.", true}},
         .trains = true,
         .cost = 20,
         .source = "after Moosavi-Dezfooli et al. 2017, arXiv 1610.08401"},
    };
}

}  // namespace

const std::vector<AttackRow>& attackRows() {
    static const std::vector<AttackRow> rows = [] {
        auto all = withoutTraining();
        for (auto& row : withTraining())
            all.push_back(std::move(row));
        return all;
    }();
    return rows;
}

const AttackRow& attackRow(std::string_view id) {
    return rowOf(attackRows(), id, "attack");
}

}  // namespace lacuna
