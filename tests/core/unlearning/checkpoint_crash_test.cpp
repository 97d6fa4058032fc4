// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
// ctest labels: crash
// ctest timeout: 300
#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/interruption.h"
#include "core/unlearning/lifelong_run.h"
#include "tests/common/break_points.h"
#include "tests/common/interposed_calls.h"
#include "tests/common/test_registry.h"
#include "tests/common/tiny_world.h"
#include "tests/core/runs/child_process.h"

#include <QTemporaryDir>
#include <QtTest>

#include <sys/mman.h>

using namespace lacuna;
using namespace lacuna::testing;
namespace fs = std::filesystem;

namespace {

class NoObserver final : public RunObserver {
public:
    void rowsCame(const RunRows&) override {}
    void requestTrained(int, std::int64_t, std::int64_t) override {}
    void stageDone(int) override {}
};

/// What the training process had on the disk before it died; lies in memory shared with it.
struct Written {
    std::int64_t steps = -1;  ///< of the last checkpoint that was written to its end
    long calls = 0;
};

/// Wants a checkpoint before every step, and the end before the first question: what is measured was trained.
class CheckpointsAlways final : public RunControl {
public:
    explicit CheckpointsAlways(Written& written) : m_written(written) {}
    Decision betweenSteps() override {
        if (m_asked = !m_asked; m_asked)
            return Decision::Checkpoint;
        m_written.steps = m_steps++;
        return Decision::GoOn;
    }
    void within() override {
        if (m_phase == RunPhase::Measuring)
            throw Cancelled{};
    }
    void progress(int, RunPhase phase, const Progress&) override { m_phase = phase; }

private:
    Written& m_written;
    bool m_asked = false;
    std::int64_t m_steps = 0;
    RunPhase m_phase = RunPhase::Preparing;
};

}  // namespace

/// Killed, or with the disk full, at any write of a training that writes a checkpoint between any two steps.
class CheckpointCrashTest : public QObject {
    Q_OBJECT
    std::unique_ptr<TinyWorld> m_world;
    std::unique_ptr<Evaluator> m_evaluator;
    Written* m_written = nullptr;
    std::string m_undisturbed;  ///< the adapter, as archived

    /// Request A of three steps: trained and archived, from where the folder's checkpoint is.
    void train(const fs::path& folder) {
        RunSpec spec;
        spec.method = spec.name = "kl";
        spec.order = {"A"};
        spec.parameters = {{"batch", 6}, {"epochs", 1}, {"lr", 0.01}};
        NoObserver nobody;
        CheckpointsAlways control(*m_written);
        const RunInputs inputs{*m_world->model, m_world->benchmark, *m_world->features, *m_evaluator, folder, "base"};
        LifelongRun(inputs, resolvedRun(m_world->benchmark, checkedRunSpec(spec)), nobody, control)
            .run(1, loadCheckpoint(folder / "checkpoint"));
    }
    static std::string adapterOf(const fs::path& folder) {
        return readFile(folder / "adapters/stage-001/adapter_model.safetensors");
    }
    static fs::path pathOf(const QTemporaryDir& folder) { return folder.path().toStdString(); }

    long countCalls() {
        const QTemporaryDir folder;
        *m_written = {};
        ChildProcess([&] {
            breakCall(Break::Nothing);
            train(pathOf(folder));
            m_written->calls = countedCalls();
            return 0;
        }).wait();
        return m_written->calls;
    }
    /// The one before or the new one is whole, and leads to the same bits.
    void checkAfter(const fs::path& folder, const std::string& what) {
        const auto promised = m_written->steps;
        const auto checkpoint = loadCheckpoint(folder / "checkpoint");
        QVERIFY2(checkpoint.has_value() || promised < 0, what.c_str());
        QVERIFY2(!checkpoint || checkpoint->step >= promised, what.c_str());
        train(folder);
        QVERIFY2(adapterOf(folder) == m_undisturbed, what.c_str());
    }

private slots:
    void initTestCase() {
        m_world = makeTinyWorld();
        m_world->features->addBenchmark(m_world->benchmark);
        m_evaluator = std::make_unique<Evaluator>(*m_world->model, m_world->benchmark, *m_world->features, "default");
        m_written = static_cast<Written*>(
            ::mmap(nullptr, sizeof(Written), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
        QVERIFY(m_written != MAP_FAILED);
        const QTemporaryDir folder;
        train(pathOf(folder));
        m_undisturbed = adapterOf(pathOf(folder));
        QCOMPARE(m_written->steps, 2);
    }
    void cleanupTestCase() { ::munmap(m_written, sizeof(Written)); }

    void goesOnWithTheSameBitsAfterAKillAtAnyWrite_data() {
        QTest::addColumn<bool>("torn");
        QTest::newRow("between two calls") << false;
        QTest::newRow("in the middle of a write") << true;
    }
    void goesOnWithTheSameBitsAfterAKillAtAnyWrite() {
        QFETCH(bool, torn);
        const auto calls = countCalls();
        QVERIFY(calls > 100);
        int kills = 0;
        for (BreakPoints points(calls, 100, torn ? 0.5 : 0); const auto at = points.next(); ++kills) {
            const auto what = fmt::format("killed at call {}", *at);
            const QTemporaryDir folder;
            *m_written = {};
            const auto status = ChildProcess([&] {
                                    breakCall(torn ? Break::TearKill : Break::Kill, *at);
                                    train(pathOf(folder));
                                    return 0;
                                }).wait();
            QVERIFY2(status == killedStatus, what.c_str());
            checkAfter(pathOf(folder), what);
            if (QTest::currentTestFailed())
                return;
        }
        qInfo("%d kills at %ld calls", kills, calls);
    }

    void goesOnWithTheSameBitsAfterAFullDisk() {
        const auto calls = countCalls();
        int failures = 0;
        for (BreakPoints points(calls, 100); const auto at = points.next();) {
            const auto what = fmt::format("disk full from call {} on", *at);
            const QTemporaryDir folder;
            *m_written = {};
            breakCall(Break::DiskFull, *at);
            try {
                train(pathOf(folder));  // the last calls of all are no writes
            } catch (const Error& error) {
                ++failures;
                QVERIFY2(error.kind() == ErrorKind::Resource, what.c_str());
                QVERIFY2(std::string(error.what()).find(folder.path().toStdString()) != std::string::npos,
                         error.what());
            }
            breakCall(Break::Nothing);
            checkAfter(pathOf(folder), what);
            if (QTest::currentTestFailed())
                return;
        }
        QVERIFY(failures > 0);
        qInfo("%d full disks at %ld calls", failures, calls);
    }
};

LACUNA_TEST(CheckpointCrashTest)
#include "checkpoint_crash_test.moc"
