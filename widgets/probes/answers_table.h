// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QTableView>

namespace lacuna {

class AnswersModel;

/// The answers side by side, one row per model, as high as its rows: made to stand in a scroll area. Up and down choose
/// a row; left and right are the window's (the timeline).
class AnswersTable : public QTableView {
    Q_OBJECT
public:
    explicit AnswersTable(AnswersModel& model, QWidget* parent = nullptr);

    QString currentAnswer() const;  ///< of the chosen row; empty when none is chosen
    void copyAnswer();              ///< the chosen row's answer, else all, as text
    void copyAll();

    void layOut();  ///< after the sheet changed: columns and rows find their size
    /// The height the table should keep to: long answers are cut to fewer lines, but for the chosen row's. 0 = any.
    void setRoom(int height);
    int linesOf(int row) const;  ///< that an answer may take
    int padding() const;         ///< above and below an answer

signals:
    void stagePicked(int run, int stage);
    void runPicked(int run);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;

private:
    void pick(const QModelIndex& index);
    int heightOf(int row, double room) const;  ///< `room` = width for the answer

    AnswersModel& m_model;
    int m_room = 0;
    std::size_t m_density = 0;    ///< from comfortable (0) to dense
    std::vector<int> m_reserved;  ///< heights of the rows while answers come; else empty
};

}  // namespace lacuna
