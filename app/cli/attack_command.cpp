// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/comparison.h"
#include "app/cli/console.h"
#include "app/cli/run_watch.h"
#include "app/cli/set_option.h"
#include "core/base/error.h"
#include "core/base/interruption.h"
#include "core/catalog/attacks.h"
#include "core/runs/attack_table.h"
#include "core/runs/run_folder.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <set>

namespace fs = std::filesystem;

namespace lacuna::cli {
namespace {

struct Options {
    std::vector<fs::path> runs;
    std::vector<std::string> kinds, values;
    int stage = -1;
    std::uint64_t seed = 1;
    bool again = false, json = false;
};

/// The attacks that are meant, in the catalog's order, each with those of the values that it has.
std::vector<command::AttackOrder> ordersOf(const Options& options) {
    ParameterValues values;
    takeValues("--set", options.values, values);
    std::set<std::string> wanted;
    for (const auto& kind : options.kinds)
        wanted.insert(attackRow(kind).id);
    std::vector<command::AttackOrder> orders;
    std::set<std::string> taken;
    ParameterTable all;
    for (const auto& row : attackRows()) {
        if (!wanted.empty() && !wanted.contains(row.id))
            continue;
        auto& order = orders.emplace_back(command::AttackOrder{row.id, {}});
        for (const auto& parameter : row.parameters) {
            all.push_back(parameter);
            if (const auto value = values.find(parameter.id); value != values.end()) {
                order.parameters[parameter.id] = value->second;
                taken.insert(parameter.id);
            }
        }
        checkedParameters(row.parameters, order.parameters, "--set");
    }
    for (const auto& [id, value] : values)
        if (!taken.contains(id))
            checkedParameters(all, {{id, value}}, "--set");  // throws with the nearest known
    return orders;
}

/// As it is told while the attacks go on.
void print(const event::AttackMounted& mounted, const AttackLog& all) {
    for (const auto& entry : mounted.attacks.entries) {
        if (entry.attack == unattacked || entry.attack == originalModel)
            continue;
        const auto figure = attackFigure(all, entry.stage, entry.attack);
        const auto name =
            fmt::format("{}, stage {}: {}", mounted.run.filename().string(), entry.stage, attackRow(entry.attack).name);
        if (!entry.refused.empty())
            fmt::print("{}: does not apply. {}\n", name, entry.refused);
        else if (!figure || !figure->best())
            fmt::print("{}: nothing had been lost that could be won back.\n", name);
        else {
            const auto& best = *figure->best();
            const auto& recovered = *best.recovered;
            fmt::print(
                "{}: {} of what was lost comes back{} (knows {:.2f} before, {:.2f} after, {:.2f} originally; N {} "
                "answers, {} entities; {})\n",
                name, recoveredText(best.recovered),
                variantText(best).empty() ? "" : fmt::format(" ({})", variantText(best)), recovered.before,
                recovered.after, recovered.original, recovered.questions, recovered.entities, duration(entry.seconds));
        }
        if (!entry.note.empty())
            fmt::print("  {}\n", entry.note);
    }
    std::fflush(stdout);
}

class AttackWatch {
public:
    AttackWatch(Engine& engine, bool json) : m_engine(engine), m_json(json), m_console(json) {}

    void send(const command::Attack& attack) {
        m_open.push_back(m_engine.send(attack));
        m_logs[attack.folder] = {};
    }

    void watch() {
        while (!m_open.empty()) {
            m_engine.waitForEvents(100);
            for (const auto& event : m_engine.takeEvents())
                take(event);
            if (interrupted() && !m_interrupted)
                interrupt();
        }
        m_console.clear();
        if (m_interrupted) {
            fmt::print(stderr, "What was mounted to its end is kept; the same command goes on.\n");
            throw Cancelled{};
        }
        if (m_failure)
            throw *m_failure;
    }

private:
    void interrupt() {
        m_interrupted = true;
        m_console.clear();
        fmt::print(stderr, "stopping …\n");
        for (const auto command : m_open)
            m_engine.send(command::Unqueue{command});
        m_engine.send(command::Stop{});
    }

