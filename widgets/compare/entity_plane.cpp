// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/compare/entity_plane.h"

#include "core/runs/answer_shares.h"
#include "widgets/common/run_names.h"
#include "widgets/common/style_painting.h"
#include "widgets/common/theme.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace lacuna {
namespace {

constexpr double edge = 22, left = 56, bottom = 40, top = 10, right = 14;
constexpr std::size_t mostNamed = 6;
constexpr double farAway = 0.4;  ///< from the diagonal, as a difference of shares

QString text(const std::string& utf8) {
    return QString::fromStdString(utf8);
}

}  // namespace

EntityPlane::EntityPlane(Workspace& workspace, Thumbnails& thumbnails, QWidget* parent)
    : QWidget(parent), m_workspace(workspace), m_thumbnails(thumbnails) {
    setMouseTracking(true);
    setAccessibleName(tr("Entity by entity"));
    connect(&thumbnails, &Thumbnails::ready, this, qOverload<>(&QWidget::update));
    connect(&workspace, &Workspace::selectionChanged, this, qOverload<>(&QWidget::update));
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void EntityPlane::setSides(const PlaneSide& across, const PlaneSide& up) {
    m_across = across;
    m_up = up;
    refresh();
}

void EntityPlane::refresh() {
    m_dots.clear();
    const auto count = static_cast<int>(m_workspace.runs().size());
    if (m_across.run >= 0 && m_up.run >= 0 && m_across.run < count && m_up.run < count) {
        const auto& across = m_workspace.runs()[static_cast<std::size_t>(m_across.run)];
        const auto& up = m_workspace.runs()[static_cast<std::size_t>(m_up.run)];
        std::map<std::string, double> first;
        for (const auto& [entity, share] : knownShares(across.history, across.answers, m_across.stage))
            first[entity] = share;
        for (const auto& [entity, share] : knownShares(up.history, up.answers, m_up.stage))
            if (const auto found = first.find(entity); found != first.end()) {
                Dot dot{text(entity), found->second, share};
                for (std::size_t i = 0; i < up.history.requests.size() && dot.request < 0; ++i) {
                    const auto& forgets = up.history.requests[i].forgetEntities;
                    if (std::find(forgets.begin(), forgets.end(), entity) != forgets.end())
                        dot.request = static_cast<int>(i);
                }
                m_dots.push_back(dot);
            }
    }
    // Those of one place are laid out around it, a sunflower's way.
    std::map<std::pair<double, double>, int> there;
    m_apart.clear();
    for (const auto& dot : m_dots) {
        const int n = there[{dot.across, dot.up}]++;
        constexpr double golden = 2.399963;
        m_apart.push_back(QPointF(std::cos(n * golden), std::sin(n * golden)) * 7 * std::sqrt(n));
    }
    update();
}

void EntityPlane::resetZoom() {
    m_zoom = 1;
    m_shift = {};
    update();
}

QRectF EntityPlane::plot() const {
    return QRectF(rect()).adjusted(left, top, -right, -bottom);
}

QPointF EntityPlane::toPixel(double across, double up) const {
    constexpr double margin = 0.06;  // so that what lies at 0 and 1 is whole
    const auto area = plot();
    const double x = ((across - 0.5 - m_shift.x()) * m_zoom) * (1 - 2 * margin) + 0.5;
    const double y = ((up - 0.5 - m_shift.y()) * m_zoom) * (1 - 2 * margin) + 0.5;
    return {area.left() + x * area.width(), area.bottom() - y * area.height()};
}

QPointF EntityPlane::centreOf(std::size_t dot) const {
    const auto area = plot();
    const auto at = toPixel(m_dots[dot].across, m_dots[dot].up) + m_apart[dot];
    if (m_zoom > 1)
        return at;
    return {std::clamp(at.x(), area.left() + edge / 2, area.right() - edge / 2),
            std::clamp(at.y(), area.top() + edge / 2, area.bottom() - edge / 2)};
}

QPointF EntityPlane::placeOf(const QString& entity) const {
    for (std::size_t i = 0; i < m_dots.size(); ++i)
        if (m_dots[i].entity == entity)
            return centreOf(i);
    return {};
}

QString EntityPlane::entityAt(const QPointF& point) const {
    for (std::size_t i = m_dots.size(); i-- > 0;) {  // the one on top
        const auto centre = centreOf(i);
        if (std::abs(point.x() - centre.x()) <= edge / 2 && std::abs(point.y() - centre.y()) <= edge / 2)
            return m_dots[i].entity;
    }
    return {};
}

QString EntityPlane::sideName(const PlaneSide& side) const {
    if (side.run < 0 || side.run >= static_cast<int>(m_workspace.runs().size()))
        return {};
    return tr("known %1, %2").arg(m_workspace.stageName(side.stage), runName(m_workspace, side.run));
}

void EntityPlane::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    paintAxes(painter);
    painter.setClipRect(plot());
    paintDots(painter);
    if (m_lasso.size() > 1) {
        const auto& theme = Theme::instance().palette();
        auto inside = theme.accent;
        inside.setAlphaF(0.12F);
        painter.setPen(QPen(theme.accent, 1.2, Qt::DashLine));
        painter.setBrush(inside);
        painter.drawPolygon(m_lasso);
    }
}

