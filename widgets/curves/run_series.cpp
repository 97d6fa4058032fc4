// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/curves/run_series.h"

#include "widgets/common/quantities.h"
#include "widgets/common/run_look.h"
#include "widgets/common/run_names.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QLocale>

#include <algorithm>
#include <cmath>
#include <map>

namespace lacuna {
namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("lacuna::Curves", text);
}

QString paragraph(const MetricRow& row) {
    return QStringLiteral("<p><b>%1</b><br>%2<br><i>%3</i></p>")
        .arg(QString::fromStdString(row.name).toHtmlEscaped(), QString::fromStdString(row.help).toHtmlEscaped(),
             QString::fromStdString(row.formula).toHtmlEscaped());
}

const RunHistory& historyOf(const Workspace& workspace, int run) {
    return workspace.runs()[static_cast<std::size_t>(run)].history;
}

std::vector<std::string> requestNames(const RunHistory& run) {
    std::vector<std::string> names;
    for (const auto& request : run.requests)
        names.push_back(request.name);
    return names;
}

/// Everything that decides the numbers but the seed and where it ran.
bool sameButSeed(const RunHistory& a, const RunHistory& b) {
    auto one = a.spec, other = b.spec;
    for (auto* spec : {&one, &other}) {
        spec->name.clear();
        spec->title.clear();
        if (!usesGate(*spec)) {  // one is stored all the same
            spec->gate.clear();
            spec->gateParameters.clear();
        }
        spec->order.clear();
        spec->seed = 0;
        spec->device.clear();
        spec->threads = 0;
        spec->processor.clear();
        spec->createdUtc.clear();
        spec->madeIn.clear();
    }
    return one == other && requestNames(a) == requestNames(b);
}

bool isSelected(const Workspace& workspace, const std::vector<int>& runs) {
    return std::find(runs.begin(), runs.end(), workspace.selection().run) != runs.end();
}

/// Mean and sample standard deviation at the stages that every curve has.
std::vector<SeriesPoint> overAll(const std::vector<std::vector<CurvePoint>>& curves) {
    std::map<int, std::vector<double>> byStage;
    for (const auto& curve : curves)
        for (const auto& point : curve)
            byStage[point.stage].push_back(point.value);
    std::vector<SeriesPoint> points;
    for (const auto& [stage, values] : byStage) {
        if (values.size() < curves.size())
            continue;
        const double n = static_cast<double>(values.size());
        double mean = 0, squares = 0;
        for (const double value : values)
            mean += value / n;
        for (const double value : values)
            squares += (value - mean) * (value - mean);
        points.push_back({stage, mean, std::sqrt(squares / (n - 1))});
    }
    return points;
}

/// The stage that a run goes on from, where the run that made it is drawn too: its line begins there. 0 = the line is
/// whole, also where the same adapters were but measured otherwise.
int branchedAt(const Workspace& workspace, int run) {
    const auto& history = historyOf(workspace, run);
    const auto& parent = history.spec.parent;
    const int made = parent.run.empty() ? -1 : workspace.indexOf(parent.run);
    const bool goesOn = static_cast<int>(history.requests.size()) > parent.stage;
    return made >= 0 && goesOn && workspace.runs()[static_cast<std::size_t>(made)].shown ? parent.stage : 0;
}

}  // namespace

std::vector<MetricChoice> metricChoices() {
    const auto& fq = metricRow("fq");
    const auto& mu = metricRow("mu");
    std::vector<MetricChoice> choices{{tr("Judge score"), paragraph(fq) + paragraph(mu), "fq", "mu"}};
    for (const auto& row : metricRows())
        if (row.scope == MetricScope::Cell && row.id != fq.id && row.id != mu.id)  // each is of one side alone
            choices.push_back({QString::fromStdString(row.name), paragraph(row), row.id, row.id});
    return choices;
}

QString captionOf(const Workspace& workspace, const QString& caption) {
    const auto note = workspace.picturesNote();
    return note.isEmpty() ? caption : tr("%1; %2").arg(note, caption);
}

