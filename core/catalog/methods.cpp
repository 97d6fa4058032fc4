// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalog/methods.h"

#include "core/catalog/combination.h"
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
        {"match_utility", "Match utility", 0, 0, 1,
         "Share of the original model's utility that is to be left after the first request: the learning rates are "
         "searched for it before the run. 0 takes them as given.",
         false},
        {"look_every", "Look every", 0, 0, 100000,
         "Asks a request's model questions that no stage is measured by each time so many steps are made and at the "
         "end, and keeps its best state. 0 never looks and keeps the last.",
         true},
        {"patience", "Patience", 0, 0, 1000,
         "Ends a request's training after so many looks without a better one; 0 never does.", true},
        {"look_weight", "Look weight", 0.5, 0, 1,
         "Share of forget quality in what the best state is chosen by; the rest is utility. Behind a gate the original "
         "model answers for who is kept, and forget quality decides alone.",
         false},
        {"forget_weight", "Forget weight", 1, 0, 100, "Factor gamma of the forget term.", false},
    };
}

ParameterTable with(std::vector<ParameterRow> more, const ParameterValues& defaults = {}) {
    auto table = common();
    table.insert(table.end(), more.begin(), more.end());
    for (auto& row : table)
        if (const auto own = defaults.find(row.id); own != defaults.end())
            row.defaultValue = own->second;
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

Preset small(ParameterValues values, std::string_view more = {}) {
    return {"small",
            fmt::format("Sane for the embedded model: after one request much of the rest is still there.{}", more),
            std::move(values), "both"};
}

/// The paper's training settings for LLaVA-1.6 7B (MLUBench, appendix), with more values of a method on top.
Preset sevenB(ParameterValues more = {}) {
    ParameterValues values{{"lr", 5e-5},           {"projector_lr", 1e-5}, {"vision_lr", 2e-6}, {"epochs", 5},
                           {"batch", 4},           {"lora_rank", 32},      {"lora_alpha", 32},  {"lora_dropout", 0.3},
                           {"weight_decay", 1e-4}, {"warmup", 0.03}};
    for (const auto& [id, value] : more)
        values[id] = value;
    return {"7b", "MLUBench's settings for a 7B model.", std::move(values), "both"};
}

/// Where MLUBench's released code changes the numbers of a method and parameters can follow it.
Preset asReleased(ParameterValues more = {}) {
    more["reference_drifts"] = 1;
    return {
        "as_released",
        "The 7b settings as MLUBench's released code has them: trained without pictures, with a reference that drifts "
        "along the sequence.",
        sevenB(std::move(more)).values, "text"};
}

/// Those that MLUBench compares.
std::vector<MethodRow> benchmarkMethods() {
    return {
        {
            .id = "ga",
            .name = "GA",
            .summary = "Gradient ascent: make the true answers of the forget set less likely.",
            .formula = "−L(F)",
            .source = "Jang et al. 2023, arXiv 2210.01504",
            .family = "ascent",
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
            .family = "ascent",
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
            .family = "ascent",
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
            .family = "preference",
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
            .family = "refusal",
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
            .family = "refusal",
            .colour = "#0072B2",
            .mark = "●",
            .arrangement = "experts",
            .objective = "po",
            .serving = "gate",
            .inDemo = true,
            .parameters = common(),
            .presets = {small({{"lr", 2e-3}}), sevenB()},
        },
    };
}

/// Ascent that slows down where the answer is gone already.
std::vector<MethodRow> ascentMethods() {
    return {
        {
            .id = "wga",
            .name = "WGA",
            .summary = "Weighted ascent: tokens the model is sure of are pushed hardest, lost ones are left alone.",
            .formula = "−γ·mean(p^β·CE) on F + α·L(R), p the right token's probability",
            .source = "Wang et al. 2025, arXiv 2502.19301",
            .family = "ascent",
            .colour = "#D55E00",
            .mark = "▼",
            .arrangement = "sequential",
            .usesRetain = true,
            .parameters = with({retainWeight, {"beta", "Beta", 1, 0, 20, "Power of p: 0 is gradient ascent.", false}}),
            .presets = {small({{"lr", 2e-3}}), sevenB()},
        },
        {
            .id = "satimp",
            .name = "SatImp",
            .summary = "Weighted ascent that spares both what is lost already and what is certain beyond need.",
            .formula = "−γ·mean(p^β1·(1 − p)^β2·CE) on F + α·L(R), p the right token's probability",
            .source = "Yang et al. 2025, arXiv 2505.11953",
            .family = "ascent",
            .colour = "#D55E00",
            .mark = "▲",
            .arrangement = "sequential",
            .usesRetain = true,
            .parameters =
                with({retainWeight,
                      {"beta1", "Beta 1", 5, 0, 20, "Power of p: large leaves uncertain tokens alone.", false},
                      {"beta2", "Beta 2", 1, 0, 20, "Power of 1 − p: large leaves certain tokens alone.", false}},
                     {{"forget_weight", 0.1}}),
            .presets = {small({{"lr", 4e-3}, {"forget_weight", 20}}), sevenB()},
        },
        {
            .id = "undial",
            .name = "UNDIAL",
            .summary =
                "Self-distillation: learn the original model's own answers with the right token's score lowered.",
            .formula = "γ·CE(softmax(z_ref − β·onehot(y)), p_θ) on F, per answer token",
            .source = "Dong et al. 2024, arXiv 2402.10052",
            .family = "ascent",
            .colour = "#D55E00",
            .mark = "●",
            .arrangement = "sequential",
            .usesReference = true,
            .parameters = with(
                {{"beta", "Beta", 10, 0, 100, "How much the right token's score is lowered.", false}, referenceDrifts}),
            .presets = {small({}), sevenB()},
        },
        {
            .id = "mmunlearner",
            .name = "MMUnlearner",
            .summary =
                "Ascent on the numbers that matter more to the forget set than to the retain set; descent on all.",
            .formula = "−γ·∇L(F) where mean squared ∇L(F) ≥ that of ∇L(R), + α·∇L(R)",
            .source = "after Huo et al. 2025, arXiv 2502.11051",
            .family = "ascent",
            .colour = "#D55E00",
            .mark = "✕",
            .arrangement = "sequential",
            .usesRetain = true,
            .parameters = with({retainWeight}),
            .presets = {small({{"lr", 4e-3}}), sevenB()},
        },
        {
            .id = "cmju",
            .name = "CMJU",
            .summary = "Ascent with the gradients of the questions' text and of their pictures balanced; descent on "
                       "the retain set.",
            .formula =
                "g = ‖g_text‖/‖g_picture‖·g_picture + g_text by tensor: text, picture or both (twice), + α·∇L(R)",
            .source = "after the abstract of CMJU",
            .family = "ascent",
            .colour = "#D55E00",
            .mark = "★",
            .arrangement = "sequential",
            .usesRetain = true,
            .parameters = with({retainWeight,
                                {"kept", "Kept", 0.3, 0.01, 1,
                                 "Share of the trained tensors, the most salient, that forget; the others keep what "
                                 "the retain set teaches.",
                                 false}},
                               {{"retain_weight", 4}}),
            .presets = {small({{"lr", 4e-3}}), sevenB()},
        },
    };
}

/// Preference, refusal and representation methods.
std::vector<MethodRow> furtherMethods() {
    return {
        {
            .id = "po_retain",
            .name = "PO + retain",
            .summary = "Teach one shared adapter refusals on the forget set, and the true answers on the retain set.",
            .formula = "γ·L(refusal | F) + α·L(R)",
            .source = "Maini et al. 2024 (TOFU), arXiv 2401.06121, with a retain term",
            .family = "refusal",
            .colour = "#0072B2",
            .mark = "✕",
            .arrangement = "sequential",
            .usesRetain = true,
            .parameters = with({retainWeight}),
            .presets = {small({{"lr", 2e-3}}), sevenB()},
        },
        {
            .id = "o3",
            .name = "O3",
            .summary = "One refusal adapter per request, each kept from reading what the earlier ones read; a gate "
                       "weighs them.",
            .formula = "γ·L(refusal | F) + λ·Σ‖A_earlier·Aᵀ‖² over earlier requests",
            .source = "after Gao et al. 2024, arXiv 2407.10223",
            .family = "refusal",
            .colour = "#0072B2",
            .mark = "■",
            .arrangement = "experts",
            .serving = "soft_gate",
            .parameters = with({{"orthogonality", "Orthogonality", 0.1, 0, 100,
                                 "Factor lambda of the penalty on directions that earlier requests read.", false},
                                servingRow("soft_gate").parameters.front()}),
            .presets = {small({{"lr", 2e-3}}), sevenB()},
        },
        {
            .id = "simnpo",
            .name = "SimNPO",
            .summary = "NPO without a reference: the mean loss of an answer, so that long and short ones count alike.",
            .formula = "−γ·(2/β)·mean log σ(β·(L − δ)) on F + α·L(R), L the mean cross-entropy of one answer",
            .source = "Fan et al. 2024, arXiv 2410.07163",
            .family = "preference",
            .colour = "#CC79A7",
            .mark = "◆",
            .arrangement = "sequential",
            .usesRetain = true,
            .parameters =
                with({retainWeight,
                      {"beta", "Beta", 4.5, 1e-3, 100, "Inverse temperature: large stops earlier.", false},
                      {"delta", "Delta", 0, 0, 100, "Margin in nats: above 0, answers are pushed further.", false}},
                     {{"forget_weight", 0.125}}),
            .presets = {small({{"lr", 8e-3}}), sevenB()},
        },
        {
            .id = "dpo",
            .name = "DPO",
            .summary = "Prefer a refusal to the true answer, both measured against the original model.",
            .formula = "−γ·(2/β)·mean log σ(β·[(S_ref − S)(refusal) − (S_ref − S)(truth)]) on F, S as of NPO",
            .source = "Rafailov et al. 2023, arXiv 2305.18290",
            .family = "preference",
            .colour = "#CC79A7",
            .mark = "●",
            .arrangement = "sequential",
            .usesReference = true,
            .parameters = with({{"beta", "Beta", 0.1, 1e-3, 100, "Inverse temperature: large stops earlier.", false},
                                referenceDrifts}),
            .presets = {small({{"lr", 5e-4}},
                              " Without a retain term it comes to refuse everything as requests follow."),
                        sevenB()},
        },
        {
            .id = "rmu",
            .name = "RMU",
            .summary =
                "Misdirection: hidden states of the forget set go to a fixed direction, those of the retain set stay.",
            .formula = "γ·mean((h(F) − c·u)²) + α·mean((h(R) − h_ref(R))²) behind one layer, over text tokens",
            .source = "Li et al. 2024, arXiv 2403.03218",
            .family = "representation",
            .colour = "#009E73",
            .mark = "■",
            .arrangement = "sequential",
            .usesRetain = true,
            .usesReference = true,
            .parameters =
                with({retainWeight,
                      {"layer", "Layer", 1, 0, 1000,
                       "Decoder layer whose output is moved, from 0; a third of the depth is usual.", true},
                      {"steering", "Steering", 2, 0, 1000,
                       "Length of the target c, in mean lengths of the forget set's hidden states there.", false}}),
            .presets = {small({{"lr", 2e-3}}), sevenB({{"layer", 10}})},
        },
        {
            .id = "asru",
            .name = "ASRU",
            .summary = "Steering made lasting: hidden states of the forget set move from answering towards refusing.",
            .formula = "γ·MSE(h(F), h_ref(F) + s·v) at each prompt's end + α·MSE(h(R), h_ref(R)), behind one layer",
            .source = "after the abstract of arXiv 2605.15687, stage 1",
            .family = "representation",
            .colour = "#009E73",
            .mark = "◆",
            .arrangement = "sequential",
            .usesRetain = true,
            .usesReference = true,
            .parameters =
                with({retainWeight,
                      {"layer", "Layer", 2, 0, 1000,
                       "Decoder layer whose output is moved, from 0; half of the depth is usual.", true},
                      {"steering", "Steering", 3, 0, 1000,
                       "Factor s of the way v from the true answers to refusals on pictures of bystanders.", false}}),
            .presets = {small({{"steering", 10}, {"retain_weight", 5}}), sevenB({{"layer", 16}})},
        },
    };
}

/// What LUMoE's numbers are held against: each takes one cause away.
std::vector<MethodRow> controls() {
    return {
        {
            .id = "sine",
            .name = "Sine",
            .summary = "GD with the projector trained as W + sin ΔW beside the decoder's adapter: how far pictures can "
                       "drift from words is bounded.",
            .formula = "−γ·L(F) + α·L(R), the projector W + sin ΔW",
            .source = "SineProject, arXiv 2511.18444",
            .family = "projector",
            .colour = "#884422",
            .mark = "■",
            .arrangement = "sequential",
            .objective = "gd",
            .trained = "sine",
            .usesRetain = true,
            .parameters = with({retainWeight}),
            .presets = {small({}), sevenB()},
        },
        {
            .id = "core",
            .name = "CORE",
            .summary = "One refusal expert of the projector per request; a gate mixes the two nearest into it, and the "
                       "decoder stays as it is.",
            .formula = "P + β·Σ α_j·(V_j − P), each V_j by L(refusal | F_j), α and β by the gate's distances",
            .source = "after the abstract of arXiv 2603.21484",
            .family = "projector",
            .colour = "#884422",
            .mark = "●",
            .arrangement = "experts",
            .objective = "po",
            .trained = "projector",
            .serving = "soft_gate",
            .parameters = with(servingRow("soft_gate").parameters),
            .presets = {small({{"projector_lr", 2e-3}}), sevenB()},
        },
        {
            .id = "shared",
            .name = "Shared",
            .summary = "One refusal adapter for all requests so far, trained anew from the original at each, behind "
                       "LUMoE's gate: what isolation adds.",
            .formula = "L(refusal | F₁ ∪ … ∪ F_t)",
            .source = "a control for LUMoE: isolation removed, the gate kept",
            .family = "refusal",
            .colour = "#0072B2",
            .mark = "▼",
            .arrangement = "shared",
            .objective = "po",
            .serving = "gate",
            .parameters = common(),
            .presets = {small({{"lr", 2e-3}}), sevenB()},
        },
        {
            .id = "canned",
            .name = "Canned",
            .summary = "LUMoE's gate and a fixed refusal sentence; nothing is trained: what experts add at all.",
            .formula = "none",
            .source = "a control for LUMoE: no expert, the gate kept",
            .family = "untrained",
            .colour = "#3F4650",
            .mark = "●",
            .arrangement = "none",
            .serving = "canned",
            .presets = {small({}), {"7b", "The same: nothing is trained.", {}}},
        },
        {
            .id = "prompt",
            .name = "Prompt",
            .summary = "LUMoE's gate and the original model told to refuse, naming nobody: whether training is needed "
                       "(--serve prompt lists the names instead, without a gate).",
            .formula = "none",
            .source = "a control for LUMoE: no training, the gate kept",
            .family = "untrained",
            .colour = "#3F4650",
            .mark = "▲",
            .arrangement = "none",
            .serving = "gated_prompt",
            .presets = {small({}), {"7b", "The same: nothing is trained.", {}}},
        },
        {
            .id = "merge",
            .name = "Merge",
            .summary = "LUMoE's experts summed into one static adapter: whether the gate is needed.",
            .formula = "θ₀ + λ·Σ τ_t, each τ_t by L(refusal | F_t)",
            .source = "after Ilharco et al. 2023 (task arithmetic), arXiv 2212.04089",
            .family = "static",
            .colour = "#5B2C83",
            .mark = "◆",
            .arrangement = "merged",
            .objective = "po",
            .parameters = with(arrangementRow("merged").parameters),
            .presets = {small({{"lr", 2e-3}, {"lambda", 0.1}}), sevenB()},
        },
        {
            .id = "ortho",
            .name = "Ortho",
            .summary =
                "Each request's adapter stays outside the row space of the earlier ones'; all are summed, without "
                "a gate: whether one static model can hold the sequence.",
            .formula = "L(refusal | F_t), A_t ← A_t·(I − U·Uᵀ), U the row space of A₁ … A_{t−1}",
            .source = "after arXiv 2604.12526; the projection is our reading of its abstract",
            .family = "static",
            .colour = "#5B2C83",
            .mark = "▲",
            .arrangement = "orthogonal",
            .objective = "po",
            .parameters = common(),
            .presets = {small({{"lr", 4e-4}}), sevenB()},
        },
    };
}

/// No method of ours.
std::vector<MethodRow> elsewhere() {
    return {
        {
            .id = "given",
            .name = "Given",
            .summary =
                "Adapters or checkpoints that were unlearnt by other programs, one per request, measured as they "
                "are (lacuna measure).",
            .formula = "none",
            .source = "whoever made them",
            .family = "elsewhere",
            .colour = "#8A5A44",
            .mark = "★",
            .arrangement = "given",
            .presets = {{"small", "Nothing is trained.", {}}, {"7b", "The same: nothing is trained.", {}}},
        },
        {
            .id = "gold",
            .name = "Gold",
            .summary =
                "After each request a model that was trained from nothing without the forgotten, measured as any other "
                "(lacuna gold): what forgetting would come to if it were perfect.",
            .formula = "none",
            .source = "retraining, after arXiv 2401.06121",
            .family = "reference",
            .colour = "#4B4BC3",
            .mark = "★",
            .arrangement = "given",
            .reference = true,
            .presets = {{"small", "Nothing is trained.", {}}, {"7b", "The same: nothing is trained.", {}}},
        },
    };
}

std::vector<MethodRow> makeMethods() {
    auto rows = benchmarkMethods();
    for (auto* more : {ascentMethods, furtherMethods, controls, elsewhere})
        for (auto& row : more())
            rows.push_back(std::move(row));
    return rows;
}

}  // namespace

