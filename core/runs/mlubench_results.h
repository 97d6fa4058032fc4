// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/run_history.h"

#include <string>

namespace lacuna {

/// The answers of one stage, task and split as a result file of MLUBench, so that the reference's own metrics run on
/// them: its records ("id", "image", "conversations" with question and true answer) with "gpt_score" ("Rating: [[2]]",
/// here from the run's judge, absent where it had no verdict), the gate's labels "task", "class_type" (the class, as
/// the picture's path has it), "entity", and the generated answer as "answer". Throws InputError when that stage and
/// task have no answers.
std::string mluBenchResults(const RunHistory& run, int stage, int task, Split split);

}  // namespace lacuna