    void take(const Event& event) {
        if (const auto* working = std::get_if<event::Working>(&event)) {
            m_console.show(working->progress);
        } else if (const auto* note = std::get_if<event::Note>(&event)) {
            m_console.clear();
            fmt::print(stderr, "{}\n", note->message);
        } else if (const auto* mounted = std::get_if<event::AttackMounted>(&event)) {
            m_console.clear();
            auto& log = m_logs[mounted->run];
            if (log.empty() && !mounted->attacks.find(unattacked, mounted->attacks.entries.front().stage))
                log = readAttackLog(mounted->run);  // what it is held against was asked before
            log.append(mounted->attacks);
            if (!m_json)
                print(*mounted, log);
            else
                for (const auto& entry : mounted->attacks.entries)
                    fmt::print("{}\n", nlohmann::ordered_json{{"event", "mounted"},
                                                              {"run", mounted->run.string()},
                                                              {"stage", entry.stage},
                                                              {"attack", entry.attack},
                                                              {"seconds", entry.seconds},
                                                              {"refused", entry.refused}}
                                           .dump());
        } else if (const auto* failed = std::get_if<event::Failed>(&event)) {
            if (!m_failure)
                m_failure =
                    Error(failed->kind, failed->message + (failed->detail.empty() ? "" : "\n" + failed->detail));
        } else if (const auto* ended = std::get_if<event::RunEnded>(&event)) {
            std::erase(m_open, ended->command);
        }
    }

    Engine& m_engine;
    bool m_json, m_interrupted = false;
    ConsoleProgress m_console;
    std::vector<std::uint64_t> m_open;
    std::map<fs::path, AttackLog> m_logs;
    std::optional<Error> m_failure;
};

void attack(const Options& options) {
    const auto orders = ordersOf(options);
    std::vector<fs::path> folders;
    for (const auto& run : runsAmong(options.runs)) {
        folders.push_back(fs::absolute(run).lexically_normal());
        RunFolder::open(folders.back());  // what is no run is said before any is attacked
    }
    auto engine = startEngine();
    AttackWatch watch(*engine, options.json);
    for (const auto& folder : folders)
        watch.send({folder, orders, options.stage, options.seed, options.again});
    watch.watch();
    if (!options.json) {
        std::string places;
        for (const auto& run : options.runs)
            places += " " + run.string();
        fmt::print(stderr, "`lacuna compare --attacks{}` lays them side by side.\n", places);
    }
}

}  // namespace

void addAttackCommand(CLI::App& app) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("attack", "Try to win back what a run has forgotten, and count what comes back");
    command->add_option("DIR", options->runs, "Run folders, or folders of runs")->required();
    std::vector<std::string> ids;
    std::string what;
    for (const auto& row : attackRows()) {
        ids.push_back(row.id);
        what += fmt::format("  {:12} {}\n", row.id, row.summary);
        for (const auto& parameter : row.parameters)
            what += fmt::format("    {:11}{} to {}, default {}. {}\n", parameter.id, parameter.minimum,
                                parameter.maximum, parameter.defaultValue, parameter.help);
    }
    command
        ->add_option("--kind", options->kinds,
                     fmt::format("Which attacks, parted by commas (default: all): {}", fmt::join(ids, ", ")))
        ->delimiter(',');
    command->add_option("--stage", options->stage, "1 = after the first request … (default: the last sealed stage)")
        ->check(CLI::PositiveNumber);
    command->add_option("--seed", options->seed, "Decides samples, noise and starting points")->capture_default_str();
    command->add_option("--set", options->values,
                        "A parameter of the attacks that have it, NAME=NUMBER; may be repeated");
    command->add_flag("--again", options->again, "Mount anew what was mounted with the same parameters and seed");
    command->add_flag("--json", options->json, "One JSON object per attack that ended");
    command->footer("Attacks:\n" + what +
                    "\nThe run itself is not touched. Each attack is kept in RUN/extra/attacks.h5 as soon as it ends; "
                    "after an interruption the same command goes on with the others.");
    command->callback([options] { attack(*options); });
}

}  // namespace lacuna::cli
