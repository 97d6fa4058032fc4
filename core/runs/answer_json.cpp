// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/answer_json.h"

#include "core/runs/answer_columns.h"

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
void read(const nlohmann::json& json, Split& split) {
    split = json.get<std::string>() == splitId(Split::Retain) ? Split::Retain : Split::Forget;
}
void read(const nlohmann::json& json, std::optional<Verdict>& verdict) {
    verdict = json.is_null() ? std::nullopt : verdictFromId(json.get<std::string>());
}
void read(const nlohmann::json& json, std::vector<NearEntity>& nearest) {
    for (const auto& item : json)
        read(item.at("score"), nearest.emplace_back(NearEntity{item.at("entity").get<std::string>(), 0}).score);
}

}  // namespace

void addAnswer(Json& json, const AnswerRow& row) {
    visitAnswers([&](const char* name, auto member, bool) { json[name] = written(row.*member); });
    auto& tokens = json["tokens"] = Json::array();
    for (const auto& mark : row.tokens)
        tokens.push_back({{"token", mark.token}, {"log_probability", mark.logProbability}});
}

AnswerRow answerFromJson(const nlohmann::json& json) {
    AnswerRow row;
    visitAnswers([&](const char* name, auto member, bool) {
        if (const auto found = json.find(name); found != json.end())
            read(*found, row.*member);
    });
    json.at("answer").get_to(row.answer);
    if (!json.contains("abstained"))
        row.abstained = abstainedBelow(row);
    for (const auto& item : json.at("tokens")) {
        double logProbability = 0;
        read(item.at("log_probability"), logProbability);
        row.tokens.push_back({item.at("token").get<std::string>(), static_cast<float>(logProbability)});
    }
    return row;
}

}  // namespace lacuna
