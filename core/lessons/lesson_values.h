// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/benchmark/benchmark.h"
#include "core/runs/run_history.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lacuna {

/// What a lesson's text may name between braces: a figure or an answer of one of its runs, or a word of the benchmark.
struct LessonReference {
    enum class Kind {
        Cell,      ///< RUN.METRIC.SPLIT.REQUEST@STAGE
        Error,     ///< RUN.error.METRIC.SPLIT.REQUEST@STAGE: its standard error
        Count,     ///< RUN.count.METRIC.SPLIT.REQUEST@STAGE: answers in it
        Curve,     ///< RUN.METRIC.forgetting@STAGE, RUN.METRIC.retention@STAGE
        Measure,   ///< RUN.MEASURE.SPLIT: of the whole run, of FQ or MU
        Answer,    ///< RUN.answer.ENTITY.KIND@STAGE
        Verdict,   ///< RUN.verdict.ENTITY.KIND@STAGE: "knows"
        Sure,      ///< RUN.sure.ENTITY.KIND@STAGE: probability of the true answer, per token
        Route,     ///< RUN.sent.ENTITY.KIND@STAGE: "expert A", "base"
        Seed,      ///< RUN.seed
        Seconds,   ///< RUN.seconds: of work
        Steps,     ///< RUN.steps: of training
        Truth,     ///< truth.ENTITY.KIND
        Question,  ///< question.ENTITY.KIND
        Name,      ///< name.ENTITY
        Size       ///< size.REQUEST: entities it forgets
    };
    Kind kind = Kind::Cell;
    std::string run = {}, metric = {}, request = {}, entity = {}, question = {};
    Split split = Split::Forget;
    int stage = 0;
    bool operator==(const LessonReference&) const = default;
};

using LessonValue = std::variant<double, std::string>;

/// One or more terms, added or subtracted.
struct LessonExpression {
    struct Term {
        double sign = 1;
        std::variant<LessonReference, LessonValue> of;
    };
    std::vector<Term> terms;
    std::string source;  ///< as it stands in the file
};

enum class LessonFormat { Natural, Percent, Points, Number, Whole };

/// Text with values between braces: "{ga.mu.retain.A@1}", "{a - b | points}".
struct LessonText {
    struct Part {
        std::string text;                            ///< before the value
        std::optional<LessonExpression> value = {};  ///< none at the end
        LessonFormat format = LessonFormat::Natural;
    };
    std::string source;  ///< Markdown as it stands in the file
    std::vector<Part> parts;
    int line = 0;  ///< of the file
    bool empty() const { return source.empty(); }
};

/// "A < B", with < <= > >= = !=.
struct LessonCondition {
    enum class Is { Less, LessOrEqual, More, MoreOrEqual, Equal, Other };
    LessonExpression left, right;
    Is is = Is::Equal;
    std::string source;
};

/// What a lesson's runs and its benchmark say, from wherever they are.
struct LessonFacts {
    const Benchmark* benchmark = nullptr;
    std::function<const RunHistory*(const std::string& run)> history;  ///< null while it has not begun
    std::function<std::vector<AnswerRow>(const std::string& run, const std::string& entity)> answers;
};

/// Nothing while it has not been measured.
std::optional<LessonValue> lessonValue(const LessonReference& reference, const LessonFacts& facts);
std::optional<LessonValue> lessonValue(const LessonExpression& expression, const LessonFacts& facts);

/// Do all hold? Nothing while one of them cannot be said.
std::optional<bool> lessonHolds(const std::vector<LessonCondition>& conditions, const LessonFacts& facts);

/// A text with its values in place, as Markdown; what is not known yet is "…".
struct LessonSentence {
    std::string text;
    bool complete = true;
};
LessonSentence lessonSentence(const LessonText& text, const LessonFacts& facts);

/// The runs that an expression, a text or conditions ask.
void addLessonRuns(const LessonExpression& expression, std::vector<std::string>& runs);
void addLessonRuns(const LessonText& text, std::vector<std::string>& runs);
void addLessonRuns(const std::vector<LessonCondition>& conditions, std::vector<std::string>& runs);

}  // namespace lacuna
