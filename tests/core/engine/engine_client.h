// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/benchmark/mlubench_folder.h"
#include "core/engine/engine.h"
#include "core/engine/engine_states.h"
#include "tests/common/tiny_world.h"
#include "tests/core/engine/compute_thread.h"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace lacuna::testing {

/// The tiny world as files, as an engine opens it.
struct EngineWorld {
    std::unique_ptr<TinyWorld> tiny = makeTinyWorld();
    std::filesystem::path benchmark = tiny->path() / "benchmark";
    std::filesystem::path runs = tiny->path() / "runs";

    EngineWorld() {
        qputenv("LACUNA_CACHE", (tiny->path() / "cache").c_str());
        std::filesystem::create_directories(benchmark);
        writeBenchmarkFolder(tinyBenchmark(benchmark), benchmark);
    }

    std::string model() const { return tiny->modelFolder().string(); }
    /// 3 steps an epoch for the first request, 2 for the second.
    RunSpec spec(const std::string& name, double epochs, const std::string& method = "gd") const {
        RunSpec spec;
        spec.name = name;
        spec.model = model();
        spec.benchmark = benchmark.string();
        spec.method = method;
        spec.parameters = {{"batch", 6}, {"epochs", epochs}, {"lr", 0.001}};
        spec.device = "cpu";
        spec.threads = 1;
        return spec;
    }
    command::Start start(const std::string& name, double epochs = 1, const std::string& method = "gd") const {
        return {spec(name, epochs, method), runs};
    }
    command::Load load() const { return {model(), benchmark.string(), "auto", "cpu"}; }
    command::Probe probe() const {
        return {{}, 0, tiny->benchmark.imagePath(tiny->benchmark.entities[0].views[5]), "Who is this?", "Velda Marrow"};
    }
};

/// An engine and everything it said, in order.
class EngineClient {
public:
    explicit EngineClient(const std::filesystem::path& datasets) : m_engine(makeEngine({datasets, 1, false})) {
        awaitState(EngineState::Idle);
    }

    std::uint64_t send(Command command) { return m_engine->send(std::move(command)); }

    /// The next event of this kind that is as wanted, after the one awaited before.
    template <typename Kind>
    Kind await(const std::function<bool(const Kind&)>& wanted = {}) {
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (true) {
            for (; m_seen < m_events.size(); ++m_seen)
                if (const auto* event = std::get_if<Kind>(&m_events[m_seen]); event && (!wanted || wanted(*event))) {
                    ++m_seen;
                    return *event;
                }
            if (std::chrono::steady_clock::now() > until)
                throw internalError("The engine never said what was awaited; its state is {}.", stateName(state()));
            m_engine->waitForEvents(100);
            for (auto& event : m_engine->takeEvents())
                m_events.push_back(std::move(event));
        }
    }
    void awaitState(EngineState state) {
        await<event::StateChanged>([&](const auto& changed) { return changed.state == state; });
    }
    void awaitStep() {
        await<event::RowsCame>([](const auto& came) { return !came.rows.steps.empty(); });
    }
    event::RunEnded awaitEnd(std::uint64_t start) {
        return await<event::RunEnded>([&](const auto& ended) { return ended.command == start; });
    }
    /// Runs to its end; the folder.
    std::filesystem::path finish(command::Start start) {
        const auto ended = awaitEnd(send(std::move(start)));
        if (ended.how != event::RunEnded::How::Finished)
            throw internalError("The run did not finish: {}", lastFailure());
        return ended.run;
    }

    /// As it was when the event awaited last was said.
    EngineState state() const {
        const auto* changed = last<event::StateChanged>();
        return changed ? changed->state : EngineState::Idle;
    }
    std::string lastFailure() const {
        std::string message;
        for (const auto& event : m_events)
            if (const auto* failed = std::get_if<event::Failed>(&event))
                message = failed->message + failed->detail;
        return message;
    }
    const std::vector<Event>& events() const { return m_events; }
    /// The last of its kind that is as wanted before the event awaited last.
    template <typename Kind>
    const Kind* last(const std::function<bool(const Kind&)>& wanted = {}) const {
        for (auto i = m_seen; i > 0; --i)
            if (const auto* event = std::get_if<Kind>(&m_events[i - 1]); event && (!wanted || wanted(*event)))
                return event;
        return nullptr;
    }

private:
    std::unique_ptr<Engine> m_engine;
    std::vector<Event> m_events;
    std::size_t m_seen = 0;
};

/// Opens everything that a run of the tiny world's default plan needs.
inline void warm(EngineClient& client, const EngineWorld& world) {
    client.send(world.load());
    client.send(world.probe());
    client.await<event::ProbeAnswered>();
}

/// A run that goes on by single steps: held in the middle of a step, told to pause, let go, and so on. It begins paused
/// and needs an engine that has everything open.
class SteppedRun {
public:
    SteppedRun(EngineClient& client, command::Start start) : m_client(client) {
        HeldComputation hold;
        m_id = client.send(std::move(start));
        hold.waitUntilHeld();
        client.send(command::Pause{});
    }

    std::uint64_t id() const { return m_id; }
    /// Paused after this step.
    void untilStep(int stage, std::int64_t step) {
        until([&] {
            const auto* came =
                m_client.last<event::RowsCame>([](const auto& each) { return !each.rows.steps.empty(); });
            return came && came->rows.steps.stage.back() == stage && came->rows.steps.step.back() == step;
        });
    }
    /// Paused while this stage is asked its questions.
    void untilAsking(int stage) {
        until([&] {
            const auto* at = m_client.last<event::RunProgress>();
            return at && at->stage == stage && at->progress.what.find("testing") != std::string::npos;
        });
    }
    /// From a pause: sent while the next step is computed. With a Pause among them, another `until…` may follow.
    void goOnAnd(const std::vector<Command>& commands) {
        HeldComputation hold;
        m_client.send(command::Continue{});
        hold.waitUntilHeld();
        for (const auto& command : commands)
            m_client.send(command);
    }

private:
    void until(const std::function<bool()>& reached) {
        for (m_client.awaitState(EngineState::Paused); !reached(); m_client.awaitState(EngineState::Paused))
            goOnAnd({command::Pause{}});
    }

    EngineClient& m_client;
    std::uint64_t m_id = 0;
};

}  // namespace lacuna::testing