const std::vector<MethodRow>& methodRows() {
    static const auto rows = makeMethods();
    return rows;
}

const std::vector<FamilyRow>& familyRows() {
    static const std::vector<FamilyRow> rows{
        {"ascent", "Ascent", "Makes the true answers of the forget set less likely."},
        {"preference", "Preference", "Prefers other answers to the true ones, ever more gently."},
        {"refusal", "Refusal", "Teaches refusals as the answers of the forget set."},
        {"representation", "Representation", "Moves hidden states rather than answers."},
        {"projector", "Projector", "Changes what pictures become on their way into the decoder."},
        {"static", "Static combination", "Adapters of all requests added up into one model."},
        {"untrained", "No training", "Nothing is trained: the controls."},
        {"elsewhere", "Made elsewhere", "Unlearnt by other programs, and measured here."},
        {"reference", "Reference", "Never saw what is to be forgotten: what the others are held against."},
    };
    return rows;
}

const FamilyRow& familyRow(std::string_view id) {
    return rowOf(familyRows(), id, "family");
}

const MethodRow& methodRow(std::string_view id) {
    return rowOf(methodRows(), id, "method");
}

const Preset& presetOf(const MethodRow& method, std::string_view preset) {
    return rowOf(method.presets, preset, fmt::format("preset of {}", method.id));
}

ParameterValues methodParameters(const MethodRow& method, std::string_view preset, const ParameterValues& values) {
    return combinationParameters(combinationOf({.method = method.id}), preset, values);
}

bool parameterMatters(std::string_view parameter, std::string_view trained) {
    const auto& part = trainedRow(trained);
    if (parameter == "lr")
        return part.language;
    if (parameter == "projector_lr")
        return part.projector != TrainedRow::Projector::Kept;
    if (parameter == "vision_lr")
        return part.tower;
    return true;
}

}  // namespace lacuna
