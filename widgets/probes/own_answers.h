#pragma once
#include "core/runs/run_records.h"

#include <QObject>
#include <QString>

#include <filesystem>
#include <map>
#include <tuple>

namespace lacuna {

/// One question to the model of one stage of one run.
struct ModelQuestion {
    std::filesystem::path run;  ///< run folder
    int stage = 0;
    QString image;  ///< file
    QString question;
    bool operator<(const ModelQuestion& other) const {
        return std::tie(run, stage, image, question) < std::tie(other.run, other.stage, other.image, other.question);
    }
};

/// What became of it.
struct LiveAnswer {
    enum class State { Waiting, Answered, Failed };
    State state = State::Waiting;
    QString note;      ///< what it waits for, or why it failed
    AnswerRow answer;  ///< when Answered
};

/// Questions put by the user, and the answers they got. It computes nothing: whoever listens to `wanted` (the bridge to
/// the engine) reports back under the ticket.
class OwnAnswers : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// Asks, unless the answer is there or on its way. A failed one is asked again. `truth` may be empty.
    void ask(const ModelQuestion& question, const QString& truth);
    const LiveAnswer* find(const ModelQuestion& question) const;
    int waiting() const;

    void setNote(int ticket, const QString& note);
    void answered(int ticket, const AnswerRow& answer);
    void failed(int ticket, const QString& message);

signals:
    void wanted(int ticket, const ModelQuestion& question, const QString& truth);
    void changed();

private:
    LiveAnswer* ofTicket(int ticket);

    std::map<ModelQuestion, LiveAnswer> m_answers;
    std::map<int, ModelQuestion> m_open;
    int m_lastTicket = 0;
};

}  // namespace lacuna
