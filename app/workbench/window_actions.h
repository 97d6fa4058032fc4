// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QAction>
#include <QHash>
#include <QMenuBar>

#include <functional>

namespace lacuna {

/// Every action of the window by its id ("run.pause"), made from one table, and the menus they stand in. One action,
/// one shortcut, one place: menu, toolbar, palette and key sheet all take it from here.
class WindowActions : public QObject {
    Q_OBJECT
public:
    explicit WindowActions(QMenuBar* bar);

    QAction* operator[](const QString& id) const;  ///< must be in the table
    QMenu* menu(const QString& id) const;          ///< "file", "edit", "run", "view", "figure", "lesson", "help"
    void on(const QString& id, QObject* context, std::function<void()> act);
    /// Adds one that is made elsewhere (undo, a panel's toggle) to a menu, so that palette and sheet know it.
    void adopt(const QString& menu, QAction* action, QAction* before = nullptr);
    const QList<QAction*>& all() const { return m_all; }

private:
    QHash<QString, QAction*> m_byId;
    QHash<QString, QMenu*> m_menus;
    QList<QAction*> m_all;
};

}  // namespace lacuna
