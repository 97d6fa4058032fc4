// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/curves/figure_panel.h"

#include "widgets/common/theme.h"
#include "widgets/common/toast.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace lacuna {
namespace {

/// As many words as so many lines hold.
QString fittingText(const QString& text, const QFontMetrics& metrics, int width, int lines) {
    const auto fits = [&](const QString& some) {
        return metrics.boundingRect(QRect(0, 0, width, 1000), Qt::TextWordWrap, some).height() <=
               lines * metrics.lineSpacing();
    };
    if (lines < 2)
        return metrics.elidedText(text, Qt::ElideRight, width);
    if (fits(text))
        return text;
    auto some = text;
    while (some.contains(' ') && !fits(some + QStringLiteral("…")))
        some.truncate(some.lastIndexOf(' '));
    return some + QStringLiteral("…");
}

}  // namespace

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
    for (auto* label : {m_title, m_caption})  // panels side by side are as wide, whatever they say
        label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_title->setTextFormat(Qt::PlainText);
    m_caption->setTextFormat(Qt::PlainText);
    m_caption->setWordWrap(true);
    m_caption->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    connect(&Theme::instance(), &Theme::changed, this, &FigurePanel::refreshTexts);
    refreshTexts();
}

void FigurePanel::refreshTexts() {
    m_error.clear();
    m_title->setFont(titleFont());
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
    // By the width alone, so that plots side by side begin at one height.
    const auto title = m_figure->figureTitle();
    m_title->setText(m_title->fontMetrics().elidedText(title, Qt::ElideRight, m_title->width()));
    m_title->setToolTip(m_title->text() == title ? QString() : title);
    constexpr int narrow = 520;
    const int lines = width() < narrow * Theme::instance().textScale() ? 2 : 1;
    m_caption->setFixedHeight(lines * m_caption->fontMetrics().lineSpacing());
    m_caption->setText(fittingText(text, m_caption->fontMetrics(), m_caption->width(), lines));
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
