// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/runs_model.h"

#include "core/base/error.h"
#include "widgets/common/search_text.h"
#include "widgets/common/theme.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace lacuna {
namespace {

std::vector<std::string> orderOf(const RunHistory& history) {
    std::vector<std::string> names;
    for (const auto& request : history.requests)
        names.push_back(request.name);
    return names.empty() ? history.spec.order : names;
}

QString joined(const std::vector<std::string>& names) {
    QStringList all;
    for (const auto& name : names)
        all << QString::fromStdString(name);
    return all.join(' ');
}

/// A score at one stage over several runs, those that have measured it.
struct Score {
    double mean = 0, deviation = 0;  ///< sample standard deviation; 0 of a single one
    int count = 0;
    QString text() const {  ///< in %: "93 ± 2"
        const auto whole = [](double share) { return QString::number(std::lround(share * 100)); };
        return count > 1 ? QStringLiteral("%1 ± %2").arg(whole(mean), whole(deviation)) : whole(mean);
    }
};

/// The judge's: forget quality or model utility.
Score scoreAt(const std::vector<const RunHistory*>& runs, Split split, int stage) {
    std::vector<double> values;
    for (const auto* run : runs)
        for (const auto& point : split == Split::Forget ? forgettingCurve(*run, "fq") : retentionCurve(*run, "mu"))
            if (point.stage == stage)
                values.push_back(point.value);
    Score score{.count = static_cast<int>(values.size())};
    for (const double value : values)
        score.mean += value / score.count;
    for (const double value : values)
        score.deviation += (value - score.mean) * (value - score.mean) / std::max(1, score.count - 1);
    score.deviation = std::sqrt(score.deviation);
    return score;
}

}  // namespace

RunsModel::RunsModel(Workspace& workspace, QObject* parent) : QAbstractItemModel(parent), m_workspace(workspace) {
    connect(&workspace, &Workspace::runsChanged, this, &RunsModel::refresh);
    connect(&workspace, &Workspace::activityChanged, this, &RunsModel::refreshRun);
    connect(&workspace, &Workspace::benchmarkChanged, this, &RunsModel::refresh);  // what is about another one
    connect(&workspace, &Workspace::runGrew, this, [this](int run, Grown what) {
        if (what == Grown::Cells)
            refreshRun(run);
    });
    connect(&workspace, &Workspace::stageChanged, this, &RunsModel::stageChanged);
    connect(&workspace, &Workspace::referenceToggled, this, &RunsModel::stageChanged);
    refresh();
}

QModelIndex RunsModel::index(int row, int column, const QModelIndex& parent) const {
    if (row < 0 || row >= rowCount(parent) || column != 0)
        return {};
    return createIndex(row, 0, parent.isValid() ? m_lines[static_cast<std::size_t>(parent.row())].serial : 0);
}

QModelIndex RunsModel::parent(const QModelIndex& index) const {
    const int line = index.isValid() && index.internalId() != 0 ? lineOf(index.internalId()) : -1;
    return line < 0 ? QModelIndex() : createIndex(line, 0, quintptr{0});
}

int RunsModel::rowCount(const QModelIndex& parent) const {
    if (!parent.isValid())
        return static_cast<int>(m_lines.size());
    if (parent.internalId() != 0 || parent.row() >= static_cast<int>(m_lines.size()))
        return 0;
    const auto& line = m_lines[static_cast<std::size_t>(parent.row())];
    return line.head() ? static_cast<int>(line.items.size()) : 0;
}

int RunsModel::columnCount(const QModelIndex&) const {
    return 1;
}

int RunsModel::lineOf(quintptr serial) const {
    for (std::size_t line = 0; line < m_lines.size(); ++line)
        if (m_lines[line].serial == serial)
            return static_cast<int>(line);
    return -1;
}

