// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/common/workspace.h"

#include <QWidget>

class QAction;
class QLabel;
class QLineEdit;
class QListView;

namespace lacuna {

class PanelHeader;
class RunsModel;

/// The list of open runs. What a file is touched by (rename, delete, duplicate, show in the file manager) is asked for
/// by a signal; whoever owns the files does it and tells the workspace.
class RunsPanel : public QWidget {
    Q_OBJECT
public:
    explicit RunsPanel(Workspace& workspace, QWidget* parent = nullptr);

    /// What can be done with the selected run, for menus and the command palette. Enabled as the selection allows.
    const QList<QAction*>& runActions() const { return m_actions; }
    QListView* view() const { return m_view; }
    QLineEdit* filterLine() const { return m_filterLine; }
    RunsModel& model() { return *m_model; }
    void toggleNumber(int number);  ///< what key 1…9 does

signals:
    void renameAsked(int run, const QString& name);
    void deleteAsked(int run);
    void manyBegin(int count);  ///< of the same, each by its signal …
    void manyEnd();             ///< … up to here
    void duplicateAsked(int run);
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
    int selectedRun() const;
    QList<int> selectedRuns() const;
    void toggle(int role);
    void toggleShown();
    void togglePinned();
    void rename();
    void showMenu(const QPoint& at);

    Workspace& m_workspace;
    RunsModel* m_model;
    QListView* m_view;
    PanelHeader* m_header;
    QLineEdit* m_filterLine;
    QLabel* m_empty;
    QList<QAction*> m_actions;
};

}  // namespace lacuna
