// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/lessons/lesson_grammar.h"

#include "core/base/error.h"
#include "core/base/parameter.h"
#include "core/catalog/metrics.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

namespace lacuna {
namespace {

using Kind = LessonReference::Kind;

std::string trimmed(std::string_view text) {
    const auto from = text.find_first_not_of(" \t\n");
    if (from == std::string_view::npos)
        return {};
    return std::string(text.substr(from, text.find_last_not_of(" \t\n") - from + 1));
}

std::vector<std::string> split(std::string_view text, char by) {
    std::vector<std::string> parts;
    for (std::size_t from = 0; from <= text.size();) {
        const auto to = std::min(text.find(by, from), text.size());
        parts.emplace_back(text.substr(from, to - from));
        from = to + 1;
    }
    return parts;
}

Error unknown(std::string_view what, const std::string& name, const std::vector<std::string>& known) {
    const auto near = nearestWord(name, known);
    constexpr std::size_t most = 12;
    const bool few = !known.empty() && known.size() <= most;
    return inputError("there is no {} \"{}\".{}{}", what, name.substr(0, 100),
                      near.empty() ? "" : fmt::format(" Did you mean \"{}\"?", near),
                      few ? fmt::format(" Known are: {}.", fmt::join(known, ", ")) : "");
}

const Entity* findEntity(const std::string& id, const Benchmark& benchmark) {
    for (const auto* all : {&benchmark.entities, &benchmark.bystanders})
        for (const auto& entity : *all)
            if (entity.id == id)
                return &entity;
    return nullptr;
}

const LessonRun& findRun(const std::string& id, const LessonNames& names) {
    std::vector<std::string> known{"truth", "question", "name", "size"};
    for (const auto& run : *names.runs) {
        if (run.id == id)
            return run;
        known.push_back(run.id);
    }
    throw unknown("run", id, known);
}

void checkRequest(const std::string& request, const std::vector<std::string>& known) {
    if (!known.empty() && std::find(known.begin(), known.end(), request) == known.end())
        throw unknown("request", request, known);
}

void checkCellMetric(const std::string& id) {
    std::vector<std::string> known;
    for (const auto& row : metricRows()) {
        if (row.scope != MetricScope::Cell)
            continue;
        if (row.id == id)
            return;
        known.push_back(row.id);
    }
    throw unknown("metric of a cell", id, known);
}

Split splitNamed(const std::string& name) {
    const auto found = splitFromId(name);
    if (!found || *found == Split::Bystander)
        throw unknown("split", name, {"forget", "retain"});
    return *found;
}

struct Parts {
    std::vector<std::string> words;
    const std::string& source;

