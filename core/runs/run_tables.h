// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Inside of this room: how the rows of a run stand in the tables of its files.
#include "core/runs/run_history.h"
#include "core/runs/tables/table.h"

#include <functional>
#include <map>
#include <optional>
#include <set>

namespace lacuna {

/// Rows by table.
using RowCounts = std::map<std::string, std::size_t, std::less<>>;

/// What to read of a file.
struct TableChoice {
    std::set<std::string_view> only = {};     ///< tables; empty = all. The tokens come with the answers alone
    std::set<std::string_view> columns = {};  ///< of each table, beside the required ones; empty = all
    RowCounts first = {};                     ///< where a reader of a growing file goes on
};
std::vector<TableSpec> tableSpecs(const TableChoice& choice);

Table requestTable(const std::vector<RequestRow>& requests);

/// Every table of RunRows. `firstAnswer` is added to the row numbers of the tokens' answers.
std::vector<Table> rowTables(const RunRows& rows, std::size_t firstAnswer = 0);

/// Attributes of a file of this run, which holds stages of these makers.
std::map<std::string, std::string> fileAttributes(const RunSpec& spec, const std::vector<StageMaker>& makers = {});

/// Rows as they come back from a file that was asked for `asked`: columns it lacks hold NaN or a row's default. Texts
/// and numbers are checked; throws InputError that opens with `where`. The tables of `content` are taken apart.
RunRows rowsFromTables(TableFile& content, const std::vector<TableSpec>& asked, std::string_view where);
std::vector<RequestRow> requestsFromTables(TableFile& content, std::string_view where);

/// Answers with their tokens as bytes for one machine and build, every column of both tables among them, and back.
/// Throws InputError for bytes that are none.
std::string answerBytes(const std::vector<AnswerRow>& rows);
std::vector<AnswerRow> answersFromBytes(std::string_view bytes);
/// The columns in those bytes with their types: whoever keeps bytes keeps this beside them.
std::string answerColumns();

/// Texts as the files keep them: NUL bytes and bytes that are no UTF-8 become U+FFFD.
void makeStorable(RunRows& rows);

/// `visit(stage, task)` for each row that belongs to a stage; task is nothing in tables without one.
template <typename Rows, typename Visit>
void visitPlaces(const Rows& rows, Visit&& visit) {
    using Row = typename Rows::value_type;
    if constexpr (requires { rows.stage; }) {  // by columns
        for (const int stage : rows.stage)
            visit(stage, std::optional<int>());
    } else if constexpr (requires(const Row& row) { row.stage; }) {
        for (const auto& row : rows) {
            std::optional<int> task;
            if constexpr (requires { row.task; })
                task = row.task;
            visit(row.stage, task);
        }
    }
}

}  // namespace lacuna
