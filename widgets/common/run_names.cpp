// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/run_names.h"

#include "core/base/error.h"
#include "core/catalog/combination.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace lacuna {
namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("lacuna::RunNames", text);
}

QString text(const std::string& utf8) {
    return QString::fromStdString(utf8);
}

QString orderText(const RunHistory& run) {
    QStringList order;
    for (const auto& request : run.requests)
        order << text(request.name);
    if (order.isEmpty())
        for (const auto& name : run.spec.order)
            order << text(name);
    const bool letters = std::all_of(order.begin(), order.end(), [](const auto& name) { return name.size() == 1; });
    return order.join(letters ? "" : "-");
}

/// The values of one run that not all of `runs` share.
QString ownParameters(const RunHistory& own, const std::vector<const RunHistory*>& runs) {
    QStringList parts;
    for (const auto& [id, value] : own.spec.parameters) {
        const bool shared = std::all_of(runs.begin(), runs.end(), [&, &id = id, &value = value](const auto* other) {
            const auto found = other->spec.parameters.find(id);
            return found == other->spec.parameters.end() || found->second == value;
        });
        if (!shared)
            parts << QStringLiteral("%1=%2").arg(text(id)).arg(value);
    }
    return parts.join(' ');
}

constexpr std::size_t seedMark = 5;

/// What can set two runs of one method apart, from the most telling to the least.
std::array<QString, seedMark + 1> marksOf(const RunHistory& own, const std::vector<const RunHistory*>& runs) {
    return {usesGate(own.spec) ? text(own.spec.gate) : QString(),
            orderText(own),
            text(own.spec.preset),
            text(own.spec.inputs),
            ownParameters(own, runs),
            tr("seed %1").arg(own.spec.seed)};
}

/// One mark per run of one method. What a run does not say (the order of one that waits in the queue) is no difference.
std::vector<QString> marksWithin(const std::vector<const RunHistory*>& runs, bool seeds) {
    std::vector<std::array<QString, seedMark + 1>> marks;
    for (const auto* run : runs)
        marks.push_back(marksOf(*run, runs));
    std::vector<QStringList> telling(runs.size());
    for (std::size_t kind = 0; kind < seedMark + (seeds ? 1 : 0); ++kind) {
        std::set<QString> distinct;
        for (const auto& mark : marks)
            if (!mark[kind].isEmpty())
                distinct.insert(mark[kind]);
        for (std::size_t i = 0; distinct.size() > 1 && i < runs.size(); ++i)
            if (!marks[i][kind].isEmpty())
                telling[i] << marks[i][kind];
    }
    std::vector<QString> joined;
    for (const auto& own : telling)
        joined.push_back(own.join(' '));
    return joined;
}

/// "2" of the folder "gd-2" of a GD run: the method stands before it already.
QString nameMark(const RunHistory& run) {
    auto name = text(shownName(run));
    const auto method = text(run.spec.method);
    if (!name.startsWith(method, Qt::CaseInsensitive))
        return name;
    name.remove(0, method.size());
    while (!name.isEmpty() && !name[0].isLetterOrNumber())
        name.remove(0, 1);
    return name;
}

QString joinedMarks(const QString& name, const QString& place) {
    return place.isEmpty() ? name : name.isEmpty() ? place : tr("%1 (%2)").arg(name, place);
}

/// Where a run lies, by its last `parts` parts: the folder around a run folder or a run.h5, or the file itself.
QString placeOf(const RunHistory& run, int parts) {
    const bool ownFile = run.source.extension() == ".h5" && run.source.filename() != "run.h5";
    auto folder = ownFile ? run.source : run.source.parent_path();
    QStringList names;
    for (; parts > 0 && folder.has_filename(); --parts, folder = folder.parent_path())
        names.prepend(text(folder.filename().string()));
    return names.join('/');
}

/// What tells the run from others of its name; empty where there is none.
QString placeMark(const Workspace& workspace, const RunHistory& run) {
    std::vector<const RunHistory*> others;
    for (const auto& other : workspace.runs())
        if (&other.history != &run && shownName(other.history) == shownName(run))
            others.push_back(&other.history);
    if (others.empty())
        return {};
    if (std::any_of(others.begin(), others.end(), [&](const auto* other) {
            return other->name != run.name && other->source.parent_path() == run.source.parent_path();
        }))
        return text(run.name);
    for (int parts = 1;; ++parts) {
        auto place = placeOf(run, parts);
        const bool whole = place == placeOf(run, parts + 1);
        if (whole || std::none_of(others.begin(), others.end(),
                                  [&](const auto* other) { return placeOf(*other, parts) == place; }))
            return place;
    }
}

