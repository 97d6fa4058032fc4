// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/probes/gate_card.h"

#include "core/catalog/gates.h"
#include "core/runs/gate_figures.h"
#include "widgets/common/style_painting.h"
#include "widgets/common/tabular.h"
#include "widgets/common/theme.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>

#include <algorithm>

namespace lacuna {
namespace {

constexpr double titleHeight = 24, scaleTop = 42, scaleHeight = 44, thumbGap = 8;
constexpr int curveEdge = 96;

/// Edge of a picture of those that are near.
double thumbFor(int width) {
    return std::clamp(width / 8, 52, 88);
}

QString text(const std::string& utf8) {
    return QString::fromStdString(utf8);
}

QString scoreText(double score, int decimals = 2) {
    return QString::number(score, 'f', decimals).replace('-', QStringLiteral("−"));
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
    setFocusPolicy(Qt::TabFocus);
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
        readTradeOff(*row);
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
    summarise();
    updateGeometry();
    update();
}

/// What the gate holds against its threshold is of its kind, and so is what it says of a stage as a whole.
void GateCard::readTradeOff(const SheetRow& row) {
    const auto& run = m_workspace.runs()[static_cast<std::size_t>(row.run)];
    const auto& gates = gateRows();
    const auto gate =
        std::find_if(gates.begin(), gates.end(), [&](const auto& known) { return known.id == run.history.spec.gate; });
    m_scoreName = gate == gates.end() ? tr("score") : text(gate->score);
    m_help = gate == gates.end() ? QString() : text(gate->summary);
    const auto now = std::tuple(run.id, row.key.stage, run.answers.size());
    if (now != m_tradeOffOf) {
        m_tradeOffOf = now;
        m_moved.reset();
        m_tradeOff = GateTradeOff(routedPictures(run.answers.at(row.key.stage), run.history.requests, row.key.stage));
    }
    m_nearestRoute = row.answer.nearest.empty()
                         ? QString()
                         : text(rightRoute(run.history.requests, row.key.stage, row.answer.nearest.front().entity));
}

void GateCard::summarise() {
    m_summary = m_short = QString();
    if (decided()) {
        const auto named = [](const QString& route) {
            return route == baseRoute     ? tr("to the original")
                   : route == failedRoute ? tr("no decision, so to the original")
                                          : route;
        };
        const auto there = m_moved && m_score < *m_moved ? QString(baseRoute) : m_moved ? m_nearestRoute : m_choice;
        const auto route =
            there == m_choice ? named(m_choice) : QStringLiteral("%1 → %2").arg(named(m_choice), named(there));
        const auto score = scoreText(m_score);
        m_short = m_scoreName.isEmpty() ? route : QStringLiteral("%1 · %2").arg(route, score);
        m_summary = m_scoreName.isEmpty() ? route : QStringLiteral("%1 · %2 %3").arg(route, m_scoreName, score);
    }
    setAccessibleDescription(!decided() ? m_note
                             : m_scoreName.isEmpty()
                                 ? m_summary
                                 : tr("%1, threshold %2").arg(m_summary).arg(scoreText(threshold())));
}

void GateCard::setUnfolded(bool unfolded) {
    m_unfolded = unfolded;
    if (!unfolded)
        m_moved.reset();
    summarise();
    updateGeometry();
    update();
}

void GateCard::moveThreshold(double threshold) {
    if (!unfolded())
        return;
    m_moved = std::clamp(threshold, lowest(), highest());
    if (*m_moved == m_threshold)
        m_moved.reset();
    summarise();
    update();
}

QPointF GateCard::placeOf(double score) const {
    const double span = highest() - lowest();
    const double part = span > 0 ? (std::clamp(score, lowest(), highest()) - lowest()) / span : 0.5;
    return {8 + part * (width() - 16), scaleTop + 8};
}

double GateCard::scoreAt(double x) const {
    return lowest() + (x - 8) / std::max(1, width() - 16) * (highest() - lowest());
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
    if (m_scoreName.isEmpty() && m_near.empty())
        return static_cast<int>(titleHeight) + 6;
    const double below = m_near.empty() ? 0 : 18 + thumbFor(width) + 18;
    return static_cast<int>(scaleTop + scaleHeight + below) + tradeOffHeight();
}

int GateCard::tradeOffHeight() const {
    if (!unfolded())
        return 0;
    const int line = QFontMetrics(captionFont()).height() + 2;
    return std::max(curveEdge, line * static_cast<int>(m_tradeOff.lines(threshold()).size() + 1)) + 16;
}

QString GateCard::linkText() const {
    return !decided() || !m_tradeOff.movable() ? QString()
           : !m_unfolded                       ? tr("move the threshold")
           : m_moved                           ? tr("as it was")
                                               : tr("fold");
}

QRectF GateCard::linkRect() const {
    const auto words = linkText();
    const double wide = words.isEmpty() ? 0 : QFontMetricsF(captionFont()).horizontalAdvance(words) + 2;
    return {width() - wide, scaleTop + scaleHeight - 4, wide, 20};
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
    if (!m_scoreName.isEmpty())
        paintScale(painter);
    paintNear(painter);
    if (unfolded())
        paintTradeOff(painter);
}

void GateCard::paintTradeOff(QPainter& painter) const {
    const auto& theme = Theme::instance().palette();
    const double top = height() - tradeOffHeight() + 12;
    m_tradeOff.paintCurve(painter, QRectF(1, top, curveEdge - 2, curveEdge - 2), threshold(), methodColour(m_method));
    painter.setFont(captionFont());
    const auto metrics = painter.fontMetrics();
    const int line = metrics.height() + 2;
    const double left = curveEdge + 12, isWide = metrics.horizontalAdvance("→ 100.0 %") + 4,
                 wasWide = metrics.horizontalAdvance("100.0 %") + 4;
    const double isLeft = width() - isWide, wasLeft = (m_moved ? isLeft : width()) - wasWide;
    double y = top - 2;
    painter.setPen(theme.soft);
    painter.drawText(QRectF(left, y, width() - left, line), Qt::AlignLeft | Qt::AlignVCenter,
                     metrics.elidedText(m_moved ? tr("if it abstained below %1").arg(scoreText(threshold()))
                                                : tr("drag the threshold, or press + and −"),
                                        Qt::ElideRight, qFloor(width() - left)));
    for (const auto& share : m_tradeOff.lines(threshold())) {
        y += line;
        painter.setPen(theme.soft);
        painter.drawText(QRectF(left, y, wasLeft - left - 6, line), Qt::AlignLeft | Qt::AlignVCenter,
                         metrics.elidedText(share.name, Qt::ElideRight, qFloor(wasLeft - left - 6)));
        painter.setPen(m_moved ? theme.soft : theme.ink);
        drawTabular(painter, QRectF(wasLeft, y, wasWide, line), Qt::AlignRight | Qt::AlignVCenter, share.was);
        painter.setPen(theme.ink);
        if (m_moved)
            drawTabular(painter, QRectF(isLeft, y, isWide, line), Qt::AlignRight | Qt::AlignVCenter,
                        QStringLiteral("→ ") + share.is);
    }
}

void GateCard::paintScale(QPainter& painter) const {
    const auto& theme = Theme::instance().palette();
    const double y = scaleTop + 8;
    const auto at = [&](double value) { return placeOf(value).x(); };
    painter.setPen(QPen(theme.line, 4, Qt::SolidLine, Qt::RoundCap));
    painter.drawLine(QPointF(4, y), QPointF(width() - 4, y));
    painter.setPen(QPen(mixed(theme.panel, methodColour(m_method), 0.55), 4, Qt::SolidLine, Qt::RoundCap));
    painter.drawLine(QPointF(at(threshold()), y), QPointF(width() - 4, y));
    if (m_moved) {
        painter.setPen(QPen(theme.soft, 1, Qt::DotLine));
        painter.drawLine(QPointF(at(m_threshold), y - 11), QPointF(at(m_threshold), y + 11));
    }
    painter.setPen(QPen(unfolded() ? theme.accent : theme.ink, unfolded() ? 2.4 : 1.6));
    painter.drawLine(QPointF(at(threshold()), y - 11), QPointF(at(threshold()), y + 11));
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
    const auto limit = tr("threshold %1").arg(scoreText(threshold())), here = tr("this picture");
    const double gap = 10;
    if (m_score < threshold()) {
        const double right = tabularWidth(metrics, limit) + gap;
        const auto taken = label(here, at(m_score), theme.ink, 0, width() - right);
        label(limit, at(threshold()), theme.soft, taken.y() + gap, width());
    } else {
        const double right = tabularWidth(metrics, here) + gap;
        const auto taken = label(limit, at(threshold()), theme.soft, 0, width() - right);
        label(here, at(m_score), theme.ink, taken.y() + gap, width());
        const auto left = tr("← original");
        if (taken.x() > tabularWidth(metrics, left) + gap)
            label(left, 0, theme.soft, 0, width());
    }
}

void GateCard::paintNear(QPainter& painter) const {
    const auto& theme = Theme::instance().palette();
    painter.setFont(captionFont());
    if (const auto words = linkText(); !words.isEmpty()) {
        auto font = captionFont();
        font.setUnderline(hasFocus());
        painter.setFont(font);
        painter.setPen(readable(theme.accent));
        painter.drawText(linkRect(), Qt::AlignRight | Qt::AlignVCenter, words);
        painter.setFont(captionFont());
    }
    if (m_near.empty())
        return;
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
                    Qt::AlignHCenter | Qt::AlignVCenter, scoreText(near.score));
    }
}

