// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/probes/answer_sheet.h"

#include <QAbstractTableModel>

namespace lacuna {

/// Everything asked about an entity at a glance: a row per kind of question, the question, then for each shown run one
/// column per stage. A cell holds what became of each probe of its kind.
class OverviewModel : public QAbstractTableModel {
    Q_OBJECT
public:
    struct Group {
        int run = -1;
        QString method, name, mark;  ///< the mark alone where the name has no room
        int variant = 0;             ///< see methodLook
        bool operator==(const Group&) const = default;
    };

    using QAbstractTableModel::QAbstractTableModel;

    void show(const Workspace& workspace, const Entity* entity, const EntityLog& log);
    void setCurrent(int question, int stage);  ///< what is outlined
    int currentQuestion() const { return m_question; }
    int currentStage() const { return m_stage; }

    const std::vector<Group>& groups() const { return m_groups; }
    int stages() const { return static_cast<int>(m_labels.size()); }
    int groupOf(int column) const { return stages() ? (column - 1) / stages() : -1; }
    int stageOf(int column) const { return stages() ? (column - 1) % stages() : -1; }
    const std::vector<AskedProbe>& probes(int row) const { return m_rows[static_cast<std::size_t>(row)].probes; }
    const std::vector<RibbonCell>& cells(int row, int column) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

private:
    struct Row {
        bool operator==(const Row&) const = default;
        QString question;
        std::vector<AskedProbe> probes;
        std::vector<std::vector<RibbonCell>> cells;  ///< run-major, a column each
    };

    QString cellText(int row, int column) const;

    std::vector<Group> m_groups;
    std::vector<Row> m_rows;
    QStringList m_labels;
    int m_question = -1, m_stage = 0;
};

}  // namespace lacuna
