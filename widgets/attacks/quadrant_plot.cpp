// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/attacks/quadrant_plot.h"

#include "core/catalog/attacks.h"
#include "widgets/common/run_look.h"
#include "widgets/common/theme.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace lacuna {
namespace {

constexpr double left = 52, bottom = 36, top = 10, right = 14, markSize = 12, margin = 0.04;

QString text(const std::string& utf8) {
    return QString::fromStdString(utf8);
}

}  // namespace

QuadrantPlot::QuadrantPlot(const AttackModel& model, QWidget* parent) : QWidget(parent), m_model(model) {
    setMouseTracking(true);
    setMinimumHeight(260);
    setAccessibleName(tr("Hidden or gone: utility lost against what the strongest attack wins back"));
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void QuadrantPlot::refresh() {
    m_dots.clear();
    QStringList said;
    for (int row = 0; row < m_model.rowCount(); ++row) {
        const auto& attacked = m_model.attacked(row);
        const auto* strongest = attacked.strongest();
        if (!strongest || !attacked.utilityLost)
            continue;
        const auto name = m_model.index(row, 0).data().toString();
        const auto& best = *strongest->best();
        const auto way = variantText(best);
        m_dots.push_back(
            {m_model.runOf(row), name,
             tr("%1\nutility lost: %2 %\nwon back by %3%4: %5, the strongest of %6 attacks")
                 .arg(name)
                 .arg(100 * *attacked.utilityLost, 0, 'f', 0)
                 .arg(text(attackRow(strongest->entry->attack).name),
                      way.empty() ? QString() : QString(" (%1)").arg(text(way)), text(recoveredText(best.recovered)))
                 .arg(attacked.figures.size()),
             *attacked.utilityLost, best.recovered->share});
        said << m_dots.back().tip;
    }
    setAccessibleDescription(said.join("\n"));
    update();
}

QRectF QuadrantPlot::plot() const {
    return QRectF(rect()).adjusted(left, top, -right, -bottom);
}

QPointF QuadrantPlot::toPixel(const Dot& dot) const {
    const auto area = plot();
    const auto place = [](double share) { return margin + (1 - 2 * margin) * std::clamp(share, 0.0, 1.0); };
    return {area.left() + area.width() * place(dot.lost), area.bottom() - area.height() * place(dot.back)};
}

QPointF QuadrantPlot::placeOf(int run) const {
    for (const auto& dot : m_dots)
        if (dot.run == run)
            return toPixel(dot);
    return {};
}

int QuadrantPlot::runAt(const QPointF& point) const {
    for (const auto& dot : m_dots)
        if ((toPixel(dot) - point).manhattanLength() <= markSize)
            return dot.run;
    return -1;
}

void QuadrantPlot::paintGround(QPainter& painter) const {
    const auto& theme = Theme::instance().palette();
    const auto area = plot();
    painter.setPen(theme.line);
    painter.drawRect(area);
    painter.setPen(QPen(theme.line, 1, Qt::DashLine));
    painter.drawLine(QPointF(area.center().x(), area.top()), QPointF(area.center().x(), area.bottom()));
    painter.drawLine(QPointF(area.left(), area.center().y()), QPointF(area.right(), area.center().y()));
    painter.setFont(captionFont());
    painter.setPen(theme.soft);
    const double half = area.width() / 2;
    const auto words = [&](double x, double y, const QString& said) {
        painter.drawText(QRectF(x + 3, y, half - 6, 30), Qt::AlignHCenter | Qt::AlignVCenter | Qt::TextWordWrap, said);
    };
    words(area.left(), area.center().y() - 34, tr("hidden, model intact"));
    words(area.center().x(), area.center().y() - 34, tr("hidden, model harmed"));
    words(area.left(), area.center().y() + 4, tr("not won back, model intact: the goal"));
    words(area.center().x(), area.center().y() + 4, tr("not won back, model harmed"));
    for (const double share : {0.0, 0.5, 1.0}) {
        const auto number = tr("%1 %").arg(100 * share, 0, 'f', 0);
        const double place = margin + (1 - 2 * margin) * share;
        painter.drawText(QRectF(area.left() + area.width() * place - 22, area.bottom() + 2, 44, 14), Qt::AlignCenter,
                         number);
        painter.drawText(QRectF(14, area.bottom() - area.height() * place - 8, left - 18, 16),
                         Qt::AlignRight | Qt::AlignVCenter, number);
    }
    painter.setPen(theme.ink);
    painter.drawText(QRectF(area.left(), area.bottom() + 17, area.width(), 16), Qt::AlignCenter,
                     tr("utility lost by the unlearning"));
    painter.save();
    painter.translate(7, area.center().y());
    painter.rotate(-90);
    painter.drawText(QRectF(-area.height() / 2, -8, area.height(), 16), Qt::AlignCenter,
                     tr("won back by the strongest attack"));
    painter.restore();
}

void QuadrantPlot::paintEvent(QPaintEvent*) {
    const auto& theme = Theme::instance().palette();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    paintGround(painter);
    painter.setFont(captionFont());
    if (m_dots.empty()) {
        painter.setPen(theme.soft);
        painter.drawText(plot().adjusted(10, 10, -10, -plot().height() / 2 - 40), Qt::AlignCenter | Qt::TextWordWrap,
                         tr("A run stands here once an attack was run on it."));
        return;
    }
    std::vector<QRectF> taken;
    for (const auto& dot : m_dots)
        taken.push_back(QRectF(toPixel(dot) - QPointF(markSize, markSize) / 2, QSizeF(markSize, markSize)));
    for (const auto& dot : m_dots) {
        const auto look = runLook(m_model.workspace(), dot.run);
        const auto at = toPixel(dot);
        drawRunMark(painter, at, markSize, look);
        // Beside its mark, away from the edge; moved down until no other name or mark is under it.
        const double wide = painter.fontMetrics().horizontalAdvance(dot.name) + 4;
        QRectF place(at.x() + markSize / 2 + 4, at.y() - 8, wide, 16);
        if (place.right() > plot().right())
            place.moveRight(at.x() - markSize / 2 - 4);
        const auto free = [&] {
            return std::none_of(taken.begin(), taken.end(),
                                [&](const QRectF& other) { return other.intersects(place); });
        };
        for (int i = 0; i < 12 && !free(); ++i)
            place.translate(0, place.bottom() + 15 > plot().bottom() ? -15 : 15);
        taken.push_back(place);
        painter.setPen(readable(look.colour));
        painter.drawText(place, Qt::AlignVCenter | Qt::AlignLeft, dot.name);
    }
}

bool QuadrantPlot::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const int run = runAt(help->pos());
    const auto dot = std::find_if(m_dots.begin(), m_dots.end(), [&](const Dot& one) { return one.run == run; });
    if (run >= 0 && dot != m_dots.end())
        QToolTip::showText(help->globalPos(), dot->tip, this);
    else
        QToolTip::hideText();
    return true;
}

void QuadrantPlot::mousePressEvent(QMouseEvent* event) {
    if (const int run = runAt(event->position()); run >= 0)
        emit runPicked(run);
}

}  // namespace lacuna
