// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/run_look.h"

#include "widgets/common/method_mark.h"
#include "widgets/common/style_painting.h"
#include "widgets/common/theme.h"

#include <algorithm>

namespace lacuna {

RunLook methodLook(const QString& method, int variant) {
    const auto& theme = Theme::instance().palette();
    constexpr int shades = 3;
    constexpr double towardsInk = 0.4, towardsPanel = 0.35;
    const auto own = methodColour(method);
    const int shade = variant / 2 % shades;
    return {shade == 0   ? own
            : shade == 1 ? mixed(own, theme.ink, towardsInk)
                         : mixed(own, theme.panel, towardsPanel),
            methodMark(method), variant % 2 == 1};
}

int runVariant(const Workspace& workspace, int run) {
    const auto& runs = workspace.runs();
    const auto& method = runs.at(static_cast<std::size_t>(run)).history.spec.method;
    return static_cast<int>(std::count_if(runs.begin(), runs.begin() + run,
                                          [&](const auto& other) { return other.history.spec.method == method; }));
}

RunLook runLook(const Workspace& workspace, int run) {
    const auto& method = workspace.runs().at(static_cast<std::size_t>(run)).history.spec.method;
    return methodLook(QString::fromStdString(method), runVariant(workspace, run));
}

void drawRunMark(QPainter& painter, const QPointF& centre, double size, const RunLook& look, bool cutShort) {
    drawMethodMark(painter, centre, size, look.mark, look.colour, look.hollow);
    if (!cutShort)
        return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(look.colour, 1.2));
    painter.setBrush(Qt::NoBrush);
    const double radius = size * 0.75 + 2;
    painter.drawEllipse(centre, radius, radius);
    painter.restore();
}

}  // namespace lacuna
