// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/curves/smoothing.h"

#include "tests/common/test_registry.h"
#include "widgets/curves/min_max_pyramid.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

using namespace lacuna;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::vector<double> roughColumn(std::size_t size, unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<double> normal(0, 3);
    std::vector<double> values(size);
    for (auto& value : values)
        value = random() % 40 == 0 ? kNan : random() % 50 == 0 ? 1e6 * normal(random) : normal(random);
    return values;
}

}  // namespace

class SmoothingTest : public QObject {
    Q_OBJECT
private slots:
    void neverLeavesTheRangeOfTheData();
    void averageIsDebiased();
    void meanAndMedianAgreeWithTheirDefinition();
    void aSpikeLeavesNoTraceBehindIt();
    void gapsStayGaps();
    void pyramidAgreesWithASearch();
    void decimationKeepsLeastAndGreatest();
    void decimationDrawsEveryPointWhereThereIsRoom();
};

void SmoothingTest::neverLeavesTheRangeOfTheData() {
    for (unsigned seed = 0; seed < 20; ++seed) {
        const auto values = roughColumn(400, seed);
        double least = std::numeric_limits<double>::infinity(), greatest = -least;
        for (const double value : values)
            if (!std::isnan(value)) {
                least = std::min(least, value);
                greatest = std::max(greatest, value);
            }
        for (const auto kind : {Smoothing::None, Smoothing::Average, Smoothing::Mean, Smoothing::Median})
            for (const int span : {0, 1, 2, 9, 50, 1000})
                for (const double value : smoothed(values, kind, span))
                    QVERIFY(std::isnan(value) || (value >= least && value <= greatest));
    }
}

void SmoothingTest::averageIsDebiased() {
    const auto out = smoothed(std::vector<double>{4, 4, 4}, Smoothing::Average, 99);
    for (const double value : out)
        QCOMPARE(value, 4.0);  // without the correction it would creep up from 0.08
    const auto two = smoothed(std::vector<double>{0, 1}, Smoothing::Average, 3);  // weights 1/2 of 1/2, and 1/2
    QCOMPARE(two[1], 2.0 / 3);
}

void SmoothingTest::meanAndMedianAgreeWithTheirDefinition() {
    const auto values = roughColumn(137, 7);
    for (const int span : {1, 3, 8, 9, 41, 500}) {
        const int half = (span | 1) / 2, size = static_cast<int>(values.size());
        const auto mean = smoothed(values, Smoothing::Mean, span), median = smoothed(values, Smoothing::Median, span);
        for (int i = 0; i < size; ++i) {
            std::vector<double> window;
            for (int j = std::max(0, i - half); j <= std::min(size - 1, i + half); ++j)
                if (const double value = values[static_cast<std::size_t>(j)]; !std::isnan(value))
                    window.push_back(value);
            const auto at = static_cast<std::size_t>(i);
            if (std::isnan(values[at]))
                continue;
            std::sort(window.begin(), window.end());
            double sum = 0;
            for (const double value : window)
                sum += value;
            const double count = static_cast<double>(window.size());
            QVERIFY(std::abs(mean[at] - sum / count) <= 1e-9 * std::max(1.0, std::abs(sum)));
            const double middle = (window[(window.size() - 1) / 2] + window[window.size() / 2]) / 2;
            QVERIFY(std::abs(median[at] - middle) <= 1e-12 * std::max(1.0, std::abs(middle)));
        }
    }
}

void SmoothingTest::aSpikeLeavesNoTraceBehindIt() {
    std::vector<double> values(50, 1.0);
    values[20] = 1e30;
    const auto mean = smoothed(values, Smoothing::Mean, 5);
    QCOMPARE(mean[17], 1.0);
    QCOMPARE(mean[23], 1.0);
    QVERIFY(mean[21] > 1e29);
}

void SmoothingTest::gapsStayGaps() {
    const std::vector<double> values{1, kNan, 3};
    for (const auto kind : {Smoothing::Average, Smoothing::Mean, Smoothing::Median}) {
        const auto out = smoothed(values, kind, 3);
        QVERIFY(!std::isnan(out[0]) && std::isnan(out[1]) && !std::isnan(out[2]));
        QVERIFY(smoothed({}, kind, 3).empty());
    }
}

void SmoothingTest::pyramidAgreesWithASearch() {
    const auto values = roughColumn(5000, 3);
    MinMaxPyramid pyramid;
    std::mt19937 random(1);
    std::size_t known = 0;
    while (known < values.size()) {  // grows in uneven steps, as a live run does
        const auto grown = std::min(values.size(), known + random() % 700);
        pyramid.update(std::span(values).first(grown), known);
        known = grown;
        for (int i = 0; i < 50 && known > 0; ++i) {
            const std::size_t begin = random() % known, end = begin + random() % (known - begin + 1);
            const auto found = pyramid.range(std::span(values).first(known), begin, end);
            double least = std::numeric_limits<double>::infinity(), greatest = -least;
            for (std::size_t j = begin; j < end; ++j)
                if (!std::isnan(values[j])) {
                    least = std::min(least, values[j]);
                    greatest = std::max(greatest, values[j]);
                }
            QCOMPARE(found.has_value(), least <= greatest);
            if (found) {
                QCOMPARE(found->least, least);
                QCOMPARE(found->greatest, greatest);
            }
        }
    }
}

void SmoothingTest::decimationKeepsLeastAndGreatest() {
    auto values = roughColumn(100000, 5);
    values[77777] = 9e9;
    values[12345] = -9e9;
    MinMaxPyramid pyramid;
    pyramid.update(values, 0);
    const double scale = 800.0 / static_cast<double>(values.size());
    const auto line = drawnLine(values, pyramid, 0, values.size(), 0, scale);
    QVERIFY(line.decimated);
    std::size_t points = 0;
    std::map<int, std::pair<double, double>> drawn, true_;
    const auto take = [](auto& columns, int column, double value) {
        const auto [entry, isNew] = columns.try_emplace(column, value, value);
        entry->second = {std::min(entry->second.first, value), std::max(entry->second.second, value)};
    };
    for (const auto& part : line.parts)
        for (const auto& point : part) {
            ++points;
            take(drawn, static_cast<int>(std::floor(point.x())), point.y());
        }
    for (std::size_t i = 0; i < values.size(); ++i)
        if (!std::isnan(values[i]))
            take(true_, static_cast<int>(std::floor(static_cast<double>(i) * scale)), values[i]);
    QVERIFY(points <= std::size_t{4} * 801);
    QVERIFY(drawn == true_);
}

void SmoothingTest::decimationDrawsEveryPointWhereThereIsRoom() {
    const std::vector<double> values{3, 1, kNan, 2, 5};
    MinMaxPyramid pyramid;
    pyramid.update(values, 0);
    const auto line = drawnLine(values, pyramid, 0, values.size(), 10, 20);
    QVERIFY(!line.decimated);
    QCOMPARE(line.parts.size(), std::size_t(2));
    QVERIFY(line.parts[0] == (std::vector<QPointF>{{10, 3}, {30, 1}}));
    QVERIFY(line.parts[1] == (std::vector<QPointF>{{70, 2}, {90, 5}}));
}

LACUNA_TEST(SmoothingTest)
#include "smoothing_test.moc"
