// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/probes/own_answers.h"

#include <algorithm>
#include <vector>

namespace lacuna {

void OwnAnswers::ask(const ModelQuestion& question, const QString& truth, const QString& about) {
    const auto known = m_answers.find(question);
    if (known != m_answers.end()) {
        const auto& live = known->second;
        const bool another = live.state == LiveAnswer::State::Answered && live.truth != truth;
        if (live.state != LiveAnswer::State::Failed && !another)
            return;
    }
    m_answers[question] = {LiveAnswer::State::Waiting, tr("asking…"), about, truth, {}};
    m_asked = m_open.empty() ? 1 : m_asked + 1;
    const int ticket = ++m_lastTicket;
    m_open[ticket] = question;
    emit changed();
    emit wanted(ticket, question, truth);
}

void OwnAnswers::restore(const ModelQuestion& question, const QString& about, const AnswerRow& answer) {
    const auto truth = QString::fromStdString(answer.truth);
    if (m_answers.emplace(question, LiveAnswer{LiveAnswer::State::Answered, {}, about, truth, answer}).second)
        emit changed();
}

bool OwnAnswers::judged(const QString& image, const QString& entity) const {
    return std::any_of(m_answers.begin(), m_answers.end(), [&](const auto& each) {
        return each.first.image == image && each.second.about == entity && !each.second.truth.isEmpty();
    });
}

/// Each once, in the answers' order.
QStringList OwnAnswers::askedAbout(const QString& entity, QString ModelQuestion::*part) const {
    QStringList all;
    for (const auto& [question, answer] : m_answers)
        if (answer.about == entity && !all.contains(question.*part))
            all << question.*part;
    return all;
}

QStringList OwnAnswers::picturesAbout(const QString& entity) const {
    return askedAbout(entity, &ModelQuestion::image);
}

QStringList OwnAnswers::questionsAbout(const QString& entity) const {
    return askedAbout(entity, &ModelQuestion::question);
}

const LiveAnswer* OwnAnswers::find(const ModelQuestion& question) const {
    const auto found = m_answers.find(question);
    return found == m_answers.end() ? nullptr : &found->second;
}

int OwnAnswers::waiting() const {
    return static_cast<int>(m_open.size());
}

LiveAnswer* OwnAnswers::ofTicket(int ticket) {
    const auto open = m_open.find(ticket);
    return open == m_open.end() ? nullptr : &m_answers[open->second];
}

void OwnAnswers::endAsking(bool changedAlone) {
    std::vector<int> tickets;
    for (const auto& [ticket, question] : m_open)
        if (!changedAlone || !question.parameters.empty())
            tickets.push_back(ticket);
    for (const int ticket : tickets)
        emit unwanted(ticket);
}

void OwnAnswers::withdrawn(int ticket) {
    if (const auto open = m_open.extract(ticket)) {
        m_answers.erase(open.mapped());
        emit changed();
    }
}

void OwnAnswers::setNote(int ticket, const QString& note) {
    auto* answer = ofTicket(ticket);
    if (!answer || std::exchange(answer->note, note) == note)
        return;
    emit changed();
}

void OwnAnswers::answered(int ticket, const AnswerRow& row) {
    auto* answer = ofTicket(ticket);
    if (!answer)
        return;
    *answer = {LiveAnswer::State::Answered, {}, answer->about, answer->truth, row};
    const auto question = m_open.extract(ticket).mapped();
    emit got(question, answer->about, row);
    emit changed();
}

void OwnAnswers::failed(int ticket, const QString& message) {
    auto* answer = ofTicket(ticket);
    if (!answer)
        return;
    *answer = {LiveAnswer::State::Failed, message, answer->about, answer->truth, {}};
    m_open.erase(ticket);
    emit changed();
}

}  // namespace lacuna
