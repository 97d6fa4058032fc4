// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/common/test_registry.h"
#include "tests/widgets/curves/synthetic_runs.h"
#include "widgets/common/theme.h"
#include "widgets/curves/curves_view.h"
#include "widgets/curves/matrix_plot.h"
#include "widgets/curves/plane_plot.h"
#include "widgets/curves/sequence_plot.h"

#include <QDir>
#include <QtTest>

using namespace lacuna;
using namespace lacuna::testing;

/// The view at the sizes people have, in both themes. LACUNA_SCREENSHOTS=DIR keeps the pictures for the eye.
class CurvesLookTest : public QObject {
    Q_OBJECT
private slots:
    void fitsEverySize_data();
    void fitsEverySize();
};

void CurvesLookTest::fitsEverySize_data() {
    QTest::addColumn<QSize>("size");
    QTest::addColumn<bool>("dark");
    QTest::addColumn<QString>("page");
    for (const bool dark : {false, true})
        for (const auto& [name, size] : {std::pair("1440x900", QSize(1176, 734)),
                                         std::pair("1024x700", QSize(760, 534)), std::pair("wide", QSize(1440, 900))})
            for (const auto* page : {"requests", "seeds", "training", "early"})
                QTest::addRow("%s-%s-%s", page, name, dark ? "dark" : "light") << size << dark << QString(page);
}

void CurvesLookTest::fitsEverySize() {
    QFETCH(QSize, size);
    QFETCH(bool, dark);
    QFETCH(QString, page);
    Theme::instance().apply(dark ? Theme::Mode::Dark : Theme::Mode::Light);
    Workspace workspace;
    for (auto& run : sixRuns())
        workspace.addRun(std::move(run));
    if (page == "seeds")
        for (const std::uint64_t seed : {43, 44})
            for (const auto& behaviour : behaviours())
                workspace.addRun(syntheticRun(behaviour, 5, seed));
    if (page == "early")
        for (const int run : {0, 4, 5})
            workspace.setTrained(run, 2, 8, 60);
    workspace.selectRun(5);
    workspace.setStage(3);
    CurvesView view(workspace);
    view.resize(size);
    view.show();
    if (page == "training")
        view.showTraining(true);
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    const QSize smallest = view.minimumSizeHint();
    QVERIFY2(smallest.width() <= size.width() && smallest.height() <= size.height(),
             qPrintable(QString("needs %1×%2").arg(smallest.width()).arg(smallest.height())));
    view.retention()->showCrosshair(3, true);
    QTest::qWait(30);
    if (const auto folder = qEnvironmentVariable("LACUNA_SCREENSHOTS"); !folder.isEmpty()) {
        QDir().mkpath(folder);
        QVERIFY(view.grab().save(QDir(folder).filePath(QString("curves-%1.png").arg(QTest::currentDataTag()))));
    }
}

LACUNA_TEST(CurvesLookTest)
#include "curves_look_test.moc"
