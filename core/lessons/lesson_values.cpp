// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/lessons/lesson_values.h"

#include "core/catalog/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace lacuna {
namespace {

using Kind = LessonReference::Kind;
using MaybeValue = std::optional<LessonValue>;

const Entity* entityOf(const Benchmark* benchmark, const std::string& id) {
    if (benchmark)
        for (const auto* all : {&benchmark->entities, &benchmark->bystanders})
            for (const auto& entity : *all)
                if (entity.id == id)
                    return &entity;
    return nullptr;
}

const Question* questionOf(const Benchmark* benchmark, const LessonReference& reference) {
    const auto* entity = entityOf(benchmark, reference.entity);
    if (entity)
        for (const auto& question : entity->questions)
            if (question.kind == reference.question)
                return &question;
    return nullptr;
}

MaybeValue ofBenchmark(const LessonReference& reference, const Benchmark* benchmark) {
    if (reference.kind == Kind::Size) {
        if (benchmark)
            for (const auto& request : benchmark->requests)
                if (request.name == reference.request)
                    return static_cast<double>(request.forgetEntities.size());
        return std::nullopt;
    }
    if (reference.kind == Kind::Name) {
        const auto* entity = entityOf(benchmark, reference.entity);
        return entity ? MaybeValue(entity->name) : std::nullopt;
    }
    const auto* question = questionOf(benchmark, reference);
    if (!question)
        return std::nullopt;
    return reference.kind == Kind::Truth ? question->answer : question->phrasings.front();
}

MaybeValue finite(double value) {
    return std::isfinite(value) ? MaybeValue(value) : std::nullopt;
}

MaybeValue ofCell(const LessonReference& reference, const RunHistory& run) {
    for (std::size_t task = 0; task < run.requests.size(); ++task)
        if (run.requests[task].name == reference.request) {
            const auto* cell = run.cell(reference.stage, static_cast<int>(task), reference.split, reference.metric);
            if (!cell)
                return std::nullopt;
            return reference.kind == Kind::Cell    ? finite(cell->value)
                   : reference.kind == Kind::Error ? finite(cell->standardError)
                                                   : MaybeValue(static_cast<double>(cell->count));
        }
    return std::nullopt;
}

MaybeValue ofCurve(const LessonReference& reference, const RunHistory& run) {
    const auto curve = reference.split == Split::Forget ? forgettingCurve(run, reference.metric)
                                                        : retentionCurve(run, reference.metric);
    for (const auto& point : curve)
        if (point.stage == reference.stage)
            return finite(point.value);
    return std::nullopt;
}

MaybeValue ofRun(const LessonReference& reference, const RunHistory& run) {
    switch (reference.kind) {
        case Kind::Cell:
        case Kind::Error:
        case Kind::Count:
            return ofCell(reference, run);
        case Kind::Curve:
            return ofCurve(reference, run);
        case Kind::Measure:
            for (const auto& measure : runMeasures())
                if (measure.metric == reference.metric) {
                    const auto value = measure.of(run, reference.split, reference.split == Split::Forget ? "fq" : "mu",
                                                  run.stageCount() - 1);
                    return value ? finite(*value) : std::nullopt;
                }
            return std::nullopt;
        case Kind::Seed:
            return static_cast<double>(run.spec.seed);
        case Kind::Seconds:
            if (run.steps.empty() || run.status != RunStatus::Finished)
                return std::nullopt;
            return std::max(run.steps.elapsedS.back(), run.resources.empty() ? 0 : run.resources.back().elapsedS);
        case Kind::Steps:
            return run.status == RunStatus::Finished ? MaybeValue(static_cast<double>(run.steps.size())) : std::nullopt;
        default:
            return std::nullopt;
    }
}

/// The first that asks about it: of several views, the one in the first phrasing.
MaybeValue ofAnswer(const LessonReference& reference, const std::vector<AnswerRow>& answers) {
    const AnswerRow* found = nullptr;
    for (const auto& row : answers)
        if (row.stage == reference.stage && row.kind == reference.question &&
            (!found || row.phrasing < found->phrasing))
            found = &row;
    if (!found)
        return std::nullopt;
    switch (reference.kind) {
        case Kind::Verdict:
            return found->verdict ? MaybeValue(std::string(verdictRow(*found->verdict).id)) : std::nullopt;
        case Kind::Sure:
            return finite(found->probability);
        case Kind::Route:
            return found->gateChoice.empty() ? std::nullopt : MaybeValue(found->gateChoice);
        default:
            return found->answer;
    }
}

/// As text that Markdown leaves alone.
std::string escaped(const std::string& text) {
    std::string safe;
    for (const char letter : text) {
        if (std::string_view("\\`*_{}[]<>()#+-!|~&").find(letter) != std::string_view::npos)
            safe += '\\';
        safe += letter == '\n' ? ' ' : letter;
    }
    return safe;
}

LessonFormat natural(const LessonExpression& expression) {
    if (expression.terms.size() > 1)
        return LessonFormat::Points;
    const auto* reference = std::get_if<LessonReference>(&expression.terms.front().of);
    if (!reference)
        return LessonFormat::Number;
    switch (reference->kind) {
        case Kind::Cell:
        case Kind::Curve:
        case Kind::Error:
        case Kind::Sure:
            return LessonFormat::Percent;
        case Kind::Measure:
            return LessonFormat::Points;
        default:
            return LessonFormat::Whole;
    }
}

std::string formatted(double value, LessonFormat format) {
    const auto whole = [](double number) { return std::lround(number); };
    switch (format) {
        case LessonFormat::Percent:
            return fmt::format("{} %", whole(value * 100));
        case LessonFormat::Points: {
            const auto points = whole(value * 100);
            return fmt::format("{}{} points", points < 0 ? "−" : points > 0 ? "+" : "", std::abs(points));
        }
        case LessonFormat::Number:
            return fmt::format("{:.3g}", value);
        default:
            return fmt::format("{}", whole(value));
    }
}

}  // namespace

