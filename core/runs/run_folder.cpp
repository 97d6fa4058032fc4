// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_folder.h"

#include "core/base/atomic_file.h"
#include "core/base/checked_json.h"
#include "core/base/error.h"
#include "core/base/file_error.h"
#include "core/runs/makers.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <unistd.h>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

/// Of spec.json and manifest.json: generous.
constexpr std::size_t mostJsonBytes = std::size_t{16} << 20;

[[noreturn]] void cannotMake(const fs::path& path, const std::error_code& code) {
    throw fileError(path, code, "cannot be made");
}

[[noreturn]] void taken(const fs::path& path) {
    throw inputError("{}: there is something of that name already. Choose another name for the run.", path.string());
}

RunManifest manifestFromJson(const nlohmann::json& json) {
    RunManifest manifest;
    manifest.requests = json.at("requests").get<std::vector<std::string>>();
    for (const auto& item : json.at("sealed"))
        manifest.sealed.push_back({item.at("stage").get<int>(), item.at("sha256").get<std::string>(),
                                   item.at("bytes").get<std::uintmax_t>(), item.at("elapsed_s").get<double>()});
    if (const auto makers = json.find("made_with"); makers != json.end())
        manifest.makers = makersFromJson(makers->dump());
    return manifest;
}

}  // namespace

fs::path RunFolder::sealedStage(int stage) const {
    return sealed() / fmt::format("stage-{:03}.h5", stage);
}

fs::path RunFolder::live(int number) const {
    return path / fmt::format("live-{:03}.h5", number);
}

fs::path RunFolder::adapters(int stage) const {
    return path / "adapters" / fmt::format("stage-{:03}", stage);
}

std::vector<int> RunFolder::liveNumbers() const {
    std::vector<int> numbers;
    std::error_code code;
    for (fs::directory_iterator entry(path, code), end; !code && entry != end; entry.increment(code)) {
        const auto name = entry->path().filename().string();
        constexpr std::string_view prefix = "live-", suffix = ".h5";
        if (name.size() <= prefix.size() + suffix.size() || !name.starts_with(prefix) || !name.ends_with(suffix))
            continue;
        int number = 0;
        const auto* last = name.data() + name.size() - suffix.size();
        const auto parsed = std::from_chars(name.data() + prefix.size(), last, number);
        std::error_code ignored;
        if (parsed.ec == std::errc{} && parsed.ptr == last && number >= 0 && entry->is_regular_file(ignored))
            numbers.push_back(number);
    }
    std::sort(numbers.begin(), numbers.end());
    return numbers;
}

RunFolder RunFolder::create(const fs::path& runs, const RunSpec& spec) {
    checkRunName(spec.name);
    RunFolder folder{runs / spec.name};
    std::error_code code;
    fs::create_directories(runs, code);
    if (code)
        cannotMake(runs, code);
    const bool made = fs::create_directory(folder.path, code);
    if (code)
        cannotMake(folder.path, code);
    if (!made)
        taken(folder.path);
    try {
        for (const auto& inner : {folder.sealed(), folder.extra()})
            if (fs::create_directory(inner, code); code)
                cannotMake(inner, code);
        writeFileAtomically(folder.spec(), toJson(spec));
        syncFolder(runs);
    } catch (...) {
        fs::remove_all(folder.path, code);
        throw;
    }
    return folder;
}

void RunFolder::checkFree(const fs::path& runs, const RunSpec& spec) {
    checkRunName(spec.name);
    std::error_code code;
    if (fs::exists(runs / spec.name, code))
        taken(runs / spec.name);
    if (code)
        cannotMake(runs / spec.name, code);
    auto above = fs::absolute(runs);
    while (!fs::exists(above, code) && above.has_relative_path())
        above = above.parent_path();
    if (!fs::is_directory(above, code))
        cannotMake(runs / spec.name, std::make_error_code(std::errc::not_a_directory));
    if (::access(above.c_str(), W_OK | X_OK) != 0)
        cannotMake(runs / spec.name, {errno, std::system_category()});
}

RunFolder RunFolder::open(const fs::path& path) {
    RunFolder folder{path};
    std::error_code code;
    if (!fs::is_directory(path, code))
        throw inputError("{}: there is no such folder. Check the path.", path.string());
    if (!fs::exists(folder.spec(), code))
        throw inputError("{}: not a run folder, it has no spec.json. Choose the folder of a run.", path.string());
    return folder;
}

RunSpec RunFolder::readSpec() const {
    return located(storedRunSpec(readFile(spec(), mostJsonBytes), spec().string()), path);
}

RunManifest readManifest(const RunFolder& folder) {
    std::error_code code;
    const auto path = folder.manifest();
    if (!fs::exists(path, code)) {
        if (isThere(folder.sealedStage(0)))
            throw inputError("{}: the list of the run's sealed stages is missing, though they are there. Restore it.",
                             path.string());
        return {};
    }
    try {
        auto manifest = manifestFromJson(parseJson(readFile(path, mostJsonBytes), path.string()));
        for (std::size_t i = 0; i < manifest.sealed.size(); ++i)
            if (manifest.sealed[i].stage != static_cast<int>(i) || i > manifest.requests.size())
                throw inputError("{}: its stages are not 0, 1, 2, … up to the number of requests.", path.string());
        return manifest;
    } catch (const nlohmann::json::exception& e) {
        throw inputError("{}: not the list of a run's sealed stages ({}). Restore the file.", path.string(), e.what());
    }
}

void writeManifest(const RunFolder& folder, const RunManifest& manifest) {
    auto sealed = nlohmann::ordered_json::array();
    for (const auto& stage : manifest.sealed)
        sealed.push_back({{"stage", stage.stage},
                          {"file", folder.sealedStage(stage.stage).filename().string()},
                          {"sha256", stage.sha256},
                          {"bytes", stage.bytes},
                          {"elapsed_s", stage.elapsedS}});
    const nlohmann::ordered_json json{{"requests", manifest.requests},
                                      {"sealed", std::move(sealed)},
                                      {"made_with", nlohmann::ordered_json::parse(makersToJson(manifest.makers))}};
    writeFileAtomically(folder.manifest(), json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

RunStatus runStatus(const RunFolder& folder, const RunManifest& manifest) {
    if (hasWriter(folder))
        return RunStatus::Running;
    const bool all = !manifest.sealed.empty() && manifest.sealed.size() == manifest.requests.size() + 1;
    return all ? RunStatus::Finished : RunStatus::Interrupted;
}

}  // namespace lacuna
