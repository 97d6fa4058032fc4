// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/catalog/verdicts.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lacuna {

// The tables of a run, each described here and nowhere else: log, files, tail, history, wire, events and the kept
// answers follow. The struct of a row names its `table` in run.h5, and `columns(visit)` calls visit(name, member,
// required) for each column in the file's order. Required ones make a row what it is; others may be absent in files of
// other minor versions and keep their default. Rows of a table that comes `often` may wait a moment before they are
// written. A new column is a member and its line in `columns`; a new table a
// struct, and a member of RunRows with its line in `tables`.

/// Whom a measurement is about: a half of a request, or the entities that no request names. The latter stand with the
/// request that the stage has just served, or the first at stage 0.
enum class Split { Forget, Retain, Bystander };

inline constexpr std::array splits{Split::Forget, Split::Retain, Split::Bystander};

constexpr const char* splitId(Split split) {
    return split == Split::Forget ? "forget" : split == Split::Retain ? "retain" : "bystander";
}

/// Nothing for text that is no split.
constexpr std::optional<Split> splitFromId(std::string_view id) {
    for (const auto split : splits)
        if (id == splitId(split))
            return split;
    return std::nullopt;
}

/// One request of the sequence, in the order it arrives: task t of the run is its row t (from 0), stage t + 1 the model
/// after it.
struct RequestRow {
    static constexpr std::string_view table = "requests";
    std::string name;
    std::vector<std::string> forgetEntities;  ///< entity ids
    std::vector<std::string> retainEntities;
    /// Of its training: steps made, and steps a whole one has. −1 while it is not over, and in files of format 1.0.
    std::int64_t stepsDone = -1, stepsPlanned = -1;
    /// Was its training ended before its last step?
    bool endedEarly() const { return stepsDone >= 0 && stepsDone < stepsPlanned; }
    bool operator==(const RequestRow&) const = default;

    template <typename Visit>
    static void columns(Visit&& visit) {
        visit("name", &RequestRow::name, true);
        visit("forget_entities", &RequestRow::forgetEntities, true);
        visit("retain_entities", &RequestRow::retainEntities, true);
        visit("steps_done", &RequestRow::stepsDone, false);
        visit("steps_planned", &RequestRow::stepsPlanned, false);
    }
};

/// What a run is doing for the stage in the making.
enum class RunPhase { Preparing, Training, Measuring };

/// One optimizer step. `stage` is the stage being made (1 = during the first request).
struct StepRow {
    static constexpr std::string_view table = "steps";
    static constexpr bool often = true;
    int stage = 0;
    std::int64_t step = 0;  ///< from 0 within the stage
    double epoch = 0;       ///< fractional
    double loss = 0;        ///< what is minimised, nats
    double forgetLoss = 0;  ///< the forget term before its weight; NaN where the method has none
    double retainLoss = 0;  ///< the retain term before its weight; NaN where the method has none
    double gradNorm = 0;    ///< before clipping
    double lr = 0;
    double tokensPerS = 0;
    double elapsedS = 0;  ///< of the run's working time
    bool operator==(const StepRow&) const = default;

    template <typename Visit>
    static void columns(Visit&& visit);  // by StepColumns
};

/// The step table by columns, so that a million rows are read and drawn without a copy. All of equal length.
struct StepColumns {
    using value_type = StepRow;
    std::vector<int> stage;
    std::vector<std::int64_t> step;
    std::vector<double> epoch, loss, forgetLoss, retainLoss, gradNorm, lr, tokensPerS, elapsedS;

    static StepColumns of(const std::vector<StepRow>& rows);
    std::size_t size() const { return stage.size(); }
    bool empty() const { return stage.empty(); }
    void append(const StepRow& row);
    void appendColumns(const StepColumns& rows);
    StepRow row(std::size_t index) const;
    bool operator==(const StepColumns&) const = default;

    /// visit(name, column, member of StepRow, required)
    template <typename Visit>
    static void columns(Visit&& visit) {
        visit("stage", &StepColumns::stage, &StepRow::stage, true);
        visit("step", &StepColumns::step, &StepRow::step, true);
        visit("epoch", &StepColumns::epoch, &StepRow::epoch, false);
        visit("loss", &StepColumns::loss, &StepRow::loss, false);
        visit("forget_loss", &StepColumns::forgetLoss, &StepRow::forgetLoss, false);
        visit("retain_loss", &StepColumns::retainLoss, &StepRow::retainLoss, false);
        visit("grad_norm", &StepColumns::gradNorm, &StepRow::gradNorm, false);
        visit("lr", &StepColumns::lr, &StepRow::lr, false);
        visit("tokens_per_s", &StepColumns::tokensPerS, &StepRow::tokensPerS, false);
        visit("elapsed_s", &StepColumns::elapsedS, &StepRow::elapsedS, false);
    }
};

template <typename Visit>
void StepRow::columns(Visit&& visit) {
    StepColumns::columns([&](const char* name, auto, auto member, bool required) { visit(name, member, required); });
}

