// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/panel_header.h"

#include "widgets/common/tabular.h"
#include "widgets/common/theme.h"

#include <QHelpEvent>
#include <QLabel>
#include <QPainter>
#include <QToolTip>

namespace lacuna {

PanelHeader::PanelHeader(const QString& title, QWidget* parent) : QWidget(parent), m_title(title) {
    const auto fit = [this] { setFixedHeight(std::max(28, QFontMetrics(captionFont()).height() + 12)); };
    connect(&Theme::instance(), &Theme::changed, this, fit);
    fit();
    setAccessibleName(title);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void PanelHeader::setSummary(const QString& summary) {
    m_summary = summary;
    setAccessibleDescription(summary);
    update();
}

bool PanelHeader::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip)
        QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), m_summary);
    return QWidget::event(event);
}

void PanelHeader::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    auto font = captionFont();
    font.setWeight(QFont::DemiBold);
    painter.setFont(font);
    painter.setPen(Theme::instance().palette().soft);
    const QRectF row = QRectF(rect()).adjusted(10, 2, -10, 0);
    painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter, m_title);
    const int room = static_cast<int>(row.width()) - painter.fontMetrics().horizontalAdvance(m_title) - 16;
    drawTabular(painter, row, Qt::AlignRight | Qt::AlignVCenter,
                painter.fontMetrics().elidedText(m_summary, Qt::ElideRight, room));
}

QLabel* titleLabel(const QString& words) {
    auto* label = new QLabel(words);
    keepFont(label, titleFont);
    return label;
}

QLabel* captionLabel(const QString& words) {
    auto* label = new QLabel(words);
    keepFont(label, captionFont);
    label->setForegroundRole(QPalette::PlaceholderText);
    label->setWordWrap(true);
    return label;
}

QLabel* emptyState(const QString& text, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    label->setWordWrap(true);
    label->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    label->setContentsMargins(10, 4, 10, 8);
    label->setForegroundRole(QPalette::PlaceholderText);
    label->setFont(captionFont());
    return label;
}

}  // namespace lacuna