const RunsModel::Item* RunsModel::itemAt(const QModelIndex& index) const {
    const int at = index.internalId() != 0 ? lineOf(index.internalId()) : index.row();
    if (at < 0 || at >= static_cast<int>(m_lines.size()))
        return nullptr;
    const auto& line = m_lines[static_cast<std::size_t>(at)];
    if (index.internalId() == 0)
        return line.head() || line.items.empty() ? nullptr : &line.items.front();
    const auto row = static_cast<std::size_t>(index.row());
    return row < line.items.size() ? &line.items[row] : nullptr;
}

const WorkspaceRun* RunsModel::runOf(const Item& item) const {
    return item.run < 0 ? nullptr : &m_workspace.runs().at(static_cast<std::size_t>(item.run));
}

QVariant RunsModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto* item = itemAt(index);
    if (item)
        return runData(*item, role);
    return headData(m_lines[static_cast<std::size_t>(index.row())], role);
}

QVariant RunsModel::runData(const Item& item, int role) const {
    if (!runOf(item))
        return {};
    const auto& run = *runOf(item);
    const auto method = QString::fromStdString(run.history.spec.method);
    const auto title = methodTitle(run.history.spec);
    switch (role) {
        case Qt::DisplayRole:
            return title;
        case Qt::EditRole:
            return QString::fromStdString(shownName(run.history));
        case Qt::ToolTipRole:
            return toolTip(run);
        case Qt::AccessibleTextRole: {
            QStringList parts{title, m_names[static_cast<std::size_t>(item.run)].mark,
                              runData(item, StatusRole).toString(), run.shown ? tr("shown") : tr("hidden"),
                              run.pinned ? tr("pinned") : QString()};
            parts.removeAll({});
            return parts.join(", ");
        }
        case RunRole:
            return item.run;
        case RunsRole:
            return QVariant::fromValue(QList<int>{item.run});
        case MethodRole:
            return method;
        case DetailRole:
            return m_names[static_cast<std::size_t>(item.run)].mark;
        case StatusRole:
            return runStatusText(m_workspace, run);
        case ProgressRole:
            return run.progress;
        case FailedRole:
            return run.history.status == RunStatus::Failed;
        case ShownRole:
            return run.shown ? Qt::Checked : Qt::Unchecked;
        case PinnedRole:
            return run.pinned;
        default:
            return {};
    }
}

QVariant RunsModel::headData(const Line& line, int role) const {
    QList<int> runs;
    int shown = 0;
    double progress = -1;
    for (const auto& item : line.items)
        if (const auto* run = runOf(item)) {
            runs << item.run;
            shown += run->shown ? 1 : 0;
            progress = std::max(progress, run->progress);
        }
    if (runs.isEmpty())
        return {};
    const auto& first = m_workspace.runs()[static_cast<std::size_t>(runs.front())];
    const auto method = QString::fromStdString(first.history.spec.method);
    const auto title = methodTitle(first.history.spec);
    const auto count = QStringLiteral("×%1").arg(runs.size());
    switch (role) {
        case Qt::DisplayRole:
            return title;
        case Qt::ToolTipRole:
            return headToolTip(line);
        case Qt::AccessibleTextRole:
            return QStringList{title, tr("%1 runs").arg(runs.size()), headStatus(line),
                               shown == 0            ? tr("hidden")
                               : shown < runs.size() ? tr("%1 shown").arg(shown)
                                                     : tr("shown")}
                .join(", ");
        case RunRole:
            return -1;
        case RunsRole:
            return QVariant::fromValue(runs);
        case KeyRole:
            return line.key;
        case MethodRole:
            return method;
        case DetailRole:
            return count;
        case StatusRole:
            return headStatus(line);
        case ProgressRole:
            return progress;
        case FailedRole:
            return false;
        case ShownRole:
            return shown == 0 ? Qt::Unchecked : shown < runs.size() ? Qt::PartiallyChecked : Qt::Checked;
        case PinnedRole:
            return first.pinned;
        default:
            return {};
    }
}

