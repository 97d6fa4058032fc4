// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What many runs that grow at once cost the interface.
//
//     growing_bench [RUNS [STEPS]]
//
// Opens the window on RUNS (50) made runs and appends STEPS (2,000) steps to each, two at a time to all of them in one
// tick, as the bridge and the library hand rows over; each tick ends when everything that it set off is drawn. Prints
// the milliseconds that the interface thread spent in a tick, for the losses, the curves and the Compare tab in front.
// Takes the display there is; QT_QPA_PLATFORM=offscreen works too.
#include "app/workbench/main_window.h"
#include "app/workbench/workbench.h"
#include "widgets/common/theme.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QThread>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

using namespace lacuna;

namespace {

constexpr int tickMs = 50, stepsATick = 2;

double percentile(std::vector<double> values, double share) {
    std::sort(values.begin(), values.end());
    return values.empty() ? 0 : values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

RunHistory growingRun(int number) {
    RunHistory run;
    run.name = "growing-" + std::to_string(number);
    run.source = "/nowhere/" + run.name;
    run.spec.method = number % 2 == 0 ? "gd" : "npo";
    run.spec.seed = static_cast<std::uint64_t>(number);
    run.status = RunStatus::Running;
    run.requests = {{"A", {}, {}}, {"B", {}, {}}, {"C", {}, {}}, {"D", {}, {}}};
    run.stages = 1;
    return run;
}

/// Milliseconds of the interface thread per tick, as many ticks as the steps need.
std::vector<double> grow(MainWindow& window, int runs, int from, int to) {
    std::vector<double> spent;
    auto& workspace = window.workbench().workspace();
    for (int step = from; step < to; step += stepsATick) {
        QElapsedTimer timer;
        timer.start();
        double busyMs = 0;
        for (int run = 0; run < runs; ++run) {
            RunRows rows;
            for (int i = step; i < step + stepsATick; ++i)
                rows.steps.append(
                    {.stage = 1 + i / 500, .step = i % 500, .loss = 1.0 / (1 + i + run), .elapsedS = 0.1 * i});
            workspace.appendRows(run, std::move(rows));
        }
        busyMs += static_cast<double>(timer.nsecsElapsed()) / 1e6;
        while (timer.elapsed() < tickMs) {  // what comes later in the tick counts, waiting does not
            QElapsedTimer turn;
            turn.start();
            QApplication::processEvents();
            busyMs += static_cast<double>(turn.nsecsElapsed()) / 1e6;
            QThread::usleep(500);
        }
        spent.push_back(busyMs);
    }
    return spent;
}

}  // namespace

int main(int argc, char** argv) {
    QApplication::setApplicationName("lacuna-workbench-bench");
    QApplication application(argc, argv);
    const auto arguments = QApplication::arguments();
    const int runs = arguments.size() > 1 ? arguments[1].toInt() : 50;
    const int steps = arguments.size() > 2 ? arguments[2].toInt() : 2000;
    Theme::instance().apply(Theme::Mode::Light);
    Workbench workbench;
    MainWindow window(workbench);
    window.resize(1440, 900);
    window.show();
    for (int run = 0; run < runs; ++run)
        workbench.workspace().addRun(growingRun(run));
    const std::vector<const char*> tabs{"sequence", "curves", "compare"};
    const int part = steps / static_cast<int>(tabs.size());
    for (std::size_t i = 0; i < tabs.size(); ++i) {
        window.showTab(tabs[i]);
        QApplication::processEvents();
        const auto spent = grow(window, runs, static_cast<int>(i) * part, static_cast<int>(i + 1) * part);
        std::printf(
            "%s, %d runs at step %d: a tick took median %.2f ms, 99th percentile %.2f, worst %.2f (%zu ticks)\n",
            tabs[i], runs, static_cast<int>(i + 1) * part, percentile(spent, 0.5), percentile(spent, 0.99),
            percentile(spent, 1), spent.size());
    }
    std::fflush(stdout);
    std::_Exit(0);
}
