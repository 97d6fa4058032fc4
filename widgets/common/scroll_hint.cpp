// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/scroll_hint.h"

#include "widgets/common/theme.h"

#include <QAbstractScrollArea>
#include <QEvent>
#include <QPainter>
#include <QScrollBar>

namespace lacuna {
namespace {

constexpr int fadeHeight = 26;

}  // namespace

ScrollHint::ScrollHint(QAbstractScrollArea* area) : QWidget(area), m_area(area) {
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFocusPolicy(Qt::NoFocus);
    area->installEventFilter(this);
    connect(area->verticalScrollBar(), &QScrollBar::valueChanged, this, &ScrollHint::place);
    connect(area->verticalScrollBar(), &QScrollBar::rangeChanged, this, &ScrollHint::place);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
    place();
}

void ScrollHint::place() {
    const auto view = m_area->viewport()->geometry();
    setGeometry(view.left(), view.bottom() + 1 - fadeHeight, view.width(), fadeHeight);
    const auto* bar = m_area->verticalScrollBar();
    setVisible(bar->value() < bar->maximum());
    raise();
}

bool ScrollHint::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Resize || event->type() == QEvent::LayoutRequest)
        place();
    return QWidget::eventFilter(watched, event);
}

void ScrollHint::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const auto& theme = Theme::instance().palette();
    auto clear = theme.panel;
    clear.setAlpha(0);
    QLinearGradient fade(0, 0, 0, height());
    fade.setColorAt(0, clear);
    fade.setColorAt(0.85, theme.panel);
    painter.fillRect(rect(), fade);
    painter.setPen(theme.line);
    painter.drawLine(0, height() - 1, width(), height() - 1);
}

}  // namespace lacuna
