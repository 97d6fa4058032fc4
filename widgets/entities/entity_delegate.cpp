// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/entities/entity_delegate.h"

#include "widgets/common/drawn_pictures.h"
#include "widgets/common/style_painting.h"
#include "widgets/common/theme.h"
#include "widgets/common/thumbnails.h"
#include "widgets/entities/entities_model.h"

#include <QPainterPath>

namespace lacuna {

EntityDelegate::EntityDelegate(Thumbnails& thumbnails, QObject* parent)
    : QStyledItemDelegate(parent), m_thumbnails(thumbnails) {}

void EntityDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const auto& theme = Theme::instance().palette();
    painter->save();
    painter->setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
    paintPicture(*painter, option.rect, index);
    const bool selected = option.state & QStyle::State_Selected;
    const bool current = option.state & QStyle::State_HasFocus;
    const auto ring = [&](const QColor& colour, double width, double away) {
        painter->setBrush(Qt::NoBrush);
        painter->setPen(QPen(colour, width));
        painter->drawRoundedRect(QRectF(option.rect).adjusted(-away, -away, away, away), 4, 4);
    };
    if (selected || current)
        ring(theme.accent, current && option.state & QStyle::State_Active ? 2.2 : 1.6, 1.2);
    else if (option.state & QStyle::State_MouseOver)
        ring(mixed(theme.panel, theme.ink, 0.35), 1, 0.5);
    paintBadge(*painter, option.rect, index);
    paintVerdict(*painter, option.rect, index);
    painter->restore();
}

void EntityDelegate::paintPicture(QPainter& painter, const QRect& rect, const QModelIndex& index) const {
    const auto& theme = Theme::instance().palette();
    const auto path = index.data(EntitiesModel::ImageRole).toString();
    const int edge = qCeil(rect.width() * painter.device()->devicePixelRatioF());
    const double known = index.data(EntitiesModel::KnownShareRole).toDouble();
    const auto picture = path.isEmpty() ? Thumbnails::Picture{Thumbnails::State::Missing, {}}
                                        : m_thumbnails.picture(path, edge, known < 1);
    QPainterPath corners;
    corners.addRoundedRect(rect, 3, 3);
    if (picture.state == Thumbnails::State::Ready) {
        painter.save();
        painter.setClipPath(corners);
        painter.drawPixmap(rect, picture.pixmap);
        if (known > 0 && known < 1) {  // as much of its colour as answers know it
            painter.setOpacity(known);
            painter.drawPixmap(rect, m_thumbnails.picture(path, edge).pixmap);
        }
        painter.restore();
        return;
    }
    painter.fillPath(corners, theme.chip);
    // A letter says who it is; what will be there in a moment says nothing.
    if (picture.state == Thumbnails::State::Missing || isToBeDrawn(path)) {
        painter.setFont(titleFont());
        painter.setPen(mixed(theme.chip, theme.soft, 0.5 + known / 2));
        painter.drawText(rect, Qt::AlignCenter, index.data().toString().left(1));
    }
}

/// What most answers show, where that is worth a look: not that somebody is known whom nobody has asked to forget.
void EntityDelegate::paintVerdict(QPainter& painter, const QRect& rect, const QModelIndex& index) const {
    const int value = index.data(EntitiesModel::VerdictRole).toInt();
    if (value < 0)
        return;
    const auto verdict = static_cast<Verdict>(value);
    if (verdict == Verdict::Knows && !index.data(EntitiesModel::ForgottenNowRole).toBool())
        return;
    const QRectF cell(rect.left() - 2, rect.bottom() - 11, 14, 14);  // as in the ribbon of answers
    painter.setPen(QPen(Theme::instance().palette().panel, 1.4));
    painter.setBrush(verdictColour(verdict));
    painter.drawRoundedRect(cell, 3.5, 3.5);
    auto font = captionFont();
    font.setPointSizeF(font.pointSizeF() * 0.9);
    font.setWeight(QFont::Bold);
    painter.setFont(font);
    painter.setPen(Qt::white);
    painter.drawText(cell, Qt::AlignCenter, verdictSign(verdict));
}

void EntityDelegate::paintBadge(QPainter& painter, const QRect& rect, const QModelIndex& index) const {
    const auto fate = static_cast<EntityFate>(index.data(EntitiesModel::FateRole).toInt());
    if (fate == EntityFate::NeverAsked)
        return;
    const auto& theme = Theme::instance().palette();
    const QPointF centre(rect.right() - 4.5, rect.bottom() - 4.5);
    if (fate == EntityFate::Retained) {
        painter.setPen(QPen(theme.panel, 1.4));
        painter.setBrush(theme.dark ? QColor(0x7C8490) : QColor(0x98A0AC));
        painter.drawEllipse(centre, 6.5, 6.5);
        painter.setPen(Qt::NoPen);
        painter.setBrush(Qt::white);
        painter.drawEllipse(centre, 1.6, 1.6);
        return;
    }
    const auto colour = requestColour(index.data(EntitiesModel::RequestIndexRole).toInt());
    const bool done = index.data(EntitiesModel::ForgottenNowRole).toBool();
    const auto letter = index.data(EntitiesModel::RequestRole).toString().left(2);
    painter.setPen(QPen(done ? theme.panel : theme.dark ? readable(colour) : colour, 1.4));
    painter.setBrush(done ? colour : theme.panel);
    painter.drawEllipse(centre, 7.2, 7.2);
    auto font = captionFont();
    font.setPointSizeF(font.pointSizeF() * (letter.size() > 1 ? 0.7 : 0.84));
    font.setWeight(QFont::Bold);
    painter.setFont(font);
    painter.setPen(done ? QColor(Qt::white) : readable(colour));
    painter.drawText(QRectF(centre.x() - 8, centre.y() - 8, 16, 16), Qt::AlignCenter, letter);
}

}  // namespace lacuna
