// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/time_left.h"

#include "tests/common/test_registry.h"

#include <QtTest>

using namespace lacuna;

class TimeLeftTest : public QObject {
    Q_OBJECT

private slots:
    void isToldOnceForecastsAgree() {
        TimeLeft time;
        QVERIFY(time.left(0) < 0);
        time.told(100, 0);
        time.told(99, 1);
        QVERIFY(time.left(1) < 0);  // too few seconds
        time.told(96, 4);
        QCOMPARE(time.left(4), 96.0);
        QCOMPARE(time.left(5), 95.0);
    }

    void isNotToldWhileTheyJump() {
        TimeLeft time;
        for (int second = 0; second < 5; ++second)
            time.told(20 - second, second);
        QVERIFY(time.left(4) >= 0);
        time.told(90, 5);  // the first real measurement
        QVERIFY(time.left(5) < 0);
        for (int second = 6; second < 20; ++second)
            time.told(95 - second, second);
        QCOMPARE(time.left(19), 76.0);
    }

    void startsAnewAfterAPause() {
        TimeLeft time;
        for (int second = 0; second < 9; ++second)
            time.told(50 - second, second);
        QVERIFY(time.left(8) >= 0);
        time.reset();
        time.told(42, 100);
        QVERIFY(time.left(100) < 0);
        time.told(-1, 104);
        QVERIFY(time.left(104) < 0);
    }
};

LACUNA_TEST(TimeLeftTest)
#include "time_left_test.moc"
