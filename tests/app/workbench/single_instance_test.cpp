// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/single_instance.h"

#include "tests/common/test_registry.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

#include <atomic>
#include <thread>

using namespace lacuna;

class SingleInstanceTest : public QObject {
    Q_OBJECT
private slots:
    void aSecondStartHandsItsFilesOver() {
        const QTemporaryDir runs, others;
        QVERIFY(!SingleInstance::handOver(runs.path(), {"/a"}));  // nobody is there
        SingleInstance first(runs.path());
        QVERIFY(first.listening());
        QSignalSpy handed(&first, &SingleInstance::handed);
        // By another way to the same folder; from a thread, since both ends wait.
        std::atomic<int> taken = -1;
        std::thread second([&] { taken = SingleInstance::handOver(runs.path() + "/.", {"/a/r ün.h5", "/b"}); });
        QTRY_COMPARE(taken.load(), 1);
        second.join();
        QCOMPARE(handed.count(), 1);
        QCOMPARE(handed[0][0].toStringList(), (QStringList{"/a/r ün.h5", "/b"}));
        QVERIFY(!SingleInstance::handOver(others.path(), {"/a"}));
    }

    /// A place that was left is free, one that is taken stays so.
    void aPlaceIsTakenOnce() {
        const QTemporaryDir runs;
        {
            SingleInstance first(runs.path());
            QVERIFY(first.listening());
        }
        SingleInstance second(runs.path());
        QVERIFY(second.listening());
        SingleInstance third(runs.path());
        QVERIFY(!third.listening());  // it stays apart, and takes nothing from the second
        QVERIFY(second.listening());
    }
};

LACUNA_TEST(SingleInstanceTest)
#include "single_instance_test.moc"
