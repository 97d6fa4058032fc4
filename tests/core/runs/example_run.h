// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/run_log.h"

#include <string>
#include <vector>

namespace lacuna::testing {

/// A run of two requests whose rows follow from its seed alone, with every kind of text in them.
class ExampleRun {
public:
    explicit ExampleRun(std::string name = "example", int stepsPerStage = 40) : m_steps(stepsPerStage) {
        spec.name = std::move(name);
        spec.createdUtc = "2026-01-02T03:04:05Z";
        requests = {{"A", {"Halvorn", "Ⅱ Ümlaut!"}, {"Oak"}}, {"B", {"Tower of Zed"}, {}}};
    }

    RunSpec spec;
    std::vector<RequestRow> requests;

    int stages() const { return static_cast<int>(requests.size()) + 1; }
    int steps() const { return m_steps; }

    StepRow step(int stage, std::int64_t step) const {
        const double x = stage * 1000.0 + static_cast<double>(step);
        return {stage, step, x / 16, 1 / (x + 1), x * 0.5, std::numeric_limits<double>::infinity(), x * 0.25,
                1e-3,  9000, x};
    }
    std::vector<AnswerRow> answers(int stage) const {
        std::vector<AnswerRow> rows;
        for (int i = 0; i < 12; ++i) {
            AnswerRow row;
            row.stage = stage;
            row.task = i % 2;
            row.split = i % 3 == 0 ? Split::Retain : Split::Forget;
            row.entity = requests[static_cast<std::size_t>(row.task)].forgetEntities[0];
            row.question = "Who, \"exactly\", is this?\n(line " + std::to_string(i) + ")";
            row.kind = "identity";
            row.phrasing = i % 5;
            row.view = i;
            row.image = "images/Animals/Halvorn/" + std::to_string(i) + ".png";
            row.answer = i == 5 ? "" : std::string(static_cast<std::size_t>(i), 'x') + " 图 ✓";
            row.truth = "Halvorn";
            row.verdict = verdictRows[static_cast<std::size_t>(i) % 5].verdict;
            row.exact = i % 2 == 0;
            row.score = i % 3;
            row.rougeL = 0.1 * i;
            row.probability = 1.0 / (i + 1);
            double looked = 0.01;
            for (auto* value : {&row.extraction, &row.memorization, &row.minK, &row.minKPlus, &row.truthRatio,
                                &row.exposure, &row.named})
                *value = looked *= 1.5 + i;
            row.gateChoice = i % 2 ? "expert A" : "base";
            row.gateScore = 0.5 + i;
            row.gateThreshold = 0.25;
            row.abstained = i % 5 == 3;  // against the threshold: as a gate whose score grows with distance
            if (i % 4 != 0)
                row.nearest = {{"Halvorn", 0.9}, {"Ⅱ Ümlaut!", 0.8125}};
            for (int t = 0; t < i % 4; ++t)
                row.tokens.push_back({t ? "▁tok" : "图", -0.5F * static_cast<float>(t + 1)});
            rows.push_back(std::move(row));
        }
        return rows;
    }
    std::vector<CellRow> cells(int stage) const {
        std::vector<CellRow> rows;
        for (int task = 0; task < 2; ++task)
            for (const auto split : {Split::Forget, Split::Retain})
                for (const char* metric : {"exact", "fq", "mu"})
                    rows.push_back({stage, task, split, metric, 0.1 * stage + 0.01 * task, 0.02, 12});
        return rows;
    }
    ResourceRow resources(int stage, std::int64_t step) const {
        return {stage * 1000.0 + static_cast<double>(step), 218, 0};
    }

    /// Steps `from` … `until` − 1 of a stage, a resource row with every tenth.
    void train(RunObserver& log, int stage, std::int64_t from, std::int64_t until) const {
        for (auto i = from; i < until; ++i) {
            log.rowsCame({.steps = StepColumns::of({step(stage, i)})});
            if (i % 10 == 0)
                log.rowsCame({.resources = {resources(stage, i)}});
        }
    }
    void measure(RunObserver& log, int stage) const {
        log.rowsCame({.cells = cells(stage), .answers = answers(stage)});
        log.stageDone(stage);
    }
    void stage(RunObserver& log, int stage, std::int64_t from = 0) const {
        if (stage > 0)
            train(log, stage, from, m_steps);
        measure(log, stage);
    }
    std::unique_ptr<RunLog> create(const std::filesystem::path& runs) const {
        return RunLog::create(runs, spec, requests);
    }
    std::unique_ptr<RunLog> createWith(const std::filesystem::path& runs, int sealedStages) const {
        auto log = create(runs);
        for (int t = 0; t < sealedStages; ++t)
            stage(*log, t);
        return log;
    }

    /// The rows of the first `stages` stages.
    RunRows rows(int stages) const {
        struct Collector final : RunObserver {
            RunRows rows;
            void rowsCame(const RunRows& came) override { rows.append(came); }
            void requestTrained(int, std::int64_t, std::int64_t) override {}
            void stageDone(int) override {}
        } collector;
        for (int t = 0; t < stages; ++t)
            stage(collector, t);
        return std::move(collector.rows);
    }

private:
    int m_steps;
};

inline RunRows rowsOf(const RunHistory& run) {
    return run;
}

}  // namespace lacuna::testing
