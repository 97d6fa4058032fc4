// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/attacks/benign_plot.h"

#include "core/catalog/attacks.h"
#include "widgets/common/run_look.h"
#include "widgets/common/theme.h"

#include <QLocale>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace lacuna {
namespace {

constexpr double left = 44, bottom = 34, top = 8, nameRoom = 96;

QString text(const std::string& utf8) {
    return QString::fromStdString(utf8);
}

}  // namespace

BenignPlot::BenignPlot(const AttackModel& model, QWidget* parent) : QWidget(parent), m_model(model) {
    setMinimumHeight(170);
    setAccessibleName(tr("Benign fine-tuning, sample by sample"));
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void BenignPlot::refresh() {
    m_lines.clear();
    m_most = 0;
    m_low = 0;
    m_high = 0.2;
    for (int row = 0; row < m_model.rowCount(); ++row)
        for (const auto& figure : m_model.attacked(row).figures) {
            if (!attackRow(figure.entry->attack).hasCurve)
                continue;
            for (const auto& variant : figure.variants) {
                if (!variant.recovered)
                    continue;
                const auto name = text(variant.variant);
                auto line = std::find_if(m_lines.begin(), m_lines.end(), [&](const Line& one) {
                    return one.run == m_model.runOf(row) && one.variant == name;
                });
                if (line == m_lines.end())
                    line = m_lines.insert(
                        line, {m_model.runOf(row), m_model.index(row, 0).data().toString(), name, {{0, 0}}});
                line->points.emplace_back(static_cast<double>(variant.amount), variant.recovered->share);
                m_most = std::max(m_most, static_cast<double>(variant.amount));
                m_low = std::min(m_low, variant.recovered->share);
                m_high = std::max(m_high, variant.recovered->share);
            }
        }
    m_high = std::ceil(5 * m_high) / 5;
    m_low = std::floor(5 * m_low) / 5;
    update();
}

void BenignPlot::paintEvent(QPaintEvent*) {
    const auto& theme = Theme::instance().palette();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(captionFont());
    const auto area = QRectF(rect()).adjusted(left, top, -nameRoom, -bottom);
    if (m_lines.empty()) {
        painter.setPen(theme.soft);
        const auto drawing =
            std::find_if(attackRows().begin(), attackRows().end(), [](const auto& row) { return row.hasCurve; });
        painter.drawText(rect().adjusted(10, 10, -10, -10), Qt::AlignCenter | Qt::TextWordWrap,
                         tr("Not run yet: the attack “%1” draws a curve here.").arg(text(drawing->name)));
        return;
    }
    const auto toPixel = [&](double samples, double share) {
        return QPointF(area.left() + area.width() * samples / m_most,
                       area.bottom() - area.height() * (share - m_low) / (m_high - m_low));
    };
    for (double share = m_low; share <= m_high + 1e-9; share += 0.2) {
        painter.setPen(theme.line);
        painter.drawLine(toPixel(0, share), toPixel(m_most, share));
        painter.setPen(theme.soft);
        painter.drawText(QRectF(0, toPixel(0, share).y() - 8, left - 6, 16), Qt::AlignRight | Qt::AlignVCenter,
                         tr("%1 %").arg(std::abs(share) < 1e-9 ? 0.0 : 100 * share, 0, 'f', 0));
    }
    for (int i = 0; i <= 4; ++i) {
        const double samples = m_most * i / 4;
        painter.drawText(QRectF(toPixel(samples, m_low).x() - 30, area.bottom() + 2, 60, 14), Qt::AlignCenter,
                         QLocale().toString(samples, 'f', 0));
    }
    painter.setPen(theme.ink);
    painter.drawText(QRectF(area.left(), area.bottom() + 16, area.width(), 16), Qt::AlignCenter,
                     tr("samples seen; full line near, dashed far"));
    std::vector<double> taken;
    for (const auto& line : m_lines) {
        const auto look = runLook(m_model.workspace(), line.run);
        QPainterPath path(toPixel(line.points.front().first, line.points.front().second));
        for (const auto& [samples, share] : line.points)
            path.lineTo(toPixel(samples, share));
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(look.colour, 1.8, line.variant == m_lines.front().variant ? Qt::SolidLine : Qt::DashLine));
        painter.drawPath(path);
        drawRunMark(painter, path.currentPosition(), 7, look);
        if (line.variant != m_lines.front().variant)
            continue;  // one name for a run
        double y = path.currentPosition().y();
        while (std::any_of(taken.begin(), taken.end(), [&](double other) { return std::abs(other - y) < 12; }))
            y -= 4;
        taken.push_back(y);
        painter.setPen(readable(look.colour));
        painter.drawText(QRectF(area.right() + 9, y - 8, nameRoom - 10, 16), Qt::AlignVCenter | Qt::AlignLeft,
                         painter.fontMetrics().elidedText(line.name, Qt::ElideRight, static_cast<int>(nameRoom) - 10));
    }
}

}  // namespace lacuna
