// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/curves/curves_view.h"

#include "core/base/error.h"
#include "tests/common/test_registry.h"
#include "tests/widgets/curves/synthetic_runs.h"
#include "widgets/common/theme.h"
#include "widgets/curves/figure_panel.h"
#include "widgets/curves/matrix_plot.h"
#include "widgets/curves/plane_plot.h"
#include "widgets/curves/sequence_plot.h"

#include <QApplication>
#include <QClipboard>
#include <QPushButton>
#include <QSignalSpy>
#include <QtTest>

using namespace lacuna;
using namespace lacuna::testing;

/// The view over the six runs of the sketch, shown offscreen.
struct Scene {
    Workspace workspace;
    CurvesView view{workspace};

    explicit Scene(std::vector<RunHistory> runs = sixRuns()) {
        Theme::instance().apply(Theme::Mode::Light);
        for (auto& run : runs)
            workspace.addRun(std::move(run));
        view.resize(1176, 734);
        view.show();
        [[maybe_unused]] const bool exposed = QTest::qWaitForWindowExposed(&view);
        settle();
    }
    void settle() { QTest::qWait(1); }
    void click(QWidget* widget, const QPointF& at) { QTest::mouseClick(widget, Qt::LeftButton, {}, at.toPoint()); }
    void hover(QWidget* widget, const QPointF& at) {
        QTest::mouseMove(widget, at.toPoint() + QPoint(1, 1));
        QTest::mouseMove(widget, at.toPoint());
    }
};

class CurvesViewTest : public QObject {
    Q_OBJECT
private slots:
    void drawsTheNumbersOfTheData();
    void hiddenRunsAreNotDrawn();
    void unmeasuredIsAbsent();
    void aRunThatEndedEarlierSaysSo();
    void anEarlyEndIsSaid();
    void theMatrixFitsALowWindow();
    void panelsSideBySideAreAsWide();
    void aHundredStaysInItsCell();
    void seedsBecomeOneLineWithABand();
    void linesOfOneMethodAreToldApart();
    void metricPickerExplainsAndDisables();
    void whoWasNotAskedAboutIsInTheMatrixToo();
    void cardListsBestFirstAndStandsBesideItsStage();
    void clickOnAPointSelectsRunAndStage();
    void clickOnACellSelectsStageAndTask();
    void keysWalkTheMatrix();
    void clickInThePlaneSelects();
    void manyGrowingsMakeOneRefresh();
    void hiddenViewWaits();
    void aPlotWithoutASizeIsNotDrawn();
    void zoomPanFitAndReset();
    void boxZoom();
    void stageAndReferenceAreFollowed();
    void copyTakesPictureAndCsv();
    void saysWhatItShowsToScreenReaders();
    void trainingShowsEveryStep();
    void trainingFollowsALiveRun();
    void trainingSurvivesRemovalOfARun();
    void logAxisHasRoomBelowZero();
    void runsWithoutTheMetricAreLeftOut();
    void emptyWorkspaceSaysWhatToDo();
};

void CurvesViewTest::drawsTheNumbersOfTheData() {
    Scene scene;
    for (const auto split : {Split::Forget, Split::Retain}) {
        const auto& lines = (split == Split::Forget ? scene.view.forgetting() : scene.view.retention())->series();
        QCOMPARE(lines.size(), std::size_t(6));
        for (std::size_t i = 0; i < lines.size(); ++i) {
            const auto& run = scene.workspace.runs()[i].history;
            const auto curve = split == Split::Forget ? forgettingCurve(run, "fq") : retentionCurve(run, "mu");
            QCOMPARE(lines[i].points.size(), curve.size());
            for (std::size_t p = 0; p < curve.size(); ++p) {
                QCOMPARE(lines[i].points[p].stage, curve[p].stage);
                QCOMPARE(lines[i].points[p].value, curve[p].value);
                QCOMPARE(lines[i].points[p].spread, curve[p].standardError);
            }
        }
    }
    for (const auto& matrix : scene.view.matrix()->matrices())
        for (int task = 0; task < 4; ++task)
            for (int stage = 0; stage < 5; ++stage) {
                const auto& run = scene.workspace.runs()[static_cast<std::size_t>(matrix.run)].history;
                const auto* cell = run.cell(stage, task, Split::Retain, "mu");
                const auto drawn = matrix.cells[static_cast<std::size_t>(task)][static_cast<std::size_t>(stage)];
                QCOMPARE(drawn.has_value(), cell != nullptr);
                if (cell)
                    QCOMPARE(*drawn, cell->value);
            }
    const auto& path = scene.view.plane()->paths()[0];
    for (const auto& stop : path.stops) {
        QCOMPARE(stop.forgetting, scene.view.forgetting()->series()[0].at(stop.stage)->value);
        QCOMPARE(stop.retention, scene.view.retention()->series()[0].at(stop.stage)->value);
    }
}

