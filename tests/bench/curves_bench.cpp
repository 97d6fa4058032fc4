// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A log of a million steps: opening draws it once, panning draws a window of it again and again.
#include "tests/widgets/curves/synthetic_runs.h"
#include "widgets/common/theme.h"
#include "widgets/curves/curves_view.h"
#include "widgets/curves/sequence_plot.h"

#include <QApplication>

#include <benchmark/benchmark.h>
#include <random>

using namespace lacuna;
using namespace lacuna::testing;

namespace {

RunHistory longRun(int rows) {
    auto run = syntheticRun(behaviours()[1]);
    run.steps = {};
    std::mt19937_64 random(1);
    std::normal_distribution<double> noise;
    for (int i = 0; i < rows; ++i)
        run.steps.append({.stage = 1 + i / (rows / 4 + 1), .step = i, .loss = 2 + noise(random), .lr = 1e-3});
    return run;
}

void openMillion(benchmark::State& state) {
    Workspace workspace;
    workspace.addRun(longRun(static_cast<int>(state.range(0))));
    for (auto _ : state) {
        TrainingPlot plot(workspace);
        plot.resize(1144, 600);
        plot.refresh({.smoothing = static_cast<Smoothing>(state.range(1))});
        plot.replot(QCustomPlot::rpImmediateRefresh);
    }
}
BENCHMARK(openMillion)->ArgsProduct({{10'000, 1'000'000}, {0, 1, 2, 3}})->Unit(benchmark::kMillisecond);

void panMillion(benchmark::State& state) {
    Workspace workspace;
    workspace.addRun(longRun(1'000'000));
    TrainingPlot plot(workspace);
    plot.resize(1144, 600);
    plot.refresh({.smoothing = static_cast<Smoothing>(state.range(1))});
    plot.xAxis->setRange(0, static_cast<double>(state.range(0)));
    for (auto _ : state) {
        plot.xAxis->moveRange(static_cast<double>(state.range(0)) / 500);
        if (plot.xAxis->range().upper > 990'000)
            plot.xAxis->setRange(0, static_cast<double>(state.range(0)));
        plot.replot(QCustomPlot::rpImmediateRefresh);
    }
}
BENCHMARK(panMillion)->ArgsProduct({{1'000, 100'000, 900'000}, {0, 1}})->Unit(benchmark::kMillisecond);

/// What one step of the timeline costs the Curves tab: all four panels.
void stageStep(benchmark::State& state) {
    Workspace workspace;
    for (auto& run : sixRuns())
        workspace.addRun(std::move(run));
    CurvesView view(workspace);
    view.resize(1176, 734);
    view.show();
    QApplication::processEvents();
    int stage = 0;
    for (auto _ : state) {
        workspace.setStage(stage = (stage + 1) % 5);
        QApplication::processEvents();
    }
}
BENCHMARK(stageStep)->Unit(benchmark::kMillisecond);

}  // namespace

int main(int argc, char** argv) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    Theme::instance().apply(Theme::Mode::Light);
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
}
