// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/quantities.h"

#include "tests/common/test_registry.h"

#include <QtTest>

using namespace lacuna;

class QuantitiesTest : public QObject {
    Q_OBJECT

private slots:
    /// NPO starts at 2 ln 2 / β, and its first steps differ in the fourth digit.
    void endsOfAnAxisAreToldApart() {
        QCOMPARE(endTexts(0.5, 13.9), std::pair(QString("0.5"), QString("13.9")));
        QCOMPARE(endTexts(13.8629, 13.8701), std::pair(QString("13.86"), QString("13.87")));
        QCOMPARE(endTexts(-1e-9, 1e-9), std::pair(QString("−1e−09"), QString("1e−09")));
        QCOMPARE(endTexts(2, 2), std::pair(QString("2"), QString("2")));
    }
};

LACUNA_TEST(QuantitiesTest)
#include "quantities_test.moc"
