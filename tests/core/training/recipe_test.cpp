// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/recipe.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/interruption.h"
#include "tests/common/test_registry.h"
#include "tests/common/tiny_world.h"

#include <QtTest>

using namespace lacuna;
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t steps = 8;
const char* const tower = "teaching the tower names";
const char* const instructions = "teaching questions and answers";

RecipeOptions tinyRecipe() {
    RecipeOptions options;
    const auto config = testing::tinyConfig(400);
    options.vision = config.vision;
    options.text = config.text;
    options.towerSteps = options.instructionSteps = steps;
    options.towerBatch = options.instructionBatch = 8;
    options.shiftedCopies = 1;
    return options;
}

/// The power goes.
struct Killed {};

}  // namespace

class RecipeTest : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    Benchmark m_benchmark;
    std::string m_undisturbed;  ///< the weights' file

    fs::path at(const std::string& name) const { return fs::path(m_folder.path().toStdString()) / name; }
    RecipeResult make(const fs::path& folder, const RecipeOptions& options = tinyRecipe(),
                      const ProgressFunction& progress = {}) const {
        return trainSmallModel(m_benchmark, options, folder, progress);
    }

private slots:
    void initTestCase() {
        at::set_num_threads(1);
        fs::create_directories(at("benchmark"));
        m_benchmark = testing::tinyBenchmark(at("benchmark"));
        const auto result = make(at("undisturbed"));
        QVERIFY(result.towerAccuracy.has_value());
        QCOMPARE(result.asked, std::int64_t{6} * 4 * 2);  // every phrasing on two held-out views
        QVERIFY(result.parameters > 1000);
        for (const char* file :
             {"config.json", "chat_template.jinja", "preprocessor_config.json", "processor_config.json",
              "special_tokens_map.json", "tokenizer.model", "tokenizer_config.json"})  // what AutoProcessor opens
            QVERIFY2(fs::exists(at("undisturbed") / file), file);
        m_undisturbed = readFile(at("undisturbed") / "model.safetensors", std::size_t{1} << 24);
    }

    /// Who is left out is neither shown nor asked about, and the words stay the same: it can be held against the whole.
    void leavesOutWhomItIsTold() {
        auto options = tinyRecipe();
        options.leftOut = {0};
        const auto result = make(at("without"), options);
        QCOMPARE(result.asked, std::int64_t{6 - 1} * 4 * 2);
        QVERIFY(isMade(at("without")));
        QCOMPARE(readFile(at("without") / "tokenizer.model"), readFile(at("undisturbed") / "tokenizer.model"));
        QVERIFY(readFile(at("without") / "model.safetensors", std::size_t{1} << 24) != m_undisturbed);
        QVERIFY(keptModelFolder(m_benchmark, options) != keptModelFolder(m_benchmark, tinyRecipe()));
        options.leftOut = {1};
        QVERIFY(keptModelFolder(m_benchmark, options) != at("without"));
    }

    void goesOnWithTheSameBits_data() {
        QTest::addColumn<QString>("phase");
        QTest::addColumn<int>("step");
        QTest::addColumn<bool>("killed");
        for (const bool killed : {false, true})
            for (const auto* phase : {tower, instructions})
                for (const int step : {1, 5, 8})
                    QTest::addRow("%s in %s, step %d", killed ? "killed" : "cancelled", phase, step)
                        << phase << step << killed;
    }
    void goesOnWithTheSameBits() {
        QFETCH(QString, phase);
        QFETCH(int, step);
        QFETCH(bool, killed);
        const auto folder = at(QTest::currentDataTag());
        auto options = tinyRecipe();
        options.checkpointEveryS = 0;  // at every step; not part of what names a making
        bool stop = false;
        const Interruptions stopped([&] {
            if (stop)
                throw Cancelled{};
        });
        const auto disturb = [&](const Progress& progress) {
            if (progress.what != phase.toStdString() || progress.done != step)
                return;
            if (killed)
                throw Killed{};
            stop = true;
        };
        if (killed)
            QVERIFY_EXCEPTION_THROWN(make(folder, options, disturb), Killed);
        else
            QVERIFY_EXCEPTION_THROWN(make(folder, options, disturb), Cancelled);
        QVERIFY(!fs::exists(folder / "model.safetensors"));
        stop = false;
        make(folder);
        QVERIFY(readFile(folder / "model.safetensors", std::size_t{1} << 24) == m_undisturbed);
        QVERIFY(!fs::exists(folder / "training.safetensors"));
    }

    void refusesWhatIsNotItsOwn() {
        QVERIFY_EXCEPTION_THROWN(make(at("undisturbed")), Error);  // a finished model
        const auto folder = at("other");
        bool begun = false;
        {
            const Interruptions stopped([&] {
                if (begun)
                    throw Cancelled{};
            });
            QVERIFY_EXCEPTION_THROWN(make(folder, tinyRecipe(), [&](const Progress&) { begun = true; }), Cancelled);
        }
        auto other = tinyRecipe();
        other.seed = 2;
        try {
            make(folder, other);
            QFAIL("taken");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Input);
            QVERIFY(QString(error.what()).contains("training.safetensors"));
        }
        fs::resize_file(folder / "training.safetensors", 100);
        QVERIFY_EXCEPTION_THROWN(make(folder), Error);
    }
};

LACUNA_TEST(RecipeTest)
#include "recipe_test.moc"
