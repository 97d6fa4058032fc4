// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/answer_shares.h"
#include "widgets/common/run_names.h"

#include <QHash>
#include <QWidget>

#include <optional>

namespace lacuna {

/// One piece of a bar: answers of one verdict, of one stage of one run.
struct SharePiece {
    int run = -1;  ///< index into Workspace::runs
    int stage = 0;
    Fate fate = Fate::Gone;
    Verdict verdict = Verdict::Wrong;
    bool operator==(const SharePiece&) const = default;
};

/// What became of the answers: per shown run the verdicts of every stage as stacked bars, above of what had to go,
/// below of what had to stay. As high as its runs need at its width.
class SharesPlot : public QWidget {
    Q_OBJECT
public:
    explicit SharesPlot(const Workspace& workspace, QWidget* parent = nullptr);

    void refresh();  ///< counts again what has changed
    const std::vector<StageShares>& shares(int run) const;
    std::optional<SharePiece> pieceAt(const QPointF& point) const;
    std::optional<QRectF> rectOf(const SharePiece& piece) const;
    const std::optional<SharePiece>& chosen() const { return m_chosen; }
    void setChosen(const std::optional<SharePiece>& piece);  ///< outlined

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    void picked(const lacuna::SharePiece& piece);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    bool event(QEvent* event) override;

private:
    struct Block {
        int run = -1;
        QRectF place;
    };
    struct Counted {
        std::size_t answers = 0;
        int stages = 0;
        std::vector<StageShares> shares;
    };
    struct Sizes {
        int perRow = 1;
        double width = 0, height = 0;
    };

    Sizes sizes(double width) const;
    std::vector<Block> blocks() const;
    QRectF barRect(const Block& block, int stage, Fate fate) const;
    void paintBlock(QPainter& painter, const Block& block) const;
    void paintBar(QPainter& painter, const Block& block, int stage, Fate fate) const;

    const Workspace& m_workspace;
    QHash<int, Counted> m_counted;  ///< by WorkspaceRun::id
    std::vector<RunName> m_names;   ///< by run
    QStringList m_labels;           ///< by stage
    std::optional<SharePiece> m_hovered, m_chosen;
};

}  // namespace lacuna
