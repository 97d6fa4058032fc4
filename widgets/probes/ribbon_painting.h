// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/probes/answer_sheet.h"

#include <QPainter>
#include <QWidget>

namespace lacuna {

/// A cell of the ribbon: the verdict as colour and, where there is room, as sign; an outline while `current`. What was
/// not measured yet is an empty cell, what never will be (the run ended before) a dash.
void paintRibbonCell(QPainter& painter, const QRectF& rect, const RibbonCell& cell, bool current);

/// Several answers in one cell, side by side.
void paintSplitCell(QPainter& painter, const QRectF& rect, const std::vector<RibbonCell>& cells, bool current);

/// The five verdicts with their signs: what the ribbon's colours mean; and the cells without one, where there are any.
class RibbonLegend : public QWidget {
    Q_OBJECT
public:
    explicit RibbonLegend(QWidget* parent = nullptr);
    void setBlanks(bool empty, bool ended, bool unjudged = false);  ///< which kinds of blank cell there are to explain
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    struct Entry {
        RibbonCell cell;
        QString name, help;
        QRectF place;  ///< of the cell and its name
    };
    std::vector<Entry> entries(int width) const;  ///< set in lines of that width

    bool m_unjudged = false, m_empty = false, m_ended = false;
};

}  // namespace lacuna
