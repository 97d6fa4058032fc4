// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_spec.h"

#include "core/base/checked_json.h"
#include "core/base/error.h"
#include "core/base/unicode.h"
#include "core/catalog/gates.h"
#include "core/catalog/judges.h"
#include "core/catalog/metrics.h"
#include "core/runs/spec_fields.h"
#include "core/runs/spec_rows.h"

#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <concepts>
#include <set>
#include <type_traits>

namespace lacuna {
namespace {

using Json = nlohmann::json;

template <typename Request, typename Visitor>
requires std::same_as<std::remove_const_t<Request>, SpecRequest>
void visitFields(Request& request, Visitor&& visit) {
    visit("name", request.name);
    visit("forget", request.forget);
    visit("retain", request.retain);
}

template <typename Parent, typename Visitor>
requires std::same_as<std::remove_const_t<Parent>, RunParent>
void visitFields(Parent& parent, Visitor&& visit) {
    visit("run", parent.run);
    visit("stage", parent.stage);
}

class FieldReader {
public:
    FieldReader(const Json& json, std::string_view where) : m_json(json), m_where(where) {}

    template <typename Value>
    void operator()(const char* key, Value& value) {
        m_known.emplace_back(key);
        if (const auto found = m_json.find(key); found != m_json.end())
            read(key, *found, value);
    }

    void refuseUnknownKeys() const {
        for (const auto& [key, value] : m_json.items()) {
            if (std::find(m_known.begin(), m_known.end(), key) != m_known.end())
                continue;
            const auto near = nearestWord(key, m_known);
            throw inputError("{}: there is no key \"{}\". {}", m_where, key,
                             near.empty() ? fmt::format("Known are: {}.", fmt::join(m_known, ", "))
                                          : fmt::format("Did you mean \"{}\"?", near));
        }
    }

private:
    [[noreturn]] void wrongType(std::string_view key, const Json& found, std::string_view expected) const {
        // A list or object is named, not shown: it may be long, and deep enough to end the stack.
        const auto shown = found.is_primitive()
                               ? found.dump(-1, ' ', false, Json::error_handler_t::replace).substr(0, 60)
                               : std::string(found.type_name());
        throw inputError("{}: \"{}\" must be {}, found {}. Correct that value.", m_where, key, expected, shown);
    }

    void read(const char* key, const Json& found, std::string& value) const {
        if (!found.is_string())
            wrongType(key, found, "a text");
        value = found.get<std::string>();
    }
    void read(const char* key, const Json& found, std::uint64_t& value) const {
        if (!found.is_number_unsigned())
            wrongType(key, found, "a whole number from 0");
        value = found.get<std::uint64_t>();
    }
    void read(const char* key, const Json& found, bool& value) const {
        if (!found.is_boolean())
            wrongType(key, found, "true or false");
        value = found.get<bool>();
    }
    void read(const char* key, const Json& found, int& value) const {
        if (!found.is_number_unsigned() || found.get<std::uint64_t>() > largestCount)
            wrongType(key, found, fmt::format("a whole number from 0 to {}", largestCount));
        value = found.get<int>();
    }
    void read(const char* key, const Json& found, std::vector<std::string>& value) const {
        if (!found.is_array() || !std::all_of(found.begin(), found.end(), [](const Json& j) { return j.is_string(); }))
            wrongType(key, found, "a list of texts");
        value.clear();
        for (const auto& name : found)  // of requests and entities, whose names are composed
            value.push_back(composed(name.get_ref<const std::string&>()));
    }
    void read(const char* key, const Json& found, std::vector<std::filesystem::path>& value) const {
        if (!found.is_array() || !std::all_of(found.begin(), found.end(), [](const Json& j) { return j.is_string(); }))
            wrongType(key, found, "a list of folders");
        value.clear();
        for (const auto& path : found)  // byte by byte, as the drive has them
            value.emplace_back(path.get_ref<const std::string&>());
    }
    void read(const char* key, const Json& found, RunParent& value) const {
        if (!found.is_object())
            wrongType(key, found, R"({"run": …, "stage": …})");
        FieldReader fields(found, m_where);
        visitFields(value, fields);
        fields.refuseUnknownKeys();
    }
    void read(const char* key, const Json& found, std::vector<SpecRequest>& value) const {
        if (!found.is_array())
            wrongType(key, found, "a list of requests");
        value.clear();
        for (const auto& one : found) {
            if (!one.is_object())
                wrongType(key, one, R"(a list of {"name": …, "forget": […], "retain": […]})");
            auto& request = value.emplace_back();
            FieldReader fields(one, m_where);
            visitFields(request, fields);
            fields.refuseUnknownKeys();
            request.name = composed(request.name);
        }
    }
    void read(const char* key, const Json& found, ParameterValues& value) const {
        if (!found.is_object())
            wrongType(key, found, "an object of numbers");
        value.clear();
        for (const auto& [id, number] : found.items()) {
            if (!number.is_number())
                wrongType(fmt::format("{}.{}", key, id), number, "a number");
            value[id] = number.get<double>();
        }
    }