    void expect(std::size_t count, std::string_view form) const {
        if (words.size() != count)
            throw inputError("\"{}\" is not of the form {}.", source.substr(0, 100), form);
    }
};

/// truth.ENTITY.KIND and its like; nothing where the first word is a run's.
std::optional<LessonReference> ofBenchmark(const Parts& parts, const LessonNames& names) {
    const auto& words = parts.words;
    LessonReference reference;
    if (words[0] == "truth" || words[0] == "question") {
        parts.expect(3, words[0] + ".ENTITY.KIND");
        reference.kind = words[0] == "truth" ? Kind::Truth : Kind::Question;
        reference.entity = words[1];
        reference.question = words[2];
        checkLessonQuestion(words[1], words[2], names);
    } else if (words[0] == "name") {
        parts.expect(2, "name.ENTITY");
        reference.kind = Kind::Name;
        reference.entity = words[1];
        checkLessonEntity(words[1], names);
    } else if (words[0] == "size") {
        parts.expect(2, "size.REQUEST");
        reference.kind = Kind::Size;
        reference.request = words[1];
        checkRequest(words[1], requestsOf({}, names.benchmark));
    } else {
        return std::nullopt;
    }
    return reference;
}

/// What is said of a whole run; nothing where it is of a stage.
std::optional<LessonReference> ofWholeRun(const Parts& parts) {
    const auto& words = parts.words;
    LessonReference reference{.run = words[0]};
    if (words.size() == 2) {
        if (words[1] == "seed")
            reference.kind = Kind::Seed;
        else if (words[1] == "seconds")
            reference.kind = Kind::Seconds;
        else if (words[1] == "steps")
            reference.kind = Kind::Steps;
        else
            throw unknown("value of a run", words[1], {"seed", "seconds", "steps"});
        return reference;
    }
    for (const auto& measure : runMeasures())
        if (words.size() == 3 && words[1] == measure.metric) {
            reference.kind = Kind::Measure;
            reference.metric = words[1];
            reference.split = splitNamed(words[2]);
            return reference;
        }
    return std::nullopt;
}

std::optional<Kind> answerKind(const std::string& word) {
    return word == "answer"    ? std::optional(Kind::Answer)
           : word == "verdict" ? std::optional(Kind::Verdict)
           : word == "sure"    ? std::optional(Kind::Sure)
           : word == "sent"    ? std::optional(Kind::Route)
                               : std::nullopt;
}

/// RUN.….…, without its stage.
LessonReference ofStage(const Parts& parts, const LessonNames& names, const LessonRun& run) {
    auto words = parts.words;
    LessonReference reference{.run = words[0]};
    if (const auto kind = words.size() > 1 ? answerKind(words[1]) : std::nullopt) {
        parts.expect(4, "RUN." + words[1] + ".ENTITY.KIND@STAGE");
        reference.kind = *kind;
        reference.entity = words[2];
        reference.question = words[3];
        checkLessonQuestion(words[2], words[3], names);
        return reference;
    }
    if (words.size() == 3 && (words[2] == "forgetting" || words[2] == "retention")) {
        checkCellMetric(words[1]);
        reference.kind = Kind::Curve;
        reference.metric = words[1];
        reference.split = words[2] == "forgetting" ? Split::Forget : Split::Retain;
        return reference;
    }
    if (words.size() == 5 && (words[1] == "error" || words[1] == "count")) {
        reference.kind = words[1] == "error" ? Kind::Error : Kind::Count;
        words.erase(words.begin() + 1);
    }
    if (words.size() != 4)
        parts.expect(4, "RUN.METRIC.SPLIT.REQUEST@STAGE");
    checkCellMetric(words[1]);
    reference.metric = words[1];
    reference.split = splitNamed(words[2]);
    reference.request = words[3];
    checkRequest(words[3], requestsOf(run.spec, names.benchmark));
    return reference;
}

LessonReference referenceOf(const std::string& source, const LessonNames& names) {
    const auto at = source.rfind('@');
    const auto path = source.substr(0, at);
    const Parts parts{split(path, '.'), source};
    if (auto reference = ofBenchmark(parts, names))
        return *reference;
    const auto& run = findRun(parts.words[0], names);
    if (at == std::string::npos) {
        if (auto reference = ofWholeRun(parts))
            return *reference;
        throw inputError("\"{}\" does not say at which stage. Write \"{}@1\" or \"{}@last\".", source.substr(0, 100),
                         path.substr(0, 100), path.substr(0, 100));
    }
    auto reference = ofStage(parts, names, run);
    reference.stage = lessonStage(source.substr(at + 1), run.spec, names.benchmark);
    return reference;
}

std::variant<LessonReference, LessonValue> termOf(const std::string& source, const LessonNames& names) {
    if (source.empty())
        throw inputError("a value is missing.");
    double number = 0;
    const auto* end = source.data() + source.size();
    if (const auto read = std::from_chars(source.data(), end, number);
        read.ec == std::errc() && (read.ptr == end || (*read.ptr == '%' && read.ptr + 1 == end)))
        return LessonValue(read.ptr == end ? number : number / 100);
    if (verdictFromId(source) || source == baseRoute || source.starts_with("expert "))
        return LessonValue(source);
    return referenceOf(source, names);
}

LessonExpression expressionOf(const std::string& source, const LessonNames& names) {
    LessonExpression expression{{}, trimmed(source)};
    double sign = 1;
    std::string_view rest(expression.source);
    while (true) {
        const auto to = std::min({rest.find(" - "), rest.find(" + "), rest.size()});
        expression.terms.push_back({sign, termOf(trimmed(rest.substr(0, to)), names)});
        if (to == rest.size())
            return expression;
        sign = rest[to + 1] == '-' ? -1 : 1;
        rest.remove_prefix(to + 3);
    }
}

LessonFormat formatOf(const std::string& name) {
    if (name == "percent")
        return LessonFormat::Percent;
    if (name == "points")
        return LessonFormat::Points;
    if (name == "number")
        return LessonFormat::Number;
    if (name == "whole")
        return LessonFormat::Whole;
    throw unknown("form of a number", name, {"percent", "points", "number", "whole"});
}

}  // namespace

std::vector<std::string> requestsOf(const RunSpec& spec, const Benchmark* benchmark) {
    if (!spec.order.empty())
        return spec.order;
    std::vector<std::string> names;
    for (const auto& request : spec.requests)
        names.push_back(request.name);
    if (names.empty() && benchmark)
        for (const auto& request : benchmark->requests)
            names.push_back(request.name);
    return names;
}

int lessonStage(const std::string& text, const RunSpec& spec, const Benchmark* benchmark) {
    const auto requests = static_cast<int>(requestsOf(spec, benchmark).size());
    if (text == "last")
        return requests;
    int stage = -1;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), stage);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size() || stage < 0)
        throw inputError("\"{}\" is no stage. Write 0 for the original model, 1, 2, … or last.", text.substr(0, 40));
    if (requests > 0 && stage > requests)
        throw inputError("there is no stage {}: the run has {} request{}.", stage, requests, requests == 1 ? "" : "s");
    return stage;
}

