// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/timeline_bar.h"

#include "widgets/common/style_painting.h"
#include "widgets/common/theme.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <cmath>

namespace lacuna {
namespace {

constexpr double lineY = 17;
constexpr double widestGap = 152;
constexpr double margin = 34;  // half of the widest label

}  // namespace

TimelineBar::TimelineBar(Workspace& workspace, QWidget* parent)
    : QSlider(Qt::Horizontal, parent), m_workspace(workspace) {
    setAccessibleName(tr("Stage of the sequence"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setPageStep(1);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(this, &QSlider::valueChanged, &m_workspace, &Workspace::setStage);
    connect(&m_workspace, &Workspace::stageChanged, this, &TimelineBar::refresh);
    connect(&m_workspace, &Workspace::runsChanged, this, &TimelineBar::refresh);
    connect(&m_workspace, &Workspace::referenceToggled, this, qOverload<>(&QWidget::update));
    connect(&m_workspace, &Workspace::runGrew, this, [this](int, Grown what) {
        if (GrownKinds{Grown::Stages, Grown::Requests}.testFlag(what))
            update();
    });
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
    refresh();
}

void TimelineBar::refresh() {
    const QSignalBlocker own(this);
    setRange(0, m_workspace.stageCount() - 1);
    setValue(m_workspace.stage());
    setAccessibleDescription(m_workspace.stageName(m_workspace.stage()));
    update();
}

QSize TimelineBar::sizeHint() const {
    return {620, 48};
}

QSize TimelineBar::minimumSizeHint() const {
    return {180, 48};
}

QPointF TimelineBar::stopPosition(int stage) const {
    const int gaps = maximum();
    if (gaps == 0)
        return {width() / 2.0, lineY};
    const double longest = isScale() ? width() : widestGap * gaps;
    const double length = std::min(width() - 2 * margin, longest);
    return {(width() - length) / 2 + length * stage / gaps, lineY};
}

int TimelineBar::stageAt(double x) const {
    if (maximum() == 0)
        return 0;
    const double first = stopPosition(0).x();
    const double length = stopPosition(maximum()).x() - first;
    return std::clamp(static_cast<int>(std::lround((x - first) / length * maximum())), 0, maximum());
}

void TimelineBar::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton)
        return;
    setSliderDown(true);
    setValue(stageAt(event->position().x()));
}

void TimelineBar::mouseMoveEvent(QMouseEvent* event) {
    const int stage = stageAt(event->position().x());
    if (event->buttons() & Qt::LeftButton)
        setValue(stage);
    if (std::exchange(m_hovered, stage) != stage)
        update();
}

void TimelineBar::mouseReleaseEvent(QMouseEvent*) {
    setSliderDown(false);
}

void TimelineBar::leaveEvent(QEvent*) {
    m_hovered = -1;
    update();
}

bool TimelineBar::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip)
        return QSlider::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const int stage = stageAt(help->pos().x());
    const bool measured = stage < m_workspace.measuredStages();
    QToolTip::showText(help->globalPos(), measured ? m_workspace.stageName(stage)
                                                   : tr("%1: not measured yet").arg(m_workspace.stageName(stage)));
    return true;
}

void TimelineBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    paintLine(painter);
    paintStops(painter);
    painter.setFont(captionFont());
    isScale() ? paintScaleLabels(painter) : paintLabels(painter);
}

void TimelineBar::paintLine(QPainter& painter) const {
    const auto& theme = Theme::instance().palette();
    const auto line = [&](int from, int to, const QColor& colour) {
        if (to <= from)
            return;
        painter.setPen(QPen(colour, 4, Qt::SolidLine, Qt::FlatCap));
        painter.drawLine(stopPosition(from), stopPosition(to));
    };
    const int measured = std::clamp(m_workspace.measuredStages() - 1, 0, maximum());
    line(measured, maximum(), theme.line);
    line(std::min(value(), measured), measured, mixed(theme.panel, theme.accent, 0.38));
    line(0, std::min(value(), measured), theme.accent);
}

