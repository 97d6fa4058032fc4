// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/common/workspace.h"

#include <QTextLayout>
#include <QWidget>

#include <memory>
#include <vector>

namespace lacuna {

/// One question put to the shown runs at every stage. An answer that stays runs on over its stages; words that the one
/// before it did not have are underlined.
class WordSheet final : public QWidget {
    Q_OBJECT
public:
    explicit WordSheet(Workspace& workspace, QWidget* parent = nullptr);

    struct Piece {
        int run = 0, first = 0, last = 0;  ///< index into Workspace::runs; stages
        AnswerRow answer;
        std::vector<QTextLayout::FormatRange> changed;  ///< against the piece before it
    };

    void refresh();
    const std::vector<Piece>& pieces() const { return m_pieces; }
    QString question() const { return m_question; }  ///< as asked; empty = nothing to show
    int questions() const { return static_cast<int>(m_asked.size()); }
    int current() const { return m_current; }
    void step(int by);  ///< to another question about the selected entity
    QRectF rectOf(const Piece& piece) const;

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override { return {600, heightForWidth(600)}; }
    QSize minimumSizeHint() const override { return {200, heightForWidth(std::max(200, width()))}; }

signals:
    void picked(int run, int stage);
    void changed();  ///< another question, or none

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    bool event(QEvent* event) override;

private:
    struct Asked {
        std::string kind;
        int phrasing = 0, view = 0;
        bool operator==(const Asked&) const = default;
    };
    struct Placed {
        std::size_t piece = 0;
        QRectF place;
        std::shared_ptr<QTextLayout> text;
    };
    struct Line {
        int run = 0;
        double top = 0, height = 0;
    };
    using Rows = std::vector<std::pair<int, std::vector<AnswerRow>>>;  ///< by run, of the selected entity
    Rows rowsOfEntity() const;
    void findAsked(const Rows& rows);
    void readPieces(Rows rows);
    void arrangeAnew();
    /// Everything's place in a sheet that wide; the height it takes.
    int arrange(int width, std::vector<Placed>* placed, std::vector<Line>* lines) const;
    double stageWidth(int width) const;
    const Placed* placedAt(const QPointF& point) const;

    Workspace& m_workspace;
    std::vector<Asked> m_asked;
    int m_current = -1;
    QString m_question;
    std::vector<Piece> m_pieces;             ///< run by run, as they are shown
    int m_arrangedWidth = -1, m_height = 0;  ///< what the two below were made for, and how high they are
    std::vector<Placed> m_placed;
    std::vector<Line> m_lines;
};

}  // namespace lacuna