/// What is still to come of its runs; else what they came to at the shown stage.
QString RunsModel::headStatus(const Line& line) const {
    std::map<RunStatus, int> standing;
    std::vector<const RunHistory*> runs;
    for (const auto& item : line.items)
        if (const auto* run = runOf(item)) {
            ++standing[run->history.status];
            runs.push_back(&run->history);
        }
    QStringList parts;
    for (const auto& [status, count] : standing)
        if (status != RunStatus::Finished)
            parts << QStringLiteral("%1 %2").arg(count).arg(statusText(status));
    if (!parts.isEmpty())
        return parts.join(QStringLiteral(" · "));
    if (ofOtherBenchmark(m_workspace, *runs.front()))
        return tr("other benchmark");
    for (const auto split : {Split::Forget, Split::Retain})
        if (const auto score = scoreAt(runs, split, m_workspace.shownStage()); score.count > 0)
            parts << QStringLiteral("%1 %2").arg(split == Split::Forget ? tr("FQ") : tr("MU"), score.text());
    return parts.isEmpty() ? statusText(RunStatus::Finished) : parts.join(QStringLiteral(" · "));
}

QString RunsModel::headToolTip(const Line& line) const {
    std::vector<const RunHistory*> runs;
    std::set<std::vector<std::string>> orders;
    std::set<std::uint64_t> seeds;
    for (const auto& item : line.items)
        if (const auto* run = runOf(item)) {
            runs.push_back(&run->history);
            orders.insert(orderOf(run->history));
            seeds.insert(run->history.spec.seed);
        }
    if (runs.empty())
        return {};
    const auto method = methodTitle(runs.front()->spec).toHtmlEscaped();
    QStringList lines{
        tr("<b>%1</b>, %2 runs: %3, %4")
            .arg(method)
            .arg(runs.size())
            .arg(orders.size() > 1 ? tr("%1 orders").arg(orders.size())
                                   : tr("order %1").arg(joined(*orders.begin()).toHtmlEscaped()),
                 seeds.size() > 1 ? tr("%1 seeds").arg(seeds.size()) : tr("seed %1").arg(*seeds.begin()))};
    const int stage = m_workspace.shownStage();
    for (const auto split : {Split::Forget, Split::Retain})
        if (const auto score = scoreAt(runs, split, stage); score.count > 0)
            lines << tr("%1 %2 % (mean ± standard deviation over %3 runs, %4)")
                         .arg(split == Split::Forget ? tr("forget quality (FQ)") : tr("model utility (MU)"),
                              score.text())
                         .arg(score.count)
                         .arg(m_workspace.stageName(stage).toHtmlEscaped());
    lines << tr("→ unfolds them, ← folds them");
    return lines.join("<br>");
}

bool RunsModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return false;
    if (role == ShownRole || role == PinnedRole) {
        const auto runs = data(index, RunsRole).value<QList<int>>();
        if (role == ShownRole)
            m_workspace.setShown(runs, value.toInt() == Qt::Checked);
        else
            m_workspace.setPinned(runs, value.toBool());
        return !runs.isEmpty();
    }
    const auto* item = itemAt(index);
    const auto name = value.toString().trimmed();
    if (role != Qt::EditRole || !item || name.isEmpty() || name == data(index, Qt::EditRole).toString())
        return false;
    emit renameAsked(item->run, name);
    return true;
}

QString RunsModel::nameProblem(const QModelIndex& index, const QString& name) const {
    const auto* item = itemAt(index);
    const auto wanted = name.trimmed().toStdString();
    if (!item || !runOf(*item))
        return {};
    const auto& own = runOf(*item)->history;
    if (wanted == shownName(own) || wanted == own.name)
        return {};
    try {
        checkRunTitle(wanted);
    } catch (const Error& error) {
        return QString::fromUtf8(error.what());
    }
    const auto folder = own.source.parent_path();
    const auto& runs = m_workspace.runs();
    std::error_code error;
    const bool taken = std::any_of(runs.begin(), runs.end(), [&](const auto& run) {
        return shownName(run.history) == wanted && run.history.source.parent_path() == folder;
    });
    return taken || (folderNameOf(wanted, {}) == wanted && std::filesystem::exists(folder / wanted, error))
               ? tr("There is a run \"%1\" already. Choose another name.").arg(name.trimmed())
               : QString();
}

