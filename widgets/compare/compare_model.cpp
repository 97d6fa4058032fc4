// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/compare/compare_model.h"

#include "widgets/common/run_names.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lacuna {
namespace {

QString text(const std::string& utf8) {
    return QString::fromStdString(utf8);
}

/// Mean of what is there, and how far it spreads; nothing where one of the runs was not measured.
std::pair<std::optional<double>, double> meanOf(const std::vector<const CompareRow*>& rows, std::size_t column) {
    double sum = 0, squares = 0;
    for (const auto* row : rows) {
        const auto& value = row->values[column];
        if (!value)
            return {std::nullopt, 0};
        sum += *value;
    }
    const auto count = static_cast<double>(rows.size());
    const double mean = sum / count;
    for (const auto* row : rows)
        squares += (*row->values[column] - mean) * (*row->values[column] - mean);
    return {mean, rows.size() < 2 ? rows.front()->errors[column] : std::sqrt(squares / (count - 1))};
}

}  // namespace

QString compareNumber(std::optional<double> value, const CompareColumn& column) {
    if (!value)
        return QStringLiteral("–");
    const bool share = column.full == 1 || column.full < 0;
    auto number = QString::number(*value, 'f', share ? 2 : *value >= 100 ? 0 : column.decimals);
    if (share && std::abs(*value) < 1) {
        number.replace(QStringLiteral("0."), QStringLiteral("."));
        if (number == QLatin1String(".00") || number == QLatin1String("-.00"))
            number = *value == 0 ? QStringLiteral("0") : QStringLiteral(".00");
    }
    if (share && number == QLatin1String("1.00"))
        number = *value == 1 ? QStringLiteral("1") : number;
    return number.replace('-', QChar(0x2212));
}

CompareModel::CompareModel(const Workspace& workspace, QObject* parent)
    : QAbstractTableModel(parent), m_workspace(workspace) {}

std::vector<std::string> CompareModel::usualColumns() {
    return {"fq",          "mu",    "leak_forget", "gibberish_retain", "refusal_retain", "bystander_refusal",
            "transfer_fq", "time_s"};
}

void CompareModel::setColumns(const std::vector<std::string>& ids) {
    std::vector<std::string> known;
    for (const auto& id : ids)
        for (const auto& column : compareColumns())
            if (column.id == id && std::find(known.begin(), known.end(), id) == known.end())
                known.push_back(id);
    m_columnIds = known.empty() ? usualColumns() : known;
    m_sortColumn = -1;
    refresh();
}

std::vector<std::string> CompareModel::columnIds() const {
    return m_columnIds;
}

void CompareModel::setFolded(bool folded) {
    m_folded = folded;
    refresh();
}

/// At the timeline's stage, a row a shown run.
CompareTable CompareModel::tableOf(const std::vector<std::string>& ids) const {
    std::vector<const RunHistory*> runs;
    for (const int run : m_workspace.shownRuns())
        runs.push_back(&m_workspace.runs()[static_cast<std::size_t>(run)].history);
    return compareRuns(runs, ids, m_workspace.shownStage(), [this](const RunHistory& run, int at) {
        for (const auto& one : m_workspace.runs())
            if (&one.history == &run)
                return one.answers.at(at);
        return std::vector<AnswerRow>();
    });
}

Agreement CompareModel::agreement() const {
    auto ids = m_columnIds;
    for (const char* distance : {"gold_distance_forget", "gold_distance_retain"})
        if (std::find(ids.begin(), ids.end(), distance) == ids.end())
            ids.emplace_back(distance);
    return agreementOf(tableOf(ids));
}

void CompareModel::refresh() {
    beginResetModel();
    const int stage = m_workspace.shownStage();
    std::vector<Row> rows;
    const auto names = runNames(m_workspace);
    for (const int run : m_workspace.shownRuns()) {
        const auto& name = names[static_cast<std::size_t>(run)];
        rows.push_back({{run}, name.method, name.mark});
    }
    m_table = tableOf(m_columnIds);
    if (m_folded)
        fold(m_table, rows);
    m_rows = std::move(rows);
    arrange();
    m_publishedRows.clear();
    for (const auto& row : m_rows) {
        const auto* theirs = m_workspace.publishedOf(row.runs.front());
        m_publishedRows.push_back(theirs ? compareRuns({theirs}, m_columnIds, stage) : CompareTable());
    }
    endResetModel();
}

