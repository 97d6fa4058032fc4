// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/common/run_names.h"

#include <QAbstractItemModel>

namespace lacuna {

/// The open runs, pinned ones first. Several of one method and benchmark (seeds, orders, settings) are a line with its
/// runs under it; one alone is just a run. Row + 1 of a line is the number that shows and hides it.
class RunsModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Role {
        RunRole = Qt::UserRole,  ///< int: index into Workspace::runs; −1 for a line of several
        RunsRole,                ///< QList<int>: the run, or all of the line
        KeyRole,                 ///< QString: what the runs of a line have in common; empty for a run
        MethodRole,              ///< id in the catalog
        DetailRole,              ///< what sets it apart from the other runs of its method, "×6"; may be empty
        StatusRole,              ///< for people: "done", "request D · 62 %"; of a line what its runs came to
        ProgressRole,            ///< 0…1, negative = none in work
        FailedRole,              ///< bool
        ShownRole,               ///< Qt::CheckState, can be set
        PinnedRole,              ///< bool, can be set
    };

    explicit RunsModel(Workspace& workspace, QObject* parent = nullptr);

    QModelIndex index(int row, int column = 0, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    /// EditRole asks for a new name: the row changes once the workspace has it.
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

    /// Leaves the runs whose name, method, marks or status hold every word; all where there is none.
    void setFilter(const QString& text);

    /// Why the run cannot be called so: what a folder's name must not be, or taken already. Empty = it can.
    QString nameProblem(const QModelIndex& index, const QString& name) const;

    int runCount() const;  ///< as many as the filter leaves
    QModelIndex indexOfRun(int run) const;

signals:
    void renameAsked(int run, const QString& name);

private:
    struct Item {
        int id = 0;    ///< WorkspaceRun::id
        int run = -1;  ///< index into Workspace::runs; −1 for one that has just gone
    };
    /// A run alone, or several under a head. `serial` names a head in the indices of its runs; 0 = no head.
    struct Line {
        QString key;
        quintptr serial = 0;
        std::vector<Item> items;
        bool head() const { return serial != 0; }
    };

    void refresh();
    void refreshRun(int run);
    void stageChanged();
    std::vector<Line> wantedLines() const;
    void removeGone();
    void bring(const Item& item, const QModelIndex& parent, int row);
    int lineOf(quintptr serial) const;
    void ensureHead(const Line& wanted, int row);
    const Item* itemAt(const QModelIndex& index) const;  ///< null for a head
    const WorkspaceRun* runOf(const Item& item) const;   ///< null for one that has just gone
    QVariant runData(const Item& item, int role) const;
    QVariant headData(const Line& line, int role) const;
    QString headStatus(const Line& line) const;
    QString headToolTip(const Line& line) const;
    QString toolTip(const WorkspaceRun& run) const;
    bool matches(std::size_t run) const;

    Workspace& m_workspace;
    std::vector<RunName> m_names;  ///< by run
    QStringList m_words;           ///< of the filter
    std::vector<Line> m_lines;
    quintptr m_nextSerial = 1;
};

/// "done", "queued", …: how a run stands when nobody says more.
QString statusText(RunStatus status);

/// How it stands now: "request D · 62 %", "paused · 10 %", "other benchmark", or its status.
QString runStatusText(const Workspace& workspace, const WorkspaceRun& run);

/// "6 · order A B C D · seed 42": what the runs have in common.
QString runsSummary(const Workspace& workspace);

}  // namespace lacuna
