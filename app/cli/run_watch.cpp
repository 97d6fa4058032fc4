// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/run_watch.h"

#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "core/base/interruption.h"
#include "core/installation/installation.h"
#include "core/runs/row_json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <map>
#include <optional>

namespace lacuna::cli {
namespace {

using Json = nlohmann::ordered_json;

/// What a script wants of an event; nothing for the others.
std::optional<Json> asJson(const Event& event) {
    if (const auto* started = std::get_if<event::RunStarted>(&event))
        return Json{{"event", "started"},
                    {"run", started->run.string()},
                    {"method", started->spec.method},
                    {"first_stage", started->firstStage}};
    if (const auto* came = std::get_if<event::RowsCame>(&event); came && !came->rows.cells.empty()) {
        Json cells = Json::array();
        for (const auto& row : came->rows.cells)
            cells.push_back(cellJson(row));
        return Json{{"event", "cells"}, {"run", came->run.string()}, {"cells", cells}};
    }
    if (const auto* trained = std::get_if<event::RequestTrained>(&event))
        return Json{{"event", "trained"},
                    {"run", trained->run.string()},
                    {"stage", trained->stage},
                    {"steps_done", trained->stepsDone},
                    {"steps_planned", trained->stepsPlanned}};
    if (const auto* sealed = std::get_if<event::StageSealed>(&event))
        return Json{{"event", "sealed"}, {"run", sealed->run.string()}, {"stage", sealed->stage}};
    if (const auto* note = std::get_if<event::Note>(&event))
        return Json{{"event", "note"}, {"message", note->message}};
    if (const auto* ended = std::get_if<event::RunEnded>(&event)) {
        constexpr const char* how[]{"finished", "stopped", "failed"};
        return Json{{"event", "ended"}, {"run", ended->run.string()}, {"how", how[static_cast<int>(ended->how)]}};
    }
    return std::nullopt;
}

class Watcher {
public:
    Watcher(Engine& engine, std::vector<std::uint64_t> commands, const WatchOptions& options)
        : m_engine(engine), m_open(std::move(commands)), m_options(options), m_console(options.json) {}

    std::vector<std::filesystem::path> watch() {
        while (!m_open.empty()) {
            m_engine.waitForEvents(100);
            for (const auto& event : m_engine.takeEvents())
                take(event);
            if (interrupted() && !m_interrupted)
                interrupt();
        }
        m_console.clear();
        if (m_failure)
            throw *m_failure;
        if (m_interrupted) {
            tellWhatIsKept();
            throw Cancelled{};
        }
        return m_finished;
    }

private:
    void interrupt() {
        m_interrupted = true;
        m_console.clear();
        fmt::print(stderr, "{}\n", m_running ? "stopping after this step, with a checkpoint …" : "stopping …");
        for (const auto command : m_open)
            m_engine.send(command::Unqueue{command});
        m_engine.send(command::Stop{});
        // Runs that never began will not end: only the one in work is waited for.
        std::erase_if(m_open, [this](auto id) { return id != m_running; });
    }

    void tellWhatIsKept() const {
        if (m_begun.empty()) {
            fmt::print(stderr, "No run had begun: nothing was written, or changed.\n");
            return;
        }
        for (const auto& [run, stages] : m_begun)
            if (std::find(m_finished.begin(), m_finished.end(), run) == m_finished.end())
                fmt::print(stderr, "{}: stopped, {}. `lacuna resume {}` goes on.\n", run.string(),
                           stages == 0   ? "before any stage was measured"
                           : stages == 1 ? "the original model is measured"
                                         : fmt::format("measured up to stage {}", stages - 1),
                           run.string());
    }

    void take(const Event& event) {
        if (m_options.json)
            if (const auto json = asJson(event)) {
                fmt::print("{}\n", json->dump());
                std::fflush(stdout);
            }
        if (const auto* working = std::get_if<event::Working>(&event)) {
            m_console.show(working->progress);
        } else if (const auto* started = std::get_if<event::RunStarted>(&event)) {
            m_running = started->command;
            m_begun[started->run] = started->firstStage;
            m_method = started->spec.method;
        } else if (const auto* sealed = std::get_if<event::StageSealed>(&event)) {
            m_begun[sealed->run] = sealed->stage + 1;
        } else if (const auto* came = std::get_if<event::RowsCame>(&event)) {
            if (!came->rows.steps.empty())
                m_note = fmt::format("loss {:.3f}", came->rows.steps.loss.back());
        } else if (const auto* progress = std::get_if<event::RunProgress>(&event)) {
            auto shown = progress->progress;
            shown.what = m_method + ": " + shown.what;
            m_console.show(shown, m_note);
        } else if (const auto* note = std::get_if<event::Note>(&event)) {
            m_console.clear();
            if (!m_options.json)
                fmt::print(stderr, "{}\n", note->message);
        } else if (const auto* failed = std::get_if<event::Failed>(&event)) {
            if (std::find(m_open.begin(), m_open.end(), failed->command) != m_open.end() && !m_failure)
                m_failure =
                    Error(failed->kind, failed->message + (failed->detail.empty() ? "" : "\n" + failed->detail));
        } else if (const auto* ended = std::get_if<event::RunEnded>(&event)) {
            if (ended->how == event::RunEnded::How::Finished) {
                m_finished.push_back(ended->run);
                m_console.clear();
                if (!m_options.json)
                    fmt::print(stderr, "{} finished: {}\n", m_method, ended->run.string());
            }
            std::erase(m_open, ended->command);
            if (ended->command == m_running)
                m_running = 0;
        }
    }

    Engine& m_engine;
    std::vector<std::uint64_t> m_open;
    WatchOptions m_options;
    ConsoleProgress m_console;
    std::uint64_t m_running = 0;
    std::string m_method, m_note;
    std::vector<std::filesystem::path> m_finished;
    std::map<std::filesystem::path, int> m_begun;  ///< measured stages
    std::optional<Error> m_failure;
    bool m_interrupted = false;
};

}  // namespace

std::unique_ptr<Engine> startEngine(int threads) {
    EngineOptions options;
    options.datasets = installedDatasets();
    options.threads = threads;
    return makeEngine(options);
}

std::vector<std::filesystem::path> watchRuns(Engine& engine, const std::vector<std::uint64_t>& commands,
                                             const WatchOptions& options) {
    return Watcher(engine, commands, options).watch();
}

}  // namespace lacuna::cli