/// Runs of one method and order become one row, where the first of them stands.
void CompareModel::fold(CompareTable& table, std::vector<Row>& rows) const {
    CompareTable folded{table.columns, {}};
    std::vector<Row> foldedRows;
    std::vector<bool> taken(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (taken[i])
            continue;
        std::vector<const CompareRow*> alike;
        Row row{{}, rows[i].name, {}};
        for (std::size_t j = i; j < rows.size(); ++j)
            if (table.rows[j].method == table.rows[i].method && table.rows[j].order == table.rows[i].order) {
                taken[j] = true;
                alike.push_back(&table.rows[j]);
                row.runs.push_back(rows[j].runs.front());
            }
        auto mean = table.rows[i];
        for (std::size_t column = 0; column < table.columns.size(); ++column)
            std::tie(mean.values[column], mean.errors[column]) = meanOf(alike, column);
        row.mark = alike.size() > 1 ? QString("×%1").arg(alike.size()) : rows[i].mark;
        if (alike.size() > 1)
            mean.name = mean.method + " ×" + std::to_string(alike.size());
        folded.rows.push_back(std::move(mean));
        foldedRows.push_back(std::move(row));
    }
    table = std::move(folded);
    rows = std::move(foldedRows);
}

/// By the chosen column; what was not measured comes last either way.
void CompareModel::arrange() {
    if (m_sortColumn < 0)
        return;
    std::vector<std::size_t> order(m_rows.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const bool up = m_sortOrder == Qt::AscendingOrder;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        if (m_sortColumn == 0) {
            const int way =
                QString::localeAwareCompare(m_rows[a].name + m_rows[a].mark, m_rows[b].name + m_rows[b].mark);
            return up ? way < 0 : way > 0;
        }
        const auto column = static_cast<std::size_t>(m_sortColumn) - 1;
        const auto &left = m_table.rows[a].values[column], &right = m_table.rows[b].values[column];
        if (!left || !right)
            return left.has_value() && !right.has_value();
        return up ? *left < *right : *left > *right;
    });
    std::vector<Row> rows;
    std::vector<CompareRow> values;
    for (const auto i : order) {
        rows.push_back(std::move(m_rows[i]));
        values.push_back(std::move(m_table.rows[i]));
    }
    m_rows = std::move(rows);
    m_table.rows = std::move(values);
}

void CompareModel::sort(int column, Qt::SortOrder order) {
    m_sortColumn = column;
    m_sortOrder = order;
    refresh();
}

int CompareModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int CompareModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : 1 + static_cast<int>(m_table.columns.size());
}

std::optional<double> CompareModel::publishedOf(std::size_t row, std::size_t column) const {
    const auto& rows = m_publishedRows[row].rows;
    return rows.empty() ? std::nullopt : rows.front().values[column];
}

CompareCell CompareModel::cell(const QModelIndex& index) const {
    CompareCell cell;
    if (!index.isValid() || index.column() == 0)
        return cell;
    const auto row = static_cast<std::size_t>(index.row()), column = static_cast<std::size_t>(index.column()) - 1;
    const auto& about = m_table.columns[column];
    cell.value = m_table.rows[row].values[column];
    cell.error = m_table.rows[row].errors[column];
    cell.best = isBest(m_table, column, m_table.rows[row], about.full == 0 ? 0 : 2);  // as shown
    cell.published = publishedOf(row, column);
    double full = about.full;
    if (full == 0)
        for (const auto& other : m_table.rows)
            full = std::max(full, other.values[column].value_or(0));
    if (cell.value && full > 0)
        cell.bar = std::clamp(*cell.value / full, 0.0, 1.0);
    return cell;
}

