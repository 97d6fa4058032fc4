// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/rate_search.h"

#include "tests/common/test_registry.h"

#include <QtTest>

#include <cmath>
#include <functional>

using namespace lacuna;

namespace {

/// The factors tried on a method that leaves this much utility.
std::vector<double> search(RateSearch& search, const std::function<double(double)>& utility) {
    std::vector<double> tried;
    while (const auto factor = search.next()) {
        tried.push_back(*factor);
        search.tried(*factor, utility(*factor));
    }
    return tried;
}

}  // namespace

class RateSearchTest final : public QObject {
    Q_OBJECT
private slots:
    void theRateThatFitsIsKept() {
        RateSearch one(0.8);
        QCOMPARE(search(one, [](double) { return 0.82; }), std::vector<double>{1});
        QVERIFY(one.met());
        QCOMPARE(one.best(), 1.0);
    }

    void findsItFromBothSides_data() {
        QTest::addColumn<double>("middle");  ///< where half of the utility is gone
        QTest::newRow("far too strong") << 0.02;
        QTest::newRow("too strong") << 0.3;
        QTest::newRow("too weak") << 5.0;
        QTest::newRow("far too weak") << 60.0;
    }
    void findsItFromBothSides() {
        QFETCH(double, middle);
        RateSearch curve(0.8);
        const auto utility = [middle](double factor) { return 0.95 / (1 + std::pow(factor / middle, 1.5)); };
        const auto tried = search(curve, utility);
        QVERIFY(tried.size() <= RateSearch::mostTrials);
        QVERIFY2(curve.met(), std::to_string(utility(curve.best())).c_str());
    }

    void aCliffEndsAtTheNearestAfterSix() {
        RateSearch cliff(0.8);
        const auto tried = search(cliff, [](double factor) { return factor < 3 ? 0.95 : 0.1; });
        QCOMPARE(tried.size(), RateSearch::mostTrials);
        QVERIFY(!cliff.met() && !cliff.decidesNothing());
        QVERIFY(cliff.best() < 3);
    }

    void whereRatesDecideNothingTheGivenOneStays() {
        RateSearch gated(0.8);
        QCOMPARE(search(gated, [](double) { return 0.95; }), (std::vector<double>{1, 4, 64}));
        QVERIFY(gated.decidesNothing() && !gated.met());
        QCOMPARE(gated.best(), 1.0);
    }
};

LACUNA_TEST(RateSearchTest)
#include "rate_search_test.moc"
