// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/row_json.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace lacuna {
namespace {

using Json = nlohmann::ordered_json;

template <typename T>
Json written(const T& value) {
    return value;
}
Json written(Split split) {
    return splitId(split);
}
Json written(const std::optional<Verdict>& verdict) {
    return verdict ? Json(verdictRow(*verdict).id) : Json();
}
Json written(const std::optional<double>& value) {
    return value ? Json(*value) : Json();
}
Json written(const std::vector<NearEntity>& nearest) {
    auto all = Json::array();
    for (const auto& near : nearest)
        all.push_back({{"entity", near.entity}, {"score", near.score}});
    return all;
}

template <typename T>
void read(const nlohmann::json& json, T& value) {
    json.get_to(value);
}
void read(const nlohmann::json& json, double& value) {
    value = json.is_null() ? std::nan("") : json.get<double>();  // JSON has no NaN
}
void read(const nlohmann::json& json, float& value) {
    value = json.is_null() ? std::nanf("") : json.get<float>();
}
void read(const nlohmann::json& json, Split& split) {
    split = splitFromId(json.get<std::string>()).value_or(Split::Forget);
}
void read(const nlohmann::json& json, std::optional<Verdict>& verdict) {
    verdict = json.is_null() ? std::nullopt : verdictFromId(json.get<std::string>());
}
void read(const nlohmann::json& json, std::optional<double>& value) {
    value = json.is_null() ? std::nullopt : std::optional(json.get<double>());
}
void read(const nlohmann::json& json, std::vector<NearEntity>& nearest) {
    for (const auto& item : json)
        read(item.at("score"), nearest.emplace_back(NearEntity{item.at("entity").get<std::string>(), 0}).score);
}

/// Sets a key for every column.
template <typename Row>
void add(Json& json, const Row& row) {
    Row::columns([&](const char* name, auto member, bool) { json[name] = written(row.*member); });
}

/// Columns that are absent keep their defaults, or throw when `all` of the required ones must be there.
template <typename Row>
void take(const nlohmann::json& json, Row& row, bool all) {
    Row::columns([&](const char* name, auto member, bool required) {
        if (json.contains(name) || (all && required))
            read(json.at(name), row.*member);
    });
}

}  // namespace

void addAnswer(Json& json, const AnswerRow& row) {
    add(json, row);
    auto& tokens = json[std::string(TokenMark::table)] = Json::array();
    for (const auto& mark : row.tokens)
        add(tokens.emplace_back(), mark);
}

AnswerRow answerFromJson(const nlohmann::json& json) {
    AnswerRow row;
    take(json, row, false);
    json.at("answer").get_to(row.answer);
    if (!json.contains("abstained"))
        row.abstained = abstainedBelow(row);
    for (const auto& item : json.at(std::string(TokenMark::table)))
        take(item, row.tokens.emplace_back(), true);
    return row;
}

nlohmann::ordered_json cellJson(const CellRow& row) {
    Json json;
    add(json, row);
    return json;
}

}  // namespace lacuna