QString sourceText(const Workspace& workspace) {
    QStringList benchmarks, models, orders, seeds;
    const auto add = [](QStringList& all, const QString& text) {
        if (!text.isEmpty() && !all.contains(text))
            all << text;
    };
    const auto named = [](const std::string& place) {
        return place == "embedded" ? tr("the embedded one") : QFileInfo(QString::fromStdString(place)).fileName();
    };
    for (const int run : workspace.shownRuns()) {
        const auto& history = historyOf(workspace, run);
        add(benchmarks, named(history.spec.benchmark));
        add(models, named(history.spec.model));
        QStringList order;
        for (const auto& request : history.requests)
            order << QString::fromStdString(request.name);
        add(orders, order.join(' '));
        add(seeds, QString::number(history.spec.seed));
    }
    return tr("benchmark %1, model %2, order %3, seed %4")
        .arg(benchmarks.join(tr(", ")), models.join(tr(", ")), orders.join(tr(", ")), seeds.join(tr(", ")));
}

MetricOf countsOf(const std::string& metric) {
    return metric.empty() ? MetricOf::Sets : metricRow(metric).of;
}

int betterSign(const std::string& metric, Split split) {
    const auto& row = metricRow(metric);
    return split == Split::Forget ? row.betterOnForget : row.betterOnRetain;
}

QString betterText(const std::string& metric, Split split) {
    const int sign = betterSign(metric, split);
    return sign > 0 ? tr("higher is better") : sign < 0 ? tr("lower is better") : QString();
}

QString valueText(double value, const std::string& metric, double spread) {
    const auto& row = metricRow(metric);
    const bool exact = spread > 0 && spread < 0.01;
    const bool share = row.minimum >= 0 && row.maximum <= 1;
    const auto text = [&](double number) {
        return share ? QLocale().toString(number * 100, 'f', exact ? 1 : 0) : numberText(number);
    };
    const auto all = spread > 0 ? tr("%1 ± %2").arg(text(value), text(spread)) : text(value);
    return share ? tr("%1 %").arg(all) : all;
}

const SeriesPoint* RunSeries::at(int stage) const {
    const auto found = std::find_if(points.begin(), points.end(), [&](const auto& p) { return p.stage == stage; });
    return found == points.end() ? nullptr : &*found;
}

std::vector<std::vector<int>> seedGroups(const Workspace& workspace) {
    std::vector<std::vector<int>> groups;
    for (const int run : workspace.shownRuns()) {
        const auto& history = historyOf(workspace, run);
        const auto group = std::find_if(groups.begin(), groups.end(), [&](const auto& runs) {
            const bool newSeed = std::none_of(runs.begin(), runs.end(), [&](int other) {
                return historyOf(workspace, other).spec.seed == history.spec.seed;
            });
            return newSeed && sameButSeed(historyOf(workspace, runs.front()), history);
        });
        if (group == groups.end())
            groups.push_back({run});
        else
            group->push_back(run);
    }
    return groups;
}

std::vector<std::vector<int>> lineGroups(const Workspace& workspace, bool overSeeds) {
    if (overSeeds)
        return seedGroups(workspace);
    std::vector<std::vector<int>> groups;
    for (const int run : workspace.shownRuns())
        groups.push_back({run});
    return groups;
}

std::vector<QString> lineNames(const Workspace& workspace, const std::vector<std::vector<int>>& groups) {
    const auto names = runNames(workspace);
    std::vector<QString> lines;
    for (const auto& runs : groups)
        lines.push_back(groupName(names, workspace, runs));
    const auto told = lines;
    for (std::size_t i = 0; i < groups.size(); ++i)  // groups that differ in what no name tells
        if (groups[i].size() > 1 && std::count(told.begin(), told.end(), told[i]) > 1)
            lines[i] = QString::fromStdString(historyOf(workspace, groups[i].front()).name);
    return lines;
}

std::vector<RunSeries> sequenceSeries(const Workspace& workspace, Split split, const std::string& metric,
                                      bool overSeeds) {
    const auto groups = lineGroups(workspace, overSeeds);
    const auto names = lineNames(workspace, groups);
    std::vector<RunSeries> all;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        const auto& method = historyOf(workspace, groups[i].front()).spec.method;
        RunSeries series{.runs = groups[i],
                         .name = names[i],
                         .method = QString::fromStdString(method),
                         .variant = runVariant(workspace, groups[i].front()),
                         .selected = isSelected(workspace, groups[i]),
                         .points = {}};
        std::vector<std::vector<CurvePoint>> curves;
        for (const int run : groups[i]) {
            const auto& history = historyOf(workspace, run);
            curves.push_back(split == Split::Forget ? forgettingCurve(history, metric)
                                                    : retentionCurve(history, metric));
        }
        if (curves.size() > 1)
            series.points = overAll(curves);
        else
            for (const auto& point : curves.front())
                series.points.push_back({point.stage, point.value, point.standardError});
        std::erase_if(series.points,
                      [&](const auto& point) { return point.stage < branchedAt(workspace, groups[i].front()); });
        for (auto& point : series.points)
            point.ended = endedEarlyText(workspace, groups[i], point.stage);
        all.push_back(std::move(series));
    }
    return all;
}

