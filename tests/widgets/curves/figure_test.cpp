// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/curves/figure.h"

#include "core/base/error.h"
#include "tests/common/test_registry.h"
#include "tests/widgets/curves/synthetic_runs.h"
#include "widgets/curves/matrix_plot.h"
#include "widgets/curves/plane_plot.h"
#include "widgets/curves/sequence_plot.h"
#include "widgets/curves/write_figures.h"

#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QImageReader>
#include <QMimeData>
#include <QSvgRenderer>
#include <QTemporaryDir>
#include <QXmlStreamReader>
#include <QtTest>

#include <set>

using namespace lacuna;
using namespace lacuna::testing;

namespace {

QByteArray contents(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// How many different colours a picture has: an empty one has one.
int colours(const QImage& image) {
    std::set<QRgb> seen;
    for (int y = 0; y < image.height(); y += 2)
        for (int x = 0; x < image.width(); x += 2)
            seen.insert(image.pixel(x, y));
    return static_cast<int>(seen.size());
}

}  // namespace

class FigureTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { Theme::instance().apply(Theme::Mode::Light); }
    void savesPngSvgPdfAndCsv();
    void svgHoldsNothingOutsideItsPageWhenZoomedIn();
    void copiesPictureAndNumbers();
    void saysWhyAFileCannotBeWritten();
    void isPlainUnlessTheScreenIsAskedFor();
    void namesWhatItWasDrawnFrom();
    void csvQuotesWhatNeedsIt();
    void writesTheFiguresOfAComparison();
};

void FigureTest::savesPngSvgPdfAndCsv() {
    Workspace workspace;
    for (auto& run : sixRuns())
        workspace.addRun(std::move(run));
    SequencePlot plot(Split::Retain, workspace);
    plot.refresh("mu", false);
    QTemporaryDir folder;
    const FigureSheet sheet{.figures = {&plot}, .each = {640, 400}};
    for (const auto* suffix : {"png", "svg", "pdf", "csv"})
        saveFigure(sheet, folder.filePath(QString("figure.") + suffix));

    const QImage png(folder.filePath("figure.png"));
    QCOMPARE(png.size(), QSize(1280, 800));
    QVERIFY(colours(png) > 20);

    const auto svg = contents(folder.filePath("figure.svg"));
    QXmlStreamReader reader(svg);
    while (!reader.atEnd())
        reader.readNext();
    QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
    QSvgRenderer renderer(svg);
    QVERIFY(renderer.isValid());
    QCOMPARE(renderer.viewBox(), QRect(0, 0, 640, 400));
    QVERIFY(svg.contains("LUMoE") && svg.contains("after D") && svg.contains("sans-serif"));
    QVERIFY2(!svg.contains("<image"), "a vector figure must hold no pixels");

    const auto pdf = contents(folder.filePath("figure.pdf"));
    QVERIFY(pdf.startsWith("%PDF-") && pdf.trimmed().endsWith("%%EOF") && pdf.size() > 4000);
    QVERIFY(pdf.contains("/MediaBox [0 0 480"));

    const auto csv = QString::fromUtf8(contents(folder.filePath("figure.csv"))).split("\r\n", Qt::SkipEmptyParts);
    QCOMPARE(csv.size(), 1 + 5 * 5 + 4);
    QCOMPARE(csv[0].count(','), csv[1].count(','));
    const auto& first = plot.series()[0].points[0];
    QCOMPARE(csv[1].split(',')[7].toDouble(), first.value);  // reads back exactly
}

void FigureTest::svgHoldsNothingOutsideItsPageWhenZoomedIn() {
    Workspace workspace;
    for (auto& run : sixRuns())
        workspace.addRun(std::move(run));
    SequencePlot plot(Split::Retain, workspace);
    plot.refresh("mu", false);
    plot.yAxis->setRange(0.4, 0.5);
    QTemporaryDir folder;
    saveFigure({.figures = {&plot}, .each = {640, 400}}, folder.filePath("zoomed.svg"));
    QSvgRenderer renderer(folder.filePath("zoomed.svg"));
    // Drawn on a larger page than the figure's, what lies beyond the plot's frame would show.
    QImage image(640, 400, QImage::Format_RGB32);
    image.fill(Qt::white);
    QPainter painter(&image);
    renderer.render(&painter, QRectF(0, 0, 640, 400));
    painter.end();
    for (int x = 120; x < 560; ++x)
        for (int y = 50; y < 58; ++y)  // between caption and plot
            QCOMPARE(image.pixel(x, y), qRgb(255, 255, 255));
}

void FigureTest::copiesPictureAndNumbers() {
    Workspace workspace;
    workspace.addRun(sixRuns()[0]);
    SequencePlot plot(Split::Forget, workspace);
    plot.refresh("fq", false);
    copyFigure({.figures = {&plot}});
    const auto* data = QApplication::clipboard()->mimeData();
    QVERIFY(data->hasImage());
    QVERIFY(data->text().startsWith("curve,metric,"));
}