void GateCard::mousePressEvent(QMouseEvent* event) {
    const bool onScale = std::abs(event->position().y() - placeOf(m_score).y()) <= 14;
    if (event->button() == Qt::LeftButton && unfolded() && onScale) {
        m_dragging = true;
        moveThreshold(scoreAt(event->position().x()));
    }
}

void GateCard::mouseMoveEvent(QMouseEvent* event) {
    const auto at = event->position();
    if (m_dragging)
        return moveThreshold(scoreAt(at.x()));
    const bool movable = unfolded() && std::abs(at.y() - placeOf(m_score).y()) <= 14;
    setCursor(movable                                      ? Qt::SplitHCursor
              : nearAt(at) >= 0 || linkRect().contains(at) ? Qt::PointingHandCursor
                                                           : Qt::ArrowCursor);
}

void GateCard::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || std::exchange(m_dragging, false))
        return;
    const auto at = event->position();
    if (linkRect().contains(at)) {
        if (m_moved)
            moveThreshold(m_threshold);
        else
            setUnfolded(!m_unfolded);
    } else if (const int near = nearAt(at); near >= 0) {
        const auto id = m_near[static_cast<std::size_t>(near)].id;
        if (m_workspace.entity(id))
            m_workspace.selectEntity(id);
    }
}

