// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/common/run_names.h"

#include <QAbstractListModel>

namespace lacuna {

/// The open runs as a list, pinned ones first. Row + 1 is the number that shows and hides a run.
class RunsModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role {
        RunRole = Qt::UserRole,  ///< int: index into Workspace::runs
        MethodRole,              ///< id in the catalog
        DetailRole,              ///< what sets it apart from the other runs of its method; may be empty
        StatusRole,              ///< for people: "done", "request D · 62 %"
        ProgressRole,            ///< 0…1, negative = none in work
        FailedRole,              ///< bool
        ShownRole,               ///< bool, can be set
        PinnedRole,              ///< bool, can be set
    };

    explicit RunsModel(Workspace& workspace, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    /// EditRole asks for a new name: the row changes once the workspace has it.
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

    /// Leaves the runs whose name, method, marks or status hold every word; all where there is none.
    void setFilter(const QString& text);

    int runAt(int row) const { return m_order.value(row, -1); }
    QModelIndex indexOfRun(int run) const;

signals:
    void renameAsked(int run, const QString& name);

private:
    void refresh();
    void refreshRun(int run);
    const WorkspaceRun* at(int row) const;  ///< null for one that has just gone
    QString toolTip(const WorkspaceRun& run) const;
    bool matches(std::size_t run) const;

    Workspace& m_workspace;
    std::vector<RunName> m_names;  ///< by run
    QStringList m_words;           ///< of the filter
    QList<int> m_order;            ///< row → run
    QList<int> m_ids;              ///< row → WorkspaceRun::id, to see what became of a row
};

/// "done", "queued", …: how a run stands when nobody says more.
QString statusText(RunStatus status);

/// "6 · order A B C D · seed 42": what the runs have in common.
QString runsSummary(const Workspace& workspace);

}  // namespace lacuna
