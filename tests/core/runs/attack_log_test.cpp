// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/attack_log.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/runs/attack_table.h"
#include "core/runs/run_folder.h"
#include "core/runs/run_reader.h"
#include "core/runs/tables/table_write.h"
#include "tests/common/test_registry.h"
#include "tests/core/runs/test_folder.h"

#include <QtTest>

using namespace lacuna;
using namespace lacuna::testing;

namespace {

AttackEntry entryOf(const std::string& attack, int stage = 2, std::int64_t seed = 1) {
    return {attack, "{}", stage, seed, 10, 5, 1.5, "", "", "0.1"};
}

/// Answers about entities e0, e1, …, two questions each; `known` says which of them are known.
void add(AttackLog& log, const std::string& attack, const std::vector<bool>& known, const std::string& variant = "",
         std::int64_t amount = 0) {
    if (log.entries.empty() || log.entries.back().attack != attack)
        log.entries.push_back(entryOf(attack));
    for (std::size_t i = 0; i < known.size(); ++i) {
        AttackAnswer answer;
        answer.entry = static_cast<std::int64_t>(log.entries.size()) - 1;
        answer.variant = variant;
        answer.amount = amount;
        answer.probe = static_cast<std::int64_t>(i);
        answer.entity = "e" + std::to_string(i / 2);
        answer.question = "Who is this?";
        answer.answer = known[i] ? "Velda" : "I cannot say. 图";
        answer.verdict = known[i] ? Verdict::Knows : Verdict::Refuses;
        log.answers.push_back(answer);
    }
}

/// Eight questions about four entities: the original knows all but the last, the stage knows the first.
AttackLog example() {
    AttackLog log;
    add(log, "none", {true, false, false, false, false, false, false, false});
    add(log, "original", {true, true, true, true, true, true, true, false});
    add(log, "view", {true, true, true, true, false, false, false, false}, "crop");
    add(log, "view", {false, false, false, false, false, false, false, false}, "blur");
    return log;
}

template <typename Work>
QString refusal(const Work& work) {
    try {
        work();
    } catch (const Error& error) {
        return QString::fromUtf8(error.what());
    }
    return {};
}

}  // namespace

class AttackLogTest : public QObject {
    Q_OBJECT
private slots:
    void whatWasMountedReadsBack() {
        const TestFolder folder;
        QVERIFY(readAttackLog(folder.path()).empty());
        const auto log = example();
        keepAttacks(folder.path(), log);
        QVERIFY(readAttackLog(folder.path()) == log);
        AttackLog more;
        add(more, "relearn", {true, true, true, true, true, true, true, true}, "", 10);
        keepAttacks(folder.path(), more);
        auto all = log;
        all.append(more);
        QVERIFY(readAttackLog(folder.path()) == all);
        QCOMPARE(all.answersOf(all.entries.back()).size(), std::size_t{8});
    }

    void anAttackMountedAgainTakesItsOwnPlace() {
        auto log = example();
        AttackLog again;
        add(again, "none", {true, true, false, false, false, false, false, false});
        log.append(again);
        QCOMPARE(log.entries.size(), std::size_t{3});
        QCOMPARE(log.answersOf(*log.find("none", 2)).size(), std::size_t{8});
        QCOMPARE(log.answersOf(*log.find("view", 2)).size(), std::size_t{16});
        QVERIFY(log.answersOf(*log.find("none", 2))[1]->verdict == Verdict::Knows);
        again.entries.front().seed = 2;  // another attack
        log.append(again);
        QCOMPARE(log.entries.size(), std::size_t{4});
        QVERIFY(log.find("none", 2, "{}", 1) != nullptr && log.find("none", 2, "{}", 3) == nullptr);
    }

