// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/attack_table.h"
#include "widgets/attacks/attack_results.h"
#include "widgets/common/workspace.h"

#include <QAbstractTableModel>

#include <memory>
#include <optional>
#include <vector>

namespace lacuna {

/// How the cell of one attack on one run stands.
enum class AttackState {
    NotMounted,   ///< grey, never 0
    Waiting,      ///< asked for, and not at its end
    Refused,      ///< it does not apply to such a run
    NothingLost,  ///< there is nothing that could come back
    Recovered,
};

/// The shown runs against the attacks of the catalog, at the timeline's stage. The first column names the run.
class AttackModel : public QAbstractTableModel {
    Q_OBJECT
public:
    AttackModel(const Workspace& workspace, const AttackResults& results, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

    const Workspace& workspace() const { return m_workspace; }
    void refresh();  ///< by difference where the runs are the same
    int stage() const { return m_stage; }

    AttackState state(const QModelIndex& index) const;
    const RecoveredShare* recovered(const QModelIndex& index) const;  ///< null = there is none to show
    /// Of a row; without the run itself, which may have moved.
    const AttackedRun& attacked(int row) const { return m_rows[static_cast<std::size_t>(row)].attacked; }
    std::vector<AttackedRun> exported() const;  ///< with the runs, for as long as the workspace is not changed
    int runOf(int row) const;                   ///< index into Workspace::runs; −1 for no such row
    int rowOfRun(int run) const;
    std::string attackOf(int column) const;  ///< empty for the first
    bool measured(int row) const;            ///< has the run come to the stage?
    /// Not mounted and not asked for, of these rows (all where there are none).
    std::vector<WantedAttacks> missing(const std::vector<int>& rows = {}) const;
    /// How long they will take about, by what attacks on open runs took; nothing where none was timed.
    std::optional<double> secondsFor(const std::vector<WantedAttacks>& wanted) const;

private:
    struct Row {
        int run = -1;
        QString name;
        std::filesystem::path source;
        int stages = 0;  ///< measured; 0 of what cannot be attacked
        AttackResults::Log log;
        AttackedRun attacked;
    };
    QString toolTip(const QModelIndex& index) const;
    std::optional<double> secondsOf(const std::filesystem::path& run, const std::string& attack) const;

    const Workspace& m_workspace;
    const AttackResults& m_results;
    std::vector<Row> m_rows;
    int m_stage = 0;
};

}  // namespace lacuna
