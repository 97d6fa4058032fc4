// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/note_bar.h"

#include "widgets/common/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>

#include <algorithm>

namespace lacuna {

NoteBar::NoteBar(QWidget* parent) : QWidget(parent), m_text(new QLabel(this)), m_buttons(new QWidget(this)) {
    setObjectName("note");
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    m_text->setWordWrap(true);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 6, 10, 6);
    layout->setSpacing(12);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_buttons);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
    hide();
}

void NoteBar::say(const QString& text, const std::vector<Choice>& choices, const QString& help) {
    m_text->setText(text);
    m_text->setToolTip(help);
    const bool same = std::ranges::equal(m_choices, choices, [](const Choice& old, const Choice& now) {
        return old.name == now.name && old.help == now.help;
    });
    m_choices = choices;
    if (!same)
        makeButtons();
    show();
}

void NoteBar::makeButtons() {
    auto* made = new QWidget(this);
    auto* row = new QHBoxLayout(made);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    for (size_t i = 0; i < m_choices.size(); ++i) {
        auto* button = new QPushButton(m_choices[i].name, made);
        button->setToolTip(m_choices[i].help);
        button->setDefault(i == 0);
        connect(button, &QPushButton::clicked, this, [this, i] {
            const auto chosen = m_choices[i].chosen;  // which may say something else
            hide();
            chosen();
        });
        row->addWidget(button);
    }
    layout()->replaceWidget(m_buttons, made);
    m_buttons->deleteLater();  // one of them may be what was clicked
    m_buttons = made;
    m_buttons->show();
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