std::vector<RunSeries> publishedSeries(const Workspace& workspace, Split split, const std::string& metric) {
    std::vector<RunSeries> all;
    std::vector<const RunHistory*> seen;
    for (const int run : workspace.shownRuns()) {
        const auto* theirs = workspace.publishedOf(run);
        if (!theirs || std::find(seen.begin(), seen.end(), theirs) != seen.end())
            continue;
        seen.push_back(theirs);
        RunSeries series;
        series.method = QString::fromStdString(theirs->spec.method);
        series.name = tr("%1, published").arg(methodTitle(theirs->spec));
        for (const auto& point :
             split == Split::Forget ? forgettingCurve(*theirs, metric) : retentionCurve(*theirs, metric))
            if (point.stage < workspace.stageCount())
                series.points.push_back({point.stage, point.value, 0});
        if (!series.points.empty())
            all.push_back(std::move(series));
    }
    return all;
}

QString endedEarlyText(const Workspace& workspace, const std::vector<int>& runs, int stage) {
    QStringList ended;
    for (const int run : runs)
        if (const auto* request = historyOf(workspace, run).endedEarly(stage))
            ended << tr("%1 of %2 steps").arg(request->stepsDone).arg(request->stepsPlanned);
    return ended.join(QStringLiteral(", "));
}

std::vector<RunMatrix> runMatrices(const Workspace& workspace, Split split, const std::string& metric, bool overSeeds) {
    const bool bystanders = countsOf(metric) == MetricOf::Bystanders;
    if (bystanders)
        split = Split::Bystander;
    auto groups = lineGroups(workspace, overSeeds);
    std::erase_if(groups, [&](const auto& runs) {
        return std::all_of(runs.begin(), runs.end(), [&](int run) {
            const auto& cells = historyOf(workspace, run).cells;
            return !cells.empty() && std::none_of(cells.begin(), cells.end(), [&](const auto& cell) {
                return cell.split == split && cell.metric == metric;
            });
        });
    });
    const auto names = lineNames(workspace, groups);
    std::vector<RunMatrix> all;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        const auto& first = historyOf(workspace, groups[i].front());
        RunMatrix matrix{.run = groups[i].front(),
                         .name = names[i],
                         .method = QString::fromStdString(first.spec.method),
                         .selected = isSelected(workspace, groups[i]),
                         .requests = {},
                         .rows = {},
                         .cells = {},
                         .cutShort = {},
                         .endedFrom = first.endedBefore(first.stages) ? first.stages : first.stageCount(),
                         .ended = endedText(first)};
        for (const auto& request : first.requests)
            matrix.requests.push_back(QString::fromStdString(request.name));
        matrix.rows = bystanders ? std::vector{tr("others")} : matrix.requests;
        for (int stage = 0; stage < first.stageCount(); ++stage)
            matrix.cutShort.push_back(endedEarlyText(workspace, groups[i], stage));
        const auto stages = static_cast<std::size_t>(first.stageCount());
        matrix.cells.assign(matrix.rows.size(), std::vector<std::optional<double>>(stages));
        auto measured = std::vector(matrix.rows.size(), std::vector<std::size_t>(stages));
        for (const int run : groups[i])
            for (const auto& cell : historyOf(workspace, run).cells) {
                const auto task = static_cast<std::size_t>(bystanders ? 0 : cell.task);
                const auto stage = static_cast<std::size_t>(cell.stage);
                if (cell.split != split || cell.metric != metric || task >= matrix.cells.size() || stage >= stages ||
                    !std::isfinite(cell.value))
                    continue;
                auto& value = matrix.cells[task][stage];
                value = value.value_or(0) + cell.value / static_cast<double>(groups[i].size());
                ++measured[task][stage];
            }
        for (std::size_t task = 0; task < measured.size(); ++task)
            for (std::size_t stage = 0; stage < stages; ++stage)
                if (measured[task][stage] < groups[i].size())
                    matrix.cells[task][stage].reset();
        all.push_back(std::move(matrix));
    }
    return all;
}

}  // namespace lacuna
