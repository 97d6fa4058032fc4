// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/runs/run_folder.h"
#include "core/runs/run_spec.h"

#include <cstdlib>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

bool isThere(const fs::path& path) {
    std::error_code ignored;
    return fs::exists(path, ignored);
}

/// Against the working folder; stays as it is where that was removed.
fs::path absolutePath(const fs::path& path) {
    std::error_code code;
    const auto whole = fs::absolute(path, code);
    return (code ? path : whole).lexically_normal();
}

fs::path withHome(const std::string& text) {
    const char* home = std::getenv("HOME");
    if (home && text == "~")
        return home;
    return home && text.starts_with("~/") ? fs::path(home) / text.substr(2) : fs::path(text);
}

std::string place(const std::string& text, const fs::path& folder, const fs::path& madeIn) {
    if (text.empty() || text == "embedded")
        return text;
    const auto path = withHome(text);
    if (path.is_relative()) {
        const auto below = (folder / path).lexically_normal();
        return !folder.empty() && isThere(below) ? below.string() : absolutePath(path).string();
    }
    if (!folder.empty() && !madeIn.empty() && folder != madeIn)
        if (const auto along = (folder / path.lexically_relative(madeIn)).lexically_normal(); isThere(along))
            return along.string();
    return path.lexically_normal().string();
}

}  // namespace

RunSpec located(RunSpec spec, const fs::path& folder) {
    const auto here = folder.empty() ? folder : absolutePath(folder);
    const fs::path madeIn = spec.madeIn;
    for (auto* text : {&spec.model, &spec.benchmark})
        *text = place(*text, here, madeIn);
    for (auto& stage : spec.stages)
        stage = place(stage.string(), here, madeIn);
    if (!madeIn.empty() && !here.empty())
        spec.madeIn = here.string();
    return spec;
}

std::string sourceOf(const std::vector<fs::path>& stages) {
    if (stages.empty())
        return {};
    auto common = stages.front().lexically_normal();
    if (!common.has_filename())
        common = common.parent_path();
    for (const auto& stage : stages)
        while (common.has_relative_path() && stage != common) {
            const auto within = stage.lexically_relative(common);
            if (!within.empty() && *within.begin() != "..")
                break;
            common = common.parent_path();
        }
    if (common.filename() == RunFolder{}.adapters(0).parent_path().filename())  // of a run
        common = common.parent_path();
    return common.has_filename() ? common.filename().string() : stages.back().string();
}

void requirePlaces(const RunSpec& spec, const fs::path& folder) {
    const auto check = [&](const char* what, const std::string& path) {
        if (path != "embedded" && !isThere(path))
            throw inputError(
                "{}: its {} is not there: {} does not exist, and nothing lies at the same place beside the run folder. "
                "Put it back, or write its new place into \"{}\" of spec.json.",
                folder.string(), what, path, what);
    };
    check("model", spec.model);
    check("benchmark", spec.benchmark);
}

}  // namespace lacuna
