// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/progress.h"
#include "core/benchmark/benchmark.h"
#include "core/evaluation/evaluator.h"
#include "core/runs/run_records.h"
#include "core/runs/run_spec.h"
#include "core/training/feature_store.h"
#include "core/training/given_stages.h"
#include "core/unlearning/arrangement.h"
#include "core/unlearning/gates/gate.h"
#include "core/unlearning/resolved_run.h"
#include "core/unlearning/run_checkpoint.h"
#include "core/unlearning/trainer.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lacuna {

/// Asked by the run between two steps and within whatever takes longer than one; called on the compute thread, may
/// block (a pause).
class RunControl {
public:
    enum class Decision { GoOn, NextRequest, Checkpoint, Stop };
    virtual ~RunControl() = default;
    /// After Checkpoint, one is written and it is asked again.
    virtual Decision betweenSteps() = 0;
    /// At every interruption point of work that has no steps (the original model's outputs, questions): takes up what
    /// was asked meanwhile. Throws Cancelled when the run is to stop.
    virtual void within() = 0;
    /// Where the whole run stands; `stage` is the one being made or measured. The share done / total never falls.
    virtual void progress(int stage, RunPhase phase, const Progress& progress) = 0;
    /// A sentence for the user.
    virtual void note(const std::string&) {}
};

/// What a run works on. All of it outlives the run.
struct RunInputs {
    const LoadedModel& model;
    const Benchmark& benchmark;
    FeatureStore& features;
    const Evaluator& evaluator;
    std::filesystem::path folder;     ///< the run folder: adapters/ and checkpoint/ are written below it
    std::filesystem::path base = {};  ///< where the model lies: archived adapters name it as their base
    WholeStage* whole = nullptr;      ///< keeps a stage that is a whole checkpoint; null = it is loaded each time
    std::function<void(const std::string&)> note = {};  ///< takes what the user should know; may be empty
};

/// Adapters of one stage as the run's arrangement has them, and what answers with them.
class StageModel {
public:
    /// The model after `stage` (0 = original), its adapters and its gate read from the run folder's archive.
    static StageModel open(const RunInputs& inputs, const ResolvedRun& run, int stage);

    const Subject& subject() const { return *m_subject; }
    /// What the user should know of the archive; mostly empty.
    const std::string& note() const { return m_note; }

private:
    friend class LifelongRun;
    /// Without a subject: a run that goes on makes the next stage's.
    StageModel(const RunInputs& inputs, const ResolvedRun& run, int stage);
    /// The last adapter becomes the one that request `stage` trains, where one does.
    void beginRequest(const RunInputs& inputs, const ResolvedRun& run, int stage);
    /// What was trained goes into the run folder, with the gate that now knows it, and answers.
    void archive(const RunInputs& inputs, const ResolvedRun& run, int stage);

    std::unique_ptr<Arrangement> m_arrangement;
    std::unique_ptr<std::vector<Adapter>> m_adapters =
        std::make_unique<std::vector<Adapter>>();  ///< stays put when moved
    std::unique_ptr<Gate> m_gate;
    std::unique_ptr<Subject> m_subject;
    std::string m_note;

    void serve(const RunInputs& inputs, const ResolvedRun& run, int stage);
};

/// Throws InputError where a request, the model or a method's instruction rules the run out: before anything is
/// measured or written.
void checkRun(const LoadedModel& model, const Benchmark& benchmark, const ResolvedRun& run);

/// One method over a sequence of requests: train, archive, measure every task, again and again.
class LifelongRun {
public:
    /// See checkRun.
    LifelongRun(RunInputs inputs, ResolvedRun run, RunObserver& observer, RunControl& control);
    ~LifelongRun();

    enum class Outcome { Finished, Stopped };
    /// Makes and measures stages `firstStage` … T; the earlier ones, and those that were made elsewhere, stand in the
    /// folder. A checkpoint of `firstStage`
    /// goes on in its middle; of an earlier one only what it knows of the time is taken. `elapsedS`: the run's working
    /// time so far, where its clock goes on. `toldShare`: of the whole run, as it was told before: progress goes on
    /// from there. Stopped means: what was trained is in a checkpoint, the same call later ends with the same numbers.
    /// `lastStage`: the last one to make, for a trial; nothing = all.
    Outcome run(int firstStage = 0, const std::optional<TrainingCheckpoint>& checkpoint = std::nullopt,
                double elapsedS = 0, double toldShare = 0, std::optional<int> lastStage = {});

private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace lacuna
