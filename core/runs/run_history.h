// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/run_records.h"
#include "core/runs/run_spec.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace lacuna {

/// How a run folder stands: derived from its lock and its seals, never stored.
enum class RunStatus { Queued, Running, Paused, Interrupted, Finished, Failed };

/// One run as plain data, the same whether it comes live or from a file: all its rows, and what they belong to.
struct RunHistory : RunRows {
    std::string name;              ///< of the folder or file
    std::filesystem::path source;  ///< run folder or run.h5
    RunSpec spec;
    RunStatus status = RunStatus::Interrupted;
    std::vector<RequestRow> requests;  ///< in the order they arrive
    int stages = 0;                    ///< measured stages: 0 … stages − 1
    std::vector<StageMaker> makers;    ///< by stage and step; empty in runs of an older Lacuna
    std::string published;             ///< whose figures these are; empty for a run of Lacuna's
    std::vector<std::string> notes;    ///< what its reader has to say: "stage-002.h5 is not as it was sealed …"

    int stageCount() const { return static_cast<int>(requests.size()) + 1; }  ///< when finished
    /// Will that stage never be measured, unless somebody resumes the run? It ended before, or has no such request.
    bool endedBefore(int stage) const;
    /// The request that made `stage`, where its training was ended before its last step; else null.
    const RequestRow* endedEarly(int stage) const;
    /// The cell, or nothing while it has not been measured.
    const CellRow* cell(int stage, int task, Split split, std::string_view metric) const;
};

/// What the run is called: as somebody named it, else by its folder.
const std::string& shownName(const RunHistory& run);

/// "stages 0–1 by Lacuna 0.1.0, libtorch 2.6.0, cpu (Xeon), stage 2 from step 20 by …": empty when one made it all.
std::string changeOfMakers(const RunHistory& run);

/// One point of a curve over the sequence.
struct CurvePoint {
    int stage = 0;
    double value = 0;
    double standardError = 0;
};

/// Forgetting at stage t: mean of `metric` over the forget sets of requests ≤ t (nothing at stage 0, where none was
/// asked: there it is the mean over all of them). Only measured stages are in it.
std::vector<CurvePoint> forgettingCurve(const RunHistory& run, std::string_view metric);

/// Retention at stage t: mean of `metric` over the retain sets of all requests of the sequence; of published figures
/// over those of requests ≤ t, as they have no others. Of a metric that counts
/// others (MetricOf): over all its answers at that stage.
std::vector<CurvePoint> retentionCurve(const RunHistory& run, std::string_view metric);

/// How a metric of the catalog with scope Run is measured: of a cell metric on one split, as if the sequence ended with
/// `stage` (from 1); nothing while one of its stages was not measured.
struct RunMeasure {
    std::string_view metric;  ///< id in the catalog
    std::string_view column;  ///< of tables and exports, before "_fq" and "_mu"
    std::optional<double> (*of)(const RunHistory& run, Split split, std::string_view metric, int stage);
};

/// One per metric with scope Run, in the catalog's order.
const std::vector<RunMeasure>& runMeasures();

}  // namespace lacuna
