// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QWidget>

class QLabel;

namespace lacuna {

/// A window of its own for who presents: the page's notes, and what comes next.
class LessonNotes : public QWidget {
    Q_OBJECT
public:
    explicit LessonNotes(QWidget* parent = nullptr);
    using QWidget::show;
    void show(const QString& title, const QString& notes, const QString& next);

private:
    QLabel *m_title, *m_notes, *m_next;
};

}  // namespace lacuna
