// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/note_bar.h"

#include "widgets/common/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>

namespace lacuna {

NoteBar::NoteBar(QWidget* parent) : QWidget(parent), m_text(new QLabel(this)), m_choices(new QWidget(this)) {
    setObjectName("note");
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    m_text->setWordWrap(true);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 6, 10, 6);
    layout->setSpacing(12);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_choices);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
    hide();
}

void NoteBar::say(const QString& text, const std::vector<Choice>& choices, const QString& help) {
    m_text->setText(text);
    m_text->setToolTip(help);
    auto* made = new QWidget(this);
    auto* row = new QHBoxLayout(made);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    for (const auto& choice : choices) {
        auto* button = new QPushButton(choice.name, made);
        button->setToolTip(choice.help);
        button->setDefault(row->count() == 0);
        connect(button, &QPushButton::clicked, this, [this, chosen = choice.chosen] {
            hide();
            chosen();
        });
        row->addWidget(button);
    }
    layout()->replaceWidget(m_choices, made);
    m_choices->deleteLater();  // one of its buttons may be what was clicked
    m_choices = made;
    show();
}

QString NoteBar::text() const {
    return m_text->text();
}

void NoteBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const auto& theme = Theme::instance().palette();
    painter.fillRect(rect(), theme.stageTint);
    painter.fillRect(0, height() - 1, width(), 1, theme.line);
    painter.fillRect(0, 0, 3, height(), theme.accent);
}

}  // namespace lacuna
