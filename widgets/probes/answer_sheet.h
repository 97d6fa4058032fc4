// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/probes/entity_log.h"
#include "widgets/probes/own_answers.h"

#include <QStringList>

namespace lacuna {

/// One stage of a run in the ribbon.
struct RibbonCell {
    enum class State {
        Empty,  ///< not measured yet
        Judged,
        Unjudged,  ///< answered, but without a verdict: there is no truth, or the judge failed
        Ended      ///< never measured: the run ended before
    };
    State state = State::Empty;
    Verdict verdict = Verdict::Wrong;
    bool operator==(const RibbonCell&) const = default;
};

/// Without a truth an answer can still be seen to refuse, or to be no language.
RibbonCell ribbonCell(const AnswerRow& answer);

/// One model's answer to the question of the sheet.
struct SheetRow {
    enum class State { Answered, Absent, Waiting, Failed };
    int run = -1;  ///< index into Workspace::runs; −1 = the original model
    QString method, name;
    int variant = 0;  ///< see methodLook
    State state = State::Absent;
    QString note;      ///< in place of an answer
    AnswerRow answer;  ///< when Answered
    bool judged = false;
    bool canAsk = false;  ///< the engine could be asked for it
    ModelQuestion key;    ///< how to ask for it
    std::vector<RibbonCell> ribbon;
};

/// Everything that stands side by side: one question about one picture, the models, the stages.
struct AnswerSheet {
    QString question, truth, image;
    int stage = 0;  ///< of the answers
    QStringList stageLabels;
    std::vector<SheetRow> rows;            ///< the original model first
    std::set<QString> ordinary;            ///< words any truth of this kind holds: they tell nothing
    const SheetRow* rowOf(int run) const;  ///< null for a run that is not in it
    int askable() const;                   ///< rows without an answer that the engine could be asked for
    int failed() const;                    ///< rows whose question failed
    QString failure;                       ///< why, where several failed for the same reason; their notes point to it
};

/// What a sheet is about.
struct SheetTopic {
    const Entity* entity = nullptr;
    ProbeChoice choice;
    QString ownImage;              ///< in place of the chosen view
    bool showsIt = true;           ///< does that one show the entity? Else what is true of the entity is not its truth
    QString ownQuestion;           ///< in place of the chosen phrasing
    ParameterValues changed = {};  ///< in place of what runs have that may change after training
};

AnswerSheet buildSheet(const Workspace& workspace, const EntityLog& log, const OwnAnswers& own,
                       const SheetTopic& topic);

/// A word as it counts in comparisons: lower case, without punctuation.
QString foldedWord(const QString& word);

/// A plain table of the sheet for the clipboard: method, answer, verdict, probability of the truth.
QString sheetAsText(const AnswerSheet& sheet);

}  // namespace lacuna
