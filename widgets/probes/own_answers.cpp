#include "widgets/probes/own_answers.h"

namespace lacuna {

void OwnAnswers::ask(const ModelQuestion& question, const QString& truth) {
    const auto known = m_answers.find(question);
    if (known != m_answers.end() && known->second.state != LiveAnswer::State::Failed)
        return;
    m_answers[question] = {LiveAnswer::State::Waiting, tr("asking…"), {}};
    const int ticket = ++m_lastTicket;
    m_open[ticket] = question;
    emit changed();
    emit wanted(ticket, question, truth);
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
    *answer = {LiveAnswer::State::Answered, {}, row};
    m_open.erase(ticket);
    emit changed();
}

void OwnAnswers::failed(int ticket, const QString& message) {
    auto* answer = ofTicket(ticket);
    if (!answer)
        return;
    *answer = {LiveAnswer::State::Failed, message, {}};
    m_open.erase(ticket);
    emit changed();
}

}  // namespace lacuna