Qt::ItemFlags RunsModel::flags(const QModelIndex& index) const {
    const auto flags = QAbstractItemModel::flags(index);
    const auto* item = index.isValid() ? itemAt(index) : nullptr;
    if (!item)
        return flags;
    if (!runOf(*item))
        return flags | Qt::ItemNeverHasChildren;
    const auto status = runOf(*item)->history.status;
    const bool atWork = status == RunStatus::Running || status == RunStatus::Queued || status == RunStatus::Paused;
    return flags | Qt::ItemNeverHasChildren | (atWork ? Qt::NoItemFlags : Qt::ItemIsEditable);
}

QModelIndex RunsModel::indexOfRun(int run) const {
    for (std::size_t line = 0; line < m_lines.size(); ++line)
        for (std::size_t row = 0; row < m_lines[line].items.size(); ++row)
            if (run >= 0 && m_lines[line].items[row].run == run)
                return m_lines[line].head() ? createIndex(static_cast<int>(row), 0, m_lines[line].serial)
                                            : createIndex(static_cast<int>(line), 0, quintptr{0});
    return {};
}

int RunsModel::runCount() const {
    std::size_t count = 0;
    for (const auto& line : m_lines)
        count += line.items.size();
    return static_cast<int>(count);
}

void RunsModel::setFilter(const QString& text) {
    m_words = searchText(text).split(' ', Qt::SkipEmptyParts);
    refresh();
}

bool RunsModel::matches(std::size_t run) const {
    if (m_words.isEmpty())
        return true;
    const auto& of = m_workspace.runs()[run];
    const auto text = searchText(QStringList{m_names[run].whole(),
                                             QString::fromStdString(of.history.name + ' ' + of.history.spec.title),
                                             statusText(of.history.status), of.tags.join(' ')}
                                     .join(' '));
    return std::all_of(m_words.begin(), m_words.end(), [&](const auto& word) { return text.contains(word); });
}

/// Without their serials: those of the heads that are there already stay.
std::vector<RunsModel::Line> RunsModel::wantedLines() const {
    const auto& runs = m_workspace.runs();
    std::vector<Line> lines;
    for (const bool pinned : {true, false})
        for (std::size_t i = 0; i < runs.size(); ++i) {
            if (runs[i].pinned != pinned || !matches(i))
                continue;
            const auto& spec = runs[i].history.spec;
            const auto other = ofOtherBenchmark(m_workspace, runs[i].history) ? spec.benchmarkHash : std::string();
            const auto key =
                QStringLiteral("%1/%2/%3").arg(pinned).arg(methodTitle(spec), QString::fromStdString(other));
            const auto line = std::find_if(lines.begin(), lines.end(), [&](const auto& l) { return l.key == key; });
            const Item item{runs[i].id, static_cast<int>(i)};
            if (line == lines.end())
                lines.push_back({key, 0, {item}});
            else
                line->items.push_back(item);
        }
    return lines;
}

/// Turns "the list changed" into rows taken out, put in and moved, so that selection and scroll position survive.
void RunsModel::refresh() {
    m_names = runNames(m_workspace);
    const auto wanted = wantedLines();
    // The workspace has its new indices already: no row may be asked with an old one, a row about to go has none.
    std::map<int, int> runs;
    for (const auto& line : wanted)
        for (const auto& item : line.items)
            runs[item.id] = item.run;
    for (auto& line : m_lines)
        for (auto& item : line.items) {
            const auto at = runs.find(item.id);
            item.run = at == runs.end() ? -1 : at->second;
        }
    removeGone();
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const int row = static_cast<int>(i);
        if (wanted[i].items.size() == 1) {
            bring(wanted[i].items.front(), {}, row);
            continue;
        }
        ensureHead(wanted[i], row);
        for (std::size_t j = 0; j < wanted[i].items.size(); ++j)
            bring(wanted[i].items[j], index(row), static_cast<int>(j));
    }
    for (int row = rowCount() - 1; row >= static_cast<int>(wanted.size()); --row) {  // heads nobody stands under
        beginRemoveRows({}, row, row);
        m_lines.erase(m_lines.begin() + row);
        endRemoveRows();
    }
    for (int row = 0; row < rowCount(); ++row)
        if (const auto head = index(row); rowCount(head) > 0)
            emit dataChanged(index(0, 0, head), index(rowCount(head) - 1, 0, head));
    if (!m_lines.empty())
        emit dataChanged(index(0), index(rowCount() - 1));
}

