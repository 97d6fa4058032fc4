// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/probes/gate_card.h"

#include "widgets/common/style_painting.h"
#include "widgets/common/tabular.h"
#include "widgets/common/theme.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>

#include <algorithm>

namespace lacuna {
namespace {

constexpr double titleHeight = 24, scaleTop = 42, scaleHeight = 40, thumbGap = 8;

/// Edge of a picture of those that are near.
double thumbFor(int width) {
    return std::clamp(width / 8, 52, 88);
}

QString text(const std::string& utf8) {
    return QString::fromStdString(utf8);
}

}  // namespace

QString GateCard::noteOf(const SheetRow& row) {
    switch (row.state) {
        case SheetRow::State::Answered:
            return tr("No expert yet: the original model answers everything.");
        case SheetRow::State::Waiting:
            return tr("The gate's decision comes with the answer.");
        case SheetRow::State::Failed:
            return tr("No decision: the question was not answered.");
        case SheetRow::State::Absent:
            return row.canAsk ? tr("Not asked at this stage. “Ask” brings the answer and the gate's decision.")
                              : row.note;
    }
    return {};
}

GateCard::GateCard(Workspace& workspace, Thumbnails& thumbnails, QWidget* parent)
    : QWidget(parent), m_workspace(workspace), m_thumbnails(thumbnails) {
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&thumbnails, &Thumbnails::ready, this, qOverload<>(&QWidget::update));
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void GateCard::setRow(const SheetRow* row) {
    m_near.clear();
    m_choice = m_summary = m_note = QString();
    m_method = row ? row->method : QString();
    m_title = row ? tr("Gate of %1").arg(row->name) : tr("Gate");
    if (row && row->state == SheetRow::State::Answered && !row->answer.gateChoice.empty()) {
        m_choice = text(row->answer.gateChoice);
        m_score = row->answer.gateScore;
        m_threshold = row->answer.gateThreshold;
        const auto shown = m_choice == baseRoute ? tr("to the original") : m_choice;
        m_summary = tr("%1 · similarity %2").arg(shown).arg(m_score, 0, 'f', 2);
        m_short = QString("%1 · %2").arg(shown).arg(m_score, 0, 'f', 2);
        for (const auto& near : row->answer.nearest) {
            const auto* entity = m_workspace.entity(text(near.entity));
            Near found{text(near.entity), entity ? text(entity->name) : text(near.entity), {}, near.score};
            if (entity && !entity->views.empty())
                found.path = text(m_workspace.benchmark()->imagePath(entity->views.front()).string());
            m_near.push_back(found);
        }
    } else if (row) {
        m_note = noteOf(*row);
    }
    setAccessibleName(m_title);
    setAccessibleDescription(decided() ? tr("%1, threshold %2").arg(m_summary).arg(m_threshold, 0, 'f', 2) : m_note);
    updateGeometry();
    update();
}

QSize GateCard::sizeHint() const {
    return {320, heightForWidth(std::max(180, width()))};
}

QSize GateCard::minimumSizeHint() const {
    return {180, heightForWidth(180)};
}

void GateCard::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    if (event->oldSize().width() != width())  // its pictures grow with it
        updateGeometry();
}

int GateCard::heightForWidth(int width) const {
    if (!decided()) {
        const auto metrics = QFontMetrics(captionFont());
        return static_cast<int>(titleHeight) + 6 +
               metrics.boundingRect(QRect(0, 0, width, 400), Qt::TextWordWrap, m_note).height();
    }
    const double below = m_near.empty() ? 0 : 18 + thumbFor(width) + 18;
    return static_cast<int>(scaleTop + scaleHeight + below);
}

int GateCard::nearCount() const {
    const int fit = static_cast<int>((width() + thumbGap) / (thumbFor(width()) + thumbGap));
    return std::min(fit, static_cast<int>(m_near.size()));
}

QRectF GateCard::nearRect(int index) const {
    const double thumb = thumbFor(width());
    return {index * (thumb + thumbGap), scaleTop + scaleHeight + 18, thumb, thumb};
}

int GateCard::nearAt(const QPointF& point) const {
    for (int i = 0; i < nearCount(); ++i)
        if (nearRect(i).adjusted(0, 0, 0, 16).contains(point))
            return i;
    return -1;
}

void GateCard::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
    const auto& theme = Theme::instance().palette();
    painter.setPen(theme.line);
    painter.drawLine(0, 0, width(), 0);
    painter.setFont(titleFont());
    painter.setPen(theme.ink);
    painter.drawText(QRectF(0, 6, width(), 18), Qt::AlignLeft | Qt::AlignVCenter, m_title);
    const double used = painter.fontMetrics().horizontalAdvance(m_title) + 12;
    painter.setFont(captionFont());
    painter.setPen(theme.soft);
    const auto room = qFloor(width() - used);
    const bool fits = tabularWidth(painter.fontMetrics(), m_summary) <= room;
    const auto side = painter.fontMetrics().elidedText(fits ? m_summary : m_short, Qt::ElideRight, room);
    drawTabular(painter, QRectF(used, 6, width() - used, 18), Qt::AlignRight | Qt::AlignVCenter, side);
    if (!decided()) {
        painter.drawText(QRectF(0, titleHeight + 2, width(), height() - titleHeight - 2), Qt::TextWordWrap, m_note);
        return;
    }
    paintScale(painter);
    paintNear(painter);
}

