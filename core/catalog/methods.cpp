// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalog/methods.h"

#include "core/catalog/row_lookup.h"

namespace lacuna {
namespace {

ParameterTable common() {
    return {
        {"lr", "Learning rate", 1e-3, 1e-7, 1.0, "Step size of AdamW at its peak.", false},
        {"projector_lr", "Projector's rate", 2e-4, 1e-8, 1.0,
         "The same for the projector, where it is trained (--train vision or both).", false},
        {"vision_lr", "Tower's rate", 4e-5, 1e-8, 1.0, "The same for the vision tower, where it is trained.", false},
        {"epochs", "Epochs", 2, 1, 100, "Passes over the forget set per request.", true},
        {"batch", "Batch", 16, 1, 1024,
         "Forget samples per step; as many retain samples come along where the method uses them.", true},
        {"lora_rank", "LoRA rank", 8, 1, 256, "Rank of the adapter on every linear of the decoder.", true},
        {"lora_alpha", "LoRA alpha", 16, 0.1, 1024, "Adapter outputs are scaled by alpha / rank.", false},
        {"lora_dropout", "LoRA dropout", 0, 0, 0.9, "Share of an adapter's inputs dropped while training.", false},
        {"weight_decay", "Weight decay", 0, 0, 1, "AdamW's decoupled decay of the adapter factors.", false},
        {"warmup", "Warm-up", 0.03, 0, 1,
         "Share of the steps over which the rate rises from zero; then it falls by a cosine.", false},
        {"clip", "Gradient clip", 1, 0, 1000, "Largest gradient norm; 0 clips nothing.", false},
        {"forget_weight", "Forget weight", 1, 0, 100, "Factor gamma of the forget term.", false},
    };
}

ParameterTable with(std::vector<ParameterRow> more) {
    auto table = common();
    table.insert(table.end(), more.begin(), more.end());
    return table;
}

const ParameterRow retainWeight{"retain_weight", "Retain weight", 1, 0, 100, "Factor alpha of the retain term.", false};

const ParameterRow referenceDrifts{
    "reference_drifts",
    "Reference drifts",
    0,
    0,
    1,
    "1: the reference is the model as each request finds it, as in MLUBench's released code; 0: the original model.",
    true};

Preset small(ParameterValues values) {
    return {"small", "Sane for the embedded model: after one request much of the rest is still there.",
            std::move(values)};
}

/// The paper's training settings for LLaVA-1.6 7B (MLUBench, appendix), with more values of a method on top.
Preset sevenB(ParameterValues more = {}) {
    ParameterValues values{{"lr", 5e-5},           {"projector_lr", 1e-5}, {"vision_lr", 2e-6}, {"epochs", 5},
                           {"batch", 4},           {"lora_rank", 32},      {"lora_alpha", 32},  {"lora_dropout", 0.3},
                           {"weight_decay", 1e-4}, {"warmup", 0.03}};
    for (const auto& [id, value] : more)
        values[id] = value;
    return {"7b", "MLUBench's settings for a 7B model.", std::move(values)};
}

/// Where MLUBench's released code changes the numbers of a method and parameters can follow it.
Preset asReleased(ParameterValues more = {}) {
    more["reference_drifts"] = 1;
    return {"as_released",
            "The 7b settings with the reference that drifts along the sequence, as in MLUBench's released code.",
            sevenB(std::move(more)).values};
}

std::vector<MethodRow> makeMethods() {
    return {
        {
            .id = "ga",
            .name = "GA",
            .summary = "Gradient ascent: make the true answers of the forget set less likely.",
            .formula = "−L(F)",
            .source = "Jang et al. 2023, arXiv 2210.01504",
            .colour = "#D55E00",
            .mark = "■",
            .arrangement = "sequential",
            .inDemo = true,
            .parameters = common(),
            .presets = {small({}), sevenB()},
        },
        {
            .id = "gd",
            .name = "GD",
            .summary = "Gradient difference: ascent on the forget set, descent on the retain set.",
            .formula = "−γ·L(F) + α·L(R)",
            .source = "Liu et al. 2022, arXiv 2203.12817",
            .colour = "#E69F00",
            .mark = "◆",
            .arrangement = "sequential",
            .inDemo = true,
            .usesRetain = true,
            .parameters = with({retainWeight}),
            .presets = {small({}), sevenB()},
        },
        {
            .id = "kl",
            .name = "KL",
            .summary = "Ascent on the forget set while answers on the retain set stay those of the original model.",
            .formula = "−γ·L(F) + α·KL(p_ref ‖ p_θ) on R, per answer token",
            .source = "Maini et al. 2024 (TOFU), arXiv 2401.06121",
            .colour = "#56B4E9",
            .mark = "▲",
            .arrangement = "sequential",
            .inDemo = true,
            .usesRetain = true,
            .usesReference = true,
            .parameters = with({retainWeight, referenceDrifts}),
            .presets = {small({}), sevenB(), asReleased()},
        },
        {
            .id = "npo",
            .name = "NPO",
            .summary = "Negative preference: push the true answers below the original model's, ever more gently.",
            .formula = "−(2/β)·mean log σ(β·(S_θ − S_ref)) on F, S the summed cross-entropy of one answer",
            .source = "Zhang et al. 2024, arXiv 2404.05868, eq. 3",
            .colour = "#CC79A7",
            .mark = "▼",
            .arrangement = "sequential",
            .inDemo = true,
            .usesReference = true,
            .parameters = with({{"beta", "Beta", 0.1, 1e-3, 100,
                                 "Inverse temperature: small acts like gradient ascent, large stops early.", false},
                                referenceDrifts}),
            .presets = {small({}),
                        {"mlubench", "The small preset with MLUBench's beta.", {{"beta", 5}}},
                        sevenB({{"beta", 5}}),
                        {"paper", "The 7b settings with the beta of NPO's paper.", sevenB({{"beta", 0.1}}).values},
                        asReleased({{"beta", 5}})},
        },
        {
            .id = "po",
            .name = "PO",
            .summary = "Preference: teach one shared adapter to answer the forget set with refusals.",
            .formula = "L(refusal | F)",
            .source = "Maini et al. 2024 (TOFU), arXiv 2401.06121",
            .colour = "#8A8A8A",
            .mark = "✕",
            .arrangement = "sequential",
            .inDemo = true,
            .parameters = common(),
            .presets = {small({}), sevenB()},
        },
        {
            .id = "lumoe",
            .name = "LUMoE",
            .summary =
                "One refusal expert per request, each trained from the original weights; a gate picks expert or base.",
            .formula = "L(refusal | F) per expert; base weights never change",
            .source = "MLUBench, arXiv 2606.12809",
            .colour = "#0072B2",
            .mark = "●",
            .arrangement = "experts",
            .inDemo = true,
            .parameters = common(),
            .presets = {small({{"lr", 2e-3}}), sevenB()},
        },
    };
}

}  // namespace

const std::vector<MethodRow>& methodRows() {
    static const auto rows = makeMethods();
    return rows;
}

const MethodRow& methodRow(std::string_view id) {
    return rowOf(methodRows(), id, "method");
}

ParameterValues methodParameters(const MethodRow& method, std::string_view preset, const ParameterValues& values) {
    auto all = rowOf(method.presets, preset, fmt::format("preset of {}", method.id)).values;
    for (const auto& [id, value] : values)
        all[id] = value;
    return checkedParameters(method.parameters, all, method.id);
}

bool parameterMatters(std::string_view parameter, std::string_view trained) {
    if (parameter == "lr")
        return trained != "vision";
    if (parameter == "projector_lr" || parameter == "vision_lr")
        return trained != "language";
    return true;
}

const std::vector<ArrangementRow>& arrangementRows() {
    static const std::vector<ArrangementRow> rows{
        {"sequential", "Sequential", "One adapter goes on from request to request.", false},
        {"experts", "Experts",
         "One adapter per request, each trained from the original weights; a gate sends a picture to one or to the "
         "base.",
         true},
    };
    return rows;
}

const ArrangementRow& arrangementRow(std::string_view id) {
    return rowOf(arrangementRows(), id, "arrangement");
}

}  // namespace lacuna
