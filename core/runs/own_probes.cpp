#include "core/runs/own_probes.h"

#include "core/base/atomic_file.h"
#include "core/base/checked_json.h"
#include "core/base/error.h"
#include "core/runs/run_folder.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

using Json = nlohmann::ordered_json;

fs::path probesFile(const fs::path& folder) {
    return RunFolder{folder}.extra() / "probes.json";
}

double number(const nlohmann::json& json, const char* key) {
    const auto& value = json.at(key);
    return value.is_null() ? std::nan("") : value.get<double>();  // JSON has no NaN
}

AnswerRow answerFrom(const nlohmann::json& json) {
    AnswerRow row;
    row.answer = json.at("answer").get<std::string>();
    row.truth = json.at("truth").get<std::string>();
    row.verdict = verdictFromId(json.at("verdict").get<std::string>()).value_or(row.verdict);
    row.exact = json.at("exact").get<bool>();
    row.rougeL = number(json, "rouge_l");
    row.probability = number(json, "probability");
    row.gateChoice = json.at("gate_choice").get<std::string>();
    row.gateScore = number(json, "gate_score");
    row.gateThreshold = number(json, "gate_threshold");
    row.abstained = json.value("abstained", abstainedBelow(row));
    for (const auto& near : json.at("nearest"))
        row.nearest.push_back({near.at("entity").get<std::string>(), number(near, "score")});
    for (const auto& token : json.at("tokens"))
        row.tokens.push_back(
            {token.at("token").get<std::string>(), static_cast<float>(number(token, "log_probability"))});
    return row;
}

Json toJson(const OwnProbe& probe) {
    const auto& row = probe.answer;
    auto nearest = Json::array(), tokens = Json::array();
    for (const auto& near : row.nearest)
        nearest.push_back({{"entity", near.entity}, {"score", near.score}});
    for (const auto& token : row.tokens)
        tokens.push_back({{"token", token.token}, {"log_probability", token.logProbability}});
    return {{"stage", probe.stage},
            {"image", probe.image},
            {"question", probe.question},
            {"about", probe.about},
            {"answer", row.answer},
            {"truth", row.truth},
            {"verdict", verdictRow(row.verdict).id},
            {"exact", row.exact},
            {"rouge_l", row.rougeL},
            {"probability", row.probability},
            {"gate_choice", row.gateChoice},
            {"gate_score", row.gateScore},
            {"gate_threshold", row.gateThreshold},
            {"abstained", row.abstained},
            {"nearest", std::move(nearest)},
            {"tokens", std::move(tokens)}};
}

}  // namespace

std::vector<OwnProbe> readOwnProbes(const fs::path& folder) {
    const auto path = probesFile(folder);
    std::error_code code;
    if (!fs::exists(path, code))
        return {};
    const auto json = parseJson(readFile(path), path.string());
    try {
        std::vector<OwnProbe> probes;
        for (const auto& item : json.at("probes")) {
            OwnProbe probe{item.at("stage").get<int>(), item.at("image").get<std::string>(),
                           item.at("question").get<std::string>(), item.value("about", ""), answerFrom(item)};
            probe.answer.stage = probe.stage;
            probe.answer.question = probe.question;
            probe.answer.image = probe.image;
            probes.push_back(std::move(probe));
        }
        return probes;
    } catch (const nlohmann::json::exception& e) {
        throw inputError("{}: not the questions asked of a run ({}). Mend the file, or remove it.", path.string(),
                         e.what());
    }
}

void keepOwnProbe(const fs::path& folder, const OwnProbe& probe) {
    auto probes = readOwnProbes(folder);
    std::erase_if(probes, [&](const auto& other) {
        return other.stage == probe.stage && other.image == probe.image && other.question == probe.question;
    });
    probes.push_back(probe);
    auto all = Json::array();
    for (const auto& each : probes)
        all.push_back(toJson(each));
    std::error_code code;
    fs::create_directories(probesFile(folder).parent_path(), code);
    writeFileAtomically(
        probesFile(folder),
        Json{{"probes", std::move(all)}}.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

}  // namespace lacuna
