// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/agreement.h"
#include "widgets/common/workspace.h"

#include <QAbstractTableModel>

#include <optional>
#include <vector>

namespace lacuna {

/// What one cell of the comparison shows.
struct CompareCell {
    std::optional<double> value;
    double error = 0;                 ///< standard error; over several runs their standard deviation; 0 = none
    double bar = -1;                  ///< 0 … 1 of the cell's width; negative = no bar
    bool best = false;                ///< of its column
    std::optional<double> published;  ///< what others published of the same method at this stage
};

/// The shown runs against measures at the timeline's stage. The first column names the run, the others are measures.
class CompareModel : public QAbstractTableModel {
    Q_OBJECT
public:
    explicit CompareModel(const Workspace& workspace, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

    const Workspace& workspace() const { return m_workspace; }
    void refresh();
    /// By id and in this order; what is unknown is left out, none = those that are usual.
    void setColumns(const std::vector<std::string>& ids);
    std::vector<std::string> columnIds() const;
    static std::vector<std::string> usualColumns();
    /// Runs of one method and order as one row: their mean, and how far they spread.
    void setFolded(bool folded);
    bool folded() const { return m_folded; }

    CompareCell cell(const QModelIndex& index) const;
    int runOf(int row) const;  ///< index into Workspace::runs; of several the first; −1 for no such row
    std::vector<int> runsOf(int row) const;
    int rowOfRun(int run) const;  ///< −1 = it is not shown
    /// As it stands, for the clipboard.
    const CompareTable& table() const { return m_table; }
    /// Of its measures over the shown runs, each run by itself.
    Agreement agreement() const;

private:
    struct Row {
        std::vector<int> runs;
        QString name, mark;
    };

    CompareTable tableOf(const std::vector<std::string>& ids) const;
    void fold(CompareTable& table, std::vector<Row>& rows) const;
    void arrange();
    std::optional<double> publishedOf(std::size_t row, std::size_t column) const;
    QString toolTip(const QModelIndex& index) const;

    const Workspace& m_workspace;
    std::vector<std::string> m_columnIds = usualColumns();
    CompareTable m_table;
    std::vector<CompareTable> m_publishedRows;  ///< one a row: what was published of it, or nothing
    std::vector<Row> m_rows;
    bool m_folded = false;
    int m_sortColumn = -1;
    Qt::SortOrder m_sortOrder = Qt::AscendingOrder;
};

/// As tables show it: ".98", "1", "412", "–".
QString compareNumber(std::optional<double> value, const CompareColumn& column);

}  // namespace lacuna
