// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_extra.h"

#include "core/base/atomic_file.h"
#include "core/base/checked_json.h"
#include "core/base/error.h"
#include "core/runs/run_folder.h"

#include <nlohmann/json.hpp>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

fs::path extraFile(const fs::path& folder) {
    return RunFolder{folder}.extra() / "notes.json";
}

AnswerPin pinFrom(const nlohmann::json& json) {
    return {json.at("stage").get<int>(),
            json.at("task").get<int>(),
            splitFromId(json.at("split").get<std::string>()).value_or(Split::Forget),
            json.at("entity").get<std::string>(),
            json.at("kind").get<std::string>(),
            json.at("phrasing").get<int>(),
            json.at("view").get<int>()};
}

}  // namespace

RunExtra readRunExtra(const fs::path& folder) {
    const auto path = extraFile(folder);
    std::error_code code;
    if (!fs::exists(path, code))
        return {};
    const auto json = parseJson(readFile(path), path.string());
    try {
        RunExtra extra{
            json.value("notes", ""), json.value("tags", std::vector<std::string>{}), json.value("pinned", false), {}};
        for (const auto& pin : json.value("pins", nlohmann::json::array()))
            extra.pins.push_back(pinFrom(pin));
        return extra;
    } catch (const nlohmann::json::exception& e) {
        throw inputError("{}: not the notes of a run ({}). Mend the file, or remove it.", path.string(), e.what());
    }
}

void writeRunExtra(const fs::path& folder, const RunExtra& extra) {
    auto pins = nlohmann::ordered_json::array();
    for (const auto& pin : extra.pins)
        pins.push_back({{"stage", pin.stage},
                        {"task", pin.task},
                        {"split", splitId(pin.split)},
                        {"entity", pin.entity},
                        {"kind", pin.kind},
                        {"phrasing", pin.phrasing},
                        {"view", pin.view}});
    const nlohmann::ordered_json json{
        {"notes", extra.notes}, {"tags", extra.tags}, {"pinned", extra.pinned}, {"pins", std::move(pins)}};
    std::error_code code;
    fs::create_directories(extraFile(folder).parent_path(), code);
    writeFileAtomically(extraFile(folder), json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

}  // namespace lacuna
