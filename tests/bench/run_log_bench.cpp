// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How fast run files are opened and written. With LACUNA_BENCH_FOLDER=DIR the files stay there (see run_log_peer.py).
#include "core/base/random.h"
#include "core/runs/run_log.h"
#include "core/runs/run_reader.h"
#include "core/runs/run_store.h"

#include <benchmark/benchmark.h>
#include <cmath>
#include <cstdlib>
#include <filesystem>

using namespace lacuna;
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t stepsPerStage = 250000;
constexpr int requests = 4;

fs::path benchFolder() {
    static const struct Folder {
        fs::path path;
        bool stays = false;
        Folder() {
            if (const char* given = std::getenv("LACUNA_BENCH_FOLDER")) {
                path = given;
                stays = true;
            } else {
                path = fs::temp_directory_path() / "lacuna-run-log-bench";
                fs::remove_all(path);
            }
            fs::create_directories(path);
        }
        ~Folder() {
            std::error_code ignored;
            if (!stays)
                fs::remove_all(path, ignored);
        }
    } folder;
    return folder.path;
}

RunSpec specNamed(std::string name) {
    RunSpec spec;
    spec.name = std::move(name);
    return spec;
}

std::vector<RequestRow> requestRows() {
    std::vector<RequestRow> rows;
    for (const char* name : {"A", "B", "C", "D"})
        rows.push_back({name, {"Halvorn"}, {"Oak"}});
    return rows;
}

/// Losses and norms have the precision a model gives them (float), times that of a clock.
StepRow stepRow(Random& random, int stage, std::int64_t step) {
    const auto noisy = [&](double value) {
        return static_cast<double>(static_cast<float>(value + 0.1 * random.normal()));
    };
    const auto all = (stage - 1) * stepsPerStage + step;
    const auto loss = std::exp(-static_cast<double>(all) / 3e5);
    return {stage,
            step,
            static_cast<double>(step) / 60,
            noisy(loss),
            noisy(loss * 1.1),
            noisy(loss * 0.9),
            noisy(1),
            1e-3 * (1 - static_cast<double>(step) / stepsPerStage),
            9000 + random.normal(),
            0.1 * static_cast<double>(all) + 0.01 * random.uniform()};
}

std::vector<AnswerRow> answerRows(Random& random, int stage, int count) {
    std::vector<AnswerRow> rows(static_cast<std::size_t>(count));
    for (auto& row : rows) {
        row.stage = stage;
        row.task = static_cast<int>(random.index(requests));
        row.entity = "Entity " + std::to_string(random.index(127));
        row.question = "What is the name of the animal in this picture?";
        row.kind = "identity";
        row.image = "downloaded_images/Animals/Entity/" + std::to_string(random.index(4000)) + ".png";
        row.answer = "This is " + row.entity + ", which lives in the hills.";
        row.truth = row.answer;
        row.probability = random.uniform();
        row.gateChoice = "expert A";
        row.nearest = {{row.entity, random.uniform()}, {"Halvorn", random.uniform()}, {"Oak", random.uniform()}};
        for (int i = 0; i < 12; ++i)
            row.tokens.push_back({"▁token", static_cast<float>(-random.uniform())});
    }
    return rows;
}

/// A finished run of a million steps.
const fs::path& millionSteps() {
    static const fs::path folder = [] {
        const auto path = benchFolder() / "million";
        if (fs::exists(path / "run.h5"))
            return path;
        auto log = RunLog::create(benchFolder(), specNamed("million"), requestRows());
        Random random(1);
        for (int stage = 0; stage <= requests; ++stage) {
            for (std::int64_t step = 0; stage > 0 && step < stepsPerStage; ++step)
                log->rowsCame({.steps = StepColumns::of({stepRow(random, stage, step)})});
            log->stageDone(stage);
        }
        log->finish();
        return path;
    }();
    return folder;
}

/// A finished run of the embedded benchmark's size: 1,270 answers a stage.
const fs::path& demoRun() {
    static const fs::path folder = [] {
        auto log = RunLog::create(benchFolder(), specNamed(RunStore(benchFolder()).freeName("demo")), requestRows());
        Random random(1);
        for (int stage = 0; stage <= requests; ++stage) {
            for (std::int64_t step = 0; stage > 0 && step < 60; ++step)
                log->rowsCame({.steps = StepColumns::of({stepRow(random, stage, step)})});
            log->rowsCame({.answers = answerRows(random, stage, 1270)});
            log->stageDone(stage);
        }
        log->finish();
        return log->folder().path;
    }();
    return folder;
}

void openMillionSteps(benchmark::State& state) {
    const auto file = millionSteps() / "run.h5";
    for (auto _ : state)
        benchmark::DoNotOptimize(readRun(file));
}

void openMillionStepsFolder(benchmark::State& state) {
    const auto& folder = millionSteps();
    for (auto _ : state)
        benchmark::DoNotOptimize(readRun(folder));
}

void readOneCurveOfMillionSteps(benchmark::State& state) {
    const auto file = millionSteps() / "run.h5";
    for (auto _ : state)
        benchmark::DoNotOptimize(readSteps(file, {"loss"}));
}

void openDemoRun(benchmark::State& state) {
    const auto& folder = demoRun();
    for (auto _ : state)
        benchmark::DoNotOptimize(readRun(folder));
}

/// What logging costs the training, per step; commits included.
void logOneStep(benchmark::State& state) {
    auto log = RunLog::create(benchFolder(), specNamed(RunStore(benchFolder()).freeName("steps")), requestRows());
    log->stageDone(0);
    Random random(1);
    std::int64_t step = 0;
    for (auto _ : state) {
        log->rowsCame({.steps = StepColumns::of({stepRow(random, 1, step++)})});
        if (state.range(0) != 0)
            log->sync();
    }
    const auto folder = log->folder().path;
    log.reset();
    fs::remove_all(folder);
}

void sealDemoStage(benchmark::State& state) {
    Random random(1);
    const auto answers = answerRows(random, 0, 1270);
    for (auto _ : state) {
        auto log = RunLog::create(benchFolder(), specNamed(RunStore(benchFolder()).freeName("seal")), requestRows());
        log->rowsCame({.answers = answers});
        log->stageDone(0);
        const auto folder = log->folder().path;
        log.reset();
        fs::remove_all(folder);
    }
}

void listHundredRuns(benchmark::State& state) {
    const RunStore store(benchFolder() / "hundred");
    for (int i = 0; i < 100; ++i)
        if (const auto name = "run-" + std::to_string(i); !fs::exists(store.path() / name))
            RunLog::create(store.path(), specNamed(name), requestRows());
    for (auto _ : state)
        benchmark::DoNotOptimize(store.list());
}

BENCHMARK(openMillionSteps)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(openMillionStepsFolder)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(readOneCurveOfMillionSteps)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(openDemoRun)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(logOneStep)->ArgName("synced")->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond)->UseRealTime();
BENCHMARK(sealDemoStage)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(listHundredRuns)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
