// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/run_checkpoint.h"

#include "core/base/error.h"
#include "core/unlearning/checkpoint_pace.h"
#include "tests/common/locale.h"
#include "tests/common/test_registry.h"

#include <QTemporaryDir>
#include <QtTest>

#include <csignal>
#include <set>
#include <sys/resource.h>

using namespace lacuna;
namespace fs = std::filesystem;

namespace {

TrainingCheckpoint checkpointAt(int stage, std::int64_t step) {
    return {stage, step, 1.5, {{"z", at::full({2, 3}, static_cast<double>(step))}, {"a", at::arange(4, at::kFloat)}}};
}

void cut(const fs::path& file) {
    fs::resize_file(file, fs::file_size(file) / 2);
}

}  // namespace

class RunCheckpointTest : public QObject {
    Q_OBJECT
private slots:
    void theNewestComesBackInTheSameOrder() {
        QTemporaryDir home;
        const fs::path folder(home.path().toStdString());
        QVERIFY(!loadCheckpoint(folder).has_value());
        for (const auto& [stage, step] : {std::pair{1, 10}, {1, 20}, {2, 5}})
            saveCheckpoint(checkpointAt(stage, step), folder);
        const auto loaded = loadCheckpoint(folder);
        QCOMPARE(loaded->stage, 2);
        QCOMPARE(loaded->step, 5);
        QCOMPARE(loaded->elapsedS, 1.5);
        QVERIFY(!loaded->trained);
        QCOMPARE(loaded->state[0].first, std::string("z"));
        QVERIFY(at::equal(loaded->state[0].second, at::full({2, 3}, 5.0)));
        QCOMPARE(std::distance(fs::directory_iterator(folder), {}), 2);
    }

    void aTornOneLeavesTheGenerationBefore() {
        QTemporaryDir home;
        const fs::path folder(home.path().toStdString());
        saveCheckpoint(checkpointAt(1, 10), folder);
        std::set<fs::path> before(fs::directory_iterator(folder), {});
        saveCheckpoint(checkpointAt(1, 20), folder);
        for (const auto& entry : fs::directory_iterator(folder))
            if (!before.contains(entry.path()))
                cut(entry.path());
        QCOMPARE(loadCheckpoint(folder)->step, 10);
        // The torn one is the one to be replaced, not the whole one.
        saveCheckpoint(checkpointAt(1, 30), folder);
        QCOMPARE(loadCheckpoint(folder)->step, 30);
        QVERIFY(fs::exists(*before.begin()));
    }

    void theClockKeepsItsDecimalsInEveryLocale() {
        QTemporaryDir home;
        const fs::path folder(home.path().toStdString());
        const testing::Locale german("de_DE");
        SKIP_WITHOUT(german);
        auto checkpoint = checkpointAt(1, 10);
        checkpoint.elapsedS = 12.345;
        saveCheckpoint(checkpoint, folder);
        QCOMPARE(loadCheckpoint(folder)->elapsedS, 12.345);
    }

    /// A file may not grow beyond `limit`: as on a disk that is full in the middle of the second one.
    void aFullDiskLeavesTheGenerationBefore() {
        QTemporaryDir home;
        const fs::path folder(home.path().toStdString());
        saveCheckpoint(checkpointAt(1, 10), folder);
        const auto whole = fs::file_size(folder / "even.safetensors");
        rlimit before{};
        ::getrlimit(RLIMIT_FSIZE, &before);
        const auto handler = std::signal(SIGXFSZ, SIG_IGN);
        for (const auto limit : {std::uintmax_t{0}, std::uintmax_t{100}, whole - 1}) {
            auto none = before;
            none.rlim_cur = limit;
            ::setrlimit(RLIMIT_FSIZE, &none);
            auto kind = ErrorKind::Internal;
            try {
                saveCheckpoint(checkpointAt(1, 20), folder);
            } catch (const Error& error) {
                kind = error.kind();
            }
            ::setrlimit(RLIMIT_FSIZE, &before);
            QCOMPARE(kind, ErrorKind::Resource);
            QCOMPARE(loadCheckpoint(folder)->step, 10);
            QCOMPARE(std::distance(fs::directory_iterator(folder), {}), 1);  // no half-written file stays
        }
        std::signal(SIGXFSZ, handler);
        saveCheckpoint(checkpointAt(1, 20), folder);
        QCOMPARE(loadCheckpoint(folder)->step, 20);
    }

    void whatItKnowsOfTheTimeIsKept() {
        QTemporaryDir home;
        const fs::path folder(home.path().toStdString());
        auto one = checkpointAt(1, 10);
        saveCheckpoint(one, folder);
        QCOMPARE(loadCheckpoint(folder)->stepS, 0.0);
        one.stage = 2;
        one.stepS = 0.125;
        one.measureS = 3.5;
        one.share = 0.75;
        saveCheckpoint(one, folder);
        const auto loaded = loadCheckpoint(folder);
        QCOMPARE(loaded->stepS, 0.125);
        QCOMPARE(loaded->measureS, 3.5);
        QCOMPARE(loaded->share, 0.75);
    }

    /// By a clock of the test's own: 50 times what the last one took, and never under ten seconds.
    void writingTakesAtMostAFiftiethOfTheTime() {
        for (const double writeS : {0.01, 0.2, 1.0, 40.0}) {
            CheckpointPace pace;
            double clock = 0, writing = 0, last = 0;
            int written = 0;
            while (clock < 20'000) {
                clock += 0.5;
                pace.worked(0.5);
                if (!pace.due())
                    continue;
                if (written > 0) {
                    QVERIFY(clock - last >= 10);
                    QVERIFY(clock - last >= 50 * writeS);
                    QVERIFY(clock - last <= std::max(10.0, 50 * writeS) + 0.5);
                }
                pace.written(writeS);
                last = clock;
                writing += writeS;
                ++written;
            }
            QVERIFY(written > 5);
            QVERIFY(writing - writeS <= 0.02 * clock);  // but for the first, whose cost nobody knew
        }
        CheckpointPace paused;
        paused.worked(9);
        QVERIFY(!paused.due());  // however long it is held now
        paused.written(0.1);     // for the pause
        paused.worked(9);
        QVERIFY(!paused.due());
    }

    void allTornIsNone() {
        QTemporaryDir home;
        const fs::path folder(home.path().toStdString());
        saveCheckpoint(checkpointAt(1, 10), folder);
        for (const auto& entry : fs::directory_iterator(folder))
            cut(entry.path());
        QVERIFY(!loadCheckpoint(folder).has_value());
    }
};

LACUNA_TEST(RunCheckpointTest)
#include "run_checkpoint_test.moc"
