// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/answer_cache.h"

#include "core/base/atomic_file.h"
#include "core/runs/run_tables.h"
#include "tests/common/test_registry.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fstream>

using namespace lacuna;

namespace {

std::vector<AnswerRow> rows() {
    AnswerRow full;
    full.stage = 2;
    full.task = 3;
    full.split = Split::Retain;
    full.entity = "千と千尋 \"x\"";
    full.question = "Who?\nThis?";
    full.kind = "identity";
    full.phrasing = 4;
    full.view = 31;
    full.image = "a/b c.png";
    full.answer = "Velda";
    full.truth = "Velda Marrow";
    full.verdict = Verdict::Leaks;
    full.exact = true;
    full.score = 1;
    full.rougeL = 2.0 / 3;
    full.probability = 0.1 + 0.2;
    full.gateChoice = "expert A";
    full.gateScore = 0.9123456789;
    full.gateThreshold = 0.5;
    full.abstained = true;
    full.nearest = {{"Velda", 0.9}, {"Oskar", 0.25}};
    full.tokens = {{" Vel", -0.125f}, {"da", -3.3333333f}};
    AnswerRow plain;
    double value = 0.1;  // not NaN, which equals nothing
    for (auto* row : {&full, &plain})
        for (auto* looked : {&row->extraction, &row->memorization, &row->minK, &row->minKPlus, &row->truthRatio,
                             &row->exposure, &row->named})
            *looked = value *= 1.1;
    plain.tokens = {{"x", -1}};
    return {full, plain};
}

std::filesystem::path pathOf(const QTemporaryDir& folder) {
    return folder.path().toStdString();
}

}  // namespace

class AnswerCacheTest : public QObject {
    Q_OBJECT
private slots:
    void givesBackWhatWasKept() {
        const QTemporaryDir folder;
        const AnswerCache cache(pathOf(folder), "model x");
        QVERIFY(!cache.read());
        cache.write(rows());
        QVERIFY(cache.read().value() == rows());
        cache.write({});
        QVERIFY(cache.read().value().empty());
    }

    /// Of the tables themselves, so that a column that comes later is asked for here without a word.
    void givesBackEveryColumn() {
        const QTemporaryDir folder;
        const AnswerCache cache(pathOf(folder), "model x");
        cache.write(rows());
        const auto kept = cache.read().value();
        const auto before = rowTables({{}, {}, rows(), {}}), after = rowTables({{}, {}, kept, {}});
        std::string columns;
        for (std::size_t t = 0; t < before.size(); ++t)
            for (std::size_t c = 0; c < before[t].columns.size(); ++c) {
                const auto& column = before[t].columns[c];
                if (column.size() == 0)
                    continue;
                QVERIFY2(column == after[t].columns[c], column.name.c_str());
                // Two rows that differ in it, or a dropped column would not show.
                std::visit(
                    [&](const auto& values) { QVERIFY2(values[0] != values[values.size() - 1], column.name.c_str()); },
                    column.values);
                columns += column.name + " ";
            }
        for (const char* known : {"verdict", "abstained", "nearest", "log_probability"})
            QVERIFY2(columns.find(known) != std::string::npos, columns.c_str());
    }

    void anotherSetOfColumnsIsAnotherFile() {
        const auto columns = answerColumns();
        for (const auto& table : rowTables({{}, {}, rows(), {}}))
            if (table.name == "answers" || table.name == "tokens")
                for (const auto& column : table.columns)
                    QVERIFY2(columns.find('"' + column.name + '"') != std::string::npos, columns.c_str());
    }

    void keepsKeysApart() {
        const QTemporaryDir folder;
        AnswerCache(pathOf(folder), "model x").write(rows());
        QVERIFY(!AnswerCache(pathOf(folder), "model y").read());
    }

    void takesADamagedFileForNone() {
        const QTemporaryDir folder;
        const AnswerCache cache(pathOf(folder), "model x");
        cache.write(rows());
        const auto whole = readFile(cache.path());
        for (const std::size_t length : {std::size_t{0}, std::size_t{10}, std::size_t{64}, whole.size() - 1}) {
            std::ofstream(cache.path(), std::ios::binary | std::ios::trunc) << whole.substr(0, length);
            QVERIFY(!cache.read());
        }
        for (std::size_t at = 0; at < whole.size(); at += 7) {
            auto flipped = whole;
            flipped[at] = static_cast<char>(flipped[at] ^ 0x10);
            std::ofstream(cache.path(), std::ios::binary | std::ios::trunc) << flipped;
            QVERIFY(!cache.read());
        }
        cache.write(rows());
        QVERIFY(cache.read().has_value());
    }
};

LACUNA_TEST(AnswerCacheTest)
#include "answer_cache_test.moc"
