// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/common/workspace.h"

#include <QColor>
#include <QPainter>

namespace lacuna {

/// How a run is drawn wherever it is drawn: its method's mark and colour; of several runs of one method every second
/// mark is hollow and its line dashed, and every two have another shade. The place among the open runs of the method
/// decides, so that hiding one changes no other.
struct RunLook {
    QColor colour;
    QString mark;
    bool hollow = false;
};

/// How many open runs of its method stand before it.
int runVariant(const Workspace& workspace, int run);
/// The `variant`-th (from 0) of a method's looks; they begin again after six.
RunLook methodLook(const QString& method, int variant);
RunLook runLook(const Workspace& workspace, int run);

/// Draws the mark. `cutShort`, of a stage whose training was ended early: with a ring around it.
void drawRunMark(QPainter& painter, const QPointF& centre, double size, const RunLook& look, bool cutShort = false);

}  // namespace lacuna
