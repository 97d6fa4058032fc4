// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/lesson/lesson_notes.h"

#include "widgets/common/presenting.h"
#include "widgets/common/theme.h"
#include "widgets/lesson/lesson_panel.h"

#include <QLabel>
#include <QVBoxLayout>

namespace lacuna {

LessonNotes::LessonNotes(QWidget* parent)
    : QWidget(parent, Qt::Window), m_title(new QLabel(this)), m_notes(new QLabel(this)), m_next(new QLabel(this)) {
    setWindowTitle(tr("Speaker notes"));
    resize(600, 400);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 20);
    column->setSpacing(16);
    keepFont(m_title, headingFont);
    for (auto* label : {m_title, m_notes, m_next}) {
        label->setWordWrap(true);
        label->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    }
    m_next->setForegroundRole(QPalette::PlaceholderText);
    keepFont(m_next, bodyFont);
    column->addWidget(m_title);
    column->addWidget(m_notes, 1);
    column->addWidget(m_next);
}

void LessonNotes::show(const QString& title, const QString& notes, const QString& next) {
    m_title->setText(title);
    m_notes->setText(lessonHtml(notes.isEmpty() ? tr("No notes for this page.") : notes, readingFont()));
    m_next->setText(next.isEmpty() ? tr("The last page.") : tr("Next: %1").arg(next));
}

}  // namespace lacuna