void TimelineBar::paintStops(QPainter& painter) const {
    const auto& theme = Theme::instance().palette();
    const int measured = m_workspace.measuredStages();
    const bool scale = isScale();
    for (int stage = 0; stage <= maximum(); ++stage) {
        const auto at = stopPosition(stage);
        if (stage == value()) {
            if (hasFocus() && window()->testAttribute(Qt::WA_KeyboardFocusChange)) {
                painter.setPen(QPen(mixed(theme.panel, theme.accent, 0.45), 3));
                painter.setBrush(Qt::NoBrush);
                painter.drawEllipse(at, 13, 13);
            }
            const auto colour = stage < measured || maximum() == 0 ? theme.accent : theme.soft;
            painter.setPen(Qt::NoPen);
            painter.setBrush(m_workspace.showsReference() ? mixed(theme.panel, colour, 0.5) : colour);
            painter.drawEllipse(at, 10, 10);
            painter.setBrush(theme.dark ? QColor(Qt::white) : theme.panel);
            painter.drawEllipse(at, 3.5, 3.5);
        } else if (scale) {
            painter.setPen(QPen(theme.panel, 1));
            painter.drawLine(at - QPointF(0, 2), at + QPointF(0, 2));
        } else if (stage < measured) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(stage < value() ? theme.accent : mixed(theme.panel, theme.accent, 0.6));
            painter.drawEllipse(at, stage == m_hovered ? 7.5 : 6, stage == m_hovered ? 7.5 : 6);
        } else {
            painter.setPen(QPen(stage == m_hovered ? theme.soft : theme.line, 2));
            painter.setBrush(theme.panel);
            painter.drawEllipse(at, 5, 5);
        }
    }
    if (m_workspace.showsReference()) {
        painter.setPen(QPen(theme.accent, 2, Qt::DotLine));
        painter.setBrush(theme.panel);
        painter.drawEllipse(stopPosition(0), 10, 10);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.accent);
        painter.drawEllipse(stopPosition(0), 4, 4);
    }
}

void TimelineBar::paintLabels(QPainter& painter) const {
    const auto& theme = Theme::instance().palette();
    const double gap = maximum() ? stopPosition(1).x() - stopPosition(0).x() : width();
    for (int stage = 0; stage <= maximum(); ++stage) {
        const bool chosen = stage == m_workspace.shownStage();
        auto font = captionFont();
        font.setWeight(chosen ? QFont::DemiBold : QFont::Normal);
        painter.setFont(font);
        const auto name = m_workspace.stageName(stage);
        const bool fits = painter.fontMetrics().horizontalAdvance(name) + 6 <= gap;
        if (!fits && !chosen)
            continue;
        const QRectF place(stopPosition(stage).x() - 80, 30, 160, 16);
        painter.setPen(chosen ? theme.ink : theme.soft);  // before: without a pen a text has no bounds
        if (chosen && m_workspace.showsReference())
            paintBox(painter, painter.boundingRect(place, Qt::AlignCenter, name).adjusted(-6, 0, 6, 1), theme.chip, {},
                     7);
        painter.drawText(place, Qt::AlignCenter, name);
    }
}

void TimelineBar::paintScaleLabels(QPainter& painter) const {
    const auto& theme = Theme::instance().palette();
    const int shown = m_workspace.shownStage();
    const auto caption = tr("%1 · %2 of %3").arg(m_workspace.stageName(shown)).arg(shown).arg(maximum());
    auto font = captionFont();
    font.setWeight(QFont::DemiBold);
    const double half = QFontMetricsF(font).horizontalAdvance(caption) / 2 + 8;
    const double x = std::clamp(stopPosition(shown).x(), half, std::max(half, width() - half));
    painter.setPen(theme.soft);
    if (x - half > stopPosition(0).x() + 30)
        painter.drawText(QRectF(0, 30, 80, 16), Qt::AlignCenter, m_workspace.stageName(0));
    if (x + half < stopPosition(maximum()).x() - 16)
        painter.drawText(QRectF(width() - 2 * margin, 30, 2 * margin, 16), Qt::AlignCenter, QString::number(maximum()));
    painter.setFont(font);
    painter.setPen(theme.ink);
    painter.drawText(QRectF(x - half, 30, 2 * half, 16), Qt::AlignCenter, caption);
}

}  // namespace lacuna