MaybeValue lessonValue(const LessonReference& reference, const LessonFacts& facts) {
    switch (reference.kind) {
        case Kind::Truth:
        case Kind::Question:
        case Kind::Name:
        case Kind::Size:
            return ofBenchmark(reference, facts.benchmark);
        default:
            break;
    }
    const auto* run = facts.history ? facts.history(reference.run) : nullptr;
    if (!run)
        return std::nullopt;
    switch (reference.kind) {
        case Kind::Answer:
        case Kind::Verdict:
        case Kind::Sure:
        case Kind::Route:
            return facts.answers ? ofAnswer(reference, facts.answers(reference.run, reference.entity)) : std::nullopt;
        default:
            return ofRun(reference, *run);
    }
}

MaybeValue lessonValue(const LessonExpression& expression, const LessonFacts& facts) {
    MaybeValue sum;
    for (const auto& term : expression.terms) {
        const auto* reference = std::get_if<LessonReference>(&term.of);
        const auto value = reference ? lessonValue(*reference, facts) : MaybeValue(std::get<LessonValue>(term.of));
        if (!value)
            return std::nullopt;
        if (expression.terms.size() == 1 && term.sign > 0)
            return value;
        const auto* number = std::get_if<double>(&*value);
        if (!number)
            return std::nullopt;
        sum = (sum ? std::get<double>(*sum) : 0) + term.sign * *number;
    }
    return sum;
}

std::optional<bool> lessonHolds(const std::vector<LessonCondition>& conditions, const LessonFacts& facts) {
    using Is = LessonCondition::Is;
    bool all = true;
    for (const auto& condition : conditions) {
        const auto left = lessonValue(condition.left, facts), right = lessonValue(condition.right, facts);
        if (!left || !right || left->index() != right->index())
            return std::nullopt;
        switch (condition.is) {
            case Is::Less:
                all &= *left < *right;
                break;
            case Is::LessOrEqual:
                all &= *left <= *right;
                break;
            case Is::More:
                all &= *left > *right;
                break;
            case Is::MoreOrEqual:
                all &= *left >= *right;
                break;
            case Is::Equal:
                all &= *left == *right;
                break;
            case Is::Other:
                all &= *left != *right;
                break;
        }
    }
    return all;
}

LessonSentence lessonSentence(const LessonText& text, const LessonFacts& facts) {
    LessonSentence sentence;
    for (const auto& part : text.parts) {
        sentence.text += part.text;
        if (!part.value)
            continue;
        const auto value = lessonValue(*part.value, facts);
        if (!value) {
            sentence.text += "…";
            sentence.complete = false;
        } else if (const auto* number = std::get_if<double>(&*value)) {
            sentence.text +=
                formatted(*number, part.format == LessonFormat::Natural ? natural(*part.value) : part.format);
        } else {
            sentence.text += escaped(std::get<std::string>(*value));
        }
    }
    return sentence;
}

void addLessonRuns(const LessonExpression& expression, std::vector<std::string>& runs) {
    for (const auto& term : expression.terms) {
        const auto* reference = std::get_if<LessonReference>(&term.of);
        if (reference && !reference->run.empty() && std::find(runs.begin(), runs.end(), reference->run) == runs.end())
            runs.push_back(reference->run);
    }
}

void addLessonRuns(const LessonText& text, std::vector<std::string>& runs) {
    for (const auto& part : text.parts)
        if (part.value)
            addLessonRuns(*part.value, runs);
}

void addLessonRuns(const std::vector<LessonCondition>& conditions, std::vector<std::string>& runs) {
    for (const auto& condition : conditions) {
        addLessonRuns(condition.left, runs);
        addLessonRuns(condition.right, runs);
    }
}

}  // namespace lacuna
