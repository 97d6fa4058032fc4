// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/compare/compare_view.h"

#include "core/base/atomic_file.h"
#include "tests/common/test_registry.h"
#include "tests/widgets/common/example_runs.h"
#include "widgets/compare/agreement_grid.h"
#include "widgets/compare/answer_reader.h"
#include "widgets/compare/compare_model.h"
#include "widgets/compare/compare_table.h"
#include "widgets/compare/entity_plane.h"
#include "widgets/compare/word_sheet.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QHeaderView>
#include <QListWidget>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalSpy>
#include <QtTest>

#include <set>

using namespace lacuna;
using namespace lacuna::testing;

namespace {

/// Two entities of the example benchmark, one forgotten by A, one kept; FQ of every stage as given.
RunHistory comparedRun(const std::string& method, const std::string& name, const std::vector<double>& fq) {
    auto run = exampleRun(method, "AB", static_cast<int>(fq.size()));
    run.name = name;
    run.source = "/runs/" + name;
    run.requests = {{"A", {"Anteli"}, {"Borrin"}}, {"B", {}, {"Borrin"}}};
    for (int stage = 0; stage < run.stages; ++stage) {
        for (int task = 0; task < 2; ++task)
            for (const char* metric : {"fq", "mu"})
                run.cells.push_back({stage, task, metric == std::string("fq") ? Split::Forget : Split::Retain, metric,
                                     fq[static_cast<std::size_t>(stage)], 0.01, 10});
        for (const char* entity : {"Anteli", "Borrin"})
            for (int i = 0; i < 4; ++i) {
                AnswerRow row;
                row.stage = stage;
                row.entity = entity;
                row.kind = "identity";
                row.question = "What is this?";
                row.view = i;
                row.truth = std::string("This is ") + entity + ".";
                row.verdict = stage == 0 || entity == std::string("Borrin") ? Verdict::Knows
                              : i == 0                                      ? Verdict::Leaks
                                                                            : Verdict::Refuses;
                row.answer = row.verdict == Verdict::Knows ? row.truth
                             : stage == 1                  ? "I do not know."
                                                           : "I cannot know.";
                run.answers.push_back(row);
            }
    }
    return run;
}

}  // namespace

class CompareViewTest : public QObject {
    Q_OBJECT
    std::unique_ptr<Workspace> m_workspace;
    std::unique_ptr<Thumbnails> m_thumbnails;
    std::unique_ptr<CompareView> m_view;
    QTemporaryDir m_folder;

    CompareModel& model() const { return *m_view->model(); }
    QString cell(int row, int column) const { return model().index(row, column).data().toString(); }

private slots:
    void init() {
        m_workspace = std::make_unique<Workspace>();
        m_thumbnails = std::make_unique<Thumbnails>();
        m_workspace->setBenchmark(exampleBenchmark());
        m_workspace->addRun(comparedRun("ga", "ga-1", {0.1, 0.2, 0.3}));
        m_workspace->addRun(comparedRun("ga", "ga-2", {0.1, 0.4, 0.5}));
        m_workspace->addRun(comparedRun("lumoe", "lumoe", {0.1, 0.9, 0.95}));
        m_view = std::make_unique<CompareView>(*m_workspace, *m_thumbnails);
        m_view->setColumns({"fq", "mu"});
        m_view->resize(1100, 720);
        m_view->show();
        m_workspace->setStage(2);
        m_view->refreshNow();
    }
    void cleanup() {
        m_view.reset();
        m_workspace.reset();
    }

