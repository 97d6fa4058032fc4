// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/style_painting.h"

#include "widgets/common/theme.h"

#include <QPainterPath>
#include <QStyleOptionTab>

namespace lacuna {
namespace {

const Palette& theme() {
    return Theme::instance().palette();
}

bool has(const QStyleOption& option, QStyle::StateFlag flag) {
    return option.state & flag;
}

/// The line of a control: accent while it has the keyboard.
QColor controlLine(const QStyleOption& option) {
    if (has(option, QStyle::State_HasFocus) && has(option, QStyle::State_KeyboardFocusChange))
        return theme().accent;
    return has(option, QStyle::State_Enabled) ? mixed(theme().line, theme().ink, theme().dark ? 0.05 : 0)
                                              : theme().line;
}

}  // namespace

QColor mixed(const QColor& ground, const QColor& over, double share) {
    const auto part = [share](int a, int b) { return qRound(a + (b - a) * share); };
    return QColor(part(ground.red(), over.red()), part(ground.green(), over.green()), part(ground.blue(), over.blue()));
}

void paintDash(QPainter& painter, const QPointF& centre, double half) {
    const auto& theme = Theme::instance().palette();
    painter.setPen(QPen(mixed(theme.panel, theme.soft, 0.7), 1.5));
    painter.drawLine(centre - QPointF(half, 0), centre + QPointF(half, 0));
}

void paintBox(QPainter& painter, const QRectF& rect, const QColor& fill, const QColor& line, double radius) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(fill.isValid() ? QBrush(fill) : Qt::NoBrush);
    painter.setPen(line.isValid() ? QPen(line, 1) : Qt::NoPen);
    const double inset = line.isValid() ? 0.5 : 0;
    painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), radius, radius);
    painter.restore();
}

void paintArrow(QPainter& painter, const QRectF& rect, Qt::ArrowType type, const QColor& colour) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(rect.center());
    painter.rotate(type == Qt::UpArrow ? 180 : type == Qt::LeftArrow ? 90 : type == Qt::RightArrow ? -90 : 0);
    painter.setPen(QPen(colour, 1.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawPolyline(QPolygonF{{-3.5, -1.75}, {0, 1.75}, {3.5, -1.75}});
    painter.restore();
}

void paintButton(QPainter& painter, const QStyleOption& option, bool main) {
    const bool enabled = has(option, QStyle::State_Enabled);
    const bool down = has(option, QStyle::State_Sunken);
    const bool on = has(option, QStyle::State_On);
    const bool hover = has(option, QStyle::State_MouseOver) && enabled;
    if (main && enabled) {
        const auto fill = down    ? mixed(theme().filled, Qt::black, 0.18)
                          : hover ? mixed(theme().filled, Qt::white, 0.10)
                                  : theme().filled;
        paintBox(painter, option.rect, fill, fill);
    } else {
        const auto fill = on      ? theme().selected
                          : down  ? mixed(theme().panel, theme().ink, 0.12)
                          : hover ? mixed(theme().panel, theme().ink, 0.05)
                                  : theme().panel;
        paintBox(painter, option.rect, fill, on ? theme().accent : controlLine(option));
    }
    if (has(option, QStyle::State_HasFocus) && has(option, QStyle::State_KeyboardFocusChange))
        paintBox(painter, QRectF(option.rect).adjusted(2, 2, -2, -2), {}, main ? QColor(Qt::white) : theme().accent, 3);
}

void paintField(QPainter& painter, const QStyleOption& option) {
    const bool focus = has(option, QStyle::State_HasFocus);
    const auto fill = has(option, QStyle::State_Enabled) ? theme().panel : theme().ground;
    paintBox(painter, option.rect, fill, focus ? theme().accent : controlLine(option));
}

void paintTab(QPainter& painter, const QStyleOptionTab& option) {
    const QRectF rect = option.rect;
    const bool selected = has(option, QStyle::State_Selected);
    if (!selected) {
        if (has(option, QStyle::State_MouseOver) && has(option, QStyle::State_Enabled))
            paintBox(painter, rect.adjusted(4, 5, -4, -5), mixed(theme().ground, theme().ink, 0.06), {});
    } else {
        painter.save();
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setClipRect(rect);
        painter.setBrush(theme().panel);
        painter.setPen(theme().line);
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, 8), 5, 5);
        painter.restore();
    }
    if (has(option, QStyle::State_HasFocus) && has(option, QStyle::State_KeyboardFocusChange))
        paintBox(painter, rect.adjusted(5, 5, -5, -5), {}, theme().accent);
}

