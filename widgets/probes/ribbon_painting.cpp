#include "widgets/probes/ribbon_painting.h"

#include "widgets/common/style_painting.h"
#include "widgets/common/theme.h"

#include <QHelpEvent>
#include <QPainterPath>
#include <QToolTip>

namespace lacuna {
namespace {

constexpr double legendCell = 16, legendGap = 6, legendAway = 14;

QColor cellColour(const RibbonCell& cell) {
    const auto& theme = Theme::instance().palette();
    switch (cell.state) {
        case RibbonCell::State::Empty:
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
    painter.setPen(Qt::NoPen);
    painter.setBrush(cellColour(cell));
    painter.drawRoundedRect(rect, 2.5, 2.5);
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
    QPainterPath corners;
    corners.addRoundedRect(rect, 2, 2);
    painter.fillPath(corners, Theme::instance().palette().chip);
    painter.save();
    painter.setClipPath(corners);
    const double share = rect.width() / static_cast<double>(std::max<std::size_t>(1, cells.size()));
    for (std::size_t i = 0; i < cells.size(); ++i)
        if (cells[i].state != RibbonCell::State::Empty)
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
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

double RibbonLegend::cellStart(std::size_t verdict) const {
    const QFontMetricsF metrics(captionFont());
    double x = 0;
    for (std::size_t i = 0; i < verdict; ++i)
        x += legendCell + legendGap + metrics.horizontalAdvance(verdictName(verdictRows[i].verdict)) + legendAway;
    return x;
}

QSize RibbonLegend::sizeHint() const {
    return {qCeil(cellStart(verdictRows.size())), 20};
}

QSize RibbonLegend::minimumSizeHint() const {
    return {40, 20};
}

void RibbonLegend::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setFont(captionFont());
    for (std::size_t i = 0; i < verdictRows.size(); ++i) {
        const double x = cellStart(i);
        const auto verdict = verdictRows[i].verdict;
        paintRibbonCell(painter, {x, 3, legendCell, 14}, {RibbonCell::State::Judged, verdict}, false);
        painter.setPen(Theme::instance().palette().soft);
        painter.drawText(QRectF(x + legendCell + legendGap, 0, 200, height()), Qt::AlignVCenter, verdictName(verdict));
    }
}

bool RibbonLegend::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    auto* help = static_cast<QHelpEvent*>(event);
    for (std::size_t i = verdictRows.size(); i-- > 0;)
        if (help->pos().x() >= cellStart(i)) {
            const auto& text = verdictRows[i].help;
            QToolTip::showText(help->globalPos(), QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())));
            return true;
        }
    return true;
}

}  // namespace lacuna