void CurvesViewTest::hiddenRunsAreNotDrawn() {
    Scene scene;
    scene.workspace.setShown(1, false);
    scene.settle();
    QCOMPARE(scene.view.forgetting()->series().size(), std::size_t(5));
    QCOMPARE(scene.view.matrix()->matrices().size(), std::size_t(5));
    QCOMPARE(scene.view.plane()->paths().size(), std::size_t(5));
    for (const auto& line : scene.view.retention()->series())
        QVERIFY(line.method != "gd");
}

void CurvesViewTest::unmeasuredIsAbsent() {
    Scene scene;
    QVERIFY(!scene.view.retention()->series()[5].at(4));
    QCOMPARE(scene.view.plane()->paths()[5].stops.size(), std::size_t(4));
    for (int task = 0; task < 4; ++task)
        QVERIFY(!scene.view.matrix()->matrices()[5].cells[static_cast<std::size_t>(task)][4]);
    scene.view.retention()->showCrosshair(4, true);
    for (const auto& row : scene.view.retention()->card().rows)
        QVERIFY(row.name != "LUMoE");
    const auto csv = scene.view.retention()->csv();
    for (const auto& line : csv.split("\r\n"))
        QVERIFY(!line.contains("LUMoE") || !line.contains("after D"));
}

void CurvesViewTest::aRunThatEndedEarlierSaysSo() {
    auto runs = sixRuns();
    runs[2].stages = 2;
    runs[2].status = RunStatus::Interrupted;
    std::erase_if(runs[2].cells, [](const auto& cell) { return cell.stage > 1; });
    Scene scene(std::move(runs));
    const auto& matrices = scene.view.matrix()->matrices();
    QCOMPARE(matrices[2].endedFrom, 2);
    QCOMPARE(matrices[2].ended, QString("run ended after A"));
    QCOMPARE(matrices[5].endedFrom, 5);  // at work: empty cells, no dashes
    QVERIFY(scene.view.matrix()->figureCaption().contains("the run ended before"));
    scene.workspace.setStatus(2, RunStatus::Running);
    QTRY_VERIFY(!scene.view.matrix()->figureCaption().contains("the run ended before"));
}

/// Drawn with a ring and said: the point of a request whose training was ended early is no full one.
void CurvesViewTest::anEarlyEndIsSaid() {
    Scene scene;
    QVERIFY(!scene.view.retention()->csv().contains("steps"));
    scene.workspace.setTrained(5, 2, 8, 60);
    QTRY_VERIFY(scene.view.retention()->csv().contains("8 of 60 steps"));
    QStringList said;
    for (const auto& line : scene.view.retention()->csv().split("\r\n"))
        if (line.contains("8 of 60 steps"))
            said << line;
    QCOMPARE(said.size(), 1);  // the one run, at the one stage
    QVERIFY(said[0].contains("LUMoE"));
}

