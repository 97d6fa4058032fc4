// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/number.h"

#include "tests/common/locale.h"
#include "tests/common/test_registry.h"

#include <QtTest>

using namespace lacuna;

class NumberTest : public QObject {
    Q_OBJECT
private slots:
    void readsTheWholeTextOrNothing() {
        QCOMPARE(numberFrom<double>("12.345"), std::optional(12.345));
        QCOMPARE(numberFrom<double>("+1e-3"), std::optional(0.001));
        QCOMPARE(numberFrom<double>("-.5"), std::optional(-0.5));
        QCOMPARE(numberFrom<std::int64_t>("-9223372036854775808"), std::optional(INT64_MIN));
        QCOMPARE(numberFrom<int>("007"), std::optional(7));
        for (const char* text : {"", " 1", "1 ", "1,5", "1.5x", "+", "+-1", "0x10", "1e999", "one"})
            QVERIFY2(!numberFrom<double>(text), text);
        for (const char* text : {"", "1.5", "99999999999", "1,000"})
            QVERIFY2(!numberFrom<int>(text), text);
        QVERIFY(!numberFrom<unsigned>("-1"));
    }

    void readsThePointWhereDecimalsFollowAComma() {
        const testing::Locale german("de_DE");
        SKIP_WITHOUT(german);
        QCOMPARE(std::stod("12.345"), 12.0);  // what it is for
        QCOMPARE(numberFrom<double>("12.345"), std::optional(12.345));
        QVERIFY(!numberFrom<double>("12,345"));
    }
};

LACUNA_TEST(NumberTest)
#include "number_test.moc"
