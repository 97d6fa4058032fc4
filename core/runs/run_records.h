// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/catalog/verdicts.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lacuna {

/// Which half of a request a measurement belongs to.
enum class Split { Forget, Retain };

constexpr const char* splitId(Split split) {
    return split == Split::Forget ? "forget" : "retain";
}

/// One request of the sequence, in the order it arrives: task t of the run is its row t (from 0), stage t + 1 the model
/// after it.
struct RequestRow {
    std::string name;
    std::vector<std::string> forgetEntities;  ///< entity ids
    std::vector<std::string> retainEntities;
    /// Of its training: steps made, and steps a whole one has. −1 while it is not over, and in files of format 1.0.
    std::int64_t stepsDone = -1, stepsPlanned = -1;
    /// Was its training ended before its last step?
    bool endedEarly() const { return stepsDone >= 0 && stepsDone < stepsPlanned; }
    bool operator==(const RequestRow&) const = default;
};

/// What a run is doing for the stage in the making.
enum class RunPhase { Preparing, Training, Measuring };

/// One optimizer step. `stage` is the stage being made (1 = during the first request).
struct StepRow {
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
};

/// One cell of the stage × task matrix. `metric` is an id of the catalog with scope Cell.
struct CellRow {
    int stage = 0;
    int task = 0;
    Split split = Split::Forget;
    std::string metric;
    double value = 0;
    double standardError = 0;
    int count = 0;
    bool operator==(const CellRow&) const = default;
};

/// One token of an answer, for the confidence strip.
struct TokenMark {
    std::string token;
    float logProbability = 0;
    bool operator==(const TokenMark&) const = default;
};

/// A known entity near a picture, with its similarity, best first.
struct NearEntity {
    std::string entity;
    double score = 0;
    bool operator==(const NearEntity&) const = default;
};

/// One probe answered at one stage. An entity that several tasks hold has one row per task.
struct AnswerRow {
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
    std::string gateChoice;  ///< "expert A", "base"; empty without a gate
    double gateScore = 0;
    double gateThreshold = 0;
    bool abstained = false;  ///< the gate takes the picture for no known entity
    std::vector<NearEntity> nearest;
    std::vector<TokenMark> tokens;
    bool operator==(const AnswerRow&) const = default;
};

/// As a gate's choice is written in AnswerRow::gateChoice.
inline std::string expertName(const std::string& request) {
    return "expert " + request;
}
inline constexpr const char* baseRoute = "base";

/// What `abstained` was before it was kept: true below the threshold of a gate.
inline bool abstainedBelow(const AnswerRow& row) {
    return !row.gateChoice.empty() && row.gateScore < row.gateThreshold;
}

/// Memory over the run.
struct ResourceRow {
    double elapsedS = 0;
    double cpuMib = 0;  ///< resident
    double gpuMib = 0;  ///< the most that tensors held since the row before; 0 on the CPU, NaN where it is not known
    bool operator==(const ResourceRow&) const = default;
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
    virtual void stepDone(const StepRow& row) = 0;
    /// The training of the request that makes `stage` is over, after so many of its steps. Comes again when a run that
    /// was stopped after it goes on.
    virtual void requestTrained(int stage, std::int64_t stepsDone, std::int64_t stepsPlanned) = 0;
    virtual void answersMeasured(const std::vector<AnswerRow>& rows) = 0;
    virtual void cellsMeasured(const std::vector<CellRow>& rows) = 0;
    virtual void resourcesMeasured(const ResourceRow& row) = 0;
    virtual void stageDone(int stage) = 0;
    /// A checkpoint is about to be written: rows so far must outlive a kill, or a resume would miss them.
    virtual void beforeCheckpoint() {}
};

}  // namespace lacuna
