// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QFrame>

class QAction;

namespace lacuna {

/// All keys on one sheet over the window; any key or click puts it away.
class KeySheet : public QFrame {
    Q_OBJECT
public:
    KeySheet(QWidget* window, const QList<QAction*>& actions);
    void open();

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    struct Line {
        QString key, what;
    };
    void putAway();
    QList<Line> lines() const;

    QList<QAction*> m_actions;
    int m_keys = 0;  ///< width of the keys' column
};

/// The keys that are not actions of a menu, each with what it does.
QList<std::pair<QString, QString>> plainKeys();

}  // namespace lacuna