    const Json& m_json;
    std::string_view m_where;
    std::vector<std::string> m_known;
};

template <typename Value>
nlohmann::ordered_json written(const Value& value) {
    return value;
}
template <typename Record>
nlohmann::ordered_json writtenFields(const Record& record) {
    auto json = nlohmann::ordered_json::object();
    visitFields(record, [&](const char* key, const auto& value) { json[key] = value; });
    return json;
}
nlohmann::ordered_json written(const RunParent& parent) {
    return writtenFields(parent);
}
nlohmann::ordered_json written(const std::vector<std::filesystem::path>& paths) {
    auto all = nlohmann::ordered_json::array();
    for (const auto& path : paths)
        all.push_back(path.string());
    return all;
}
nlohmann::ordered_json written(const std::vector<SpecRequest>& requests) {
    auto all = nlohmann::ordered_json::array();
    for (const auto& request : requests)
        all.push_back(writtenFields(request));
    return all;
}

/// A run made by a Lacuna that did not mend texts read them as they were; before there was a choice of inputs, training
/// saw all of them.
RunSpec specBefore(const Json& json) {
    RunSpec spec;
    if (json.contains("lacuna_version") && json["lacuna_version"] != Json(""))
        spec.inputs = "both";
    spec.asReleased = !json.contains("as_released") && json.contains("lacuna_version") &&
                      json["lacuna_version"] != Json("") && json.value("benchmark", Json("embedded")) != "embedded";
    return spec;
}

nlohmann::json parsedObject(std::string_view text, std::string_view where) {
    auto json = parseJson(text, std::string(where));
    if (!json.is_object())
        throw inputError("{}: expected a JSON object with the keys of a run spec, found {}. Is it the right file?",
                         where, json.type_name());
    return json;
}

/// Names that can be told apart and stand for a folder, and nothing asked for twice.
void checkRequests(const std::vector<SpecRequest>& requests) {
    checkRequestNames(requests);
    for (const auto& request : requests) {
        if (request.forget.empty())
            throw inputError("Request {} forgets nobody. Name at least one entity in its \"forget\".", request.name);
        std::set<std::string> entities;
        for (const auto* list : {&request.forget, &request.retain})
            for (const auto& entity : *list)
                if (!entities.insert(entity).second)
                    throw inputError("Request {} names {} twice. An entity is forgotten or retained, once.",
                                     request.name, entity);
    }
}

/// Stages that were made elsewhere go with the arrangement that takes them, and with no training.
void checkStages(const RunSpec& spec, const ArrangementRow& arrangement) {
    if (arrangement.given && spec.stages.empty())
        throw inputError(
            "Arrangement {} measures models that were made elsewhere, and none is named. `lacuna measure --stages "
            "original,DIR,… --out RUN` takes them.",
            arrangement.id);
    if (!arrangement.given && !spec.stages.empty())
        throw inputError(
            "\"stages\" names models that were made elsewhere, and arrangement {} makes its own. Leave them out, or "
            "take "
            "method {}.",
            arrangement.id, givenMethod().id);
    if (arrangement.given && !spec.parent.run.empty())
        throw inputError("A run of models that were made elsewhere goes on from no other run. Measure all its stages.");
}

/// Each field that takes one of a few holds one of them. What the catalog names was checked by it.
void checkChoices(const RunSpec& spec) {
    visitFields(spec, [](const char* key, const auto& value) {
        if constexpr (std::same_as<std::decay_t<decltype(value)>, std::string>)
            if (const auto* row = findSpecRow(key); row && row->kind == SpecRow::Kind::Choice)
                checkChoice(*row, value);
    });
}

}  // namespace

std::string toJson(const RunSpec& spec) {
    auto json = nlohmann::ordered_json::object();  // in the order of the fields
    visitFields(spec, [&](const char* key, const auto& value) { json[key] = written(value); });
    try {
        return json.dump(2) + "\n";
    } catch (const Json::exception&) {
        throw inputError("The run spec \"{}\" holds a name or path that is not UTF-8. Rename it.", spec.name);
    }
}

RunSpec storedRunSpec(std::string_view text, std::string_view where) {
    const auto json = parsedObject(text, where);
    auto spec = specBefore(json);
    visitFields(spec, FieldReader(json, where));
    return spec;
}

RunSpec runSpecFromJson(std::string_view text, std::string_view where) {
    const auto json = parsedObject(text, where);
    auto spec = specBefore(json);
    FieldReader reader(json, where);
    visitFields(spec, reader);
    reader.refuseUnknownKeys();
    try {
        checkedRunSpec(spec);
    } catch (const Error& e) {
        throw inputError("{}: {}", where, e.what());
    }
    return spec;
}

std::vector<SpecRequest> requestsFromJson(std::string_view text, std::string_view where) {
    const Json json{{"requests", parseJson(text, std::string(where))}};
    std::vector<SpecRequest> requests;
    FieldReader(json, where)("requests", requests);
    if (requests.empty())
        throw inputError("{}: holds no request. Write at least one.", where);
    try {
        checkRequests(requests);
    } catch (const Error& e) {
        throw inputError("{}: {}", where, e.what());
    }
    return requests;
}

std::string_view picturesNote(std::string_view images) {
    return images == "surrogate" ? "drawn stand-ins" : images == "present" ? "missing photos left out" : "";
}

RunSpec withoutProvenance(RunSpec spec) {
    for (auto* text : {&spec.lacunaVersion, &spec.torchVersion, &spec.processor, &spec.createdUtc, &spec.modelHash,
                       &spec.benchmarkHash, &spec.madeIn})
        text->clear();
    return spec;
}

void checkRequestNames(const std::vector<SpecRequest>& requests) {
    std::set<std::string> names;
    for (const auto& request : requests) {
        const bool good = !request.name.empty() && request.name.size() <= 60 && request.name.front() != '.' &&
                          request.name.find_first_of("/\\,\n\t") == std::string::npos;
        if (!good)
            throw inputError(
                "\"{}\" cannot name a request. Take up to 60 letters and digits, without \"/\" and commas, not "
                "starting with a \".\".",
                request.name);
        if (!names.insert(request.name).second)
            throw inputError("Two requests are named \"{}\". Give each a name of its own.", request.name);
    }
}

/// Of a run's name, folder or shown.
constexpr std::size_t longestName = 100;

static bool suitsFolder(unsigned char c) {
    return c < 0x80 && (std::isalnum(c) || c == '-' || c == '_' || c == '.');
}

void checkRunName(std::string_view name) {
    if (name.empty() || name.size() > longestName || name.front() == '.' ||
        !std::all_of(name.begin(), name.end(), suitsFolder))
        throw inputError(
            "\"{}\" cannot name a run's folder. Take up to {} letters, digits, \"-\", \"_\" and \".\", not starting "
            "with a \".\"; its title may be any text.",
            name, longestName);
}

void checkRunTitle(std::string_view title) {
    std::size_t letters = 0;
    for (std::size_t at = 0; at < title.size(); ++letters) {
        const auto letter = letterAt(title, at);
        if (letter.code < 0x20 || letter.code == 0x7F || letter.code == 0xFFFD)
            throw inputError("The run's title \"{}\" holds a control character or is not UTF-8. Leave that letter out.",
                             title);
        at += letter.length;
    }
    if (letters > longestName)
        throw inputError("The run's title \"{}\" has {} letters. Take up to {}.", title, letters, longestName);
}

std::string folderNameOf(std::string_view title, const std::string& otherwise) {
    std::string name;
    bool between = false;
    for (const char c : withoutMarks(title)) {
        if (!suitsFolder(static_cast<unsigned char>(c)) || (name.empty() && (c == '.' || c == '-'))) {
            between = true;
            continue;
        }
        if (between && !name.empty())
            name += '-';
        between = false;
        name += c;
    }
    const bool tells = std::any_of(name.begin(), name.end(), [](unsigned char c) { return std::isalpha(c); });
    return tells || (!name.empty() && name == title) ? name.substr(0, longestName) : otherwise;
}

MethodChoices choicesOf(const RunSpec& spec) {
    return {spec.method, spec.arrangement, spec.objective, spec.serve, spec.train, sourceOf(spec.stages)};
}

RunSpec checkedRunSpec(RunSpec spec) {
    if (!spec.name.empty())
        checkRunName(spec.name);
    checkRunTitle(spec.title);
    const auto combination = combinationOf(choicesOf(spec));
    spec.parameters = combinationParameters(combination, spec.preset, spec.parameters);
    spec.arrangement = combination.arrangement->id;
    if (combination.objective)
        spec.objective = combination.objective->id;
    spec.serve = combination.serving->id;
    if (combination.trained)
        spec.train = combination.trained->id;
    if (spec.inputs == asTheMethod)
        spec.inputs = presetOf(*combination.method, spec.preset).inputs;
    checkChoice(specRow("inputs"), spec.inputs);
    if (combination.trained && spec.inputs == "text" && !combination.trained->language)
        throw inputError(
            "Texts alone give tower and projector nothing to learn from: train the language part, or with pictures "
            "(--inputs both).");
    if (combination.serving->usesGate || !spec.gate.empty()) {
        const auto& gate = gateRow(spec.gate);
        spec.gateParameters = checkedParameters(gate.parameters, spec.gateParameters, "gate " + gate.id);
        if (combination.serving->usesGate && gate.asksService && (spec.endpoint.empty() || spec.endpointModel.empty()))
            throw inputError(
                "Gate {} asks a service, and none is named. Say where it is and which of its models answers: "
                "--endpoint "
                "https://api.example.org/v1 --endpoint-model NAME.",
                gate.id);
    }
    const auto& judge = judgeRow(spec.judge);
    spec.judgeParameters = checkedParameters(judge.parameters, spec.judgeParameters, "judge " + judge.id);
    chosenMetrics(spec.metrics);
    checkRequests(spec.requests);
    checkStages(spec, *combination.arrangement);
    checkChoices(spec);
    if (spec.threads < 0)
        throw inputError("threads = {} must be 0 (one per core) or more.", spec.threads);
    for (const auto& name : spec.order)
        if (std::count(spec.order.begin(), spec.order.end(), name) > 1)
            throw inputError("The order of requests names \"{}\" twice. Each request arrives once.", name);
    return spec;
}

}  // namespace lacuna
