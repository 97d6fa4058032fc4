// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/spec_rows.h"

#include "core/base/error.h"
#include "core/base/number.h"
#include "core/catalog/gates.h"
#include "core/catalog/judges.h"
#include "core/runs/spec_fields.h"

#include <fmt/ranges.h>

#include <algorithm>

namespace lacuna {
namespace {

template <typename Row>
std::vector<SpecChoice> choicesOf(const std::vector<Row>& rows) {
    std::vector<SpecChoice> choices;
    choices.reserve(rows.size());
    for (const auto& row : rows)
        choices.push_back({row.id, row.name, row.summary});
    return choices;
}

/// Each with what kind of push it is, but what was made elsewhere: its folders are no choice.
std::vector<SpecChoice> methodChoices() {
    std::vector<SpecChoice> choices;
    for (const auto& row : methodRows())
        if (!arrangementRow(row.arrangement).given)
            choices.push_back({row.id, row.name, fmt::format("{}: {}", familyRow(row.family).name, row.summary)});
    return choices;
}

std::vector<ArrangementRow> arrangements() {
    auto rows = arrangementRows();
    std::erase_if(rows, [](const auto& row) { return row.given; });
    return rows;
}

/// Rows of the catalog behind the choice of what the method says.
template <typename Row>
std::vector<SpecChoice> orAsTheMethod(const std::vector<Row>& rows) {
    auto choices = choicesOf(rows);
    choices.insert(choices.begin(), {asTheMethod, "as the method has it", ""});
    return choices;
}

/// The methods that have a loss of their own.
std::vector<MethodRow> objectives() {
    auto rows = methodRows();
    std::erase_if(rows,
                  [](const auto& row) { return !row.objective.empty() || !arrangementRow(row.arrangement).trains; });
    for (auto& row : rows)
        row.summary = row.formula + ".";
    return rows;
}

/// Of all methods; which of them a method has is checked with the method.
std::vector<SpecChoice> presetChoices() {
    std::vector<SpecChoice> choices;
    for (const auto& method : methodRows())
        for (const auto& preset : method.presets)
            if (std::none_of(choices.begin(), choices.end(), [&](const auto& known) { return known.id == preset.id; }))
                choices.push_back({preset.id, preset.id, preset.help});
    return choices;
}

std::vector<SpecRow> whatIsDone() {
    using enum SpecRow::Kind;
    return {
        {"title", "Name", "What the run is called, in any letters; without it, by its folder", Text},
        {"method", "Method", "How the model is made to forget", Catalog, methodChoices()},
        {"preset", "Preset", "Named values of the method's parameters", Catalog, presetChoices()},
        {"order", "Order", "Requests in the order they arrive: CABD, or C,A,B,D", Text},
        {"arrangement", "Arrangement", "Where what is learnt lives along the sequence", Catalog,
         orAsTheMethod(arrangements())},
        {"objective", "Objective", "The loss that is trained by, under the name of its method", Catalog,
         orAsTheMethod(objectives())},
        {"serve", "Serving", "How a question is answered after a request", Catalog, orAsTheMethod(servingRows())},
        {"gate", "Gate", "Decides per picture which expert answers, or the base model", Catalog, choicesOf(gateRows())},
        {"endpoint", "Service",
         "Address of an OpenAI-compatible service that gate remote asks, e.g. https://api.example.org/v1; its key "
         "comes "
         "from the environment variable LACUNA_API_KEY alone and is written nowhere",
         Text},
        {"endpoint_model", "Its model", "The vision model of that service that is asked, as it calls it", Text},
        {"judge", "Judge", "Says what an answer shows", Catalog, choicesOf(judgeRows())},
        {"train", "Trained part", "Which part of the model the method changes", Catalog, orAsTheMethod(trainedRows())},
        {"inputs",
         "Inputs",
         "What of a question training sees",
         Catalog,
         {{asTheMethod, "as the preset has it", ""},
          {"both", "picture and text", "What a user of the model asks."},
          {"text", "text alone", "The question without its picture, as MLUBench's released code trains."},
          {"picture", "picture alone", "The picture without a question."}}},
        {"train_phrasings",
         "Train on",
         "Which phrasings of a question the method sees; the others test how far forgetting generalises",
         Choice,
         {{"first", "first phrasing of each question",
           "The other phrasings stay unseen: they test whether forgetting generalises."},
          {"all", "all phrasings", "More steps per request; no phrasing is left unseen."}}},
        {"plan",
         "Test by",
         "Which questions are asked after each request",
         Choice,
         {{"default", "default", "Every entity and every kind of question, some views and phrasings."},
          {"full", "full: all views and phrasings", "Many times as many questions: takes that much longer."}}},
        {"metrics", "Measure",
         "What is measured: default (all that costs nothing beside the answers), all, or names of metrics parted by "
         "commas, in addition to those (`lacuna methods` lists them with what they cost)",
         Text},
        {"seed", "Seed", "Same settings, seed and threads: same numbers, bit for bit, on the same kind of processor",
         Whole},
    };
}

std::vector<SpecRow> withWhat() {
    using enum SpecRow::Kind;
    return {
        {"model", "Model",
         "The model that is to forget: the small one that comes with Lacuna (embedded), or the folder of a LLaVA "
         "checkpoint in the Hugging Face layout",
         Place},
        {"benchmark", "Benchmark", "The one that comes with Lacuna (embedded), or a folder in MLUBench's layout",
         Place},
        {"images",
         "Images",
         "What the model is shown",
         Choice,
         {{"auto", "as the benchmark has them", "Photos; refused where some are missing."},
          {"photos", "photos", "Refused where some are missing."},
          {"present", "photos that are there", "What asks about a missing photo is left out, which is said."},
          {"surrogate", "drawn stand-ins", "A drawn picture for every photo."}}},
        {"as_released", "As released",
         "Leave questions and answers that were wrongly decoded before the benchmark's release (`lacuna data check` "
         "lists them)",
         Flag},
        {"device",
         "Device",
         "What computes the run",
         Choice,
         {{"auto", "best there is", "A graphics card where the engine finds one, else the processor."},
          {"cpu", "processor", ""},
          {"cuda", "graphics card", "cuda:N where there are several."}}},
        {"precision",
         "Precision",
         "What the model's weights are held in",
         Choice,
         {{"auto", "best for the device", "float32 on the processor, bf16 on a graphics card."},
          {"float32", "float32", "Exact, and twice the memory of bf16."},
          {"bf16", "bf16", ""},
          {"fp16", "fp16", ""},
          {"nf4", "4 bits (NF4)",
           "The decoder's weights in 4 bits, a quarter of the memory; computed in bf16 on a graphics card."}}},
        {"gradient_checkpointing", "Gradient checkpointing",
         "Keep each layer's input alone while training: much less memory, about a third more time, the same numbers",
         Flag},
        {"threads", "Threads",
         "Processor threads, 0 = one per core; fixed for the whole run, for the numbers depend on them", Whole},
    };
}

std::vector<SpecRow> makeRows() {
    auto rows = whatIsDone();
    auto more = withWhat();
    rows.insert(rows.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    return rows;
}

/// Sets one field from text.
class FieldSetter {
public:
    FieldSetter(const SpecRow& row, const std::string& text) : m_row(row), m_text(text) {}

    template <typename Value>
    void operator()(const char* key, Value& value) const {
        if (m_row.id == key)
            set(value);
    }

private:
    [[noreturn]] void refuse(std::string_view expected) const {
        throw inputError("{} \"{}\": {}.", m_row.option(), m_text, expected);
    }
    void set(std::string& value) const {
        if (m_text.empty() && m_row.kind != SpecRow::Kind::Text)
            refuse("empty. Leave the option out for what is usual");
        value = m_text;
    }
    void set(bool& value) const {
        if (m_text != "true" && m_text != "false")
            refuse("expected true or false");
        value = m_text == "true";
    }
    void set(std::uint64_t& value) const {
        const auto number = numberFrom<std::uint64_t>(m_text);
        if (!number)
            refuse("expected a whole number from 0");
        value = *number;
    }
    void set(int& value) const {
        const auto number = numberFrom<int>(m_text);
        if (!number || *number < 0 || *number > largestCount)
            refuse(fmt::format("expected a whole number from 0 to {}", largestCount));
        value = *number;
    }
    void set(std::vector<std::string>& value) const {
        if (m_text.empty())
            refuse("names no request. Leave it out for the benchmark's own order");
        value = {m_text};  // split by the engine, which knows the benchmark's names
    }
    template <typename Value>
    void set(Value&) const {
        throw internalError("The field \"{}\" of a spec cannot be set from text. Please report this.", m_row.id);
    }

    const SpecRow& m_row;
    const std::string& m_text;
};

template <typename Value>
std::string textOf(const Value& value) {
    if constexpr (std::same_as<Value, std::string>)
        return value;
    else if constexpr (std::same_as<Value, std::vector<std::string>>)
        return fmt::format("{}", fmt::join(value, ","));
    else if constexpr (std::integral<Value>)
        return fmt::format("{}", value);
    else
        return {};
}

}  // namespace

std::string SpecRow::option() const {
    auto name = "--" + id;
    std::replace(name.begin(), name.end(), '_', '-');
    return name;
}

std::string SpecRow::choiceIds() const {
    std::vector<std::string_view> ids;
    ids.reserve(choices.size());
    for (const auto& choice : choices)
        ids.emplace_back(choice.id);
    return fmt::format("{}", fmt::join(ids, ", "));
}

std::string SpecRow::optionHelp() const {
    auto text = help;
    if (!choices.empty())
        text += ": " + choiceIds();
    if (kind == Kind::Choice)
        for (const auto& choice : choices)
            if (!choice.help.empty())
                text += fmt::format(". {}: {}", choice.id, choice.help.substr(0, choice.help.size() - 1));
    const auto usual = fieldText(RunSpec(), *this);
    if (!usual.empty() && kind != Kind::Flag)
        text += fmt::format(" (default: {})", usual);
    return text;
}

const std::vector<SpecRow>& specRows() {
    static const auto rows = makeRows();
    return rows;
}

const SpecRow* findSpecRow(std::string_view id) {
    const auto& rows = specRows();
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const SpecRow& row) { return row.id == id; });
    return found == rows.end() ? nullptr : &*found;
}