std::vector<const RunHistory*> ofTitle(const Workspace& workspace, const QString& title) {
    std::vector<const RunHistory*> runs;
    for (const auto& run : workspace.runs())
        if (methodTitle(run.history.spec) == title)
            runs.push_back(&run.history);
    return runs;
}

}  // namespace

QString methodTitle(const RunSpec& spec) {
    return text(combinationTitle(choicesOf(spec)));
}

std::vector<RunName> runNames(const Workspace& workspace) {
    std::map<const RunHistory*, QString> marks;
    std::set<QString> titles;
    for (const auto& run : workspace.runs()) {
        const auto title = methodTitle(run.history.spec);
        if (!titles.insert(title).second)
            continue;
        const auto runs = ofTitle(workspace, title);
        if (runs.size() < 2)
            continue;
        const auto own = marksWithin(runs, true);
        for (std::size_t i = 0; i < runs.size(); ++i)
            if (std::count(own.begin(), own.end(), own[i]) > 1)
                marks[runs[i]] = joinedMarks(nameMark(*runs[i]), placeMark(workspace, *runs[i]));
            else
                marks[runs[i]] = own[i];
    }
    for (const auto& run : workspace.runs())
        if (!run.history.spec.title.empty())
            marks[&run.history] = joinedMarks(nameMark(run.history), placeMark(workspace, run.history));
    std::vector<RunName> names;
    for (const auto& run : workspace.runs())
        names.push_back({methodTitle(run.history.spec), marks[&run.history]});
    return names;
}

QString originalName() {
    return tr("original");
}

QString originalShort() {
    return tr("orig.");
}

QStringList stageLabels(const Workspace& workspace) {
    QStringList labels{originalShort()};
    const auto* longest = workspace.longestShown();
    const bool named = longest && workspace.ordersAgree();
    for (int stage = 1; stage < workspace.stageCount(); ++stage)
        labels << (named ? QString::fromStdString(longest->requests[static_cast<std::size_t>(stage - 1)].name)
                         : QString::number(stage));
    return labels;
}

QString runName(const Workspace& workspace, int run) {
    return runNames(workspace).at(static_cast<std::size_t>(run)).whole();
}

QString runTitle(const Workspace& workspace, int run) {
    const auto& history = workspace.runs().at(static_cast<std::size_t>(run)).history;
    const auto place = placeMark(workspace, history);
    return joinedMarks(text(shownName(history)), place);
}

QString groupName(const std::vector<RunName>& names, const Workspace& workspace, const std::vector<int>& runs) {
    const auto first = static_cast<std::size_t>(runs.front());
    if (runs.size() == 1)
        return names[first].whole();
    const auto& history = workspace.runs()[first].history;
    const auto all = ofTitle(workspace, methodTitle(history.spec));
    const auto own = std::find(all.begin(), all.end(), &history) - all.begin();
    return RunName{names[first].method, marksWithin(all, false)[static_cast<std::size_t>(own)]}.whole();
}

bool ofOtherBenchmark(const Workspace& workspace, const RunHistory& run) {
    const auto* benchmark = workspace.benchmark();
    return benchmark && !benchmark->hash.empty() && !run.spec.benchmarkHash.empty() &&
           benchmark->hash != run.spec.benchmarkHash && benchmark->releasedHash != run.spec.benchmarkHash;
}

bool usesGate(const RunSpec& spec) {
    try {
        return combinationOf(choicesOf(spec)).serving->usesGate;
    } catch (const Error&) {
        return false;
    }
}

QString endedText(const RunHistory& run) {
    if (!run.endedBefore(run.stages))
        return {};
    if (run.stages < 1)
        return tr("run ended before its first measurement");
    return run.stages == 1
               ? tr("run ended before its first request")
               : tr("run ended after %1").arg(text(run.requests[static_cast<std::size_t>(run.stages - 2)].name));
}

}  // namespace lacuna
