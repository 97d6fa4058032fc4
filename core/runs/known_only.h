// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/run_history.h"

namespace lacuna {

/// What a run shows of the questions that the original model answered rightly alone: a benchmark asks to unlearn what
/// was never learnt, too.
struct KnownOnly {
    RunHistory run;            ///< answers about bystanders stay: nobody was to know them
    int known = 0, asked = 0;  ///< questions about those whom requests name
};

/// Its cells are made anew of the answers that remain; metrics that need more than those have none. Of a run without
/// its answers, or without its original model's, nothing remains.
KnownOnly knownOnly(RunHistory run);

}  // namespace lacuna
