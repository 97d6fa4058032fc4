// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/timeline_bar.h"

#include "tests/common/test_registry.h"
#include "tests/widgets/common/example_runs.h"
#include "widgets/common/theme.h"

#include <QAccessible>
#include <QtTest>

#include <numeric>

using namespace lacuna;
using lacuna::testing::exampleRun;

class TimelineBarTest : public QObject {
    Q_OBJECT

private slots:
    void clickAndDragGoToAStage() {
        Workspace workspace;
        workspace.addRun(exampleRun("lumoe", "ABCD", 5));
        TimelineBar bar(workspace);
        bar.resize(600, 48);
        QTest::mouseClick(&bar, Qt::LeftButton, {}, bar.stopPosition(3).toPoint());
        QCOMPARE(workspace.stage(), 3);
        QTest::mousePress(&bar, Qt::LeftButton, {}, bar.stopPosition(3).toPoint());
        QTest::mouseMove(&bar, bar.stopPosition(1).toPoint() + QPoint(9, 4));
        QMouseEvent drag(QEvent::MouseMove, bar.stopPosition(1) + QPointF(9, 4), bar.mapToGlobal(QPointF()),
                         Qt::LeftButton, Qt::LeftButton, {});
        QApplication::sendEvent(&bar, &drag);
        QTest::mouseRelease(&bar, Qt::LeftButton, {}, bar.stopPosition(1).toPoint());
        QCOMPARE(workspace.stage(), 1);
        QTest::mouseClick(&bar, Qt::LeftButton, {}, QPoint(0, 10));
        QCOMPARE(workspace.stage(), 0);
    }

    void arrowsStepAndStopAtTheEnds() {
        Workspace workspace;
        workspace.addRun(exampleRun("lumoe", "AB", 3));
        TimelineBar bar(workspace);
        QTest::keyClick(&bar, Qt::Key_Right);
        QCOMPARE(workspace.stage(), 1);
        QTest::keyClick(&bar, Qt::Key_End);
        QTest::keyClick(&bar, Qt::Key_Right);
        QCOMPARE(workspace.stage(), 2);
        QTest::keyClick(&bar, Qt::Key_Left);
        QCOMPARE(workspace.stage(), 1);
    }

    void followsTheWorkspace() {
        Workspace workspace;
        TimelineBar bar(workspace);
        QCOMPARE(bar.maximum(), 0);
        workspace.addRun(exampleRun("lumoe", "ABCD", 2));
        QCOMPARE(bar.maximum(), 4);
        workspace.setStage(2);
        QCOMPARE(bar.value(), 2);
        workspace.removeRun(0);
        QCOMPARE(bar.maximum(), 0);
        QCOMPARE(bar.value(), 0);
    }

    void becomesAScaleAboveEightStops() {
        Workspace workspace;
        workspace.addRun(exampleRun("ga", "ABCDEFG", 8));
        TimelineBar bar(workspace);
        bar.resize(400, 48);
        QVERIFY(!bar.isScale());
        workspace.addRun(exampleRun("gd", "ABCDEFGHIJKLMNOPQRST", 21));
        QVERIFY(bar.isScale());
        QTest::mouseClick(&bar, Qt::LeftButton, {}, bar.stopPosition(13).toPoint());
        QCOMPARE(workspace.stage(), 13);
        QVERIFY(!bar.grab().isNull());
    }

    /// While Shift is held: a ring around the first stop, its name on a chip.
    void theOriginalIsMarkedWhileItIsLookedAt() {
        Workspace workspace;
        workspace.addRun(exampleRun("lumoe", "ABCD", 5));
        workspace.setStage(3);
        TimelineBar bar(workspace);
        bar.resize(600, 48);
        const auto chipPixels = [&] {
            const auto image = bar.grab().toImage();
            int count = 0;
            for (int y = 30; y < 48; ++y)
                for (int x = 0; x < 150; ++x)
                    count += image.pixelColor(x, y) == Theme::instance().palette().chip ? 1 : 0;
            return count;
        };
        const auto before = bar.grab().toImage();
        QCOMPARE(chipPixels(), 0);
        workspace.setShowsReference(true);
        QVERIFY(chipPixels() > 100);
        workspace.setShowsReference(false);
        QCOMPARE(bar.grab().toImage(), before);
    }

    void screenReadersKnowIt() {
        Workspace workspace;
        workspace.addRun(exampleRun("lumoe", "ABCD", 5));
        TimelineBar bar(workspace);
        workspace.setStage(3);
        auto* face = QAccessible::queryAccessibleInterface(&bar);
        QVERIFY(face);
        QCOMPARE(face->role(), QAccessible::Slider);
        QCOMPARE(face->text(QAccessible::Name), QString("Stage of the sequence"));
        QCOMPARE(face->text(QAccessible::Description), QString("after C"));
        QCOMPARE(face->valueInterface()->currentValue().toInt(), 3);
    }
};

LACUNA_TEST(TimelineBarTest)
#include "timeline_bar_test.moc"
