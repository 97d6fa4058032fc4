// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/curves/figure_panel.h"

#include "widgets/common/theme.h"
#include "widgets/common/toast.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace lacuna {

FigurePanel::FigurePanel(Figure* figure, QWidget* body, QWidget* parent)
    : QWidget(parent), m_figure(figure), m_title(new QLabel), m_caption(new QLabel), m_head(new QHBoxLayout) {
    auto* texts = new QVBoxLayout;
    texts->setSpacing(1);
    texts->addWidget(m_title);
    texts->addWidget(m_caption);
    m_head->addLayout(texts, 1);
    m_head->setSpacing(8);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(6);
    all->addLayout(m_head);
    all->addWidget(body, 1);
    m_caption->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_title->setTextFormat(Qt::PlainText);
    m_caption->setTextFormat(Qt::PlainText);
    connect(&Theme::instance(), &Theme::changed, this, &FigurePanel::refreshTexts);
    refreshTexts();
}

void FigurePanel::refreshTexts() {
    m_error.clear();
    m_title->setFont(titleFont());
    m_title->setText(m_figure->figureTitle());
    m_caption->setFont(captionFont());
    updateCaption();
}

void FigurePanel::updateCaption() {
    const auto& palette = Theme::instance().palette();
    const auto text = m_error.isEmpty() ? m_figure->figureCaption() : m_error;
    auto colours = m_caption->palette();
    for (const auto role : {QPalette::WindowText, QPalette::Text})  // which one counts depends on the ground
        colours.setColor(role, m_error.isEmpty() ? palette.soft : palette.error);
    m_caption->setPalette(colours);
    m_caption->setToolTip(text);
    m_caption->setText(m_caption->fontMetrics().elidedText(text, Qt::ElideRight, m_caption->width()));
}

void FigurePanel::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    layout()->activate();
    updateCaption();
}

void FigurePanel::addControl(QWidget* control) {
    m_head->addWidget(control, 0, Qt::AlignTop);
}

void FigurePanel::copy() {
    copyFigure({.figures = {m_figure}});
    Toast::show(this, tr("Figure and numbers are copied."));
}

void FigurePanel::save() {
    m_error = saveFigureAs({.figures = {m_figure}}, this);
    updateCaption();
}

}  // namespace lacuna
