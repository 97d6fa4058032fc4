// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/attacks/attack_model.h"

#include <QWidget>

#include <vector>

namespace lacuna {

/// Hidden or gone: what the unlearning itself cost (across) against what its strongest attack wins back (up), a mark
/// for each shown run.
class QuadrantPlot : public QWidget {
    Q_OBJECT
public:
    explicit QuadrantPlot(const AttackModel& model, QWidget* parent = nullptr);
    void refresh();
    struct Dot {
        int run = -1;
        QString name, tip;
        double lost = 0, back = 0;
    };
    const std::vector<Dot>& dots() const { return m_dots; }
    QPointF placeOf(int run) const;

signals:
    void runPicked(int run);

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;

private:
    QRectF plot() const;
    QPointF toPixel(const Dot& dot) const;
    int runAt(const QPointF& point) const;
    void paintGround(QPainter& painter) const;

    const AttackModel& m_model;
    std::vector<Dot> m_dots;
};

}  // namespace lacuna
