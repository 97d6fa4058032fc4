// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/spec_options.h"

#include "app/cli/run_watch.h"
#include "core/base/atomic_file.h"

#include <fmt/format.h>

namespace fs = std::filesystem;

namespace lacuna::cli {

void addSpecOptions(CLI::App& command, const std::shared_ptr<std::map<std::string, std::string>>& fields,
                    const std::function<bool(const SpecRow&)>& wanted) {
    for (const auto& row : specRows()) {
        if (!wanted(row))
            continue;
        const auto take = [fields, id = row.id](const std::string& value) { (*fields)[id] = value; };
        if (row.kind == SpecRow::Kind::Flag)
            command.add_flag_callback(
                row.option(), [take] { take("true"); }, row.optionHelp());
        else
            command.add_option_function<std::string>(row.option(), take, row.optionHelp());
    }
}

std::vector<SpecRequest> requestsFromFile(const std::string& file) {
    return requestsFromJson(readFile(file, 1 << 24), file);
}

RunPlace runPlace(const fs::path& out) {
    const auto whole = fs::absolute(out).lexically_normal();
    const auto folder = whole.has_filename() ? whole : whole.parent_path();
    return {folder.filename().string(), folder.parent_path()};
}

void startAndWatch(const RunSpec& spec, const fs::path& runs, bool json) {
    auto engine = startEngine(spec.threads);
    const auto finished = watchRuns(*engine, {engine->send(command::Start{spec, runs})}, {json});
    if (!json)
        for (const auto& path : finished)
            fmt::print("{}\nNext: lacuna compare {} · lacuna probe {} --entity NAME\n", path.string(), path.string(),
                       path.string());
}

}  // namespace lacuna::cli