void RunsModel::removeGone() {
    for (int row = rowCount() - 1; row >= 0; --row) {
        auto& line = m_lines[static_cast<std::size_t>(row)];
        for (int at = static_cast<int>(line.items.size()) - 1; at >= 0 && line.head(); --at) {
            if (line.items[static_cast<std::size_t>(at)].run >= 0)
                continue;
            beginRemoveRows(index(row), at, at);
            line.items.erase(line.items.begin() + at);
            endRemoveRows();
        }
        if (line.items.empty() || line.items.front().run < 0) {
            beginRemoveRows({}, row, row);
            m_lines.erase(m_lines.begin() + row);
            endRemoveRows();
        }
    }
}

/// Its head at `row`: moved there, or made. One whose first run went to another key (it was pinned) goes with it.
void RunsModel::ensureHead(const Line& wanted, int row) {
    const auto begin = m_lines.begin() + row;
    auto found = std::find_if(begin, m_lines.end(), [&](const auto& l) { return l.head() && l.key == wanted.key; });
    if (found == m_lines.end())
        found = std::find_if(begin, m_lines.end(), [&](const auto& line) {
            return line.head() && !line.items.empty() && line.items.front().id == wanted.items.front().id;
        });
    if (found == m_lines.end()) {
        beginInsertRows({}, row, row);
        m_lines.insert(begin, Line{wanted.key, m_nextSerial++, {}});
        endInsertRows();
        return;
    }
    found->key = wanted.key;
    if (found == begin)
        return;
    const int from = static_cast<int>(found - m_lines.begin());
    beginMoveRows({}, from, from, {}, row);
    std::rotate(begin, found, found + 1);
    endMoveRows();
}

/// Moves the run's row to that place, from wherever it stands, or makes it. What stands before the place is right
/// already: rows come from behind it.
void RunsModel::bring(const Item& item, const QModelIndex& parent, int row) {
    const auto to = [&](const QModelIndex& head) -> std::vector<Item>& {
        return m_lines[static_cast<std::size_t>(head.row())].items;
    };
    const auto insert = [&](int at) {
        if (parent.isValid())
            to(parent).insert(to(parent).begin() + at, item);
        else
            m_lines.insert(m_lines.begin() + at, Line{{}, 0, {item}});
    };
    const auto from = indexOfRun(item.run);
    if (!from.isValid()) {
        beginInsertRows(parent, row, row);
        insert(row);
        endInsertRows();
        return;
    }
    const auto source = from.parent();
    if (source == parent && from.row() == row)
        return;
    beginMoveRows(source, from.row(), from.row(), parent, row);
    const auto take = [&] {
        if (source.isValid())
            to(source).erase(to(source).begin() + from.row());
        else
            m_lines.erase(m_lines.begin() + from.row());
    };
    const bool staysBehind = source.isValid() && !parent.isValid();  // what it leaves stands behind it
    if (staysBehind || source == parent) {
        take();
        insert(row);
    } else {
        insert(row);
        take();
    }
    endMoveRows();
}

void RunsModel::refreshRun(int run) {
    const auto index = indexOfRun(run);
    if (!index.isValid())
        return;
    emit dataChanged(index, index);
    if (index.parent().isValid())
        emit dataChanged(index.parent(), index.parent());
}

