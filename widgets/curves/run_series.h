// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/catalog/metrics.h"
#include "core/runs/run_records.h"
#include "widgets/common/workspace.h"

#include <QString>

#include <optional>
#include <string>
#include <vector>

namespace lacuna {

/// What the metric picker offers: one metric of the catalog for both splits, or the benchmark's own pair.
struct MetricChoice {
    QString name;
    QString explanation;  ///< formula and help of its rows, as rich text for a tooltip
    std::string forget;   ///< metric id on forget sets
    std::string retain;   ///< metric id on retain sets
    const std::string& on(Split split) const { return split == Split::Forget ? forget : retain; }
};

/// The judge's score (FQ and MU) first, then every metric of a cell, in the catalog's order.
std::vector<MetricChoice> metricChoices();

/// "higher is better", "lower is better", or nothing where the catalog says neither.
QString betterText(const std::string& metric, Split split);

/// A caption that begins with what is seen where the shown runs looked at drawn stand-ins in place of photos.
QString captionOf(const Workspace& workspace, const QString& caption);

/// What the shown runs are about: benchmark, models, orders and seeds as far as they agree.
QString sourceText(const Workspace& workspace);

/// Whose answers a metric counts, from the catalog.
MetricOf countsOf(const std::string& metric);

/// +1, −1 or 0, from the catalog.
int betterSign(const std::string& metric, Split split);

/// A value of a metric for people: "97 %", or "0.031" where the metric is no share.
/// With its spread where there is one; to a tenth of a percent where that is below one.
QString valueText(double value, const std::string& metric, double spread = 0);

struct SeriesPoint {
    int stage = 0;
    double value = 0;
    double spread = 0;   ///< standard error of a single run; standard deviation over seeds
    QString ended = {};  ///< "8 of 60 steps" where the training of its request was ended early, of one seed at least
    bool operator==(const SeriesPoint&) const = default;
};

/// One line of a plot.
struct RunSeries {
    std::vector<int> runs;  ///< indices into Workspace::runs; several = mean over seeds
    QString name;
    QString method;
    int variant = 0;  ///< of its first run: picks shade, mark and dashes, see methodLook
    bool selected = false;
    std::vector<SeriesPoint> points;  ///< measured stages alone

    /// The point of that stage, or null while it has not been measured.
    const SeriesPoint* at(int stage) const;
};

/// Shown runs that differ in nothing but their seed, together; each group in the order of its first run.
std::vector<std::vector<int>> seedGroups(const Workspace& workspace);

/// What becomes one line: the groups of seeds, or every shown run for itself.
std::vector<std::vector<int>> lineGroups(const Workspace& workspace, bool overSeeds);

/// One name per group of runs, as every view has it (see runNames).
std::vector<QString> lineNames(const Workspace& workspace, const std::vector<std::vector<int>>& groups);

/// Forgetting (Split::Forget) or retention curves of the shown runs. With `overSeeds` a group of seeds is one line: its
/// mean where all of them were measured, its spread the sample standard deviation.
std::vector<RunSeries> sequenceSeries(const Workspace& workspace, Split split, const std::string& metric,
                                      bool overSeeds);

/// What others published of the methods of the shown runs, up to the shown stages; each method once.
std::vector<RunSeries> publishedSeries(const Workspace& workspace, Split split, const std::string& metric);

/// "8 of 60 steps" for each of `runs` in which the training of the request that made `stage` was ended early; empty =
/// none was.
QString endedEarlyText(const Workspace& workspace, const std::vector<int>& runs, int stage);

/// Stage × task of one run, or the mean over seeds.
struct RunMatrix {
    int run = 0;  ///< the first of them
    QString name;
    QString method;
    bool selected = false;
    std::vector<QString> requests;  ///< names; request t makes stage t + 1
    std::vector<QString> rows;      ///< the same, each a task; of a metric of bystanders these alone
    std::vector<std::vector<std::optional<double>>> cells;  ///< [row][stage]; nothing while not measured
    std::vector<QString> cutShort;                          ///< per stage: as SeriesPoint::ended
    int endedFrom = 0;  ///< from that stage on nothing more comes: the run ended before; past the last = more may come
    QString ended;      ///< "run ended after A"
};

/// With `overSeeds` a group of seeds is one matrix: the mean of cells that all of them have measured. What a metric of
/// bystanders counts belongs to no request: one row, whatever `split` is. Runs that were
/// measured, but never by this metric (the route of one without a gate), are left out.
std::vector<RunMatrix> runMatrices(const Workspace& workspace, Split split, const std::string& metric, bool overSeeds);

}  // namespace lacuna