void CurvesViewTest::theMatrixFitsALowWindow() {
    auto runs = sixRuns();
    runs.push_back(syntheticRun(behaviours()[5], 5, 43));
    Scene scene(std::move(runs));
    scene.view.resize(760, 560);
    scene.settle();
    const auto* matrix = scene.view.matrix();
    std::vector<QRectF> tiles;
    for (std::size_t i = 0; i < matrix->matrices().size(); ++i)
        tiles.push_back(matrix->cellRect(i, 0, 0) | matrix->cellRect(i, 3, 4));
    for (std::size_t i = 0; i < tiles.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            QVERIFY2(!tiles[i].intersects(tiles[j]), qPrintable(QString("%1 over %2").arg(i).arg(j)));
}

/// Also with larger text: none takes the room of its neighbour.
void CurvesViewTest::panelsSideBySideAreAsWide() {
    Scene scene;
    Theme::instance().setTextScale(1.5);
    scene.view.resize(760, 600);
    scene.settle();
    std::vector<int> widths;
    for (const auto* panel : scene.view.findChildren<FigurePanel*>())
        if (panel->isVisible())
            widths.push_back(panel->width());
    Theme::instance().setTextScale(1);
    QCOMPARE(widths.size(), std::size_t(4));
    const auto [least, most] = std::minmax_element(widths.begin(), widths.end());
    QVERIFY2(*most - *least < 24, qPrintable(QString("%1 %2").arg(*least).arg(*most)));
}

void CurvesViewTest::aHundredStaysInItsCell() {
    auto runs = sixRuns();
    for (auto& run : runs)
        for (auto& cell : run.cells)
            cell.value = 1;
    Scene scene(std::move(runs));
    scene.view.resize(760, 570);
    scene.settle();
    auto* matrix = scene.view.matrix();
    const auto cell = matrix->cellRect(4, 1, 3).toRect();
    QVERIFY(cell.width() < 20);
    const auto picture = matrix->grab().toImage();
    const auto inked = [&](int x) {
        int rows = 0;
        for (int y = cell.top() + 2; y < cell.bottom() - 2; ++y)
            rows += picture.pixel(x, y) != picture.pixel(x, cell.top() + 1);
        return rows;
    };
    QCOMPARE(inked(cell.left() + 1), 0);
    QCOMPARE(inked(cell.right() - 1), 0);
    QVERIFY(inked(cell.center().x()) > 3);
}

void CurvesViewTest::seedsBecomeOneLineWithABand() {
    auto runs = sixRuns();
    runs.push_back(syntheticRun(behaviours()[0], 5, 43));
    runs.back().spec.gate = "relative";                    // which it does not use
    runs.push_back(syntheticRun(behaviours()[0], 3, 44));  // still at work: only its stages count
    runs.back().spec.title = "one more";
    Scene scene(std::move(runs));
    const auto& line = scene.view.retention()->series()[0];
    QCOMPARE(line.runs, (std::vector<int>{0, 6, 7}));
    QCOMPARE(line.points.size(), std::size_t(3));
    const auto value = [&](std::size_t run, int stage) {
        return retentionCurve(scene.workspace.runs()[run].history, "mu")[static_cast<std::size_t>(stage)].value;
    };
    const double a = value(0, 1), b = value(6, 1), c = value(7, 1), mean = (a + b + c) / 3;
    QCOMPARE(line.at(1)->value, mean);
    QCOMPARE(line.at(1)->spread,
             std::sqrt(((a - mean) * (a - mean) + (b - mean) * (b - mean) + (c - mean) * (c - mean)) / 2));
    auto* toggle = scene.view.findChildren<QPushButton*>().at(2);
    for (auto* button : scene.view.findChildren<QPushButton*>())
        if (button->text() == "± over 3 seeds")
            toggle = button;
    QCOMPARE(toggle->text(), QString("± over 3 seeds"));
    QTest::mouseClick(toggle, Qt::LeftButton);
    QCOMPARE(scene.view.retention()->series().size(), std::size_t(8));
    QCOMPARE(scene.view.retention()->series()[6].name, QString("GA seed 43"));
}

void CurvesViewTest::linesOfOneMethodAreToldApart() {
    auto other = syntheticRun(behaviours()[5], 5, 42);
    other.source = "/runs/other";
    other.name = "other";
    std::swap(other.requests[0], other.requests[2]);
    auto twin = syntheticRun(behaviours()[1], 5, 42);
    twin.source = "/runs/twin";
    twin.name = "twin";
    auto runs = sixRuns();
    runs.push_back(other);
    runs.push_back(twin);
    Scene scene(std::move(runs));
    const auto& lines = scene.view.retention()->series();
    QCOMPARE(lines[5].name, QString("LUMoE ABCD"));
    QCOMPARE(lines[6].name, QString("LUMoE CBAD"));
    QCOMPARE(lines[6].variant, 1);
    QCOMPARE(lines[1].name, QString("GD 42"));
    QCOMPARE(lines[7].name, QString("GD twin"));
}

void CurvesViewTest::metricPickerExplainsAndDisables() {
    Scene scene;
    auto* picker = scene.view.findChild<QComboBox*>();
    const auto* model = picker->model();
    QCOMPARE(picker->itemText(0), QString("Judge score"));
    for (int i = 0; i < picker->count(); ++i) {
        QVERIFY(picker->itemData(i, Qt::ToolTipRole).toString().contains("<i>"));
        // No gate chose here, every answer was judged, nothing was asked for, and the runs are of before the metrics of
        // any script and of other phrasings.
        const auto row = std::find_if(metricRows().begin(), metricRows().end(), [&](const auto& one) {
            return QString::fromStdString(one.name) == picker->itemText(i);
        });
        const bool askedFor = row != metricRows().end() && !row->asks.empty();
        const bool measured =
            !askedFor && !QStringList{"Exact route",         "Sent to an expert",        "Abstained",
                                      "ROUGE-L, any script", "Exactly right, rephrased", "Not judged",
                                      "Bystanders refused",  "Refused too early",        "Gate failed"}
                              .contains(picker->itemText(i));
        QCOMPARE(bool(model->flags(model->index(i, 0)) & Qt::ItemIsEnabled), measured);
        QCOMPARE(picker->itemData(i, Qt::ToolTipRole).toString().contains("Not measured"), !measured);
        if (!measured)
            continue;
        picker->setCurrentIndex(i);  // both sides are drawn of each: FQ alone has no retention, MU no forgetting
        for (const auto* plot : {scene.view.forgetting(), scene.view.retention()})
            QVERIFY2(!plot->series().empty() && !plot->series()[0].points.empty(), qPrintable(picker->itemText(i)));
    }
    scene.view.setMetric("rouge_l");
    QCOMPARE(scene.view.forgetting()->series()[0].points[1].value,
             forgettingCurve(scene.workspace.runs()[0].history, "rouge_l")[1].value);
    QVERIFY(scene.view.forgetting()->figureCaption().contains("lower is better"));
    QVERIFY(scene.view.plane()->figureCaption().contains("upper left"));
    QVERIFY_EXCEPTION_THROWN(scene.view.setMetric("nonsense"), Error);
}

/// Their cells lie where no request's do: bystanders in a row of their own, later requests before their turn.
void CurvesViewTest::whoWasNotAskedAboutIsInTheMatrixToo() {
    Scene scene;
    auto run = syntheticRun(behaviours()[5]);
    for (int stage = 0; stage < 5; ++stage)
        run.cells.push_back({stage, std::max(0, stage - 1), Split::Bystander, "bystander_refusal", 0.1 * stage, 0, 40});
    for (int stage = 1; stage < 4; ++stage)
        for (int task = stage; task < 4; ++task)
            run.cells.push_back({stage, task, Split::Retain, "later_refusal", 0.02 * stage, 0, 100});
    scene.workspace.addRun(run);
    auto* matrix = scene.view.matrix();
    scene.view.setMetric("bystander_refusal");
    QCOMPARE(matrix->matrices().size(), std::size_t(1));
    QCOMPARE(matrix->matrices()[0].rows, std::vector<QString>{"others"});
    QCOMPARE(*matrix->matrices()[0].cells[0][3], 0.3 * 1);
    QVERIFY(matrix->figureCaption().contains("no request names"));
    QSignalSpy clicked(matrix, &MatrixPlot::cellClicked);
    QTest::mouseClick(matrix, Qt::LeftButton, {}, matrix->cellRect(0, 0, 2).center().toPoint());
    QCOMPARE(clicked.count(), 1);
    QCOMPARE(clicked[0][1].toInt(), 2);
    QCOMPARE(clicked[0][2].toInt(), -1);  // of no task
    QVERIFY(matrix->csv().contains("others"));

    QVERIFY(scene.view.plane()->emptyText().contains("Not defined"));
    QVERIFY(scene.view.forgetting()->figureCaption().isEmpty());
    QVERIFY(!scene.view.retention()->figureCaption().contains("had to stay"));

    scene.view.setMetric("later_refusal");
    QCOMPARE(matrix->matrices()[0].rows.size(), std::size_t(4));
    QCOMPARE(*matrix->matrices()[0].cells[3][2], 0.04);
    QVERIFY(matrix->figureCaption().contains("only a later request"));
    scene.workspace.setStage(2);
    QApplication::processEvents();
    QVERIFY(matrix->accessibleDescription().contains("request A, after B: not defined here"));
    QVERIFY(matrix->accessibleDescription().contains("request D, after B: 4 %"));
}

void CurvesViewTest::cardListsBestFirstAndStandsBesideItsStage() {
    Scene scene;
    auto* plot = scene.view.retention();
    for (int stage = 0; stage < 5; ++stage) {
        scene.hover(plot, plot->pointPixel({stage, 0.5, 0}));
        const auto card = plot->card();
        QCOMPARE(card.title, scene.workspace.stageName(stage));
        std::vector<double> values;
        for (const auto& row : card.rows)
            for (const auto& line : plot->series())
                if (line.name == row.name)
                    values.push_back(line.at(stage)->value);
        QCOMPARE(values.size(), std::size_t(stage == 4 ? 5 : 6));
        QVERIFY(std::is_sorted(values.rbegin(), values.rend()));
        QVERIFY(!plot->cardRect().isEmpty());
        QVERIFY(!plot->cardRect().intersects(plot->stageRect(stage)));
        QVERIFY(QRectF(plot->rect()).contains(plot->cardRect()));
    }
    QEvent leave(QEvent::Leave);
    QApplication::sendEvent(plot, &leave);
    QVERIFY(plot->cardRect().isEmpty());
    scene.view.setMetric("leak");  // lower is better on a forget set
    scene.view.forgetting()->showCrosshair(2, true);
    const auto rows = scene.view.forgetting()->card().rows;
    QCOMPARE(rows.front().name, QString("GA"));
}

void CurvesViewTest::clickOnAPointSelectsRunAndStage() {
    Scene scene;
    auto* plot = scene.view.retention();
    scene.click(plot, plot->pointPixel(*plot->series()[2].at(2)));
    QCOMPARE(scene.workspace.selection().run, 2);
    QCOMPARE(scene.workspace.stage(), 2);
    scene.click(plot, plot->pointPixel({3, 0.6, 0}));  // beside every point: the stage alone
    QCOMPARE(scene.workspace.selection().run, 2);
    QCOMPARE(scene.workspace.stage(), 3);
    scene.settle();
    QVERIFY(plot->series()[2].selected);
}

void CurvesViewTest::clickOnACellSelectsStageAndTask() {
    Scene scene;
    auto* matrix = scene.view.matrix();
    scene.click(matrix, matrix->cellRect(4, 1, 3).center());
    QCOMPARE(scene.workspace.selection().run, 4);
    QCOMPARE(scene.workspace.selection().task, 1);
    QCOMPARE(scene.workspace.stage(), 3);
    scene.click(matrix, matrix->cellRect(5, 3, 4).center());  // not measured yet, but a place all the same
    QCOMPARE(scene.workspace.selection().run, 5);
    QCOMPARE(scene.workspace.stage(), 4);
    for (auto* button : scene.view.findChildren<QPushButton*>())
        if (button->text() == "Forget")
            QTest::mouseClick(button, Qt::LeftButton);
    QCOMPARE(*matrix->matrices()[0].cells[2][1],
             scene.workspace.runs()[0].history.cell(1, 2, Split::Forget, "fq")->value);
    QVERIFY(matrix->csv().contains("forget,fq"));
}

void CurvesViewTest::keysWalkTheMatrix() {
    Scene scene;
    auto* matrix = scene.view.matrix();
    matrix->setFocus();
    QTest::keyClick(matrix, Qt::Key_Down);
    QCOMPARE(scene.workspace.selection().task, 0);
    QTest::keyClick(matrix, Qt::Key_Down);
    QTest::keyClick(matrix, Qt::Key_Right);
    QTest::keyClick(matrix, Qt::Key_PageDown);
    QCOMPARE(scene.workspace.selection().task, 1);
    QCOMPARE(scene.workspace.stage(), 1);
    QCOMPARE(scene.workspace.selection().run, 1);
    QTest::keyClick(matrix, Qt::Key_Left);
    QTest::keyClick(matrix, Qt::Key_Left);
    QCOMPARE(scene.workspace.stage(), 0);
}

void CurvesViewTest::clickInThePlaneSelects() {
    Scene scene;
    auto* plane = scene.view.plane();
    const auto& path = plane->paths()[4];
    scene.click(plane, plane->stopPixel(path.stops[1]));
    QCOMPARE(scene.workspace.selection().run, 4);
    QCOMPARE(scene.workspace.stage(), 1);
}

void CurvesViewTest::manyGrowingsMakeOneRefresh() {
    Scene scene;
    QSignalSpy replots(scene.view.retention(), &QCustomPlot::afterReplot);
    for (int i = 0; i < 200; ++i)
        scene.workspace.appendRows(5, {.cells = {{4, i % 4, Split::Retain, "mu", 0.9, 0, 10}}});
    QCOMPARE(replots.count(), 0);
    QTest::qWait(20);
    QVERIFY(replots.count() >= 1 && replots.count() <= 2);
    QCOMPARE(scene.view.retention()->series()[5].at(4)->value, 0.9);
}

void CurvesViewTest::hiddenViewWaits() {
    Scene scene;
    scene.view.hide();
    QSignalSpy replots(scene.view.retention(), &QCustomPlot::afterReplot);
    scene.workspace.appendRows(5, {.cells = {{4, 0, Split::Retain, "mu", 0.9, 0, 10}}});
    QTest::qWait(20);
    QCOMPARE(replots.count(), 0);
}

void CurvesViewTest::aPlotWithoutASizeIsNotDrawn() {
    QTest::failOnWarning(QRegularExpression("[Pp]aint"));
    Workspace workspace;
    for (auto& run : sixRuns())
        workspace.addRun(std::move(run));
    QWidget page;  // a tab that was never shown
    SequencePlot plot(Split::Retain, workspace, &page);
    plot.resize(0, 0);
    QTest::qWait(5);  // QCustomPlot draws a new plot once
    QSignalSpy replots(&plot, &QCustomPlot::afterReplot);
    plot.refresh("mu", true);
    plot.showCrosshair(1, true);
    QTest::qWait(5);
    QCOMPARE(replots.count(), 0);
    plot.resize(400, 300);
    page.show();
    QTRY_VERIFY(replots.count() > 0);
}

void CurvesViewTest::zoomPanFitAndReset() {
    Scene scene;
    auto* plot = scene.view.retention();
    const auto home = plot->yAxis->range();
    const auto centre = plot->axisRect()->center();
    QWheelEvent wheel(centre, plot->mapToGlobal(centre), {}, {0, 240}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase,
                      false);
    QApplication::sendEvent(plot, &wheel);
    QVERIFY(plot->yAxis->range().size() < home.size());
    const auto zoomed = plot->xAxis->range();
    QTest::mousePress(plot, Qt::LeftButton, {}, centre);
    QTest::mouseMove(plot, centre + QPoint(30, 0));
    QTest::mouseMove(plot, centre + QPoint(60, 0));
    QTest::mouseRelease(plot, Qt::LeftButton, {}, centre + QPoint(60, 0));
    QVERIFY(plot->xAxis->range().lower < zoomed.lower);
    QCOMPARE(scene.workspace.stage(), 0);  // a drag is no click
    scene.workspace.appendRows(5, {.cells = {{4, 0, Split::Retain, "mu", 0.9, 0, 10}}});
    scene.settle();
    QVERIFY(plot->yAxis->range() != home);  // new rows do not throw the view away
    plot->setFocus();
    QTest::keyClick(plot, Qt::Key_F);
    QVERIFY(plot->yAxis->range().lower < 0.01 && plot->yAxis->range().upper > 0.96);
    QTest::keyClick(plot, Qt::Key_R);
    QCOMPARE(plot->yAxis->range(), home);
    for (int i = 0; i < 100; ++i)
        QTest::keyClick(plot, Qt::Key_Plus);
    QVERIFY(plot->yAxis->range().size() > 0.005);
    for (int i = 0; i < 100; ++i)
        QTest::keyClick(plot, Qt::Key_Minus);
    QVERIFY(plot->yAxis->range().upper <= 1.25 + 1e-9);
}

void CurvesViewTest::boxZoom() {
    Scene scene;
    auto* plot = scene.view.retention();
    const auto from = plot->pointPixel({1, 0.9, 0}).toPoint(), to = plot->pointPixel({3, 0.5, 0}).toPoint();
    QTest::mousePress(plot, Qt::LeftButton, Qt::ControlModifier, from);
    QMouseEvent move(QEvent::MouseMove, to, plot->mapToGlobal(to), Qt::NoButton, Qt::LeftButton, Qt::ControlModifier);
    QApplication::sendEvent(plot, &move);
    QTest::mouseRelease(plot, Qt::LeftButton, Qt::ControlModifier, to);
    QVERIFY(std::abs(plot->xAxis->range().lower - 1) < 0.05 && std::abs(plot->xAxis->range().upper - 3) < 0.05);
    QVERIFY(std::abs(plot->yAxis->range().lower - 0.5) < 0.02 && std::abs(plot->yAxis->range().upper - 0.9) < 0.02);
}

void CurvesViewTest::stageAndReferenceAreFollowed() {
    Scene scene;
    scene.workspace.setStage(3);
    QVERIFY(scene.view.plane()->figureCaption().contains("after C"));
    scene.workspace.setShowsReference(true);
    QVERIFY(scene.view.retention()->accessibleDescription().contains("original: "));
    scene.workspace.setShowsReference(false);
    const auto described = scene.view.retention()->accessibleDescription();
    QVERIFY2(described.contains("after C: LUMoE "), qPrintable(described));
}

void CurvesViewTest::copyTakesPictureAndCsv() {
    Scene scene;
    scene.view.copy();
    const auto* data = QApplication::clipboard()->mimeData();
    QCOMPARE(data->imageData().value<QImage>().width(), 2 * 2 * 640);
    QVERIFY(data->text().contains("# Retention") && data->text().contains("# Each request after each stage"));
    auto* plot = scene.view.forgetting();
    plot->setFocus();
    QTest::keyClick(plot, Qt::Key_C, Qt::ControlModifier);
    QVERIFY(!QApplication::clipboard()->text().contains("# Retention"));
    const auto pixel = plot->pointPixel(*plot->series()[4].at(4));
    const auto* point = plot->series()[4].at(4);
    QCOMPARE(plot->valueTextAt(pixel), QString("PO after D: %1").arg(valueText(point->value, "fq", point->spread)));
    QCOMPARE(valueText(0.9787, "fq", 0.006), QString("97.9 ± 0.6 %"));
    QCOMPARE(valueText(0.9787, "fq", 0.02), QString("98 ± 2 %"));
    QCOMPARE(valueText(0.9787, "fq"), QString("98 %"));
    QCOMPARE(valueText(-0.25, "backward_transfer"), QString("−0.25"));
}

void CurvesViewTest::saysWhatItShowsToScreenReaders() {
    Scene scene;
    for (QWidget* plot : std::initializer_list<QWidget*>{scene.view.forgetting(), scene.view.retention(),
                                                         scene.view.matrix(), scene.view.plane()}) {
        QVERIFY(!plot->accessibleName().isEmpty());
        QVERIFY2(plot->accessibleDescription().contains("GA"), qPrintable(plot->accessibleDescription()));
        QVERIFY(plot->focusPolicy() & Qt::TabFocus);
    }
    for (auto* combo : scene.view.findChildren<QComboBox*>())
        QVERIFY(!combo->accessibleName().isEmpty());
}

void CurvesViewTest::trainingShowsEveryStep() {
    Scene scene;
    scene.view.showTraining(true);
    scene.settle();
    const auto* plot = scene.view.training();
    QCOMPARE(plot->lines().size(), std::size_t(6));
    for (const auto& line : plot->lines()) {
        const auto& steps = scene.workspace.runs()[static_cast<std::size_t>(line.run)].history.steps;
        const auto raw = plot->values(line);
        QVERIFY(std::equal(raw.begin(), raw.end(), steps.loss.begin(), steps.loss.end()));
        QCOMPARE(line.smooth.size(), steps.size());
        QCOMPARE(line.smooth[60], steps.loss[60]);  // the second request starts anew
        QCOMPARE(line.stageStarts, (std::vector<std::size_t>{0, 60, 120, 180}));
    }
    QVERIFY(plot->csv().count('\n') == 1 + 5 * 240 + 217);
}

void CurvesViewTest::trainingFollowsALiveRun() {
    Scene scene;
    scene.view.showTraining(true);
    auto* plot = scene.view.training();
    std::vector<StepRow> rows;
    for (int i = 0; i < 5000; ++i)
        rows.push_back({.stage = 4, .step = 37 + i, .loss = 0.5 + 0.001 * (i % 7)});
    for (int i = 0; i < 5000; i += 500) {
        scene.workspace.appendRows(5, {.steps = StepColumns::of({rows.begin() + i, rows.begin() + i + 500})});
        scene.hover(plot, plot->axisRect()->center());  // drawn before the coalesced refresh
        plot->replot();
    }
    scene.settle();
    const auto& line = plot->lines()[5];
    QCOMPARE(line.rows, std::size_t(217 + 5000));
    const auto whole = smoothed(plot->values(line).subspan(180), Smoothing::Average, 9);
    QVERIFY(std::equal(whole.begin(), whole.end(), line.smooth.begin() + 180));
    QVERIFY(plot->xAxis->range().upper > 5000);
}

void CurvesViewTest::trainingSurvivesRemovalOfARun() {
    Scene scene;
    scene.view.showTraining(true);
    scene.settle();
    auto* plot = scene.view.training();
    scene.workspace.removeRun(0);
    scene.hover(plot, plot->axisRect()->center());
    plot->replot();
    scene.settle();
    QCOMPARE(plot->lines().size(), std::size_t(5));
    while (!scene.workspace.runs().empty())
        scene.workspace.removeRun(0);
    scene.settle();
    QVERIFY(plot->lines().empty());
}

/// A loss around 0 (gradient ascent's falls far below) keeps its place. Right values from Webber's formula by hand:
/// −250 with a unit of 1 is −log10(251).
void CurvesViewTest::logAxisHasRoomBelowZero() {
    Workspace workspace;
    auto run = syntheticRun(behaviours()[0]);
    for (auto& loss : run.steps.loss)
        loss = std::abs(loss) + 0.01;
    workspace.addRun(run);
    TrainingPlot plot(workspace);
    plot.resize(600, 300);
    plot.refresh({.logarithmic = true});
    QCOMPARE(plot.yAxis->scaleType(), QCPAxis::stLogarithmic);
    QVERIFY(plot.yAxis->range().lower > 0);
    run.source = "/runs/ascent";
    run.steps.loss.front() = -250;
    run.steps.loss.back() = 0;
    workspace.addRun(run);
    plot.refresh({.smoothing = Smoothing::None, .logarithmic = true});
    QCOMPARE(plot.yAxis->scaleType(), QCPAxis::stLinear);
    const auto scale = SymmetricLog::upTo(250);
    QCOMPARE(scale.unit, 1.0);
    QVERIFY(std::abs(scale.to(-250) + 2.3996737214810380) < 1e-12);
    for (const double value : {-250.0, -1.0, 0.0, 0.003, 1e6})
        QVERIFY(std::abs(scale.from(scale.to(value)) - value) <= 1e-9 * std::abs(value));
    QVERIFY(plot.yAxis->range().contains(scale.to(-250)) && plot.yAxis->range().contains(0));
    plot.replot();
    const QPointF least(plot.xAxis->coordToPixel(0), plot.yAxis->coordToPixel(scale.to(-250)));
    QVERIFY(plot.valueTextAt(least).contains(QStringLiteral("\u2212250")));
    plot.refresh({.logarithmic = false});
    QVERIFY(plot.yAxis->range().contains(-250));
}

/// A gate's metric has nothing to say of a run without one: no empty matrix, but a word.
void CurvesViewTest::runsWithoutTheMetricAreLeftOut() {
    auto runs = sixRuns();
    for (std::size_t i = 0; i < runs.size(); ++i)
        if (i != 5)
            std::erase_if(runs[i].cells, [](const auto& cell) { return cell.metric == "route"; });
    for (int stage = 0; stage < 5; ++stage)
        for (int task = 0; task < 4; ++task)
            for (const auto split : {Split::Forget, Split::Retain})
                runs[5].cells.push_back({stage, task, split, "route", 0.5, 0, 8});
    Scene scene(std::move(runs));
    scene.view.setMetric("route");
    scene.settle();
    QCOMPARE(scene.view.matrix()->matrices().size(), std::size_t{1});
    QVERIFY2(scene.view.matrix()->figureCaption().contains("not measured in 5 more"),
             qPrintable(scene.view.matrix()->figureCaption()));
    scene.view.setMetric("fq");
    scene.settle();
    QCOMPARE(scene.view.matrix()->matrices().size(), std::size_t{6});
    scene.workspace.setShown(5, false);
    scene.view.setMetric("route");
    scene.settle();
    QVERIFY(scene.view.matrix()->matrices().empty());
    scene.view.grab();
}

void CurvesViewTest::emptyWorkspaceSaysWhatToDo() {
    Scene scene{std::vector<RunHistory>()};
    scene.view.grab();
    scene.view.showTraining(true);
    scene.view.grab();
    QVERIFY(scene.view.forgetting()->accessibleDescription().contains("not measured yet"));
}

LACUNA_TEST(CurvesViewTest)
#include "curves_view_test.moc"
