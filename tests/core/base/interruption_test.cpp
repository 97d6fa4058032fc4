// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/interruption.h"

#include "tests/common/test_registry.h"

#include <QtTest>

#include <thread>

using namespace lacuna;

class InterruptionTest : public QObject {
    Q_OBJECT
private slots:
    void theInnermostListens() {
        interruptionPoint();  // nobody does
        int outer = 0, inner = 0;
        const Interruptions first([&] { ++outer; });
        interruptionPoint();
        {
            const Interruptions second([&] { ++inner; });
            interruptionPoint();
            quietInterruptionPoint();
        }
        interruptionPoint();
        QCOMPARE(outer, 2);
        QCOMPARE(inner, 2);
    }

    void anotherThreadIsLeftAlone() {
        int taken = 0;
        const Interruptions mine([&] { ++taken; });
        std::thread([] { interruptionPoint(); }).join();
        QCOMPARE(taken, 0);
    }

    void whereNothingMayBeThrownItWaitsForTheNextPoint() {
        const Interruptions ends([] { throw Cancelled{}; });
        quietInterruptionPoint();
        QVERIFY_EXCEPTION_THROWN(interruptionPoint(), Cancelled);
    }

    void cancellingIsNoError() { static_assert(!std::is_base_of_v<std::exception, Cancelled>); }
};

LACUNA_TEST(InterruptionTest)
#include "interruption_test.moc"
