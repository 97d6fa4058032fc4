// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/agreement.h"

#include <QWidget>

#include <optional>
#include <vector>

namespace lacuna {

/// Do the measures rank the runs alike? A line and a column a measure, Kendall's τ between two as number and ground;
/// then each one's mean, and how it goes with nearness to gold where there is a gold run. Numbers that find no room are
/// left to the tooltip.
class AgreementGrid : public QWidget {
    Q_OBJECT
public:
    explicit AgreementGrid(QWidget* parent = nullptr);

    void setAgreement(const Agreement& agreement);
    const Agreement& agreement() const { return m_agreement; }
    QString toolTipAt(const QPointF& point) const;  ///< empty outside
    QRectF cellRect(std::size_t line, std::size_t column) const;

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    struct Cell {
        std::optional<double> value;
        bool itself = false;  ///< on the diagonal
    };
    std::size_t columns() const;
    Cell cell(std::size_t line, std::size_t column) const;
    QString heading(std::size_t column) const;
    double nameWidth() const;

    Agreement m_agreement;
    bool m_gold = false;
};

}  // namespace lacuna
