// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/doctor/doctor_command.h"

#include "app/doctor/findings.h"
#include "core/base/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <memory>

namespace lacuna {
namespace {

void printJson(const std::vector<Finding>& findings) {
    auto all = nlohmann::ordered_json::array();
    for (const auto& finding : findings)
        all.push_back({{"id", finding.id}, {"found", finding.found}, {"problem", finding.problem}});
    fmt::print("{}\n", all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

void printPlain(const std::vector<Finding>& findings) {
    std::size_t widest = 0;
    for (const auto& finding : findings)
        widest = std::max(widest, finding.what.size());
    for (const auto& finding : findings)
        fmt::print("{} {:{}}  {}\n", finding.problem.empty() ? " " : "!", finding.what, widest, finding.found);
    for (const auto& finding : findings)
        if (!finding.problem.empty())
            fmt::print("\n! {}\n", finding.problem);
}

}  // namespace

void addDoctorCommand(CLI::App& app) {
    auto* command = app.add_subcommand(
        "doctor", "Say what Lacuna finds on this machine, and what is wrong with it (exit 2 if something is)");
    auto json = std::make_shared<bool>(false);
    command->add_flag("--json", *json, "The same as JSON");
    command->callback([json] {
        const auto findings = examine();
        *json ? printJson(findings) : printPlain(findings);
        const auto wrong = std::count_if(findings.begin(), findings.end(),
                                         [](const auto& finding) { return !finding.problem.empty(); });
        if (wrong > 0)
            throw inputError("{} of {} things that were looked at {} wrong, see above.", wrong, findings.size(),
                             wrong == 1 ? "is" : "are");
    });
}

}  // namespace lacuna
