// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/probe_desk.h"

#include "core/engine/engine_states.h"

namespace lacuna {

ProbeDesk::ProbeDesk(EngineBridge& bridge, OwnAnswers& answers, QObject* parent)
    : QObject(parent), m_bridge(bridge), m_answers(answers) {
    connect(&answers, &OwnAnswers::wanted, this, &ProbeDesk::take);
    connect(&bridge, &EngineBridge::stateChanged, this, &ProbeDesk::sendWaiting);
    connect(&bridge, &EngineBridge::probeAnswered, this, [this](std::uint64_t command, const AnswerRow& row) {
        if (const auto found = m_tickets.extract(command))
            m_answers.answered(found.mapped(), row);
    });
    connect(&bridge, &EngineBridge::probeFailed, this, [this](std::uint64_t command, const QString& message) {
        if (const auto found = m_tickets.extract(command))
            m_answers.failed(found.mapped(), message);
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
    Wish wish{ticket,
              {question.run, question.stage, question.image.toStdString(), question.question.toStdString(),
               truth.toStdString()}};
    if (m_bridge.attached()) {
        send(wish);
    } else {
        m_waiting.push_back(std::move(wish));
        m_answers.setNote(ticket, tr("waiting: the engine is starting"));
    }
}

void ProbeDesk::sendWaiting() {
    if (m_bridge.attached())
        for (const auto& wish : std::exchange(m_waiting, {}))
            send(wish);
    for (const auto& [command, ticket] : m_tickets)
        m_answers.setNote(ticket, waitNote());
}

void ProbeDesk::send(const Wish& wish) {
    if (m_bridge.shuttingDown() || !stateAfter(m_bridge.state(), CommandKind::Probe)) {
        m_answers.failed(wish.ticket, tr("The engine is stopping a run and takes no question now. Ask again when it "
                                         "has stopped."));
        return;
    }
    m_tickets[m_bridge.send(wish.probe)] = wish.ticket;
    m_answers.setNote(wish.ticket, waitNote());
}

QString ProbeDesk::waitNote() const {
    switch (m_bridge.state()) {
        case EngineState::Idle:
        case EngineState::Loading:
            return tr("queued: the engine is loading the model");
        case EngineState::Running:
        case EngineState::Pausing:
            return tr("queued: answered between two steps of the run in work");
        default:
            return tr("asking…");
    }
}

}  // namespace lacuna
