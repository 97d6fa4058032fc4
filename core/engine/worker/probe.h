// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/engine/engine.h"
#include "core/engine/worker/workplace.h"

namespace lacuna {

/// Puts one question about one picture (any file) to the model of a stage. With a truth the answer is judged and the
/// truth's probability measured. `note` takes what the user should know of the run's archive and of the picture.
/// Throws InputError: no such stage yet, another model than the one open, no picture; Cancelled.
AnswerRow answerProbe(Workplace& workplace, const command::Probe& probe,
                      const std::function<void(const std::string&)>& note);

}  // namespace lacuna