/// One cell of the stage × task matrix. `metric` is an id of the catalog with scope Cell.
struct CellRow {
    static constexpr std::string_view table = "cells";
    int stage = 0;
    int task = 0;
    Split split = Split::Forget;
    std::string metric;
    double value = 0;
    double standardError = 0;
    int count = 0;
    bool operator==(const CellRow&) const = default;

    template <typename Visit>
    static void columns(Visit&& visit) {
        visit("stage", &CellRow::stage, true);
        visit("task", &CellRow::task, true);
        visit("split", &CellRow::split, true);
        visit("metric", &CellRow::metric, true);
        visit("value", &CellRow::value, true);
        visit("stderr", &CellRow::standardError, false);
        visit("count", &CellRow::count, false);
    }
};

/// One token of an answer, for the confidence strip. In files a table of its own, whose rows say in the column `owner`
/// which row of the answers they belong to.
struct TokenMark {
    static constexpr std::string_view table = "tokens";
    static constexpr const char* owner = "answer";
    std::string token;
    float logProbability = 0;
    bool operator==(const TokenMark&) const = default;

    template <typename Visit>
    static void columns(Visit&& visit) {
        visit("token", &TokenMark::token, true);
        visit("log_probability", &TokenMark::logProbability, true);
    }
};

/// A known entity near a picture, with its similarity, best first.
struct NearEntity {
    std::string entity;
    double score = 0;
    bool operator==(const NearEntity&) const = default;
};

/// One probe answered at one stage. An entity that several tasks hold has one row per task.
struct AnswerRow {
    static constexpr std::string_view table = "answers";
    int stage = 0;
    int task = 0;
    Split split = Split::Forget;
    std::string entity;    ///< id
    std::string question;  ///< as asked
    std::string kind;
    int phrasing = 0;
    int view = 0;       ///< index into Entity::views
    std::string image;  ///< path below the benchmark's folder
    std::string answer;
    std::string truth;
    std::optional<Verdict> verdict;  ///< nothing = the judge had none to give
    bool exact = false;
    double score = 0;        ///< 0…2, the verdict's for this split; NaN without one
    double rougeL = 0;       ///< F1
    double probability = 0;  ///< exp(−mean cross-entropy) of the true answer
    // Of the truth, nothing where it was not asked for or nothing can be said (a fixed answer has no likelihoods).
    std::optional<double> extraction, memorization;  ///< see TruthScore
    std::optional<double> minK, minKPlus;            ///< see TruthScore
    std::optional<double> truthRatio;                ///< false answers' likelihood over the truth's
    std::optional<double> exposure;                  ///< bits: log2(K / rank) of the truth among K answers of its kind
    std::optional<double> named;  ///< probability where the name stands in the question in the picture's place
    std::string gateChoice;       ///< "expert A", "base", "failed"; empty without a gate
    double gateScore = 0;
    double gateThreshold = 0;
    bool abstained = false;  ///< the gate takes the picture for no known entity
    std::vector<NearEntity> nearest;
    std::vector<TokenMark> tokens;
    bool operator==(const AnswerRow&) const = default;

    template <typename Visit>
    static void columns(Visit&& visit) {
        visit("stage", &AnswerRow::stage, true);
        visit("task", &AnswerRow::task, true);
        visit("split", &AnswerRow::split, true);
        visit("entity", &AnswerRow::entity, true);
        visit("question", &AnswerRow::question, true);
        visit("kind", &AnswerRow::kind, false);
        visit("phrasing", &AnswerRow::phrasing, false);
        visit("view", &AnswerRow::view, false);
        visit("image", &AnswerRow::image, false);
        visit("answer", &AnswerRow::answer, true);
        visit("truth", &AnswerRow::truth, false);
        visit("verdict", &AnswerRow::verdict, true);
        visit("exact", &AnswerRow::exact, false);
        visit("score", &AnswerRow::score, false);
        visit("rouge_l", &AnswerRow::rougeL, false);
        visit("probability", &AnswerRow::probability, false);
        visit("extraction", &AnswerRow::extraction, false);
        visit("memorization", &AnswerRow::memorization, false);
        visit("min_k", &AnswerRow::minK, false);
        visit("min_k_plus", &AnswerRow::minKPlus, false);
        visit("truth_ratio", &AnswerRow::truthRatio, false);
        visit("exposure", &AnswerRow::exposure, false);
        visit("named", &AnswerRow::named, false);
        visit("gate_choice", &AnswerRow::gateChoice, false);
        visit("gate_score", &AnswerRow::gateScore, false);
        visit("gate_threshold", &AnswerRow::gateThreshold, false);
        visit("abstained", &AnswerRow::abstained, false);
        visit("nearest", &AnswerRow::nearest, false);
    }
};

