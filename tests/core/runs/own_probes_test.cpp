// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/own_probes.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/runs/run_tables.h"
#include "tests/common/test_registry.h"
#include "tests/core/runs/example_run.h"
#include "tests/core/runs/test_folder.h"

#include <QtTest>

#include <cmath>
#include <fstream>

using namespace lacuna;
using namespace lacuna::testing;

class OwnProbesTest : public QObject {
    Q_OBJECT
private slots:
    void whatWasAskedReadsBack() {
        const TestFolder folder;
        QVERIFY(readOwnProbes(folder.path()).empty());
        OwnProbe probe{2, "/pictures/own.png", "Is it blue?", "woolly", {}};
        probe.answer.stage = 2;
        probe.answer.question = probe.question;
        probe.answer.image = probe.image;
        probe.answer.answer = "It \xe2\x80\x9cis\xe2\x80\x9d.";
        probe.answer.verdict = Verdict::Refuses;
        probe.answer.probability = 0.25;
        probe.answer.gateChoice = "expert A";
        probe.answer.gateScore = 0.5;
        probe.answer.nearest = {{"Anteli", 0.5}};
        probe.answer.tokens = {{"It", -0.5F}};
        keepOwnProbe(folder.path(), probe);
        auto other = probe;
        other.stage = other.answer.stage = 3;
        keepOwnProbe(folder.path(), other);
        QVERIFY(readOwnProbes(folder.path()) == (std::vector{probe, other}));
        probe.answer.answer = "No.";  // asked again
        keepOwnProbe(folder.path(), probe);
        QVERIFY(readOwnProbes(folder.path()) == (std::vector{other, probe}));
        probe.answer.probability = std::nan("");
        keepOwnProbe(folder.path(), probe);
        QVERIFY(std::isnan(readOwnProbes(folder.path())[1].answer.probability));
    }

    /// Of the table itself, so that a column that comes later is asked for here without a word.
    void everyColumnOfItsAnswerIsKept() {
        const TestFolder folder;
        for (auto answer : ExampleRun().answers(2)) {
            const OwnProbe probe{answer.stage, answer.image, answer.question, "about", answer};
            keepOwnProbe(folder.path(), probe);
            const auto kept = readOwnProbes(folder.path()).back();
            QVERIFY(rowTables({{}, {}, {kept.answer}, {}}) == rowTables({{}, {}, {answer}, {}}));
        }
    }

    /// What lies somewhere on this machine is not there on another: the run keeps a copy, and where it lies now is
    /// told.
    void aPictureOfOnesOwnMovesWithTheRun() {
        const TestFolder folder;
        const auto run = folder.path() / "run", picture = folder.path() / "own.png";
        std::filesystem::create_directories(run);
        std::ofstream(picture) << "pixels";
        OwnProbe probe{1, picture.string(), "Who?", "x", {}};
        keepOwnProbe(run, probe);
        keepOwnProbe(run, probe);  // again: one answer, one copy
        std::filesystem::remove(picture);
        const auto moved = folder.path() / "moved";
        std::filesystem::rename(run, moved);
        const auto kept = readOwnProbes(moved);
        QCOMPARE(kept.size(), std::size_t{1});
        QCOMPARE(readFile(kept[0].image), std::string("pixels"));
        QCOMPARE(std::filesystem::path(kept[0].image).parent_path(), moved / "extra" / "pictures");
        QCOMPARE(kept[0].answer.image, kept[0].image);
        keepOwnProbe(moved, kept[0]);  // asked again by the copy's place
        QCOMPARE(readOwnProbes(moved).size(), std::size_t{1});
        probe.image = (folder.path() / "gone.png").string();  // cannot be copied: said as it was
        keepOwnProbe(moved, probe);
        QCOMPARE(readOwnProbes(moved)[1].image, probe.image);
    }

    void aPictureOfTheBenchmarkIsKeptByEntityAndView() {
        const TestFolder folder;
        OwnProbe probe{1, "/cache/of/one/machine/3.png", "Who?", "woolly", {}};
        probe.entity = "woolly";
        probe.view = 3;
        probe.answer.image = probe.image;
        probe.answer.stage = 1;
        probe.answer.question = probe.question;
        keepOwnProbe(folder.path(), probe);
        QVERIFY(readOwnProbes(folder.path()) == std::vector{probe});
        probe.image = probe.answer.image = "/cache/of/another/3.png";  // the same picture, elsewhere
        keepOwnProbe(folder.path(), probe);
        QVERIFY(readOwnProbes(folder.path()) == std::vector{probe});
    }

    /// As it was written before columns came from the table.
    void anOlderFileIsRead() {
        const TestFolder folder;
        std::filesystem::create_directories(folder.path() / "extra");
        std::ofstream(folder.path() / "extra" / "probes.json")
            << R"({"probes": [{"stage": 2, "image": "a.png", "question": "Who?", "about": "x", "answer": "Y",
                   "truth": "Z", "verdict": "leaks", "exact": false, "rouge_l": 0.5, "probability": null,
                   "gate_choice": "base", "gate_score": 0.25, "gate_threshold": 0.5,
                   "nearest": [{"entity": "x", "score": 0.25}], "tokens": [{"token": "Y", "log_probability": -1.5}]}]})";
        const auto probe = readOwnProbes(folder.path()).front();
        QCOMPARE(probe.answer.verdict, Verdict::Leaks);
        QVERIFY(probe.answer.abstained);
        QVERIFY(std::isnan(probe.answer.probability));
        QCOMPARE(probe.answer.nearest.front().score, 0.25);
        QCOMPARE(probe.answer.tokens.front().logProbability, -1.5F);
        QCOMPARE(probe.answer.image, std::string("a.png"));
    }

    void aDamagedFileIsSaidAndNotReplaced() {
        const TestFolder folder;
        std::filesystem::create_directories(folder.path() / "extra");
        const auto file = folder.path() / "extra" / "probes.json";
        std::ofstream(file) << R"({"probes": [{"stage": "two"}]})";
        QVERIFY_THROWS_EXCEPTION(Error, readOwnProbes(folder.path()));
        QVERIFY_THROWS_EXCEPTION(Error, keepOwnProbe(folder.path(), {}));
        std::ifstream kept(file);
        QVERIFY(std::string(std::istreambuf_iterator<char>(kept), {}).find("two") != std::string::npos);
    }
};

LACUNA_TEST(OwnProbesTest)
#include "own_probes_test.moc"
