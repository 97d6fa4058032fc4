// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/probe_desk.h"

#include "core/engine/engine_states.h"

#include <algorithm>

namespace lacuna {

ProbeDesk::ProbeDesk(EngineBridge& bridge, OwnAnswers& answers, QObject* parent)
    : QObject(parent), m_bridge(bridge), m_answers(answers) {
    connect(&answers, &OwnAnswers::wanted, this, &ProbeDesk::take);
    connect(&answers, &OwnAnswers::unwanted, this, [this](int ticket) {
        if (std::erase_if(m_waiting, [ticket](const Wish& wish) { return wish.ticket == ticket; }) > 0)
            m_answers.withdrawn(ticket);
    });
    connect(&bridge, &EngineBridge::stateChanged, this, &ProbeDesk::sendWaiting);
    connect(&bridge, &EngineBridge::workChanged, this, [this] {
        if (m_bridge.state() == EngineState::Loading)
            for (const auto& [command, ticket] : m_tickets)
                m_answers.setNote(ticket, waitNote());
    });
    connect(&bridge, &EngineBridge::probeAnswered, this, [this](std::uint64_t command, const AnswerRow& row) {
        if (const auto found = m_tickets.extract(command))
            m_answers.answered(found.mapped(), row);
        sendWaiting();
    });
    connect(&bridge, &EngineBridge::probeFailed, this, [this](std::uint64_t command, const QString& message) {
        if (const auto found = m_tickets.extract(command))
            m_answers.failed(found.mapped(), message);
        sendWaiting();
    });
}

void ProbeDesk::giveUp(const QString& problem) {
    m_noEngine = problem;
    if (!problem.isEmpty())
        for (const auto& wish : std::exchange(m_waiting, {}))
            m_answers.failed(wish.ticket, problem);
}

void ProbeDesk::take(int ticket, const ModelQuestion& question, const QString& truth) {
    if (!m_noEngine.isEmpty()) {
        m_answers.failed(ticket, m_noEngine);
        return;
    }
    if (m_bridge.attached() && refused()) {
        m_answers.failed(ticket, *refused());
        return;
    }
    Wish wish{ticket,
              {question.run, question.stage, question.image.toStdString(), question.question.toStdString(),
               truth.toStdString(), question.parameters}};
    m_waiting.push_back(std::move(wish));
    m_answers.setNote(
        ticket, m_bridge.attached() ? tr("waiting for the answers before it") : tr("waiting: the engine is starting"));
    sendWaiting();
}

/// One after the other: those that have not gone out can be taken back.
void ProbeDesk::sendWaiting() {
    while (m_bridge.attached() && m_tickets.empty() && !m_waiting.empty()) {
        const auto wish = std::move(m_waiting.front());
        m_waiting.pop_front();
        send(wish);
    }
    for (const auto& [command, ticket] : m_tickets)
        m_answers.setNote(ticket, waitNote());
}

void ProbeDesk::send(const Wish& wish) {
    if (const auto why = refused()) {
        m_answers.failed(wish.ticket, *why);
        return;
    }
    m_tickets[m_bridge.send(wish.probe)] = wish.ticket;
    m_answers.setNote(wish.ticket, waitNote());
}

std::optional<QString> ProbeDesk::refused() const {
    if (m_bridge.shuttingDown() || !stateAfter(m_bridge.state(), CommandKind::Probe))
        return tr("The engine is stopping a run and takes no question now. Ask again when it has stopped.");
    return std::nullopt;
}

/// How far it is, and what it is good for: the first answer after a start waits for it.
QString ProbeDesk::loadingNote() const {
    const auto& work = m_bridge.work();
    if (work.what.isEmpty() || work.share < 0)
        return tr("queued: the engine is loading the model");
    return tr("queued: %1, %2 %. What the model sees in each picture is worked out once; after that every answer and "
              "every training step is quick.")
        .arg(work.what)
        .arg(std::min(99, static_cast<int>(work.share * 100)));
}

QString ProbeDesk::waitNote() const {
    switch (m_bridge.state()) {
        case EngineState::Idle:
        case EngineState::Loading:
            return loadingNote();
        case EngineState::Running:
        case EngineState::Pausing:
            return tr("queued: answered between two steps of the run in work");
        default:
            return tr("asking…");
    }
}

}  // namespace lacuna
