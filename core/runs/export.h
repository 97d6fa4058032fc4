// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/answer_intervals.h"
#include "core/runs/run_history.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lacuna {

/// One column of the comparison: a metric of the catalog over some sets, or the working time.
struct CompareColumn {
    std::string id;     ///< "exact_forget"
    std::string title;  ///< "Exactly right, forget"
    std::string help;   ///< what it is, with the formula
    int better = 0;     ///< +1 higher, −1 lower, 0 neither
    int decimals = 3;
    double full = 0;          ///< what fills a bar: 1 of a share; 0 = the largest there is; negative = there is no bar
    std::string metric = {};  ///< of which it is the mean over `split`s of tasks; empty = it is something else
    Split split = Split::Forget;
    bool asked = false;  ///< measured where somebody asks for it, or beside gold: a table without it has no column
};

/// All there are; the default of `compareRuns`.
const std::vector<CompareColumn>& compareColumns();

struct CompareRow {
    std::string name;
    std::string method;                  ///< as shown
    std::string order;                   ///< "ABCD"
    std::string images;                  ///< as in the spec; picturesNote is said beside the name
    int stage = 0;                       ///< the stage the values belong to
    int stageCount = 0;                  ///< of the whole run
    std::string makers;                  ///< see changeOfMakers; mostly empty
    std::string published;               ///< see RunHistory::published; mostly empty
    bool reference = false;              ///< see MethodRow::reference
    std::vector<RequestRow> endedEarly;  ///< requests up to the stage whose training was ended before its last step
    std::vector<std::optional<double>> values;  ///< one per column; nothing where it was not measured
    std::vector<double> errors;                 ///< their standard errors; 0 where there is none
    std::vector<std::optional<AnswerInterval>>
        intervals;  ///< of the values, where they were asked for and there is one
};

/// The answers of a run at a stage.
using AnswersAt = std::function<std::vector<AnswerRow>(const RunHistory& run, int stage)>;
/// Those that the history holds.
std::vector<AnswerRow> answersOf(const RunHistory& run, int stage);

struct CompareTable {
    std::vector<CompareColumn> columns;
    std::vector<CompareRow> rows;
};

/// Runs × metrics at the last stage of each that is measured (published figures: at most that of the longest run beside
/// them), or at `stage`. Forgetting counts the requests up to the
/// stage, retention all of them (see forgettingCurve, retentionCurve); stability and backward transfer are those of the
/// sequence so far; what is held against gold needs its run among `runs` (see goldOf) and the answers of both. Without
/// `columnIds` all columns, of the asked ones those that some run has. Throws InputError for an unknown column, with
/// the nearest known one.
CompareTable compareRuns(const std::vector<const RunHistory*>& runs, const std::vector<std::string>& columnIds = {},
                         std::optional<int> stage = {}, const AnswersAt& answersAt = answersOf);

/// Fills in the intervals of every row: of `runs`, which the table was made of (some 5 ms a run).
void addIntervals(CompareTable& table, const std::vector<const RunHistory*>& runs);

/// The interval of one value of one run; nothing where the column is not a mean over answers.
std::optional<AnswerInterval> compareInterval(const CompareColumn& column, const AnswerIntervals& intervals, int stage);

/// True when this value is as good as the best of its column, as far as `decimals` (none: the column's) show it, and
/// there is another to be better than. Published figures are of other models and questions, and gold is what the others
/// are held against: they do not compete.
bool isBest(const CompareTable& table, std::size_t column, const CompareRow& of, std::optional<int> decimals = {});

/// The name, and that its pictures were stand-ins where they were, or that its figures are published ones.
std::string shownName(const CompareRow& row);

/// Whose the published figures of a table are, each once: its footnotes; mostly none.
std::vector<std::string> publishedNotes(const CompareTable& table);

/// "A after 8 of 60 steps, C after 0 of 60 steps": what the table's footnote says of a row that is marked; mostly
/// empty.
std::string endedEarlyText(const CompareRow& row);

/// Markdown and LaTeX (booktabs) mark the best of each column and round; CSV and JSON hold full precision, and the
/// intervals where they were added: FIGURE_low, _high (95 %, by entities), _answers and _entities, behind all figures.
std::string compareCsv(const CompareTable& table);
std::string compareLatex(const CompareTable& table);
std::string compareMarkdown(const CompareTable& table);
std::string compareJson(const CompareTable& table);

/// A field of a CSV line, quoted where it must be.
std::string csvText(const std::string& text);

}  // namespace lacuna
