// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/probes/answer_sheet.h"

#include <QAbstractTableModel>

namespace lacuna {

/// A sheet as a table: a row per model; its name, its answer, how likely it finds the truth, then one column per stage.
class AnswersModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { NameColumn, AnswerColumn, ProbabilityColumn, FirstStageColumn };

    using QAbstractTableModel::QAbstractTableModel;

    void setSheet(AnswerSheet sheet);
    const AnswerSheet& sheet() const { return m_sheet; }
    const SheetRow& row(int row) const { return m_sheet.rows.at(static_cast<std::size_t>(row)); }
    static int stageOf(int column) { return column - FirstStageColumn; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    QString stageText(const SheetRow& row, int stage) const;
    QString answerToolTip(const SheetRow& row) const;

    AnswerSheet m_sheet;
};

/// The cell of a stage in words: "knows", "not measured", "answered".
QString ribbonText(const RibbonCell& cell);

}  // namespace lacuna
