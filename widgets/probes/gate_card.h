// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/common/thumbnails.h"
#include "widgets/probes/answer_sheet.h"
#include "widgets/probes/gate_trade_off.h"

#include <QWidget>

#include <algorithm>
#include <optional>
#include <tuple>

namespace lacuna {

/// How the gate of an experts' run decided about the picture: its score on a scale with the threshold, and the nearest
/// known entities as pictures, as far as the answer tells them. A click on one selects it. Unfolded, the threshold can
/// be moved, by mouse or by + and −: the card says how all pictures of the stage would be routed then. Nothing of the
/// run changes.
class GateCard : public QWidget {
    Q_OBJECT
public:
    GateCard(Workspace& workspace, Thumbnails& thumbnails, QWidget* parent = nullptr);

    /// The run whose gate it is, and what its row of the sheet says. Null hides the card's content.
    void setRow(const SheetRow* row);
    const QString& summary() const { return m_summary; }  ///< "expert C · similarity 0.91"

    void setUnfolded(bool unfolded);
    bool unfolded() const { return m_unfolded && m_tradeOff.movable(); }
    void moveThreshold(double threshold);  ///< of what is looked at; needs an unfolded card
    double threshold() const { return m_moved.value_or(m_threshold); }
    std::vector<GateTradeOff::Line> tradeOff() const { return m_tradeOff.lines(threshold()); }
    QPointF placeOf(double score) const;  ///< on the scale

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

protected:
    void resizeEvent(QResizeEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;

private:
    struct Near {
        QString id, name, path;
        double score = 0;
    };

    static QString noteOf(const SheetRow& row);  ///< in place of a decision
    bool decided() const { return !m_choice.isEmpty(); }
    int nearCount() const;
    QRectF nearRect(int index) const;
    int nearAt(const QPointF& point) const;
    void paintScale(QPainter& painter) const;
    void paintNear(QPainter& painter) const;
    void paintTradeOff(QPainter& painter) const;
    void readTradeOff(const SheetRow& row);
    void summarise();
    double lowest() const { return std::min({m_score, m_threshold, m_tradeOff.lowest()}); }
    double highest() const { return std::max({m_score, m_threshold, m_tradeOff.highest()}); }
    double scoreAt(double x) const;
    QString linkText() const;
    QRectF linkRect() const;
    int tradeOffHeight() const;

    Workspace& m_workspace;
    Thumbnails& m_thumbnails;
    QString m_method, m_title, m_choice, m_summary, m_short, m_note, m_scoreName, m_help;
    QString m_nearestRoute;  ///< where the picture would go above the threshold; empty where the gate names nobody
    double m_score = 0, m_threshold = 0;
    std::vector<Near> m_near;
    GateTradeOff m_tradeOff;
    std::tuple<int, int, std::size_t> m_tradeOffOf{-1, -1, 0};  ///< run's id, stage, answers
    std::optional<double> m_moved;                              ///< of that run and stage
    bool m_unfolded = false, m_dragging = false;
};

}  // namespace lacuna