void EntityPlane::paintAxes(QPainter& painter) const {
    const auto& theme = Theme::instance().palette();
    const auto area = plot();
    painter.setFont(captionFont());
    for (const double share : {0.0, 0.5, 1.0}) {
        const auto at = toPixel(share, share);
        painter.setPen(QPen(theme.line, 1));
        if (at.x() >= area.left() && at.x() <= area.right())
            painter.drawLine(QPointF(at.x(), area.top()), QPointF(at.x(), area.bottom()));
        if (at.y() >= area.top() && at.y() <= area.bottom())
            painter.drawLine(QPointF(area.left(), at.y()), QPointF(area.right(), at.y()));
        painter.setPen(theme.soft);
        const auto number = tr("%1 %").arg(100 * share, 0, 'f', 0);
        if (at.x() >= area.left() && at.x() <= area.right())
            painter.drawText(QRectF(at.x() - 30, area.bottom() + 2, 60, 15), Qt::AlignCenter, number);
        if (at.y() >= area.top() && at.y() <= area.bottom())
            painter.drawText(QRectF(0, at.y() - 8, left - 5, 16), Qt::AlignRight | Qt::AlignVCenter, number);
    }
    painter.save();
    painter.setClipRect(area);
    painter.setPen(QPen(theme.line, 1, Qt::DashLine));
    painter.drawLine(toPixel(-5, -5), toPixel(6, 6));
    painter.restore();
    painter.setPen(theme.ink);
    painter.drawText(
        QRectF(area.left(), height() - 20, area.width(), 18), Qt::AlignCenter,
        painter.fontMetrics().elidedText(sideName(m_across), Qt::ElideMiddle, static_cast<int>(area.width())));
    painter.save();
    painter.translate(9, area.center().y());
    painter.rotate(-90);
    painter.drawText(
        QRectF(-area.height() / 2, -9, area.height(), 18), Qt::AlignCenter,
        painter.fontMetrics().elidedText(sideName(m_up), Qt::ElideMiddle, static_cast<int>(area.height())));
    painter.restore();
}

void EntityPlane::paintDots(QPainter& painter) {
    const auto& theme = Theme::instance().palette();
    const auto* benchmark = m_workspace.benchmark();
    const auto selected = m_workspace.selection().entity;
    const auto pixels = static_cast<int>(std::lround(edge * devicePixelRatioF()));
    for (std::size_t i = 0; i < m_dots.size(); ++i) {
        const auto& dot = m_dots[i];
        const auto* entity = m_workspace.entity(dot.entity);
        QRectF place(0, 0, edge, edge);
        place.moveCenter(centreOf(i));
        if (!place.intersects(plot()))
            continue;
        if (benchmark && entity && !entity->views.empty()) {
            const auto picture =
                m_thumbnails.picture(text(benchmark->imagePath(entity->views.front()).string()), pixels);
            if (picture.state == Thumbnails::State::Ready)
                painter.drawPixmap(place, picture.pixmap, picture.pixmap.rect());
            else
                painter.fillRect(place, theme.chip);
        } else {
            painter.fillRect(place, theme.chip);
        }
        const bool chosen = dot.entity == selected;
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(chosen            ? theme.accent
                            : dot.request < 0 ? theme.soft
                                              : requestColour(dot.request),
                            chosen ? 3 : 1.6));
        painter.drawRoundedRect(place, 3, 3);
    }
    // The farthest from the diagonal have their names.
    std::vector<std::size_t> far;
    for (std::size_t i = 0; i < m_dots.size(); ++i)
        if (std::abs(m_dots[i].across - m_dots[i].up) >= farAway)
            far.push_back(i);
    std::stable_sort(far.begin(), far.end(), [this](std::size_t a, std::size_t b) {
        return std::abs(m_dots[a].across - m_dots[a].up) > std::abs(m_dots[b].across - m_dots[b].up);
    });
    far.resize(std::min(far.size(), mostNamed));
    painter.setFont(captionFont());
    std::vector<QRectF> taken;
    for (const auto i : far) {
        const auto* entity = m_workspace.entity(m_dots[i].entity);
        const auto name = entity ? text(entity->name) : m_dots[i].entity;
        const double wide = painter.fontMetrics().horizontalAdvance(name) + 4;
        auto place = QRectF(centreOf(i).x() + edge / 2 + 2, centreOf(i).y() - 8, wide, 16);
        if (place.right() > plot().right())
            place.moveRight(centreOf(i).x() - edge / 2 - 2);
        if (std::any_of(taken.begin(), taken.end(), [&](const QRectF& other) { return other.intersects(place); }))
            continue;
        taken.push_back(place);
        painter.fillRect(place, theme.panel);
        painter.setPen(theme.ink);
        painter.drawText(place, Qt::AlignCenter, name);
    }
}

