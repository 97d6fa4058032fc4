// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/runs_model.h"

#include "widgets/common/search_text.h"
#include "widgets/common/theme.h"

#include <algorithm>
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

}  // namespace

RunsModel::RunsModel(Workspace& workspace, QObject* parent) : QAbstractListModel(parent), m_workspace(workspace) {
    connect(&workspace, &Workspace::runsChanged, this, &RunsModel::refresh);
    connect(&workspace, &Workspace::activityChanged, this, &RunsModel::refreshRun);
    connect(&workspace, &Workspace::benchmarkChanged, this, [this] {
        if (!m_order.isEmpty())
            emit dataChanged(index(0), index(rowCount() - 1));
    });
    refresh();
}

int RunsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_order.size());
}

const WorkspaceRun* RunsModel::at(int row) const {
    const int run = m_order.value(row, -1);
    return run < 0 ? nullptr : &m_workspace.runs().at(static_cast<std::size_t>(run));
}

QVariant RunsModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid) || !at(index.row()))
        return {};
    const auto& run = *at(index.row());
    const auto method = QString::fromStdString(run.history.spec.method);
    switch (role) {
        case Qt::DisplayRole:
            return methodName(method);
        case Qt::EditRole:
            return QString::fromStdString(run.history.name);
        case Qt::ToolTipRole:
            return toolTip(run);
        case Qt::AccessibleTextRole: {
            QStringList parts{methodName(method), m_names[static_cast<std::size_t>(m_order[index.row()])].mark,
                              data(index, StatusRole).toString(), run.shown ? tr("shown") : tr("hidden"),
                              run.pinned ? tr("pinned") : QString()};
            parts.removeAll({});
            return parts.join(", ");
        }
        case RunRole:
            return m_order[index.row()];
        case MethodRole:
            return method;
        case DetailRole:
            return m_names[static_cast<std::size_t>(m_order[index.row()])].mark;
        case StatusRole:
            if (run.history.status == RunStatus::Paused && run.progress >= 0)
                return tr("paused · %1 %").arg(std::clamp(static_cast<int>(run.progress * 100), 0, 99));
            if (run.activity.isEmpty() && run.history.status == RunStatus::Finished &&
                ofOtherBenchmark(m_workspace, run.history))
                return tr("other benchmark");
            return run.activity.isEmpty() ? statusText(run.history.status) : run.activity;
        case ProgressRole:
            return run.progress;
        case FailedRole:
            return run.history.status == RunStatus::Failed;
        case ShownRole:
            return run.shown;
        case PinnedRole:
            return run.pinned;
        default:
            return {};
    }
}

bool RunsModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return false;
    const int run = m_order[index.row()];
    if (role == ShownRole) {
        m_workspace.setShown(run, value.toBool());
    } else if (role == PinnedRole) {
        m_workspace.setPinned(run, value.toBool());
    } else if (role == Qt::EditRole) {
        const auto name = value.toString().trimmed();
        if (name.isEmpty() || name == data(index, Qt::EditRole).toString())
            return false;
        emit renameAsked(run, name);
    } else {
        return false;
    }
    return true;
}

Qt::ItemFlags RunsModel::flags(const QModelIndex& index) const {
    const auto flags = QAbstractListModel::flags(index);
    if (!index.isValid() || !at(index.row()))
        return flags;
    const auto status = at(index.row())->history.status;
    const bool atWork = status == RunStatus::Running || status == RunStatus::Queued || status == RunStatus::Paused;
    return atWork ? flags : flags | Qt::ItemIsEditable;
}

QModelIndex RunsModel::indexOfRun(int run) const {
    const auto row = m_order.indexOf(run);
    return row < 0 ? QModelIndex() : index(static_cast<int>(row));
}

void RunsModel::setFilter(const QString& text) {
    m_words = searchText(text).split(' ', Qt::SkipEmptyParts);
    refresh();
}

bool RunsModel::matches(std::size_t run) const {
    if (m_words.isEmpty())
        return true;
    const auto& of = m_workspace.runs()[run];
    const auto text = searchText(QStringList{m_names[run].whole(), QString::fromStdString(of.history.name),
                                             statusText(of.history.status), of.tags.join(' ')}
                                     .join(' '));
    return std::all_of(m_words.begin(), m_words.end(), [&](const auto& word) { return text.contains(word); });
}

/// Turns "the list changed" into rows taken out, put in and moved, so that selection and scroll position survive.
void RunsModel::refresh() {
    m_names = runNames(m_workspace);
    const auto& runs = m_workspace.runs();
    QList<int> order, ids;
    for (const bool pinned : {true, false})
        for (std::size_t i = 0; i < runs.size(); ++i)
            if (runs[i].pinned == pinned && matches(i)) {
                order << static_cast<int>(i);
                ids << runs[i].id;
            }
    // The workspace has its new indices already: no row may be asked with an old one, a row about to go has none.
    for (qsizetype row = 0; row < m_ids.size(); ++row) {
        const auto at = ids.indexOf(m_ids[row]);
        m_order[row] = at < 0 ? -1 : order[at];
    }
    for (int row = static_cast<int>(m_ids.size()) - 1; row >= 0; --row) {
        if (m_order[row] >= 0)
            continue;
        beginRemoveRows({}, row, row);
        m_ids.removeAt(row);
        m_order.removeAt(row);
        endRemoveRows();
    }
    for (qsizetype i = 0; i < ids.size(); ++i) {
        if (m_ids.contains(ids[i]))
            continue;
        const int row = static_cast<int>(std::min(i, m_ids.size()));
        beginInsertRows({}, row, row);
        m_ids.insert(row, ids[i]);
        m_order.insert(row, order[i]);
        endInsertRows();
    }
    if (m_ids != ids) {
        emit layoutAboutToBeChanged({}, VerticalSortHint);
        const auto before = persistentIndexList();
        QModelIndexList after;
        for (const auto& index : before)
            after << this->index(static_cast<int>(ids.indexOf(m_ids[index.row()])));
        m_ids = ids;
        m_order = order;
        changePersistentIndexList(before, after);
        emit layoutChanged({}, VerticalSortHint);
    }
    if (!m_order.isEmpty())
        emit dataChanged(index(0), index(rowCount() - 1));
}

void RunsModel::refreshRun(int run) {
    const auto changed = indexOfRun(run);
    if (changed.isValid())
        emit dataChanged(changed, changed);
}

QString RunsModel::toolTip(const WorkspaceRun& run) const {
    const auto& spec = run.history.spec;
    QStringList lines{QString("<b>%1</b>").arg(QString::fromStdString(run.history.name).toHtmlEscaped()),
                      tr("%1, order %2, seed %3")
                          .arg(methodName(QString::fromStdString(spec.method)), joined(orderOf(run.history)))
                          .arg(spec.seed)};
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
