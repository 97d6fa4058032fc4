// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QWidget>

class QLabel;
class QPushButton;

namespace lacuna {

/// What stands in the middle of an empty workbench: the first click, what it will do, and the other ways in.
class WelcomeView : public QWidget {
    Q_OBJECT
public:
    explicit WelcomeView(QWidget* parent = nullptr);
    QPushButton* demoButton() const { return m_demo; }
    /// Why the demo cannot be run now; empty = it can.
    void setProblem(const QString& problem);

signals:
    void demoAsked();
    void openAsked();
    void newRunAsked();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void dress();

    QPushButton* m_demo;
    QLabel* m_title;
    QLabel* m_text;
    QLabel* m_steps;
    QLabel* m_other;
    QLabel* m_problem;
};

}  // namespace lacuna
