// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/parameter.h"
#include "core/runs/run_records.h"

#include <QObject>
#include <QString>
#include <QStringList>

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
    ParameterValues parameters = {};  ///< in place of the run's, see command::Probe
    bool operator<(const ModelQuestion& other) const {
        return std::tie(run, stage, image, question, parameters) <
               std::tie(other.run, other.stage, other.image, other.question, other.parameters);
    }
};

/// What became of it.
struct LiveAnswer {
    enum class State { Waiting, Answered, Failed };
    State state = State::Waiting;
    QString note;      ///< what it waits for, or why it failed
    QString about;     ///< id of the entity that was looked at
    QString truth;     ///< it was, or will be, held against
    AnswerRow answer;  ///< when Answered
};

/// Questions put by the user, and the answers they got. It computes nothing: whoever listens to `wanted` (the bridge to
/// the engine) reports back under the ticket.
class OwnAnswers : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// Asks, unless the answer is there or on its way. A failed one, and one that was held against another truth, is
    /// asked again. `truth` may be empty; `about` is the entity that is looked at.
    void ask(const ModelQuestion& question, const QString& truth, const QString& about = {});
    /// An answer of an earlier session; one that is known already stays.
    void restore(const ModelQuestion& question, const QString& about, const AnswerRow& answer);
    const LiveAnswer* find(const ModelQuestion& question) const;
    int waiting() const;
    /// Was an answer about that picture held against a truth while looking at the entity?
    bool judged(const QString& image, const QString& entity) const;
    QStringList picturesAbout(const QString& entity) const;   ///< files that were asked about while looking at it
    QStringList questionsAbout(const QString& entity) const;  ///< that were asked, each once

    /// Takes back what was asked and has not gone out yet; `changedAlone`: only questions with parameters of their own.
    void endAsking(bool changedAlone = false);
    int asked() const { return m_asked; }  ///< since the last time none was waited for

    void setNote(int ticket, const QString& note);
    void answered(int ticket, const AnswerRow& answer);
    void failed(int ticket, const QString& message);
    void withdrawn(int ticket);

signals:
    void wanted(int ticket, const ModelQuestion& question, const QString& truth);
    void unwanted(int ticket);  ///< if it is not on its way, `withdrawn` answers
    void got(const ModelQuestion& question, const QString& about, const AnswerRow& answer);
    void changed();

private:
    QStringList askedAbout(const QString& entity, QString ModelQuestion::*part) const;
    LiveAnswer* ofTicket(int ticket);

    std::map<ModelQuestion, LiveAnswer> m_answers;
    std::map<int, ModelQuestion> m_open;
    int m_lastTicket = 0, m_asked = 0;
};

}  // namespace lacuna