void paintTabText(QPainter& painter, const QStyleOptionTab& option) {
    const bool selected = has(option, QStyle::State_Selected);
    painter.save();
    auto font = painter.font();
    font.setWeight(selected ? QFont::DemiBold : QFont::Normal);
    painter.setFont(font);
    painter.setPen(selected ? theme().ink : theme().soft);
    painter.drawText(option.rect, Qt::AlignCenter | Qt::TextShowMnemonic, option.text);
    painter.restore();
}

void paintMenuBarItem(QPainter& painter, const QStyleOptionMenuItem& option) {
    painter.fillRect(option.rect, theme().ground);
    const bool active = has(option, QStyle::State_Selected);
    if (active)
        paintBox(painter, QRectF(option.rect).adjusted(1, 2, -1, -2), mixed(theme().ground, theme().ink, 0.08), {});
    painter.setPen(active ? theme().ink : theme().soft);
    painter.drawText(option.rect, Qt::AlignCenter | Qt::TextShowMnemonic | Qt::TextSingleLine, option.text);
}

void paintProgress(QPainter& painter, const QStyleOptionProgressBar& option) {
    QRectF groove = option.rect;
    groove.setHeight(qMin(6.0, groove.height()));
    groove.moveCenter(QRectF(option.rect).center());
    paintBox(painter, groove, theme().chip, {}, 3);
    QRectF done = groove;
    if (option.maximum <= option.minimum) {  // length unknown: a quiet full-length hint, never a moving guess
        paintBox(painter, groove, mixed(theme().chip, theme().accent, 0.35), {}, 3);
        return;
    }
    const double share = (option.progress - option.minimum) / double(option.maximum - option.minimum);
    done.setWidth(groove.width() * qBound(0.0, share, 1.0));
    if (done.width() >= 1)
        paintBox(painter, done, theme().accent, {}, 3);
}

void paintScrollBar(QPainter& painter, const QStyleOptionSlider& option, const QRect& handle) {
    if (option.maximum <= option.minimum)
        return;
    const bool held = option.activeSubControls & QStyle::SC_ScrollBarSlider &&
                      (has(option, QStyle::State_MouseOver) || has(option, QStyle::State_Sunken));
    QRectF bar = handle;
    const double inset = 2.5;
    bar = option.orientation == Qt::Vertical ? bar.adjusted(inset, 1, -inset, -1) : bar.adjusted(1, inset, -1, -inset);
    const auto ground = option.palette.color(QPalette::Base);
    paintBox(painter, bar, mixed(ground, theme().ink, held ? 0.45 : 0.22), {}, 3);
}

void paintCheck(QPainter& painter, const QStyleOption& option, bool round) {
    QRectF box(0, 0, 14, 14);
    box.moveCenter(QRectF(option.rect).center());
    const bool on = has(option, QStyle::State_On);
    const bool partly = has(option, QStyle::State_NoChange);
    const bool enabled = has(option, QStyle::State_Enabled);
    const auto line = has(option, QStyle::State_HasFocus) && has(option, QStyle::State_KeyboardFocusChange)
                          ? theme().accent
                          : mixed(theme().line, theme().ink, 0.2);
    const auto fill = !(on || partly) ? theme().panel : enabled ? theme().filled : theme().soft;
    paintBox(painter, box, fill, on || partly ? fill : line, round ? 7 : 3);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(box.topLeft());
    if (round && on) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(Qt::white);
        painter.drawEllipse(QPointF(7, 7), 2.5, 2.5);
    } else if (on || partly) {
        painter.setPen(QPen(Qt::white, 1.7, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.drawPolyline(on ? QPolygonF{{3.6, 7.2}, {6, 9.6}, {10.4, 4.6}} : QPolygonF{{4, 7}, {10, 7}});
    }
    painter.restore();
}

void paintHeaderSection(QPainter& painter, const QStyleOptionHeader& option) {
    painter.fillRect(option.rect, theme().panel);
    painter.setPen(theme().line);
    painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
}

}  // namespace lacuna
