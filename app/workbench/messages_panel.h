// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QDockWidget>

class QListView;

namespace lacuna {

class MessagesModel;

/// The non-modal place for everything that was said: at the foot of the window, shown by itself when an error comes.
class MessagesPanel : public QDockWidget {
    Q_OBJECT
public:
    explicit MessagesPanel(MessagesModel& messages, QWidget* parent = nullptr);

private:
    MessagesModel& m_messages;
    QListView* m_view;
};

}  // namespace lacuna