const SpecRow& specRow(std::string_view id) {
    if (const auto* row = findSpecRow(id))
        return *row;
    throw internalError("There is no row \"{}\" of a spec. Please report this.", id);
}

void checkChoice(const SpecRow& row, std::string_view value) {
    if (row.id == "device" && value.starts_with("cuda:"))
        return;
    if (std::none_of(row.choices.begin(), row.choices.end(), [&](const auto& choice) { return choice.id == value; }))
        throw inputError("\"{}\" is no value of {}. Known are: {}.", value, row.id, row.choiceIds());
}

void setField(RunSpec& spec, const SpecRow& row, const std::string& text) {
    const auto before = fieldText(spec, row);
    visitFields(spec, FieldSetter(row, text));
    if (text == before)
        return;
    if (row.id == "method")
        spec.arrangement = spec.objective = spec.serve = spec.train = asTheMethod;
    for (const auto& [id, parameters] :
         {std::pair{"method", &spec.parameters}, {"gate", &spec.gateParameters}, {"judge", &spec.judgeParameters}})
        if (row.id == id)
            parameters->clear();
}

void setFields(RunSpec& spec, const std::map<std::string, std::string>& texts) {
    for (const auto& row : specRows())
        if (const auto text = texts.find(row.id); text != texts.end())
            setField(spec, row, text->second);
}

std::string fieldText(const RunSpec& spec, const SpecRow& row) {
    std::string text;
    visitFields(spec, [&](const char* key, const auto& value) {
        if (row.id == key)
            text = textOf(value);
    });
    return text;
}

}  // namespace lacuna
