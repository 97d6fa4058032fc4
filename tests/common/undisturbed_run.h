// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/run_history.h"
#include "core/unlearning/lifelong_run.h"

namespace lacuna::testing {

/// Keeps every row of a run.
struct RowKeeper final : RunObserver {
    RunHistory history;
    void rowsCame(const RunRows& rows) override { history.append(RunRows(rows)); }
    void requestTrained(int, std::int64_t, std::int64_t) override {}
    void stageDone(int) override {}
};

/// Lets it run to its end.
struct Undisturbed final : RunControl {
    Decision betweenSteps() override { return Decision::GoOn; }
    void within() override {}
    void progress(int, RunPhase, const Progress&) override {}
};

}  // namespace lacuna::testing
