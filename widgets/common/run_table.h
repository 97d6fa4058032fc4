// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/common/run_look.h"

#include <QStyleOptionViewItem>
#include <QTableView>

namespace lacuna {

/// A table on a page that scrolls as a whole: a run a line, its name in the first column. As high as its lines, as wide
/// as the page where that leaves a column its words, else scrolled sideways.
class RunTableView : public QTableView {
    Q_OBJECT
public:
    virtual void layOut() = 0;

signals:
    void runPicked(int run);

protected:
    /// What columns get, in pixels.
    struct Widths {
        int name = 76, nameRoom = 28, nameMost = 150;  ///< least, beside its text, most
        int narrowest = 62;                            ///< of the others
    };

    RunTableView(QAbstractItemModel& model, int lineHeight, QWidget* parent);
    virtual int runOf(int row) const = 0;
    /// Sets the columns' widths; returns that of all but the first.
    int fitColumns(const Widths& widths);
    void fitHeight(int headHeight);  ///< after fitColumns

    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;  ///< the page scrolls
    void keyPressEvent(QKeyEvent* event) override;

private:
    int m_lineHeight;
};

/// The ground of a cell: chosen or not, and the line below it.
void paintRunCell(QPainter& painter, const QRect& cell, bool chosen);
/// The first column: the run's mark and its name.
void paintRunName(QPainter& painter, const QRect& cell, const RunLook& look, const QString& name);

}  // namespace lacuna
