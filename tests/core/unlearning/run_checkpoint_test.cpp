#include "core/unlearning/run_checkpoint.h"

#include "tests/common/locale.h"
#include "tests/common/test_registry.h"

#include <QTemporaryDir>
#include <QtTest>

#include <set>

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