void FigureTest::saysWhyAFileCannotBeWritten() {
    Workspace workspace;
    SequencePlot plot(Split::Forget, workspace);
    plot.refresh("fq", false);
    const FigureSheet sheet{.figures = {&plot}};
    try {
        saveFigure(sheet, "/nonexistent/folder/figure.png");
        QFAIL("no error");
    } catch (const Error& error) {
        QCOMPARE(error.kind(), ErrorKind::Resource);
        QVERIFY(QString(error.what()).contains("/nonexistent/folder/figure.png"));
    }
    try {
        saveFigure(sheet, "figure.gif");
        QFAIL("no error");
    } catch (const Error& error) {
        QCOMPARE(error.kind(), ErrorKind::Input);
    }
    QVERIFY(!QFile::exists("figure.gif"));
}

void FigureTest::isPlainUnlessTheScreenIsAskedFor() {
    QTemporaryDir place;
    Workspace workspace;
    for (auto& run : sixRuns())
        workspace.addRun(std::move(run));
    const auto metric = metricChoices().front();
    SequencePlot sequence(Split::Retain, workspace);
    MatrixPlot matrix(workspace);
    PlanePlot plane(workspace);
    const auto refresh = [&] {
        sequence.refresh(metric.retain, true);
        sequence.showStage(workspace.stage());
        matrix.refresh(metric, Split::Retain, true);
        matrix.showStage(workspace.stage());
        plane.refresh(metric, true);
    };
    std::vector<Figure*> figures{&sequence, &matrix, &plane};
    const auto saved = [&](Figure* figure, bool plain) {
        const auto path = place.filePath("figure.svg");
        saveFigure({.figures = {figure}, .plain = plain}, path);
        return contents(path);
    };
    QVERIFY(FigureSheet{}.plain);
    workspace.setStage(2);
    refresh();
    std::vector<QByteArray> without;
    for (auto* figure : figures)
        without.push_back(saved(figure, true));
    auto chosen = workspace.selection();
    chosen.run = 3;
    chosen.task = 1;
    workspace.select(chosen);
    refresh();
    for (std::size_t i = 0; i < figures.size(); ++i) {
        QCOMPARE(saved(figures[i], true), without[i]);
        QVERIFY(saved(figures[i], false) != without[i]);
        QCOMPARE(saved(figures[i], true), without[i]);  // and the screen has kept what is chosen
    }
    setAsOnScreen(true);
    QVERIFY(!FigureSheet{}.plain);
    setAsOnScreen(false);
}

void FigureTest::namesWhatItWasDrawnFrom() {
    QTemporaryDir place;
    Workspace workspace;
    auto run = sixRuns().front();
    run.spec.benchmark = "/data/mlubench";
    run.spec.seed = 7;
    workspace.addRun(run);
    SequencePlot plot(Split::Retain, workspace);
    plot.refresh("mu", true);
    QCOMPARE(plot.figureSource(), QString("benchmark mlubench, model the embedded one, order %1, seed 7").arg([&] {
        QStringList names;
        for (const auto& request : run.requests)
            names << QString::fromStdString(request.name);
        return names.join(' ');
    }()));
    saveFigure({.figures = {&plot}}, place.filePath("figure.png"));
    const auto text = QImage(place.filePath("figure.png")).text("Description");
    QVERIFY2(text.contains("mlubench") && text.contains(QDate::currentDate().toString(Qt::ISODate)), qPrintable(text));
    saveFigure({.figures = {&plot}}, place.filePath("figure.svg"));
    QVERIFY(contents(place.filePath("figure.svg")).contains("benchmark mlubench"));
}

void FigureTest::csvQuotesWhatNeedsIt() {
    QCOMPARE(csvLine({"a", "b,c", "d\"e", "f\ng"}), QString("a,\"b,c\",\"d\"\"e\",\"f\ng\"\r\n"));
    QCOMPARE(csvNumber(std::nan("")), QString());
    QCOMPARE(csvNumber(0.1), QString("0.1"));
}

void FigureTest::writesTheFiguresOfAComparison() {
    QTemporaryDir folder;
    const auto target = folder.filePath("new/figures");
    const auto written = writeFigures(sixRuns(), target);
    QCOMPARE(QDir(target).entryList(QDir::Files).size(), 8);
    QCOMPARE(written.size(), std::size_t(8));
    for (const auto& path : written) {
        QVERIFY(QFileInfo(path).size() > 4000);
        if (path.endsWith("png"))
            QVERIFY(colours(QImage(path)) > 20);
        else
            QVERIFY(QSvgRenderer(path).isValid());
    }
    if (const auto keep = qEnvironmentVariable("LACUNA_SCREENSHOTS"); !keep.isEmpty())
        writeFigures(sixRuns(), keep + "/figures");
    QVERIFY_EXCEPTION_THROWN(writeFigures({}, target), Error);
    QVERIFY_EXCEPTION_THROWN(writeFigures(sixRuns(), "/proc/nowhere"), Error);
}

LACUNA_TEST(FigureTest)
#include "figure_test.moc"