void GateCard::paintScale(QPainter& painter) const {
    const auto& theme = Theme::instance().palette();
    const double least = std::min({0.0, m_score, m_threshold});
    const double y = scaleTop + 8;
    const auto at = [&](double value) {
        return 6 + (std::clamp(value, least, 1.0) - least) / (1 - least) * (width() - 12);
    };
    painter.setPen(QPen(theme.line, 4, Qt::SolidLine, Qt::RoundCap));
    painter.drawLine(QPointF(4, y), QPointF(width() - 4, y));
    painter.setPen(QPen(mixed(theme.panel, methodColour(m_method), 0.55), 4, Qt::SolidLine, Qt::RoundCap));
    painter.drawLine(QPointF(at(m_threshold), y), QPointF(width() - 4, y));
    painter.setPen(QPen(theme.ink, 1.6));
    painter.drawLine(QPointF(at(m_threshold), y - 11), QPointF(at(m_threshold), y + 11));
    painter.setPen(QPen(theme.panel, 1.5));
    painter.setBrush(methodColour(m_method));
    painter.drawEllipse(QPointF(at(m_score), y), 6.5, 6.5);

    painter.setFont(captionFont());
    const auto metrics = painter.fontMetrics();
    const auto label = [&](const QString& words, double x, const QColor& colour, double from, double to) {
        const double wide = tabularWidth(metrics, words) + 2;
        const double left = std::clamp(x - wide / 2, from, std::max(from, to - wide));
        painter.setPen(colour);
        drawTabular(painter, QRectF(left, y + 14, wide, 16), Qt::AlignLeft | Qt::AlignVCenter, words);
        return QPointF(left, left + wide);
    };
    // The two names share a line: the left one first, the right one beside it.
    const auto threshold = tr("threshold %1").arg(m_threshold, 0, 'f', 2), here = tr("this picture");
    const double gap = 10;
    if (m_score < m_threshold) {
        const double right = tabularWidth(metrics, threshold) + gap;
        const auto taken = label(here, at(m_score), theme.ink, 0, width() - right);
        label(threshold, at(m_threshold), theme.soft, taken.y() + gap, width());
    } else {
        const double right = tabularWidth(metrics, here) + gap;
        const auto taken = label(threshold, at(m_threshold), theme.soft, 0, width() - right);
        label(here, at(m_score), theme.ink, taken.y() + gap, width());
        const auto left = tr("← original");
        if (taken.x() > tabularWidth(metrics, left) + gap)
            label(left, 0, theme.soft, 0, width());
    }
}

void GateCard::paintNear(QPainter& painter) const {
    if (m_near.empty())
        return;
    const auto& theme = Theme::instance().palette();
    painter.setFont(captionFont());
    painter.setPen(theme.soft);
    painter.drawText(QRectF(0, scaleTop + scaleHeight - 2, width(), 16), Qt::AlignLeft | Qt::AlignVCenter,
                     m_near.size() == 1 ? tr("recognised as") : tr("nearest known entities"));
    for (int i = 0; i < nearCount(); ++i) {
        const auto place = nearRect(i);
        const auto& near = m_near[static_cast<std::size_t>(i)];
        QPainterPath corners;
        corners.addRoundedRect(place, 3, 3);
        painter.fillPath(corners, theme.chip);
        const int edge = qCeil(thumbFor(width()) * painter.device()->devicePixelRatioF());
        const auto picture = near.path.isEmpty() ? Thumbnails::Picture{Thumbnails::State::Missing, {}}
                                                 : m_thumbnails.picture(near.path, edge);
        painter.setPen(theme.soft);
        if (picture.state == Thumbnails::State::Ready) {
            painter.save();
            painter.setClipPath(corners);
            painter.drawPixmap(place.toRect(), picture.pixmap);
            painter.restore();
        } else if (picture.state == Thumbnails::State::Missing) {
            painter.drawText(place, Qt::AlignCenter, near.name.left(1));
        }
        painter.setPen(i == 0 ? theme.ink : theme.soft);
        drawTabular(painter, QRectF(place.left(), place.bottom() + 2, place.width(), 14),
                    Qt::AlignHCenter | Qt::AlignVCenter, QString::number(near.score, 'f', 2));
    }
}

void GateCard::mouseMoveEvent(QMouseEvent* event) {
    setCursor(nearAt(event->position()) >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
}

void GateCard::mouseReleaseEvent(QMouseEvent* event) {
    if (const int near = nearAt(event->position()); near >= 0 && event->button() == Qt::LeftButton) {
        const auto id = m_near[static_cast<std::size_t>(near)].id;
        if (m_workspace.entity(id))
            m_workspace.selectEntity(id);
    }
}

bool GateCard::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    auto* help = static_cast<QHelpEvent*>(event);
    const int near = nearAt(help->pos());
    QToolTip::showText(
        help->globalPos(),
        near >= 0 ? QString("%1: %2").arg(m_near[static_cast<std::size_t>(near)].name,
                                          QString::number(m_near[static_cast<std::size_t>(near)].score, 'f', 3))
                  : tr("The gate measures how near the picture is to each entity it knows. Above the threshold the "
                       "expert of the nearest one answers, below it the original model."));
    return true;
}

}  // namespace lacuna
