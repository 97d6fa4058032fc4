// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/lineage_view.h"

#include "widgets/common/run_look.h"
#include "widgets/common/run_names.h"
#include "widgets/common/theme.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace lacuna {
namespace {

constexpr int rowHigh = 34, stageWide = 52, nameWide = 168, padding = 8;
constexpr double radius = 9;

const RunSpec& specOf(const Workspace& workspace, int run) {
    return workspace.runs()[static_cast<std::size_t>(run)].history.spec;
}

void addChildren(const Workspace& workspace, std::vector<LineageRow>& rows, int parent) {
    const auto source =
        workspace.runs()[static_cast<std::size_t>(rows[static_cast<std::size_t>(parent)].run)].history.source;
    for (int run = 0; run < static_cast<int>(workspace.runs().size()); ++run) {
        const auto& spec = specOf(workspace, run);
        const bool there = std::any_of(rows.begin(), rows.end(), [&](const auto& row) { return row.run == run; });
        if (there || spec.parent.run.empty() || std::filesystem::path(spec.parent.run) != source)
            continue;
        rows.push_back({run, parent, spec.parent.stage});
        addChildren(workspace, rows, static_cast<int>(rows.size()) - 1);
    }
}

}  // namespace

std::vector<LineageRow> lineageOf(const Workspace& workspace, int run) {
    std::vector<int> seen{run};
    int first = run;
    for (;;) {
        const auto& parent = specOf(workspace, first).parent.run;
        const int before = parent.empty() ? -1 : workspace.indexOf(parent);
        if (before < 0 || std::find(seen.begin(), seen.end(), before) != seen.end())  // a folder may say anything
            break;
        seen.push_back(first = before);
    }
    std::vector<LineageRow> rows{{first, -1, std::max(0, specOf(workspace, first).parent.stage)}};
    addChildren(workspace, rows, 0);
    return rows;
}

LineageView::LineageView(const Workspace& workspace, int run, QWidget* parent)
    : QWidget(parent), m_workspace(workspace), m_run(run), m_rows(lineageOf(workspace, run)) {
    QStringList lines;
    for (int row = 0; row < static_cast<int>(m_rows.size()); ++row)
        lines << textOf(row);
    setAccessibleName(tr("What it was made of, and what goes on from it"));
    setAccessibleDescription(lines.join('\n'));
    setToolTip(lines.join('\n'));
    setFixedHeight(sizeHint().height());
}

int LineageView::stages(int row) const {
    const auto& history =
        m_workspace.runs()[static_cast<std::size_t>(m_rows[static_cast<std::size_t>(row)].run)].history;
    return static_cast<int>(history.requests.size());
}

QSize LineageView::sizeHint() const {
    int most = 0;
    for (int row = 0; row < static_cast<int>(m_rows.size()); ++row)
        most = std::max(most, stages(row));
    return {nameWide + (most + 1) * stageWide + 2 * padding, static_cast<int>(m_rows.size()) * rowHigh + 2 * padding};
}

QString LineageView::textOf(int row) const {
    const auto& line = m_rows[static_cast<std::size_t>(row)];
    const auto& requests = m_workspace.runs()[static_cast<std::size_t>(line.run)].history.requests;
    QStringList own;
    for (std::size_t i = static_cast<std::size_t>(line.from); i < requests.size(); ++i)
        own << QString::fromStdString(requests[i].name);
    const auto name = runTitle(m_workspace, line.run);
    if (line.from == 0)
        return tr("%1, from the original: %2").arg(name, own.join(' '));
    const auto after = QString::fromStdString(requests.size() >= static_cast<std::size_t>(line.from)
                                                  ? requests[static_cast<std::size_t>(line.from) - 1].name
                                                  : std::string());
    return own.isEmpty() ? tr("%1, from %2: measured otherwise").arg(name, after)
                         : tr("%1, from %2: %3").arg(name, after, own.join(' '));
}

/// Narrow windows bring the stages closer together.
QPointF LineageView::place(int row, int stage) const {
    int most = 1;
    for (int other = 0; other < static_cast<int>(m_rows.size()); ++other)
        most = std::max(most, stages(other));
    const double wide = std::min<double>(stageWide, (width() - nameWide - 2.0 * padding - 2 * radius) / most);
    return {padding + nameWide + radius + stage * wide, padding + row * rowHigh + rowHigh / 2.0};
}

void LineageView::paintEvent(QPaintEvent*) {
    const auto& palette = Theme::instance().palette();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    for (int row = 0; row < static_cast<int>(m_rows.size()); ++row) {
        const auto& line = m_rows[static_cast<std::size_t>(row)];
        const auto& history = m_workspace.runs()[static_cast<std::size_t>(line.run)].history;
        const int last = stages(row);
        painter.setPen(QPen(palette.soft, 1.4));
        painter.setBrush(Qt::NoBrush);
        if (line.parent >= 0) {  // down from its parent's stage, then on
            const auto from = place(line.parent, line.from), to = place(row, line.from + 1);
            QPainterPath path(from + QPointF(0, radius));
            const QPointF corner(from.x(), to.y());
            path.lineTo(corner - QPointF(0, 6));
            path.quadTo(corner, corner + QPointF(6, 0));
            path.lineTo(to);
            painter.drawPath(path);
        }
        const int first = line.parent >= 0 ? line.from + 1 : 0;
        if (last > first)
            painter.drawLine(place(row, first), place(row, last));
        auto font = line.run == m_run ? titleFont() : captionFont();
        painter.setFont(font);
        painter.setPen(palette.ink);
        drawRunMark(painter, {padding + 6.0, place(row, 0).y()}, 8, runLook(m_workspace, line.run));
        painter.setPen(line.run == m_run ? palette.ink : palette.soft);
        const QRectF name(padding + 18, place(row, 0).y() - 10, nameWide - 26, 20);
        painter.drawText(name, Qt::AlignLeft | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(runTitle(m_workspace, line.run), Qt::ElideMiddle,
                                                          static_cast<int>(name.width())));
        painter.setFont(captionFont());
        for (int stage = first; stage <= last; ++stage) {
            const auto at = place(row, stage);
            const bool measured = stage < history.stages;
            painter.setPen(QPen(stage == 0 ? palette.ink : measured ? requestColour(stage - 1) : palette.line, 1.4));
            painter.setBrush(stage == 0 || !measured ? palette.panel : requestColour(stage - 1));
            painter.drawEllipse(at, radius, radius);
            painter.setPen(stage == 0 || !measured ? palette.ink : Qt::white);
            const auto text = stage == 0
                                  ? QStringLiteral("0")
                                  : QString::fromStdString(history.requests[static_cast<std::size_t>(stage) - 1].name);
            painter.drawText(QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius), Qt::AlignCenter,
                             text.left(2));
        }
    }
}

}  // namespace lacuna
