// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Inside of this room: how the rows of a run stand in the tables of its files.
#include "core/runs/run_history.h"
#include "core/runs/tables/table.h"

namespace lacuna {

/// Tables to read. `columns` of steps: empty = all.
struct TableChoice {
    bool requests = true;
    bool steps = true;
    std::vector<std::string> stepColumns;
    bool cells = true;
    bool answers = true;
    bool tokens = true;
    bool resources = true;
};
std::vector<TableSpec> tableSpecs(const TableChoice& choice);

Table requestTable(const std::vector<RequestRow>& requests);

/// Every table but that of the requests. `firstAnswer` is added to the row numbers of the tokens' answers.
std::vector<Table> rowTables(const RunRows& rows, std::size_t firstAnswer = 0);

/// Attributes of a file of this run, which holds stages of these makers.
std::map<std::string, std::string> fileAttributes(const RunSpec& spec, const std::vector<StageMaker>& makers = {});

/// Rows as they come back from a file. Texts and numbers are checked; throws InputError that opens with `where`.
/// The tables of `content` are taken apart. `firstAnswer`: answers before those that were read.
RunRows rowsFromTables(TableFile& content, std::string_view where, std::size_t firstAnswer = 0);
std::vector<RequestRow> requestsFromTables(const TableFile& content, std::string_view where);

/// Answers with their tokens as bytes for one machine and build, every column of both tables among them, and back.
/// Throws InputError for bytes that are none.
std::string answerBytes(const std::vector<AnswerRow>& rows);
std::vector<AnswerRow> answersFromBytes(std::string_view bytes);
/// The columns in those bytes with their types: whoever keeps bytes keeps this beside them.
std::string answerColumns();

/// Texts as the files keep them: NUL bytes and bytes that are no UTF-8 become U+FFFD.
AnswerRow storableAnswer(AnswerRow row);

}  // namespace lacuna
