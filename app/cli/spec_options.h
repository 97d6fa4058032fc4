// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/run_spec.h"
#include "core/runs/spec_rows.h"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace lacuna::cli {

/// An option for each row of the spec that is wanted; what is given goes into `fields` by the row's id, which outlives
/// the command.
void addSpecOptions(CLI::App& command, const std::shared_ptr<std::map<std::string, std::string>>& fields,
                    const std::function<bool(const SpecRow&)>& wanted);

/// A JSON file of requests. Throws InputError.
std::vector<SpecRequest> requestsFromFile(const std::string& file);

/// The run's folder, and that of all runs which holds it.
struct RunPlace {
    std::string name;
    std::filesystem::path runs;
};
RunPlace runPlace(const std::filesystem::path& out);

/// Runs a checked spec and prints where it is.
void startAndWatch(const RunSpec& spec, const std::filesystem::path& runs, bool json);

}  // namespace lacuna::cli
