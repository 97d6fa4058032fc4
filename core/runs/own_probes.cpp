// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/own_probes.h"

#include "core/base/atomic_file.h"
#include "core/base/checked_json.h"
#include "core/base/error.h"
#include "core/base/sha256.h"
#include "core/runs/row_json.h"
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
    if (probe.view >= 0)
        json["picture"] = {{"entity", probe.entity}, {"view", probe.view}};
    json["question"] = probe.question;
    json["about"] = probe.about;
    return json;
}

constexpr const char* picturesName = "pictures";

/// As the file has them: a picture that was copied by its place below extra/.
std::vector<OwnProbe> storedProbes(const fs::path& folder) {
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
            if (const auto picture = item.find("picture"); picture != item.end()) {
                probe.entity = picture->at("entity").get<std::string>();
                probe.view = picture->at("view").get<int>();
            }
            probe.answer.stage = probe.stage;
            probe.answer.question = probe.question;
            probes.push_back(std::move(probe));
        }
        return probes;
    } catch (const nlohmann::json::exception& e) {
        throw inputError("{}: not the questions asked of a run ({}). Mend the file, or remove it.", path.string(),
                         e.what());
    }
}

/// Where a picture's copy is named in the file: "pictures/NAME" and nothing deeper.
bool isCopy(const std::string& image) {
    const fs::path path(image);
    return path.parent_path() == picturesName && path.filename() != ".." && path.filename() != ".";
}

/// The place below extra/ of a copy of this picture; the path as it is where none is made.
std::string kept(const fs::path& folder, const std::string& image) {
    const auto extra = RunFolder{folder}.extra();
    const fs::path path(image);
    std::error_code code;
    if (path.parent_path() == extra / picturesName)
        return (fs::path(picturesName) / path.filename()).string();
    if (!fs::is_regular_file(path, code) || fs::file_size(path, code) > largestKeptPicture || code)
        return image;
    const auto bytes = readFile(path, largestKeptPicture);
    const auto place = fs::path(picturesName) / (sha256(bytes).substr(0, 32) + path.extension().string());
    if (!fs::exists(extra / place, code)) {
        fs::create_directories(extra / picturesName, code);
        writeFileAtomically(extra / place, bytes);
    }
    return place.string();
}

}  // namespace

std::vector<OwnProbe> readOwnProbes(const fs::path& folder) {
    auto probes = storedProbes(folder);
    for (auto& probe : probes) {
        if (isCopy(probe.image))
            probe.image = (RunFolder{folder}.extra() / probe.image).string();
        probe.answer.image = probe.image;
    }
    return probes;
}

void keepOwnProbe(const fs::path& folder, const OwnProbe& asked) {
    auto probes = storedProbes(folder);
    auto probe = asked;
    if (probe.view < 0)
        probe.image = kept(folder, probe.image);
    std::erase_if(probes, [&](const auto& other) {
        const bool samePicture = probe.view >= 0 && other.view >= 0
                                     ? other.entity == probe.entity && other.view == probe.view
                                     : other.image == probe.image || other.image == asked.image;
        return samePicture && other.stage == probe.stage && other.question == probe.question;
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
