// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/probes/overview_model.h"

#include "widgets/common/run_look.h"
#include "widgets/common/run_names.h"
#include "widgets/probes/answers_model.h"

namespace lacuna {

void OverviewModel::show(const Workspace& workspace, const Entity* entity, const EntityLog& log) {
    std::vector<Group> groups;
    std::vector<Row> rows;
    auto labels = stageLabels(workspace);
    const auto shown = workspace.shownRuns();
    const auto names = runNames(workspace);
    for (const int run : shown)
        groups.push_back({run,
                          QString::fromStdString(workspace.runs()[static_cast<std::size_t>(run)].history.spec.method),
                          names[static_cast<std::size_t>(run)].whole(), names[static_cast<std::size_t>(run)].mark,
                          runVariant(workspace, run)});
    if (entity && !shown.empty())
        for (const auto& question : entity->questions) {
            Row row;
            row.question = question.phrasings.empty() ? QString::fromStdString(question.kind)
                                                      : QString::fromStdString(question.phrasings.front());
            row.probes = log.asked(question.kind);
            for (const int run : shown)
                for (int stage = 0; stage < labels.size(); ++stage) {
                    auto& cells = row.cells.emplace_back();
                    for (const auto& probe : row.probes) {
                        const auto* answer =
                            log.answer(workspace.runs()[static_cast<std::size_t>(run)].id, probe, stage);
                        const auto none = workspace.runs()[static_cast<std::size_t>(run)].history.endedBefore(stage)
                                              ? RibbonCell{RibbonCell::State::Ended}
                                              : RibbonCell{};
                        cells.push_back(answer ? ribbonCell(*answer) : none);
                    }
                }
            rows.push_back(std::move(row));
        }
    // In place where the shape stays: a table that is reset loses where the keyboard stands.
    if (groups.size() == m_groups.size() && rows.size() == m_rows.size() && labels.size() == m_labels.size()) {
        const bool header = groups != m_groups || labels != m_labels, cells = rows != m_rows;
        m_groups = std::move(groups);
        m_rows = std::move(rows);
        m_labels = std::move(labels);
        if (columnCount() > 1 && header)
            emit headerDataChanged(Qt::Horizontal, 0, columnCount() - 1);
        if (!m_rows.empty() && (header || cells))
            emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
        return;
    }
    beginResetModel();
    m_groups = std::move(groups);
    m_rows = std::move(rows);
    m_labels = std::move(labels);
    endResetModel();
}

void OverviewModel::setCurrent(int question, int stage) {
    if (question == m_question && stage == m_stage)
        return;
    m_question = question;
    m_stage = stage;
    if (!m_rows.empty())
        emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1), {Qt::DecorationRole});
}

const std::vector<RibbonCell>& OverviewModel::cells(int row, int column) const {
    return m_rows[static_cast<std::size_t>(row)].cells[static_cast<std::size_t>(column - 1)];
}

int OverviewModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int OverviewModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : 1 + static_cast<int>(m_groups.size()) * stages();
}

QString OverviewModel::cellText(int row, int column) const {
    QStringList lines{
        QString("%1, %2").arg(m_groups[static_cast<std::size_t>(groupOf(column))].name, m_labels[stageOf(column)])};
    const auto& of = cells(row, column);
    for (std::size_t i = 0; i < of.size(); ++i)
        lines << tr("phrasing %1, view %2: %3")
                     .arg(probes(row)[i].phrasing + 1)
                     .arg(probes(row)[i].view + 1)
                     .arg(ribbonText(of[i]));
    if (of.empty())
        lines << tr("never asked");
    return lines.join('\n');
}

QVariant OverviewModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    if (index.column() == 0)
        return role == Qt::DisplayRole || role == Qt::ToolTipRole
                   ? QVariant(m_rows[static_cast<std::size_t>(index.row())].question)
                   : QVariant();
    if (role == Qt::ToolTipRole)
        return cellText(index.row(), index.column());
    if (role == Qt::AccessibleTextRole)
        return cellText(index.row(), index.column()).replace('\n', "; ");
    return {};
}

}  // namespace lacuna