/// What a line of several came to is of that stage.
void RunsModel::stageChanged() {
    for (int row = 0; row < rowCount(); ++row)
        if (m_lines[static_cast<std::size_t>(row)].head())
            emit dataChanged(index(row), index(row), {StatusRole});
}

QString RunsModel::toolTip(const WorkspaceRun& run) const {
    const auto& spec = run.history.spec;
    QStringList lines{QString("<b>%1</b>").arg(QString::fromStdString(shownName(run.history)).toHtmlEscaped()),
                      tr("%1, order %2, seed %3").arg(methodTitle(spec), joined(orderOf(run.history))).arg(spec.seed)};
    lines << tr("%1 of %2 stages measured").arg(run.history.stages).arg(run.history.stageCount());
    for (const auto& request : run.history.requests)
        if (request.endedEarly())
            lines << tr("training of request %1 ended after %2 of %3 steps")
                         .arg(QString::fromStdString(request.name).toHtmlEscaped())
                         .arg(request.stepsDone)
                         .arg(request.stepsPlanned);
    if (!spec.device.empty() && spec.device != "auto")
        lines << tr("on %1").arg(QString::fromStdString(spec.device));
    if (const auto makers = changeOfMakers(run.history); !makers.empty())
        lines
            << tr("made by several, the last bits may differ: %1").arg(QString::fromStdString(makers).toHtmlEscaped());
    if (!run.tags.isEmpty())
        lines << tr("tags: %1").arg(run.tags.join(", ").toHtmlEscaped());
    if (!run.notes.isEmpty())
        lines << run.notes.section('\n', 0, 0).toHtmlEscaped();
    if (ofOtherBenchmark(m_workspace, run.history))
        lines << tr("about another benchmark, %1: its menu opens that one")
                     .arg(QString::fromStdString(spec.benchmark).toHtmlEscaped());
    lines << QString::fromStdString(run.history.source.string()).toHtmlEscaped();
    return lines.join("<br>");
}

QString statusText(RunStatus status) {
    switch (status) {
        case RunStatus::Queued:
            return RunsModel::tr("queued");
        case RunStatus::Running:
            return RunsModel::tr("running");
        case RunStatus::Paused:
            return RunsModel::tr("paused");
        case RunStatus::Interrupted:
            return RunsModel::tr("interrupted");
        case RunStatus::Finished:
            return RunsModel::tr("done");
        case RunStatus::Failed:
            return RunsModel::tr("failed");
    }
    return {};
}

QString runStatusText(const Workspace& workspace, const WorkspaceRun& run) {
    if (run.history.status == RunStatus::Paused && run.progress >= 0)
        return RunsModel::tr("paused · %1 %").arg(std::clamp(static_cast<int>(run.progress * 100), 0, 99));
    if (!run.activity.isEmpty())
        return run.activity;
    if (run.history.status == RunStatus::Finished && ofOtherBenchmark(workspace, run.history))
        return RunsModel::tr("other benchmark");
    return statusText(run.history.status);
}

QString runsSummary(const Workspace& workspace) {
    const auto& runs = workspace.runs();
    if (runs.empty())
        return {};
    std::set<std::vector<std::string>> orders;
    std::set<std::uint64_t> seeds;
    for (const auto& run : runs) {
        if (auto order = orderOf(run.history); !order.empty())  // a queued run's is known once it starts
            orders.insert(std::move(order));
        seeds.insert(run.history.spec.seed);
    }
    QStringList parts{QString::number(runs.size())};
    if (orders.size() > 1)
        parts << RunsModel::tr("%1 orders").arg(orders.size());
    else if (!orders.empty())
        parts << RunsModel::tr("order %1").arg(joined(*orders.begin()));
    parts << (seeds.size() > 1 ? RunsModel::tr("%1 seeds").arg(seeds.size())
                               : RunsModel::tr("seed %1").arg(*seeds.begin()));
    if (const auto note = workspace.picturesNote(); !note.isEmpty())
        parts << note;
    return parts.join(" · ");
}

}  // namespace lacuna