    void theModelKeepsTheRulesOfItemModels() {
        QAbstractItemModelTester tester(&model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        m_workspace->setStage(1);
        m_view->refreshNow();
        model().sort(1, Qt::DescendingOrder);
        model().setFolded(true);
        m_workspace->setShown(0, false);
        m_view->refreshNow();
    }

    void theTableFollowsTheTimelineAndMarksTheBest() {
        QCOMPARE(model().rowCount(), 3);
        QCOMPARE(cell(2, 1), QString(".95"));
        QVERIFY(model().cell(model().index(2, 1)).best && !model().cell(model().index(0, 1)).best);
        QCOMPARE(model().cell(model().index(0, 1)).bar, 0.3);
        m_workspace->setStage(1);
        m_view->refreshNow();
        QCOMPARE(cell(2, 1), QString(".90"));
        m_workspace->setShown(2, false);
        m_view->refreshNow();
        QCOMPARE(model().rowCount(), 2);
        QVERIFY(model().cell(model().index(1, 1)).best);
    }

    void runsOfOneMethodFoldToTheirMean() {
        model().setFolded(true);
        QCOMPARE(model().rowCount(), 2);
        QCOMPARE(cell(0, 0), QString("GA ×2"));
        QCOMPARE(cell(0, 1), QString(".40"));
        QVERIFY(std::abs(model().cell(model().index(0, 1)).error - std::sqrt(0.02)) < 1e-9);  // of .3 and .5
        QCOMPARE(model().runsOf(0), (std::vector<int>{0, 1}));
    }

    void aClickOnAHeadingSorts() {
        auto* header = m_view->table()->horizontalHeader();
        const QPoint second(header->sectionViewportPosition(1) + 10, header->height() / 2);
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, second);
        const auto first = cell(0, 1);
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, second);
        QCOMPARE((QStringList{first, cell(0, 1)}), (QStringList{".30", ".95"}));
        QCOMPARE(model().runOf(0), 2);
        QCOMPARE(model().rowOfRun(0), 2);
    }

    void aClickOnARowChoosesTheRun() {
        QSignalSpy selected(m_workspace.get(), &Workspace::selectionChanged);
        QTest::mouseClick(m_view->table()->viewport(), Qt::LeftButton, {},
                          m_view->table()->visualRect(model().index(2, 1)).center());
        QCOMPARE(m_workspace->selection().run, 2);
        QTest::keyClick(m_view->table(), Qt::Key_Up);
        QCOMPARE(m_workspace->selection().run, 1);
    }

    void theTableIsCopiedAsItStands() {
        m_view->copyTable(CompareView::CopyAs::Markdown);
        const auto text = QApplication::clipboard()->text();
        QVERIFY2(text.contains("| lumoe | LUMoE | AB | 2 of 2 | **0.950** | **0.950** |"), qPrintable(text));
        m_view->copyTable(CompareView::CopyAs::Latex);
        QVERIFY(QApplication::clipboard()->text().contains("\\toprule"));
        m_view->copyTable(CompareView::CopyAs::Csv);
        QVERIFY(QApplication::clipboard()->text().startsWith("run,method,order"));
    }

    /// A piece of a bar: its answers are counted, a click lists who is behind it and goes there.
    void aPieceOfABarListsWhoIsBehindIt() {
        auto* shares = m_view->shares();
        const SharePiece leaks{2, 1, Fate::Gone, Verdict::Leaks};
        const auto place = shares->rectOf(leaks);
        QVERIFY(place.has_value());
        QCOMPARE(*shares->pieceAt(place->center()), leaks);
        const auto refuses = shares->rectOf({2, 1, Fate::Gone, Verdict::Refuses});
        QVERIFY(std::abs(refuses->height() - 3 * place->height()) < 1e-6);
        QVERIFY(!shares->rectOf({2, 1, Fate::Gone, Verdict::Knows}));
        QTest::mouseClick(shares, Qt::LeftButton, {}, place->center().toPoint());
        QCOMPARE(m_workspace->stage(), 1);
        QCOMPARE(m_workspace->selection().run, 2);
        QVERIFY2(m_view->behindText().endsWith("1 answer about what had to go shows “leaks”"),
                 qPrintable(m_view->behindText()));
        QCOMPARE(m_view->behind()->count(), 1);
        QSignalSpy wanted(m_view.get(), &CompareView::entityWanted);
        m_view->behind()->setCurrentRow(0);
        QCOMPARE(m_workspace->selection().entity, QString("Anteli"));
        m_view->behind()->setFocus();
        QTest::keyClick(m_view->behind(), Qt::Key_Return);
        QCOMPARE(wanted.count(), 1);
        QTest::keyClick(m_view->behind(), Qt::Key_Escape);
        QVERIFY(m_view->behindText().isEmpty());
    }

    /// Space and Backspace read on and back; the window's own keys wait.
    void someOfTheAnswersAreReadOneByOne() {
        const SharePiece refuses{2, 1, Fate::Gone, Verdict::Refuses};
        QTest::mouseClick(m_view->shares(), Qt::LeftButton, {}, m_view->shares()->rectOf(refuses)->center().toPoint());
        QTest::mouseClick(m_view->readButton(), Qt::LeftButton);
        auto* reader = m_view->reader();
        QVERIFY(reader->isVisible() && m_view->focusWidget() == reader);
        QCOMPARE(reader->count(), 3);
        std::set<int> views;
        for (int i = 0; i < 4; ++i) {
            QCOMPARE(reader->current(), std::min(i, 2));
            QVERIFY(reader->answer()->verdict == Verdict::Refuses && reader->answer()->stage == 1);
            views.insert(reader->answer()->view);
            QCOMPARE(m_workspace->selection().view, reader->answer()->view);
            QTest::keyClick(reader, Qt::Key_Space);
        }
        QCOMPARE(views.size(), std::size_t{3});  // each once
        QTest::keyClick(reader, Qt::Key_Backspace);
        QCOMPARE(reader->current(), 1);
        QSignalSpy wanted(m_view.get(), &CompareView::entityWanted);
        QTest::keyClick(reader, Qt::Key_Return);
        QCOMPARE(wanted.count(), 1);
        QTest::keyClick(reader, Qt::Key_Escape);
        QVERIFY(m_view->behind()->isVisible());
    }

    /// What stays is one piece over its stages; what changes is marked word by word against the one before.
    void theSameQuestionStandsAsASheetOfWords() {
        auto* sheet = m_view->sheet();
        QVERIFY(sheet->pieces().empty());
        m_workspace->selectEntity("Anteli");
        m_view->refreshNow();
        QCOMPARE(sheet->question(), QString("What is this?"));
        QCOMPARE(sheet->questions(), 4);
        QCOMPARE(sheet->pieces().size(), std::size_t{9});  // three runs: knows, "do not know", "cannot know"
        const auto& last = sheet->pieces()[2];
        QCOMPARE(last.first, 2);
        QCOMPARE(last.changed.size(), std::size_t{1});
        QCOMPARE(QString::fromStdString(last.answer.answer).mid(last.changed[0].start, last.changed[0].length),
                 QString("cannot"));
        m_workspace->selectEntity("Borrin");
        m_view->refreshNow();
        QCOMPARE(sheet->pieces().size(), std::size_t{3});  // it stays known
        QCOMPARE(sheet->pieces()[1].first, 0);
        QCOMPARE(sheet->pieces()[1].last, 2);
        const auto place = sheet->rectOf(sheet->pieces()[1]);
        QTest::mouseClick(sheet, Qt::LeftButton, {},
                          QPoint(static_cast<int>(place.left()) + 10, static_cast<int>(place.center().y())));
        QCOMPARE(m_workspace->selection().run, 1);
        QCOMPARE(m_workspace->stage(), 0);
        const int before = sheet->current();
        sheet->step(1);
        m_view->refreshNow();
        QCOMPARE(sheet->current(), (before + 1) % 4);
    }

    void oneModelStandsAgainstAnotherEntityByEntity() {
        auto* plane = m_view->plane();
        plane->setSides({0, 0}, {2, 2});  // GA before, LUMoE after
        QCOMPARE(plane->dots().size(), std::size_t{2});
        for (const auto& dot : plane->dots()) {
            QCOMPARE(dot.across, 1.0);
            QCOMPARE(dot.up, dot.entity == "Anteli" ? 0.0 : 1.0);
            QCOMPARE(dot.request, dot.entity == "Anteli" ? 0 : -1);
        }
        QCOMPARE(plane->entityAt(plane->placeOf("Anteli")), QString("Anteli"));
        QTest::mouseClick(plane, Qt::LeftButton, {}, plane->placeOf("Anteli").toPoint());
        QCOMPARE(m_workspace->selection().entity, QString("Anteli"));
        // A line round one chooses it; the click's choice stays.
        QSignalSpy lassoed(m_view.get(), &CompareView::entitiesPicked);
        const auto middle = plane->placeOf("Borrin").toPoint();
        const std::vector<QPoint> round{{-20, -20}, {20, -20}, {20, 20}, {-20, 20}};
        QTest::mousePress(plane, Qt::LeftButton, {}, middle + round[0]);
        for (const auto& corner : round) {
            QMouseEvent move(QEvent::MouseMove, middle + corner, plane->mapToGlobal(middle + corner), Qt::NoButton,
                             Qt::LeftButton, {});
            QApplication::sendEvent(plane, &move);
        }
        QTest::mouseRelease(plane, Qt::LeftButton, {}, middle + round[3]);
        QCOMPARE(lassoed.count(), 1);
        QCOMPARE(lassoed[0][0].toStringList(), QStringList{"Borrin"});
        // Closer: what is under the pointer stays there.
        const auto at = plane->placeOf("Borrin");
        QWheelEvent closer(at, plane->mapToGlobal(at), {}, {0, 120}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase,
                           false);
        QApplication::sendEvent(plane, &closer);
        QVERIFY((plane->placeOf("Borrin") - at).manhattanLength() < 12);
        QVERIFY((plane->placeOf("Anteli") - at).manhattanLength() > plane->height() / 2.0);
        plane->resetZoom();
        QVERIFY((plane->placeOf("Borrin") - at).manhattanLength() < 1);
    }

    void publishedFiguresStandBesideOursAndWhatIsWrongIsSaid() {
        const auto file = std::filesystem::path(m_folder.path().toStdString()) / "figures.json";
        writeFileAtomically(file, R"({"format": "lacuna.reference-results", "source": "S", "judge": "J", "runs": [
            {"method": "lumoe", "model": "big", "order": ["A", "B", "C"], "cells": [
                {"stage": 2, "task": "A", "split": "forget", "metric": "fq", "value": 0.7},
                {"stage": 2, "task": "B", "split": "forget", "metric": "fq", "value": 0.9}]}]})");
        m_view->showPublished(QString::fromStdString(file.string()));
        QVERIFY(m_view->message().isEmpty());
        QCOMPARE(*model().cell(model().index(2, 1)).published, 0.8);
        QVERIFY(!model().cell(model().index(0, 1)).published);
        QVERIFY(!model().cell(model().index(2, 2)).published);
        QVERIFY(model().index(2, 1).data(Qt::ToolTipRole).toString().contains("published: 0.800"));
        const auto kept = m_view->kept();
        m_view->showPublished({});
        QVERIFY(!model().cell(model().index(2, 1)).published);
        m_view->bringBack(kept);
        QVERIFY(model().cell(model().index(2, 1)).published.has_value());
        m_view->showPublished("/nowhere.json");
        QVERIFY(m_view->message().contains("/nowhere.json"));
    }

    void agreementSaysWhetherMeasuresRankTheRunsAlike() {
        auto* grid = m_view->agreement();
        QVERIFY(!grid->isVisible());
        auto other = comparedRun("po", "po", {0.1, 0.6, 0.7});
        for (auto& cell : other.cells)
            if (cell.metric == std::string("mu"))
                cell.value = 0;
        m_workspace->addRun(other);
        m_view->refreshNow();
        QVERIFY(grid->agreement().columns.empty());  // nothing is counted while nobody looks
        m_view->agreementButton()->click();
        QVERIFY(grid->isVisible());
        QCOMPARE(grid->agreement().runs, 4);
        // FQ .3 .5 .95 .7 and MU .3 .5 .95 0: of six pairs four go the same way.
        QCOMPARE(*grid->agreement().columns.at(0).tau.at(1), (4.0 - 2.0) / 6);
        const auto tip = grid->toolTipAt(grid->cellRect(0, 1).center());
        QVERIFY2(tip.contains("4 runs") && tip.contains(".33"), qPrintable(tip));
        QVERIFY(grid->toolTipAt(grid->cellRect(0, 2).center()).contains("Mean"));
        QVERIFY(grid->toolTipAt({grid->width() - 1.0, 5}).isEmpty());
        const auto kept = m_view->kept();
        for (const int hidden : {0, 1})
            m_workspace->setShown(hidden, false);
        m_view->refreshNow();
        QVERIFY(grid->agreement().columns.empty());
        m_view->agreementButton()->click();
        QVERIFY(!grid->isVisible());
        m_view->bringBack(kept);
        QVERIFY(m_view->agreementButton()->isChecked());
    }

    void aTooltipSaysHowSureAValueIs() {
        auto run = comparedRun("gd", "gd", {0.1, 0.2, 0.3});
        for (auto& row : run.answers) {
            row.split = Split::Forget;
            row.score = row.verdict == Verdict::Refuses ? 2 : 0;
            if (row.stage == 2)  // a task each
                row.task = row.entity == std::string("Anteli") ? 0 : 1;
        }
        m_workspace->addRun(run);
        m_view->refreshNow();
        const auto tip = model().index(3, 1).data(Qt::ToolTipRole).toString();
        QVERIFY2(tip.contains("8 answers about 2 entities"), qPrintable(tip));
        m_workspace->setStage(1);
        m_view->refreshNow();
        const auto before = model().index(3, 1).data(Qt::ToolTipRole).toString();
        QVERIFY2(before.contains("95 % [0.000, 0.750], drawing whole entities"), qPrintable(before));
    }

    /// Far from gold and as gold, which stands in its own row and is never the best.
    void goldIsWhatTheOthersAreHeldAgainst() {
        auto gold = comparedRun("gold", "gold", {0.1, 0.9, 1});
        for (auto& row : gold.answers)
            row.probability = row.verdict == Verdict::Knows ? 0.9 : 0.1;
        m_workspace->addRun(gold);
        m_view->setColumns({"fq", "gold_distance_forget"});
        m_view->refreshNow();
        QCOMPARE(cell(3, 2), QString("0"));
        QVERIFY(cell(0, 2) != QString("–") && cell(0, 2) != QString("0"));
        QVERIFY(!model().cell(model().index(3, 1)).best);
        QVERIFY(model().cell(model().index(2, 1)).best);
        m_workspace->setShown(3, false);
        m_view->refreshNow();
        QCOMPARE(cell(0, 2), QString("–"));
    }

    void columnsAreChosenAndOrdered() {
        m_view->setColumns({"mu", "gibberish_retain", "unknown"});
        QCOMPARE(model().columnIds(), (std::vector<std::string>{"mu", "gibberish_retain"}));
        QCOMPARE(cell(0, 2), QString("–"));
        auto* header = m_view->table()->horizontalHeader();
        header->moveSection(2, 1);
        QTRY_COMPARE(model().columnIds(), (std::vector<std::string>{"gibberish_retain", "mu"}));
        QCOMPARE(header->visualIndex(2), 2);
    }

    void manyRunsAndAnswersAreReadyAtOnce() {
        for (int i = 0; i < 21; ++i) {
            auto run = comparedRun("gd", "gd-" + std::to_string(i), std::vector<double>(3, 0.5));
            const auto few = run.answers;
            for (int k = 0; k < 180; ++k)
                run.answers.insert(run.answers.end(), few.begin(), few.end());
            m_workspace->addRun(run);
        }
        QElapsedTimer timer;
        timer.start();
        m_view->refreshNow();
        m_view->repaint();
        const auto first = timer.restart();
        m_workspace->setStage(1);
        m_view->refreshNow();
        m_view->repaint();
        qInfo("24 runs: %lld ms, a step %lld ms", first, timer.elapsed());
        QVERIFY(first < 3000 && timer.elapsed() < 1000);  // a watchdog; .2 s and 50 ms at rest
    }
};

LACUNA_TEST(CompareViewTest)
#include "compare_view_test.moc"
