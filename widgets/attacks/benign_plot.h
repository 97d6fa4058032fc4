// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/attacks/attack_model.h"

#include <QWidget>

#include <vector>

namespace lacuna {

/// Attacks that have a curve: what comes back after so many samples that have nothing to do with the forgotten.
class BenignPlot : public QWidget {
    Q_OBJECT
public:
    explicit BenignPlot(const AttackModel& model, QWidget* parent = nullptr);
    void refresh();
    struct Line {
        int run = -1;
        QString name, variant;
        std::vector<std::pair<double, double>> points;  ///< samples, share; the first is (0, 0)
    };
    const std::vector<Line>& lines() const { return m_lines; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const AttackModel& m_model;
    std::vector<Line> m_lines;
    double m_most = 1000, m_low = 0, m_high = 1;
};

}  // namespace lacuna
