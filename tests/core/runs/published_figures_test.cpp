// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/published_figures.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/runs/export.h"
#include "tests/common/test_registry.h"
#include "tests/core/runs/test_folder.h"

#include <QtTest>

using namespace lacuna;
namespace fs = std::filesystem;

namespace {

const std::string head =
    R"({"format": "lacuna.reference-results", "source": "Somebody 2026", "judge": "a model", "runs": )";
const std::string run = R"([{"method": "ga", "model": "big", "order": ["A", "B", "C"], "note": "one seed", "cells": [
    {"stage": 1, "task": "A", "split": "forget", "metric": "fq", "value": 0.5},
    {"stage": 1, "task": "A", "split": "retain", "metric": "mu", "value": 0.25},
    {"stage": 2, "task": "A", "split": "retain", "metric": "mu", "value": 0.25},
    {"stage": 2, "task": "B", "split": "retain", "metric": "mu", "value": 0.75},
    {"stage": 3, "task": "C", "split": "forget", "metric": "fq", "value": 1}]}]})";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

}  // namespace

class PublishedFiguresTest : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    fs::path file(const std::string& text) const {
        const auto path = fs::path(m_folder.path().toStdString()) / "figures.json";
        writeFileAtomically(path, text);
        return path;
    }

private slots:
    void areRunsOfCellsThatSayWhoseTheyAre() {
        const auto runs = readPublishedFigures(file(head + run));
        QCOMPARE(runs.size(), std::size_t{1});
        const auto& ga = runs.front();
        QCOMPARE(ga.name, std::string("published ga big"));
        QCOMPARE(ga.published, std::string("Somebody 2026; judge: a model; one seed"));
        QCOMPARE(ga.stages, 4);
        QCOMPARE(ga.cells.size(), std::size_t{5});
        QCOMPARE(ga.cell(3, 2, Split::Forget, "fq")->value, 1.0);
        // Retention over the requests so far: they have no others.
        const auto kept = retentionCurve(ga, "mu");
        QCOMPARE(kept.size(), std::size_t{2});
        QCOMPARE(kept[1].stage, 2);
        QCOMPARE(kept[1].value, 0.5);
    }

    void standBesideOursAndDoNotCompete() {
        auto published = readPublishedFigures(file(head + run)).front();
        RunHistory mine, other;
        mine.name = "mine";
        mine.requests = {{"A", {}, {}}, {"B", {}, {}}};
        mine.stages = 3;
        mine.cells = {{2, 0, Split::Retain, "mu", 0.3, 0, 10}, {2, 1, Split::Retain, "mu", 0.3, 0, 10}};
        other = mine;
        other.name = "other";
        other.cells[0].value = 0.1;
        const auto table = compareRuns({&mine, &other, &published}, {"mu"});
        QCOMPARE(table.rows[2].stage, 2);  // as far as ours, not its last
        QCOMPARE(*table.rows[2].values[0], 0.5);
        QCOMPARE(publishedNotes(table), std::vector<std::string>{published.published});
        const auto text = QString::fromStdString(compareMarkdown(table));
        QVERIFY2(text.contains("| mine | LUMoE | AB | 2 of 2 | **0.300** |"), qPrintable(text));
        QVERIFY2(text.contains("| published ga big | GA | ABC | 2 of 3 | 0.500 |"), qPrintable(text));
        QVERIFY(text.contains("published: Somebody 2026; judge: a model; one seed."));
    }

    void whatIsWrongIsNamed_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("said");
        const auto row = [](const char* name, const std::string& text, const char* said) {
            QTest::newRow(name) << QString::fromStdString(text) << said;
        };
        row("no JSON", "{", "figures.json");
        row("another format", R"({"format": "x"})", "\"format\" is to be");
        row("no judge", replaced(head + run, "judge", "jury"), "\"judge\" is to be a text");
        row("no runs", head + "[]}", "\"runs\" is to be a list");
        row("a stage too late", replaced(head + run, "\"stage\": 3", "\"stage\": 4"), "run 1, cell 5: \"stage\"");
        row("a stage below 0", replaced(head + run, "\"stage\": 3", "\"stage\": -1"), "run 1, cell 5: \"stage\"");
        row("another task", replaced(head + run, "\"task\": \"B\"", "\"task\": \"Z\""), "cell 4: task \"Z\"");
        row("another split", replaced(head + run, "\"forget\"", "\"forgotten\""), "\"split\" is to be one of");
        row("an unknown metric", replaced(head + run, "\"fq\"", "\"fqq\""), "fqq");
        row("a value that is no number", replaced(head + run, "0.75", "\"high\""), "cell 4: \"value\"");
        row("a request twice", replaced(head + run, "\"B\", \"C\"", "\"A\", \"C\""), "names a request twice");
    }
    void whatIsWrongIsNamed() {
        QFETCH(QString, text);
        QFETCH(QString, said);
        try {
            readPublishedFigures(file(text.toStdString()));
            QFAIL("taken");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Input);
            QVERIFY2(QString(error.what()).contains(said), error.what());
        }
    }

    /// The authors' own, where they lie beside the checkout.
    void theAuthorsFiguresAreRead() {
        const fs::path paper = fs::path(LACUNA_SOURCE_DIR).parent_path() / "shared/paper/mlubench-tables.json";
        if (!fs::exists(paper))
            QSKIP("the authors' figures are not here");
        const auto runs = readPublishedFigures(paper);
        QCOMPARE(runs.size(), std::size_t{12});
        QCOMPARE(runs.front().cell(1, 0, Split::Forget, "fq")->value, 0.38);
        QVERIFY(holdsPublishedFigures(paper));
    }
};

LACUNA_TEST(PublishedFiguresTest)
#include "published_figures_test.moc"
