// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/progress.h"
#include "core/catalog/judges.h"
#include "core/catalog/metrics.h"
#include "core/evaluation/evaluation_plan.h"
#include "core/evaluation/fluency.h"
#include "core/evaluation/judge.h"
#include "core/evaluation/measures.h"
#include "core/evaluation/other_answers.h"
#include "core/evaluation/scoring.h"
#include "core/evaluation/subject.h"
#include "core/training/feature_store.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace lacuna {

struct EvaluatorOptions {
    std::size_t batch = 0;  ///< probes side by side; 0 = 256 for a small decoder; up to 16 for one wider than 512, as
                            ///< many as a key–value cache of 4 GiB takes
    /// Model hash, device, threads, versions: what the original model's answers depend on beside plan, pictures and
    /// judge. Not empty = they are kept in the cache folder and a stage 0 is measured once.
    std::string cacheKey;
    std::function<void(const std::string&)> note = {};  ///< takes what the user should know: they cannot be kept
    std::string judge = judgeRows().front().id;         ///< id in the catalog
    ParameterValues judgeParameters = {};               ///< on top of its row's defaults
    std::vector<int> entities = {};                     ///< who is asked; empty = those of the benchmark's requests
    std::vector<Measure> measures = measuresOf(usualMetrics);
};

/// All that one stage shows.
struct StageResult {
    std::vector<AnswerRow> answers;  ///< by task, forget before retain, then as the plan has them; bystanders last
    std::vector<CellRow> cells;
};

/// A question to one picture.
struct AskedQuestion {
    std::int64_t picture = 0;  ///< row of the feature store; −1 = the question stands alone
    std::string entity;        ///< id; may be empty: an oracle gate then abstains
    std::string question;
    std::string truth;  ///< may be empty: exact, ROUGE-L and probability stay 0 and nothing can be known or leak
    const std::set<std::string>* common = nullptr;  ///< as JudgedAnswer::common
};

/// How a subject meets questions: with these adapters, told this, or saying one thing without the model.
struct Meeting {
    std::vector<RouteDecision> routes;
    std::vector<AdapterMix> adapters;
    std::vector<AskedQuestion> told;  ///< with what stands in front of the question
    std::vector<std::string> fixed;   ///< empty = the model answers
};

/// Measures subjects on one benchmark by one plan. Model, features and benchmark outlive it.
class Evaluator {
public:
    /// Adds the pictures that the plan needs to `features` and calibrates the judge's fluency bound on the original
    /// model.
    Evaluator(const LoadedModel& model, const Benchmark& benchmark, FeatureStore& features, const std::string& plan,
              EvaluatorOptions options = {}, const ProgressFunction& progress = {});
    ~Evaluator();

    /// Asks every probe of the plan once, judges the answers, and gives each task that holds an entity its row.
    /// `requests` in the order they arrive. Stage 0 is the original model (`subject` is not asked), from the cache
    /// where it stands there. What a measure needs beside the answers is computed with them, and nothing else; where
    /// that is hidden states, the original model is asked for its own once. With `bystanders`, or where a measure needs
    /// them, those of the plan are asked too, as what a gate does to them is to be known. Throws Cancelled.
    StageResult measure(const Subject& subject, const std::vector<RequestRow>& requests, int stage,
                        const ProgressFunction& progress = {}, bool bystanders = false) const;

    /// One row per question: answer, verdict, scores, route, tokens. Stage, task, split, kind, phrasing, view and image
    /// are the caller's; `score` counts as on a forget set. `front`, where it is defined, stands before every picture:
    /// [vectors, feature width]. Either all questions show a picture or none.
    std::vector<AnswerRow> ask(const Subject& subject, const std::vector<AskedQuestion>& questions,
                               const ProgressFunction& progress = {}, const at::Tensor& front = {}) const;

    /// The same of probes of the benchmark's entities, whose pictures the features have.
    std::vector<AnswerRow> ask(const Subject& subject, const std::vector<Probe>& probes,
                               const ProgressFunction& progress = {}) const;

    /// What such probes ask, one question each. Their pictures are in the features.
    std::vector<AskedQuestion> questionsOf(const std::vector<Probe>& probes) const {
        return planQuestions({{}, probes, m_benchmark.entities});
    }

    const EvaluationPlan& plan() const { return m_plan; }
    const Judge& judge() const { return *m_judge; }

private:
    /// Probes of the plan and the list whose entities they ask about.
    struct Asked {
        std::string id;  ///< for kept answers
        const std::vector<Probe>& probes;
        const std::vector<Entity>& entities;
        MeasureNeeds needs = {};
    };

    Meeting meeting(const Subject& subject, const std::vector<AskedQuestion>& questions) const;
    std::vector<AnswerRow> answers(const std::vector<AskedQuestion>& questions, const Subject& subject,
                                   const Meeting& meeting, const ProgressFunction& progress, const AnswerLooks& looks,
                                   const at::Tensor& front) const;
    void addOtherAnswers(const Meeting& meeting, std::vector<AnswerRow>& rows, const ProgressFunction& progress) const;
    std::int64_t unitsOf(const Asked& asked) const;
    void addNames(const Asked& asked, const Subject& subject, std::vector<AnswerRow>& rows,
                  const ProgressFunction& progress) const;
    Asked asked() const { return {m_plan.id, m_plan.probes, m_benchmark.entities, m_needs}; }
    Asked askedBystanders() const {
        return {m_plan.id + " bystanders", m_plan.bystanders, m_benchmark.bystanders, {.tokens = m_needs.tokens}};
    }
    std::vector<std::filesystem::path> picturesOf(const Asked& asked) const;
    std::vector<AskedQuestion> planQuestions(const Asked& asked) const;
    std::vector<AnswerRow> bystanderAnswers(const Subject& subject, int stage, const ProgressFunction& progress) const;
    std::vector<Sample> samplesOf(const std::vector<AskedQuestion>& questions, const PictureFeatures& pictures,
                                  bool answered) const;
    Generated generated(const std::vector<AskedQuestion>& questions, const PictureFeatures& pictures,
                        const std::vector<AdapterMix>& adapters, const std::vector<std::string>& fixed,
                        std::size_t batch, const std::function<void(std::int64_t)>& done) const;
    std::size_t batchOf(const std::vector<AskedQuestion>& questions, const std::vector<AskedQuestion>& told,
                        const PictureFeatures& pictures) const;
    std::vector<AnswerRow> planAnswers(const Asked& asked, const Subject& subject, const ProgressFunction& progress,
                                       std::vector<at::Tensor>* states = nullptr) const;
    std::vector<AnswerRow> originalAnswers(const Asked& asked, const ProgressFunction& progress) const;
    const std::vector<at::Tensor>& originalStates(const ProgressFunction& progress) const;
    const std::set<std::string>* common(const Entity& entity, const Question& question) const;

    const LoadedModel& m_model;
    const Benchmark& m_benchmark;
    FeatureStore& m_features;
    EvaluationPlan m_plan;
    EvaluatorOptions m_options;
    MeasureNeeds m_needs;
    std::vector<OtherAnswer> m_otherAnswers;  ///< of the plan's probes, where they are needed
    std::int64_t m_maxTokens = 0;
    std::map<std::pair<std::string, std::string>, std::set<std::string>> m_common;  ///< by class and kind of question
    std::optional<Fluency> m_fluency;
    std::unique_ptr<Judge> m_judge;
    mutable std::vector<at::Tensor> m_originalStates;  ///< by probe; empty until asked for
};

}  // namespace lacuna