QVariant CompareModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid())
        return {};
    const auto row = static_cast<std::size_t>(index.row());
    if (role == Qt::ToolTipRole)
        return toolTip(index);
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(index.column() == 0 ? Qt::AlignLeft | Qt::AlignVCenter
                                                       : Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole && role != Qt::AccessibleTextRole)
        return {};
    if (index.column() == 0)
        return m_rows[row].mark.isEmpty() ? m_rows[row].name : m_rows[row].name + ' ' + m_rows[row].mark;
    const auto column = static_cast<std::size_t>(index.column()) - 1;
    return compareNumber(m_table.rows[row].values[column], m_table.columns[column]);
}

QString CompareModel::toolTip(const QModelIndex& index) const {
    const auto row = static_cast<std::size_t>(index.row());
    if (index.column() == 0) {
        QStringList titles;
        for (const int run : m_rows[row].runs)
            titles << runTitle(m_workspace, run);
        return titles.join('\n');
    }
    const auto shown = cell(index);
    const auto& about = m_table.columns[static_cast<std::size_t>(index.column()) - 1];
    QStringList lines{QString("%1: %2").arg(text(about.title), shown.value
                                                                   ? QString::number(*shown.value, 'f', about.decimals)
                                                                   : tr("not measured at this stage"))};
    if (shown.error > 0)
        lines << (m_rows[row].runs.size() > 1 ? tr("± %1, the spread of %2 runs")
                                                    .arg(shown.error, 0, 'f', about.decimals)
                                                    .arg(m_rows[row].runs.size())
                                              : tr("± %1, standard error").arg(shown.error, 0, 'f', about.decimals));
    if (const auto& runs = m_rows[row].runs; shown.value && runs.size() == 1) {
        const int stage = m_table.rows[row].stage;
        const auto& run = m_workspace.runs()[static_cast<std::size_t>(runs.front())];
        const AnswerIntervals intervals(static_cast<int>(run.history.requests.size()), run.answers.at(stage));
        if (const auto sure = compareInterval(about, intervals, stage)) {
            if (sure->interval)
                lines << tr("95 % [%1, %2], drawing whole entities")
                             .arg(sure->interval->low, 0, 'f', about.decimals)
                             .arg(sure->interval->high, 0, 'f', about.decimals);
            lines << tr("%1 answers about %2 entities").arg(sure->answers).arg(sure->entities);
        }
    }
    if (shown.published) {
        const auto& theirs = m_publishedRows[row].rows.front();
        lines << tr("published: %1 (%2; %3)")
                     .arg(*shown.published, 0, 'f', about.decimals)
                     .arg(text(theirs.name), text(theirs.published));
    }
    return lines.join('\n');
}

QVariant CompareModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    if (section == 0)
        return role == Qt::DisplayRole ? QVariant(m_workspace.stageName(m_workspace.shownStage())) : QVariant();
    const auto& column = m_table.columns[static_cast<std::size_t>(section) - 1];
    if (role == Qt::DisplayRole)
        return text(column.title);
    if (role == Qt::ToolTipRole)
        return text(column.help) + '\n' +
               (column.better > 0   ? tr("Higher is better.")
                : column.better < 0 ? tr("Lower is better.")
                                    : tr("Neither high nor low is better by itself.")) +
               ' ' + tr("Click to sort.");
    if (role == Qt::UserRole)
        return column.better;
    return {};
}

int CompareModel::runOf(int row) const {
    return row < 0 || row >= rowCount() ? -1 : m_rows[static_cast<std::size_t>(row)].runs.front();
}

std::vector<int> CompareModel::runsOf(int row) const {
    return row < 0 || row >= rowCount() ? std::vector<int>() : m_rows[static_cast<std::size_t>(row)].runs;
}

int CompareModel::rowOfRun(int run) const {
    for (std::size_t row = 0; row < m_rows.size(); ++row)
        if (const auto& runs = m_rows[row].runs; std::find(runs.begin(), runs.end(), run) != runs.end())
            return static_cast<int>(row);
    return -1;
}

}  // namespace lacuna
