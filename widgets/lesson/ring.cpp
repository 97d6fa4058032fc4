// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/lesson/ring.h"

#include "widgets/common/presenting.h"
#include "widgets/common/theme.h"

#include <QEvent>
#include <QPainter>

namespace lacuna {

Ring::Ring(QWidget* window) : QWidget(window) {
    setObjectName("ring");
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setAttribute(Qt::WA_NoSystemBackground);
    setFocusPolicy(Qt::NoFocus);
    window->installEventFilter(this);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
    hide();
}

void Ring::around(const QList<QWidget*>& targets, const QList<QWidget*>& veiled) {
    const auto take = [this](Widgets& into, const QList<QWidget*>& widgets) {
        for (const auto& widget : into)
            if (widget)
                widget->removeEventFilter(this);
        into.clear();
        for (auto* widget : widgets)
            into << widget;
    };
    take(m_targets, targets);
    take(m_veiled, veiled);
    for (auto* widget : targets + veiled)
        widget->installEventFilter(this);
    follow();
}

/// Of what lies in a scroll area only what shows.
QList<QRect> Ring::seen(const Widgets& widgets, int outside) const {
    QList<QRect> places;
    for (const auto& widget : widgets) {
        if (!widget || !widget->isVisible())
            continue;
        QRect place(widget->mapTo(window(), QPoint()), widget->size());
        for (auto* around = widget->parentWidget(); around && around != window(); around = around->parentWidget())
            place &= QRect(around->mapTo(window(), QPoint()), around->size());
        if (!place.isEmpty())
            places << place.adjusted(-outside, -outside, outside, outside);
    }
    return places;
}

QList<QRect> Ring::rings() const {
    constexpr int outside = 7;
    return seen(m_targets, outside);
}

QList<QRect> Ring::veils() const {
    return seen(m_veiled, 0);
}

void Ring::follow() {
    setGeometry(parentWidget()->rect());
    setVisible(!rings().isEmpty() || !veils().isEmpty());
    raise();
    update();
}

void Ring::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const auto& theme = Theme::instance().palette();
    auto large = headingFont();
    large.setPointSizeF(large.pointSizeF() * 2);
    painter.setFont(large);
    for (const auto& veil : veils()) {
        painter.fillRect(veil, theme.panel);
        painter.setPen(QPen(theme.line, 1, Qt::DashLine));
        painter.drawRoundedRect(QRectF(veil).adjusted(1.5, 1.5, -1.5, -1.5), 5, 5);
        painter.setPen(theme.soft);
        painter.drawText(veil, Qt::AlignCenter, QStringLiteral("?"));
    }
    auto halo = theme.accent;
    halo.setAlphaF(0.25F);
    painter.setBrush(Qt::NoBrush);
    for (const auto& ring : rings()) {
        const auto inside = QRectF(ring).adjusted(2, 2, -2, -2).intersected(QRectF(rect()).adjusted(2, 2, -2, -2));
        painter.setPen(QPen(halo, 6));
        painter.drawRoundedRect(inside, 7, 7);
        painter.setPen(QPen(theme.accent, 2));
        painter.drawRoundedRect(inside, 6, 6);
    }
}

bool Ring::eventFilter(QObject* watched, QEvent* event) {
    switch (event->type()) {
        case QEvent::Resize:
        case QEvent::Move:
        case QEvent::Show:
        case QEvent::Hide:
        case QEvent::LayoutRequest:
            // Once all of the window has its place.
            QMetaObject::invokeMethod(this, &Ring::follow, Qt::QueuedConnection);
            break;
        default:
            break;
    }
    return QWidget::eventFilter(watched, event);
}

}  // namespace lacuna
