// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "app/workbench/engine_bridge.h"

#include <QStatusBar>

class QLabel;
class QProgressBar;
class QToolButton;

namespace lacuna {

class MessagesModel;
class Workbench;

/// The foot of the window: what is being done, how far, how fast, how much memory, and the last word said.
class StatusPanel : public QStatusBar {
    Q_OBJECT
public:
    explicit StatusPanel(Workbench& workbench, QWidget* parent = nullptr);
    void say(const QString& text);  ///< for some seconds, in place of the last message

signals:
    void messagesAsked();

private:
    void refresh();
    void refreshMessages();
    QString idleText() const;

    Workbench& m_workbench;
    QLabel* m_what;
    QProgressBar* m_bar;
    QLabel* m_figures;
    QLabel* m_message;
    QToolButton* m_messages;
};

}  // namespace lacuna