void checkLessonEntity(const std::string& id, const LessonNames& names) {
    if (!names.benchmark || findEntity(id, *names.benchmark))
        return;
    std::vector<std::string> known;
    for (const auto* all : {&names.benchmark->entities, &names.benchmark->bystanders})
        for (const auto& entity : *all)
            known.push_back(entity.id);
    throw unknown("entity", id, known);
}

void checkLessonQuestion(const std::string& id, const std::string& kind, const LessonNames& names) {
    checkLessonEntity(id, names);
    if (!names.benchmark)
        return;
    std::vector<std::string> known;
    for (const auto& question : findEntity(id, *names.benchmark)->questions)
        known.push_back(question.kind);
    if (std::find(known.begin(), known.end(), kind) == known.end())
        throw unknown("question about " + id, kind, known);
}

LessonText lessonText(const std::string& source, const LessonNames& names) {
    LessonText text;
    text.source = source;
    for (std::size_t from = 0;;) {
        const auto open = source.find('{', from);
        if (open == std::string::npos) {
            text.parts.push_back({source.substr(from)});
            return text;
        }
        const auto close = source.find('}', open);
        if (close == std::string::npos)
            throw inputError("a \"{{\" is never closed.");
        const auto inside = source.substr(open + 1, close - open - 1);
        const auto bar = inside.rfind('|');
        LessonText::Part part{source.substr(from, open - from)};
        part.value = expressionOf(inside.substr(0, bar), names);
        if (bar != std::string::npos)
            part.format = formatOf(trimmed(inside.substr(bar + 1)));
        text.parts.push_back(std::move(part));
        from = close + 1;
    }
}

LessonCondition lessonCondition(const std::string& source, const LessonNames& names) {
    using Is = LessonCondition::Is;
    static const std::vector<std::pair<std::string_view, Is>> signs{
        {" <= ", Is::LessOrEqual}, {" >= ", Is::MoreOrEqual}, {" != ", Is::Other},
        {" < ", Is::Less},         {" > ", Is::More},         {" = ", Is::Equal}};
    for (const auto& [sign, is] : signs)
        if (const auto at = source.find(sign); at != std::string::npos)
            return {expressionOf(source.substr(0, at), names), expressionOf(source.substr(at + sign.size()), names), is,
                    source};
    throw inputError("\"{}\" compares nothing. Write it as \"A < B\", with <, <=, >, >=, = or != between spaces.",
                     source.substr(0, 100));
}

}  // namespace lacuna