void EntityPlane::wheelEvent(QWheelEvent* event) {
    if (!(event->modifiers() & Qt::ControlModifier) && m_zoom == 1 && event->angleDelta().y() < 0) {
        event->ignore();  // the page scrolls
        return;
    }
    const double factor = event->angleDelta().y() > 0 ? 1.25 : 0.8;
    const double zoom = std::clamp(m_zoom * factor, 1.0, 40.0);
    const auto area = plot();
    // What is under the pointer stays there.
    const QPointF from((event->position().x() - area.center().x()) / area.width(),
                       (area.center().y() - event->position().y()) / area.height());
    m_shift += from * (1 / m_zoom - 1 / zoom);
    m_zoom = zoom;
    if (m_zoom == 1)
        m_shift = {};
    update();
}

void EntityPlane::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton) {
        m_dragged = event->position();
        m_moved = false;
        m_lasso.clear();
        if (m_zoom <= 1 || event->modifiers() & Qt::ControlModifier)
            m_lasso << event->position();
    }
}

void EntityPlane::mouseMoveEvent(QMouseEvent* event) {
    if (!m_dragged) {
        setCursor(entityAt(event->position()).isEmpty() ? Qt::ArrowCursor : Qt::PointingHandCursor);
        return;
    }
    const auto by = event->position() - *m_dragged;
    if (!m_moved && by.manhattanLength() < 4)
        return;
    m_moved = true;
    if (!m_lasso.isEmpty()) {
        m_lasso << event->position();
        update();
    } else {
        m_shift -= QPointF(by.x() / plot().width(), -by.y() / plot().height()) / m_zoom;
        update();
    }
    m_dragged = event->position();
}

void EntityPlane::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || !m_dragged)
        return;
    m_dragged.reset();
    const auto lasso = std::exchange(m_lasso, QPolygonF());
    if (m_moved && lasso.size() > 2) {
        QStringList inside;
        for (std::size_t i = 0; i < m_dots.size(); ++i)
            if (lasso.containsPoint(centreOf(i), Qt::OddEvenFill))
                inside << m_dots[i].entity;
        update();
        emit lassoed(inside);
    }
    if (const auto entity = entityAt(event->position()); !m_moved && !entity.isEmpty())
        m_workspace.selectEntity(entity);
}

void EntityPlane::mouseDoubleClickEvent(QMouseEvent* event) {
    if (entityAt(event->position()).isEmpty())
        resetZoom();
}

bool EntityPlane::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const auto id = entityAt(help->pos());
    const auto dot = std::find_if(m_dots.begin(), m_dots.end(), [&](const Dot& one) { return one.entity == id; });
    if (id.isEmpty() || dot == m_dots.end()) {
        QToolTip::hideText();
        return true;
    }
    const auto* entity = m_workspace.entity(id);
    QToolTip::showText(help->globalPos(),
                       QString("%1\n%2: %3 %\n%4: %5 %")
                           .arg(entity ? text(entity->name) : id, sideName(m_across))
                           .arg(100 * dot->across, 0, 'f', 0)
                           .arg(sideName(m_up))
                           .arg(100 * dot->up, 0, 'f', 0),
                       this);
    return true;
}

}  // namespace lacuna
