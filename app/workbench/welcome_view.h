// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QWidget>

class QLabel;
class QPushButton;

namespace lacuna {

class Thumbnails;
class Workspace;

/// What stands in the middle of an empty workbench: a first question to the model that is there, the demo and what will
/// come of it, and the other ways in.
class WelcomeView : public QWidget {
    Q_OBJECT
public:
    WelcomeView(Workspace& workspace, Thumbnails& thumbnails, QWidget* parent = nullptr);
    QPushButton* demoButton() const { return m_demo; }
    QPushButton* askButton() const { return m_ask; }
    /// Why the demo cannot be run now; empty = it can.
    void setProblem(const QString& problem);

signals:
    void askAsked();  ///< the original model, about the chosen entity
    void demoAsked();
    void openAsked();
    void newRunAsked();
    void lessonAsked();  ///< the first

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void dress();
    void showEntity();

    Workspace& m_workspace;
    Thumbnails& m_thumbnails;
    QWidget* m_first;
    QLabel *m_picture, *m_question;
    QPushButton *m_ask, *m_demo;
    QLabel* m_preview;
    QLabel* m_title;
    QLabel* m_text;
    QLabel* m_steps;
    QLabel* m_other;
    QLabel* m_problem;
};

}  // namespace lacuna
