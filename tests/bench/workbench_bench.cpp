// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How soon the window is there, and whether it answers while the engine trains.
//
//     workbench_bench RUNS_FOLDER [--train DIR]
//
// Opens every run of RUNS_FOLDER as the program does and prints, in milliseconds since the process began: the first
// paint, the window usable (all runs listed, their curves painted), the engine ready, every run read; then the memory
// that is resident and no file's (an empty folder's is to be taken off). With --train it then lets LUMoE unlearn
// request A into DIR and prints how late a 5 ms timer of the interface thread came: median, 99th percentile, worst.
// Takes the display there is; QT_QPA_PLATFORM=offscreen works too.
#include "app/workbench/main_window.h"
#include "app/workbench/workbench.h"
#include "core/runs/run_spec.h"
#include "core/runs/run_store.h"
#include "widgets/common/theme.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QTimer>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

using namespace lacuna;

namespace {

/// Milliseconds since the kernel made this process: field 22 of /proc/self/stat, in ticks since boot.
double sinceStartMs() {
    std::ifstream file("/proc/self/stat");
    std::stringstream all;
    all << file.rdbuf();
    const std::string text = all.str();
    std::istringstream fields(text.substr(text.rfind(')') + 2));
    std::string field;
    for (int i = 3; i <= 22; ++i)
        fields >> field;
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return 1000.0 * (static_cast<double>(now.tv_sec) - std::stod(field) / static_cast<double>(sysconf(_SC_CLK_TCK))) +
           static_cast<double>(now.tv_nsec) / 1e6;
}

double residentMib() {
    std::ifstream file("/proc/self/status");
    for (std::string line; std::getline(file, line);)
        if (line.starts_with("RssAnon:"))
            return std::stod(line.substr(8)) / 1024;
    return 0;
}

/// Sees the window's first paint.
class FirstPaint : public QObject {
public:
    double ms = 0;

protected:
    bool eventFilter(QObject*, QEvent* event) override {
        if (ms == 0 && event->type() == QEvent::Paint)
            QTimer::singleShot(0, this, [this] { ms = ms == 0 ? sinceStartMs() : ms; });
        return false;
    }
};

double percentile(std::vector<double> values, double share) {
    std::sort(values.begin(), values.end());
    return values.empty() ? 0 : values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

bool curvesThere(const Workspace& workspace, std::size_t expected) {
    const auto& runs = workspace.runs();
    return runs.size() == expected &&
           std::all_of(runs.begin(), runs.end(), [](const auto& run) { return !run.history.cells.empty(); });
}

void trainAndWatch(Workbench& workbench, const std::filesystem::path& out) {
    std::vector<double> lateMs;
    QElapsedTimer since;
    QTimer beat;
    beat.setTimerType(Qt::PreciseTimer);
    QObject::connect(&beat, &QTimer::timeout, [&] {
        lateMs.push_back(std::max(0.0, static_cast<double>(since.nsecsElapsed()) / 1e6 - 5));
        since.restart();
    });
    RunSpec spec;
    spec.order = {"A"};
    spec.name = "responsive";
    QObject::connect(&workbench.bridge(), &EngineBridge::runEnded, qApp, [] { QApplication::quit(); });
    QObject::connect(&workbench.bridge(), &EngineBridge::failed, qApp, [](ErrorKind, const QString& message) {
        std::fprintf(stderr, "%s\n", qPrintable(message));
        QApplication::exit(2);
    });
    workbench.bridge().send(command::Start{checkedRunSpec(spec), out});
    since.start();
    beat.start(5);
    QApplication::exec();
    std::printf(
        "timer of 5 ms came late while training, ms: median %.1f, 99th percentile %.1f, worst %.1f (%zu beats)\n",
        percentile(lateMs, 0.5), percentile(lateMs, 0.99), percentile(lateMs, 1), lateMs.size());
}

}  // namespace

int main(int argc, char** argv) {
    QApplication::setApplicationName("lacuna-workbench-bench");
    QApplication application(argc, argv);
    const auto arguments = QApplication::arguments();
    if (arguments.size() != 2 && !(arguments.size() == 4 && arguments[2] == "--train")) {
        std::fprintf(stderr, "usage: workbench_bench RUNS_FOLDER [--train DIR]\n");
        return 2;
    }
    Theme::instance().apply(Theme::Mode::Light);
    Workbench workbench;
    MainWindow window(workbench);
    window.resize(1440, 900);
    FirstPaint painted;
    window.installEventFilter(&painted);
    window.show();
    const std::size_t expected = RunStore(arguments[1].toStdString()).list().size();
    double usableMs = 0, engineMs = 0, readMs = 0;
    QObject::connect(&workbench.library(), &RunLibrary::idle, qApp, [&] { readMs = sinceStartMs(); });
    QTimer::singleShot(0, &window, [&] {
        QObject::connect(&workbench.library(), &RunLibrary::listed, &workbench, &Workbench::startEngine,
                         Qt::SingleShotConnection);
        workbench.library().setFolder(arguments[1].toStdString());
        window.showTab("curves");
        workbench.openBenchmark("embedded");
    });
    QTimer look;
    QObject::connect(&look, &QTimer::timeout, [&] {
        if (usableMs == 0 && painted.ms > 0 && curvesThere(workbench.workspace(), expected)) {
            QApplication::processEvents();  // paints them
            usableMs = sinceStartMs();
        }
        if (engineMs == 0 && workbench.bridge().attached())
            engineMs = sinceStartMs();
        if (usableMs > 0 && engineMs > 0 && (readMs > 0 || expected == 0))
            QApplication::quit();
    });
    look.start(1);
    QTimer::singleShot(60'000, qApp, [] { QApplication::exit(2); });
    if (QApplication::exec() != 0) {
        std::fprintf(stderr, "not usable after a minute: are there runs in %s?\n", qPrintable(arguments[1]));
        return 2;
    }
    look.stop();
    std::printf(
        "ms since the process began: first paint %.0f, usable with %zu runs %.0f, engine ready %.0f, all read %.0f\n",
        painted.ms, workbench.workspace().runs().size(), usableMs, engineMs, readMs);
    std::printf("resident and no file's: %.0f MiB\n", residentMib());
    if (arguments.size() == 4)
        trainAndWatch(workbench, arguments[3].toStdString());
    std::fflush(stdout);
    std::_Exit(0);
}
