// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/probes/ribbon_painting.h"

#include "widgets/common/style_painting.h"
#include "widgets/common/theme.h"

#include <QHelpEvent>
#include <QPainterPath>
#include <QToolTip>

#include <algorithm>

namespace lacuna {
namespace {

constexpr double legendCell = 16, legendGap = 6, legendAway = 14, legendLine = 20;

QColor cellColour(const RibbonCell& cell) {
    const auto& theme = Theme::instance().palette();
    switch (cell.state) {
        case RibbonCell::State::Empty:
        case RibbonCell::State::Ended:
            return theme.chip;
        case RibbonCell::State::Unjudged:
            return mixed(theme.panel, theme.soft, 0.6);
        case RibbonCell::State::Judged:
            return verdictColour(cell.verdict);
    }
    return {};
}

void paintOutline(QPainter& painter, const QRectF& rect) {
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(Theme::instance().palette().accent, 1.6));
    painter.drawRoundedRect(rect.adjusted(-2, -2, 2, 2), 4, 4);
}

}  // namespace

void paintRibbonCell(QPainter& painter, const QRectF& rect, const RibbonCell& cell, bool current) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    if (cell.state == RibbonCell::State::Ended) {
        paintDash(painter, rect.center(), std::min(rect.width() * 0.28, 5.0));
    } else {
        painter.setPen(Qt::NoPen);
        painter.setBrush(cellColour(cell));
        painter.drawRoundedRect(rect, 2.5, 2.5);
    }
    if (cell.state == RibbonCell::State::Judged && rect.width() >= 13) {
        auto font = bodyFont();
        font.setWeight(QFont::DemiBold);
        font.setPointSizeF(font.pointSizeF() * 0.88);
        painter.setFont(font);
        painter.setPen(Qt::white);
        painter.drawText(rect, Qt::AlignCenter, verdictSign(cell.verdict));
    }
    if (current)
        paintOutline(painter, rect);
    painter.restore();
}

void paintSplitCell(QPainter& painter, const QRectF& rect, const std::vector<RibbonCell>& cells, bool current) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const bool ended = !cells.empty() && std::all_of(cells.begin(), cells.end(), [](const auto& cell) {
        return cell.state == RibbonCell::State::Ended;
    });
    QPainterPath corners;
    corners.addRoundedRect(rect, 2, 2);
    if (ended)
        paintDash(painter, rect.center(), std::min(rect.width() * 0.28, 5.0));
    else
        painter.fillPath(corners, Theme::instance().palette().chip);
    painter.save();
    painter.setClipPath(corners);
    const double share = rect.width() / static_cast<double>(std::max<std::size_t>(1, cells.size()));
    for (std::size_t i = 0; i < cells.size(); ++i)
        if (cells[i].state != RibbonCell::State::Empty && cells[i].state != RibbonCell::State::Ended)
            painter.fillRect(QRectF(rect.left() + share * static_cast<double>(i), rect.top(), share, rect.height()),
                             cellColour(cells[i]));
    painter.restore();
    if (current) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(Theme::instance().palette().accent, 1.4));
        painter.drawRoundedRect(rect.adjusted(-1.5, -1.5, 1.5, 1.5), 3, 3);
    }
    painter.restore();
}

RibbonLegend::RibbonLegend(QWidget* parent) : QWidget(parent) {
    setAccessibleName(tr("What the colours mean"));
    auto policy = QSizePolicy(QSizePolicy::Preferred, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void RibbonLegend::setBlanks(bool empty, bool ended, bool unjudged) {
    if (m_empty == empty && m_ended == ended && m_unjudged == unjudged)
        return;
    m_unjudged = unjudged;
    m_empty = empty;
    m_ended = ended;
    updateGeometry();
    update();
}

std::vector<RibbonLegend::Entry> RibbonLegend::entries(int width) const {
    std::vector<Entry> all;
    for (const auto& row : verdictRows)
        all.push_back({{RibbonCell::State::Judged, row.verdict},
                       verdictName(row.verdict),
                       QString::fromUtf8(row.help.data(), static_cast<qsizetype>(row.help.size())),
                       {}});
    if (m_unjudged)
        all.push_back({{RibbonCell::State::Unjudged},
                       tr("not judged"),
                       tr("Answered, but there is no truth to hold it against, or the judge gave no verdict."),
                       {}});
    if (m_empty)
        all.push_back({{RibbonCell::State::Empty}, tr("not yet"), tr("Not measured yet: the run goes on."), {}});
    if (m_ended)
        all.push_back({{RibbonCell::State::Ended},
                       tr("run ended"),
                       tr("Never measured: the run ended before this stage, or has no such request."),
                       {}});
    const QFontMetricsF metrics(captionFont());
    double x = 0, y = 0;
    for (auto& entry : all) {
        const double wide = legendCell + legendGap + metrics.horizontalAdvance(entry.name) + 1;
        if (x > 0 && x + wide > width) {
            x = 0;
            y += legendLine;
        }
        entry.place = {x, y, wide, legendLine};
        x += wide + legendAway;
    }
    return all;
}

QSize RibbonLegend::sizeHint() const {
    return {qCeil(entries(100'000).back().place.right()), static_cast<int>(legendLine)};
}

QSize RibbonLegend::minimumSizeHint() const {
    return {120, static_cast<int>(legendLine)};
}

int RibbonLegend::heightForWidth(int width) const {
    return qCeil(entries(width).back().place.bottom());
}

void RibbonLegend::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setFont(captionFont());
    for (const auto& entry : entries(width())) {
        paintRibbonCell(painter, {entry.place.left(), entry.place.top() + 3, legendCell, 14}, entry.cell, false);
        painter.setPen(Theme::instance().palette().soft);
        painter.drawText(entry.place.adjusted(legendCell + legendGap, 0, 4, 0), Qt::AlignVCenter, entry.name);
    }
}

bool RibbonLegend::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    auto* help = static_cast<QHelpEvent*>(event);
    for (const auto& entry : entries(width()))
        if (entry.place.contains(help->pos()))
            QToolTip::showText(help->globalPos(), entry.help);
    return true;
}

}  // namespace lacuna
