// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/engine/engine.h"

#include <deque>
#include <functional>
#include <memory>
#include <vector>

namespace lacuna::testing {

/// What a test looks at after the engine itself belongs to the workbench.
struct FakeEngineScript {
    std::vector<Command> sent;                                                ///< in order; id of the n-th is n + 1
    std::deque<std::vector<Event>> replies;                                   ///< each takeEvents hands over the next
    std::function<std::vector<Event>(const Command&, std::uint64_t)> onSend;  ///< events that follow a command
    bool shutDown = false;

    void happens(Event event) { replies.push_back({std::move(event)}); }

    template <typename Kind>
    int count() const {
        int found = 0;
        for (const auto& command : sent)
            found += std::holds_alternative<Kind>(command);
        return found;
    }
    template <typename Kind>
    const Kind* last() const {
        for (auto command = sent.rbegin(); command != sent.rend(); ++command)
            if (const auto* kind = std::get_if<Kind>(&*command))
                return kind;
        return nullptr;
    }
};

/// An Engine that computes nothing: it notes what it is sent and says what its script holds.
class FakeEngine final : public Engine {
public:
    explicit FakeEngine(std::shared_ptr<FakeEngineScript> script) : m_script(std::move(script)) {}

    std::uint64_t send(Command command) override {
        if (m_script->shutDown)
            throw internalError("The engine was shut down.");
        m_script->shutDown = std::holds_alternative<command::Shutdown>(command);
        m_script->sent.push_back(command);
        const auto id = static_cast<std::uint64_t>(m_script->sent.size());
        if (m_script->onSend)
            if (auto events = m_script->onSend(command, id); !events.empty())
                m_script->replies.push_back(std::move(events));
        return id;
    }

    std::vector<Event> takeEvents() override {
        if (m_script->replies.empty())
            return {};
        auto events = std::move(m_script->replies.front());
        m_script->replies.pop_front();
        return events;
    }

    void waitForEvents(int) override {}

private:
    std::shared_ptr<FakeEngineScript> m_script;
};

/// Replies as a patient engine would: loads, queues, starts the first run, pauses, goes on, stops.
inline std::function<std::vector<Event>(const Command&, std::uint64_t)> obedientEngine() {
    struct Memory {
        std::uint64_t running = 0;
        std::filesystem::path run;
    };
    auto memory = std::make_shared<Memory>();
    return [memory](const Command& command, std::uint64_t id) -> std::vector<Event> {
        using namespace event;
        if (std::holds_alternative<command::Load>(command))
            return {StateChanged{EngineState::Loading},
                    Loaded{id, "cpu", "Example processor", "a small LLaVA", nullptr}, StateChanged{EngineState::Ready}};
        if (const auto* start = std::get_if<command::Start>(&command)) {
            if (memory->running)
                return {RunQueued{id, start->spec}};
            memory->running = id;
            memory->run = start->runs / start->spec.name;
            return {RunQueued{id, start->spec}, StateChanged{EngineState::Running},
                    RunStarted{id, memory->run, start->spec, {{"A", {}, {}}, {"B", {}, {}}}, 0, 0}};
        }
        if (std::holds_alternative<command::Pause>(command))
            return {StateChanged{EngineState::Pausing}, StateChanged{EngineState::Paused}};
        if (std::holds_alternative<command::Continue>(command))
            return {StateChanged{EngineState::Running}};
        if (std::holds_alternative<command::Stop>(command) || std::holds_alternative<command::Shutdown>(command)) {
            if (!memory->running)
                return {StateChanged{EngineState::Idle}};
            const auto id = std::exchange(memory->running, 0);
            return {StateChanged{EngineState::Stopping}, RunEnded{id, memory->run, RunEnded::How::Stopped},
                    StateChanged{EngineState::Ready}};
        }
        return {};
    };
}

}  // namespace lacuna::testing
