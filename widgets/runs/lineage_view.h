// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/common/workspace.h"

#include <QWidget>

#include <vector>

namespace lacuna {

/// One run of a lineage: the stages that it made itself, from the one it goes on from.
struct LineageRow {
    int run = 0;      ///< index into Workspace::runs
    int parent = -1;  ///< row of the run it goes on from, −1 = it began at the original model
    int from = 0;     ///< its stage there
};

/// The open runs that `run` goes on from, itself, and those that go on from any of them, parents first.
std::vector<LineageRow> lineageOf(const Workspace& workspace, int run);

/// A lineage as a small graph: the original model, each request's stage with its adapters, and where runs branch off.
class LineageView final : public QWidget {
    Q_OBJECT
public:
    LineageView(const Workspace& workspace, int run, QWidget* parent = nullptr);

    QSize sizeHint() const override;
    QString textOf(int row) const;  ///< "LUMoE 2, from A: C D", for those who do not see it

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QPointF place(int row, int stage) const;
    int stages(int row) const;

    const Workspace& m_workspace;
    int m_run;
    std::vector<LineageRow> m_rows;
};

}  // namespace lacuna
