// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/common/workspace.h"

#include <QSet>
#include <QWidget>

class QAction;
class QLabel;
class QLineEdit;
class QTreeView;

namespace lacuna {

class PanelHeader;
class RunsModel;

/// The list of open runs, those of one method folded to a line. What a file is touched by (rename, delete, duplicate,
/// show in the file manager) is asked for by a signal; whoever owns the files does it and tells the workspace.
class RunsPanel : public QWidget {
    Q_OBJECT
public:
    explicit RunsPanel(Workspace& workspace, QWidget* parent = nullptr);

    /// What can be done with the selected run, for menus and the command palette. Enabled as the selection allows.
    const QList<QAction*>& runActions() const { return m_actions; }
    QTreeView* view() const { return m_view; }
    QLineEdit* filterLine() const { return m_filterLine; }
    RunsModel& model() { return *m_model; }
    int lines() const;              ///< with those that are unfolded
    void toggleNumber(int number);  ///< what key 1…9 does

signals:
    void renameAsked(int run, const QString& name);
    void deleteAsked(int run);
    void manyBegin(int count);  ///< of the same, each by its signal …
    void manyEnd();             ///< … up to here
    void duplicateAsked(int run);
    void branchAsked(int run);  ///< a new one that goes on from it, from the timeline's stage
    void folderAsked(int run);
    void forgetAsked(int run);  ///< off the list; its files stay
    void detailsAsked(int run);
    void continueAsked(int run);   ///< go on with an interrupted one
    void benchmarkAsked(int run);  ///< the one it is about shall be opened

private:
    QAction* addRunAction(const QString& id, const QString& text, const QString& icon, const QKeySequence& key,
                          void (RunsPanel::*slot)());
    void addActions();
    void refresh();
    void followSelection();
    int selectedRun() const;  ///< −1 for none, and for a line of several
    QList<int> selectedRuns() const;
    void toggle(int role);
    void toggleFold(const QModelIndex& head);
    void applyFolds();
    void leaveFolded(const QModelIndex& head);
    void toggleShown();
    void togglePinned();
    void rename();
    void showMenu(const QPoint& at);

    Workspace& m_workspace;
    RunsModel* m_model;
    QTreeView* m_view;
    PanelHeader* m_header;
    QLineEdit* m_filterLine;
    QLabel* m_empty;
    QList<QAction*> m_actions;
    QSet<QString> m_unfolded;  ///< RunsModel::KeyRole of the lines that somebody has unfolded
    int m_followed = 0;        ///< WorkspaceRun::id of the selected run that the list has shown
    bool m_applying = false;   ///< folds and unfolds of our own are not remembered
};

}  // namespace lacuna
