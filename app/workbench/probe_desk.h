// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "app/workbench/engine_bridge.h"
#include "widgets/probes/own_answers.h"

#include <deque>
#include <map>
#include <optional>

namespace lacuna {

/// Between the questions of the Entity view and the engine: sends each as a probe, holds them while there is no engine,
/// and brings answers and errors back to where they were asked.
class ProbeDesk : public QObject {
    Q_OBJECT
public:
    ProbeDesk(EngineBridge& bridge, OwnAnswers& answers, QObject* parent = nullptr);
    /// There will be no engine: what waits for one fails with `problem`.
    void giveUp(const QString& problem);

private:
    struct Wish {
        int ticket = 0;
        command::Probe probe;
    };

    void take(int ticket, const ModelQuestion& question, const QString& truth);
    void sendWaiting();
    void send(const Wish& wish);
    QString waitNote() const;
    QString loadingNote() const;
    std::optional<QString> refused() const;  ///< why no question is taken now

    EngineBridge& m_bridge;
    OwnAnswers& m_answers;
    QString m_noEngine;
    std::deque<Wish> m_waiting;
    std::map<std::uint64_t, int> m_tickets;  ///< by command
};

}  // namespace lacuna