/// As a gate's choice is written in AnswerRow::gateChoice.
inline std::string expertName(const std::string& request) {
    return "expert " + request;
}
inline constexpr const char* baseRoute = "base";
/// The gate could not decide: the original model answered, and nobody guesses where the picture belonged.
inline constexpr const char* failedRoute = "failed";

/// What `abstained` was before it was kept: true below the threshold of a gate.
inline bool abstainedBelow(const AnswerRow& row) {
    return !row.gateChoice.empty() && row.gateScore < row.gateThreshold;
}

/// Memory over the run.
struct ResourceRow {
    static constexpr std::string_view table = "resources";
    static constexpr bool often = true;
    double elapsedS = 0;
    double cpuMib = 0;  ///< resident
    double gpuMib = 0;  ///< the most that tensors held since the row before; 0 on the CPU, NaN where it is not known
    bool operator==(const ResourceRow&) const = default;

    template <typename Visit>
    static void columns(Visit&& visit) {
        visit("elapsed_s", &ResourceRow::elapsedS, true);
        visit("cpu_mib", &ResourceRow::cpuMib, false);
        visit("gpu_mib", &ResourceRow::gpuMib, false);
    }
};

/// A short run of the first request alone, made before a run whose utility is matched (parameter "match_utility").
struct TrialRow {
    static constexpr std::string_view table = "trials";
    double factor = 1;    ///< of all learning rates
    double utility = 0;   ///< MU of the request's retain set after it
    double original = 0;  ///< the same of the original model
    bool operator==(const TrialRow&) const = default;

    template <typename Visit>
    static void columns(Visit&& visit) {
        visit("factor", &TrialRow::factor, true);
        visit("utility", &TrialRow::utility, true);
        visit("original", &TrialRow::original, true);
    }
};

/// A request's model in training, as questions that no stage is measured by found it (parameter "look_every").
struct LookRow {
    static constexpr std::string_view table = "looks";
    int stage = 0;             ///< being made
    std::int64_t step = 0;     ///< the last one made
    double forgetQuality = 0;  ///< of the request's forget set
    double utility = 0;        ///< of its retain set; NaN behind a gate, where the original model answers for it
    double value = 0;          ///< what the best state is chosen by
    bool best = false;         ///< so far
    bool operator==(const LookRow&) const = default;

    template <typename Visit>
    static void columns(Visit&& visit) {
        visit("stage", &LookRow::stage, true);
        visit("step", &LookRow::step, true);
        visit("forget_quality", &LookRow::forgetQuality, true);
        visit("utility", &LookRow::utility, true);
        visit("value", &LookRow::value, true);
        visit("best", &LookRow::best, true);
    }
};

/// The tables that grow as a run goes along, ordered by stage: all rows of a run, those of one stage, or those that
/// came since somebody last looked.
struct RunRows {
    StepColumns steps = {};
    std::vector<CellRow> cells = {};
    std::vector<AnswerRow> answers = {};
    std::vector<ResourceRow> resources = {};
    std::vector<TrialRow> trials = {};  ///< before the first stage
    std::vector<LookRow> looks = {};

    /// visit(member) for each, in the files' order.
    template <typename Visit>
    static void tables(Visit&& visit) {
        visit(&RunRows::steps);
        visit(&RunRows::cells);
        visit(&RunRows::answers);
        visit(&RunRows::resources);
        visit(&RunRows::trials);
        visit(&RunRows::looks);
    }
    /// At the end of each table; rows of a stage before the last go where they belong.
    void append(RunRows rows);
    /// Drops what a run that goes on from this step of this stage makes anew: all rows of its later steps and stages.
    void dropFrom(int stage, std::int64_t step);
    bool empty() const;
    bool operator==(const RunRows&) const = default;
};

/// With what a part of a run was computed. Bits depend on all of it.
struct Maker {
    std::string lacuna, torch;  ///< versions
    std::string processor, device;
    bool operator==(const Maker&) const = default;
};

/// Who made a stage, from one of its steps on: a resumed stage has several.
struct StageMaker {
    int stage = 0;
    std::int64_t fromStep = 0;
    Maker maker;
    bool operator==(const StageMaker&) const = default;
};

/// Who watches a lifelong run: the log on disk, the engine's events. Called on the compute thread, in this order:
/// for each stage its steps and `requestTrained` (none at stage 0), then its answers and cells, then `stageDone`.
class RunObserver {
public:
    virtual ~RunObserver() = default;
    /// Rows of any tables: one step, or all that measuring a stage brought.
    virtual void rowsCame(const RunRows& rows) = 0;
    /// The training of the request that makes `stage` is over, after so many of its steps. Comes again when a run that
    /// was stopped after it goes on.
    virtual void requestTrained(int stage, std::int64_t stepsDone, std::int64_t stepsPlanned) = 0;
    virtual void stageDone(int stage) = 0;
    /// A checkpoint is about to be written: rows so far must outlive a kill, or a resume would miss them.
    virtual void beforeCheckpoint() {}
};

}  // namespace lacuna
