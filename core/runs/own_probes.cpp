#include "core/runs/own_probes.h"

#include "core/base/atomic_file.h"
#include "core/base/checked_json.h"
#include "core/base/error.h"
#include "core/runs/answer_json.h"
#include "core/runs/run_folder.h"

#include <nlohmann/json.hpp>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

using Json = nlohmann::ordered_json;

fs::path probesFile(const fs::path& folder) {
    return RunFolder{folder}.extra() / "probes.json";
}

/// The probe's own words stand for those columns of its answer.
Json toJson(const OwnProbe& probe) {
    Json json;
    addAnswer(json, probe.answer);
    json["stage"] = probe.stage;
    json["image"] = probe.image;
    json["question"] = probe.question;
    json["about"] = probe.about;
    return json;
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
                           item.at("question").get<std::string>(), item.value("about", ""), answerFromJson(item)};
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