    void sharesAreCountedAsByHand() {
        const auto log = example();
        const auto figure = *attackFigure(log, 2, "view");
        QCOMPARE(figure.variants.size(), std::size_t{2});
        const auto& crop = *figure.variants[0].recovered;
        QCOMPARE(crop.share, 3.0 / 6);  // of six lost answers three come back
        QCOMPARE(crop.before, 1.0 / 8);
        QCOMPARE(crop.after, 4.0 / 8);
        QCOMPARE(crop.original, 7.0 / 8);
        QCOMPARE(crop.questions, 8);
        QCOMPARE(crop.entities, 4);
        QVERIFY(crop.interval && crop.interval->low < 0.5 && crop.interval->high > 0.5);
        QCOMPARE(figure.variants[1].recovered->share, -1.0 / 6);  // it knows less than the stage did
        QCOMPARE(figure.best()->variant, std::string("crop"));
        QVERIFY(!attackFigure(log, 1, "view"));
        QVERIFY(!attackFigure(log, 2, "bypass"));
    }

    void whereNothingWasLostNothingComesBack() {
        AttackLog log;
        add(log, "none", {true, true});
        add(log, "original", {true, true});
        add(log, "view", {true, true}, "crop");
        const auto figure = *attackFigure(log, 2, "view");
        QVERIFY(!figure.variants[0].recovered && !figure.best());
    }

    void anAnswerThatNobodyJudgedCountsForNothing() {
        auto log = example();
        for (auto& answer : log.answers)
            if (answer.variant == "crop" && answer.probe == 1)
                answer.verdict.reset();
        const auto figure = *attackFigure(log, 2, "view");
        QCOMPARE(figure.variants[0].recovered->questions, 7);
        QCOMPARE(figure.variants[0].recovered->share, 2.0 / 5);
    }

    void tablesTellNotMountedFromRefusedFromZero() {
        RunHistory run;
        run.name = "gd";
        auto log = example();
        log.entries.push_back(entryOf("bypass"));
        log.entries.back().refused = "It always acts.";
        const auto attacked = attackedRun(run, log);
        QCOMPARE(attacked.stage, 2);
        QCOMPARE(attacked.strongest()->entry->attack, std::string("view"));
        const auto table = QString::fromStdString(attackTable({attacked}, true));
        QVERIFY2(table.contains("| n/a | - | 50 % ["), qPrintable(table));
        const auto csv = QString::fromStdString(attackCsv({attacked}));
        QVERIFY2(csv.contains("It always acts.") && csv.startsWith("run,method,"), qPrintable(csv));
        QCOMPARE(csv.count('\n'), 4);
        const auto json = QString::fromStdString(attackJson({attacked}));
        QVERIFY2(json.contains("\"recovered\": 0.5"), qPrintable(json));
    }

    void foreignFilesAreRefusedByName() {
        const TestFolder folder;
        const auto file = attackFile(folder.path());
        std::filesystem::create_directories(file.parent_path());
        const auto write = [&](const char* format, const char* version) {
            writeFileAtomically(file, sealedImage({{{"format", format}, {"format_version", version}}, {}}));
        };
        write("lacuna.attacks", "2.0");
        const auto newer = refusal([&] { readAttackLog(folder.path()); });
        QVERIFY2(newer.contains("attacks.h5") && newer.contains("format 2.0"), qPrintable(newer));
        const auto kept = readFile(file);
        QVERIFY(!refusal([&] { keepAttacks(folder.path(), example()); }).isEmpty());
        QCOMPARE(readFile(file), kept);  // nothing of it is lost
        write("lacuna.run", "1.2");
        QVERIFY(refusal([&] { readAttackLog(folder.path()); }).contains("not the attacks of Lacuna"));
        write("lacuna.attacks", "1.0");
        QVERIFY(refusal([&] { readAttackLog(folder.path()); }).contains("is missing"));
        writeFileAtomically(file, "no HDF5");
        QVERIFY(refusal([&] { readAttackLog(folder.path()); }).contains("attacks.h5"));
        // And a run is not read out of attacks.
        write("lacuna.attacks", "1.0");
        QVERIFY(refusal([&] { readRun(file); }).contains("not a run of Lacuna"));
    }

    void anAnswerOfNoAttackIsDamage() {
        const TestFolder folder;
        auto log = example();
        log.answers.back().entry = 7;
        keepAttacks(folder.path(), log);
        QVERIFY(refusal([&] { readAttackLog(folder.path()); }).contains("belongs to attack 7 of 3"));
    }
};

LACUNA_TEST(AttackLogTest)
#include "attack_log_test.moc"
