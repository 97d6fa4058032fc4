// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Inside of this room: the columns of an answer, said once for the tables of run files, the answer cache and the JSON
// of own probes.
#include "core/runs/run_records.h"

namespace lacuna {

/// `visit(name, member, required)` for each. Required columns make a row what it is; others may be absent in files of
/// other minor versions. The tokens are a table of their own.
template <typename Visitor>
void visitAnswers(Visitor&& visit) {
    visit("stage", &AnswerRow::stage, true);
    visit("task", &AnswerRow::task, true);
    visit("split", &AnswerRow::split, true);
    visit("entity", &AnswerRow::entity, true);
    visit("question", &AnswerRow::question, true);
    visit("kind", &AnswerRow::kind, false);
    visit("phrasing", &AnswerRow::phrasing, false);
    visit("view", &AnswerRow::view, false);
    visit("image", &AnswerRow::image, false);
    visit("answer", &AnswerRow::answer, true);
    visit("truth", &AnswerRow::truth, false);
    visit("verdict", &AnswerRow::verdict, true);
    visit("exact", &AnswerRow::exact, false);
    visit("score", &AnswerRow::score, false);
    visit("rouge_l", &AnswerRow::rougeL, false);
    visit("probability", &AnswerRow::probability, false);
    visit("gate_choice", &AnswerRow::gateChoice, false);
    visit("gate_score", &AnswerRow::gateScore, false);
    visit("gate_threshold", &AnswerRow::gateThreshold, false);
    visit("abstained", &AnswerRow::abstained, false);
    visit("nearest", &AnswerRow::nearest, false);
}

}  // namespace lacuna
