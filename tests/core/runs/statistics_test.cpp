// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/statistics.h"

#include "core/base/atomic_file.h"
#include "core/runs/answer_values.h"
#include "core/runs/intervals.h"
#include "tests/common/test_registry.h"

#include <QtTest>
#include <nlohmann/json.hpp>

using namespace lacuna;

/// Against scipy, scikit-learn, zlib and numpy: tests/parity/make_measure_fixture.py.
class StatisticsTest : public QObject {
    Q_OBJECT
    nlohmann::json m_right = nlohmann::json::parse(readFile(LACUNA_SOURCE_DIR "/tests/fixtures/measures.json"));

    static void compare(double value, const nlohmann::json& right) {
        const auto wanted = right.get<double>();
        QVERIFY2(std::abs(value - wanted) <= 1e-9 * std::abs(wanted) + 1e-300,
                 qPrintable(QString("%1 is not %2").arg(value, 0, 'g', 17).arg(wanted, 0, 'g', 17)));
    }

private slots:
    void twoSamples() {
        for (const auto& one : m_right.at("two_samples")) {
            const auto a = one.at("a").get<std::vector<double>>(), b = one.at("b").get<std::vector<double>>();
            const auto test = kolmogorovSmirnov(a, b);
            compare(test.distance, one.at("distance"));
            compare(test.p, one.at("p"));  // down to 1e-82
            compare(areaUnderCurve(a, b).value, one.at("area"));
        }
        QCOMPARE(kolmogorovSmirnov({1, 2, 3}, {1, 2, 3}).p, 1.0);
    }

    void ranksOfPairs() {
        for (const auto& one : m_right.at("pairs")) {
            const auto a = one.at("a").get<std::vector<double>>(), b = one.at("b").get<std::vector<double>>();
            compare(*kendallTau(a, b), one.at("tau"));
            compare(*spearmanRho(a, b), one.at("rho"));
        }
        QVERIFY(!kendallTau({1, 1}, {1, 2}));
        QVERIFY(!spearmanRho({1, 1}, {1, 2}));
        QVERIFY(!kendallTau({1}, {2}));
        QVERIFY(!spearmanRho({}, {}));
    }

    void coins() {
        for (const auto& one : m_right.at("coins"))
            QVERIFY(std::abs(coinDivergence(one.at("p").get<double>(), one.at("q").get<double>()) -
                             one.at("bits").get<double>()) < 1e-12);
    }

    void anAreaRestsOnEntitiesOfBothSides() {
        const auto& one = m_right.at("area_interval");
        const auto members = one.at("members").get<std::vector<std::vector<std::vector<double>>>>();
        const auto others = one.at("others").get<std::vector<std::vector<double>>>();
        const auto interval = entityIntervalOfArea(members, others, one.at("seed").get<std::uint64_t>());
        QVERIFY(interval.has_value());
        QVERIFY(std::abs(interval->low - one.at("low").get<double>()) < 1e-12);
        QVERIFY(std::abs(interval->high - one.at("high").get<double>()) < 1e-12);
        QVERIFY(!entityIntervalOfArea({members.front()}, others));
        QVERIFY(!entityIntervalOfArea(members, {others.front()}));
    }

    void textsArePackedAsZlibDoes() {
        for (const auto& one : m_right.at("packed")) {
            AnswerRow row;
            row.truth = one.at("truth").get<std::string>();
            row.probability = 0.25;
            QCOMPARE(*zlibMembership(row), std::log(0.25) / one.at("bytes").get<double>());
            row.probability = 0;  // a fixed answer
            QVERIFY(!zlibMembership(row));
        }
    }
};

LACUNA_TEST(StatisticsTest)
#include "statistics_test.moc"