void GateCard::keyPressEvent(QKeyEvent* event) {
    const bool movable = decided() && m_tradeOff.movable();
    switch (event->key()) {
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (movable)
                return setUnfolded(!m_unfolded);
            break;
        case Qt::Key_Escape:
            if (unfolded())
                return setUnfolded(false);
            break;
        case Qt::Key_Plus:
        case Qt::Key_Equal:
        case Qt::Key_Minus:
            if (unfolded())
                return moveThreshold(m_tradeOff.stepped(threshold(), event->key() == Qt::Key_Minus ? -1 : 1));
            break;
        default:
            break;
    }
    QWidget::keyPressEvent(event);
}

bool GateCard::event(QEvent* event) {
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut)
        update();
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    auto* help = static_cast<QHelpEvent*>(event);
    const int near = nearAt(help->pos());
    QToolTip::showText(
        help->globalPos(),
        near >= 0               ? QString("%1: %2").arg(m_near[static_cast<std::size_t>(near)].name,
                                                        scoreText(m_near[static_cast<std::size_t>(near)].score, 3))
        : m_scoreName.isEmpty() ? m_help
        : unfolded()
            ? tr("The pictures that this stage was asked about, as `lacuna gate` counts them. The curve: of known "
                 "pictures accepted (up) against strangers accepted (right), over all thresholds; the ring is the "
                 "run's own. Nothing of the run changes. For a run with another threshold set its gate's “False "
                 "abstention”.")
            : tr("%1\n\nAbove the threshold the expert of the nearest known entity answers, below it the "
                 "original model.")
                  .arg(m_help));
    return true;
}

}  // namespace lacuna
