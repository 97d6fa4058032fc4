#pragma once
#include "widgets/probes/answer_sheet.h"

#include <QPainter>
#include <QWidget>

namespace lacuna {

/// A cell of the ribbon: the verdict as colour and, where there is room, as sign; an outline while `current`. What was
/// not measured is an empty cell.
void paintRibbonCell(QPainter& painter, const QRectF& rect, const RibbonCell& cell, bool current);

/// Several answers in one cell, side by side.
void paintSplitCell(QPainter& painter, const QRectF& rect, const std::vector<RibbonCell>& cells, bool current);

/// The five verdicts with their signs: what the ribbon's colours mean.
class RibbonLegend : public QWidget {
    Q_OBJECT
public:
    explicit RibbonLegend(QWidget* parent = nullptr);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    double cellStart(std::size_t verdict) const;
};

}  // namespace lacuna
