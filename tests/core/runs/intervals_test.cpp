// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/intervals.h"

#include "core/base/atomic_file.h"
#include "tests/common/test_registry.h"

#include <QtTest>
#include <nlohmann/json.hpp>

#include <chrono>

using namespace lacuna;

class IntervalsTest : public QObject {
    Q_OBJECT
    static std::vector<EntitySum> sumsOf(const std::vector<double>& parts, const std::vector<double>& wholes) {
        std::vector<EntitySum> sums;
        for (std::size_t i = 0; i < parts.size(); ++i)
            sums.push_back({parts[i], wholes[i]});
        return sums;
    }
private slots:
    /// tests/parity/make_interval_fixture.py.
    void isWhatNumpySaysOfTheSameDraws() {
        const auto cases =
            nlohmann::json::parse(readFile(LACUNA_SOURCE_DIR "/tests/fixtures/intervals/intervals.json"));
        QVERIFY(cases.size() >= 5);
        for (const auto& one : cases) {
            const auto interval = entityInterval(
                sumsOf(one.at("parts").get<std::vector<double>>(), one.at("wholes").get<std::vector<double>>()),
                one.at("seed").get<std::uint64_t>());
            QVERIFY(interval.has_value());
            QVERIFY(std::abs(interval->low - one.at("interval").at(0).get<double>()) < 1e-12);
            QVERIFY(std::abs(interval->high - one.at("interval").at(1).get<double>()) < 1e-12);
        }
    }

    void theMeanOfSeveralIsWhatNumpySays() {
        const auto one = nlohmann::json::parse(readFile(LACUNA_SOURCE_DIR "/tests/fixtures/intervals/mean.json"));
        const auto parts = one.at("parts").get<std::vector<std::vector<double>>>();
        const auto wholes = one.at("wholes").get<std::vector<std::vector<double>>>();
        std::vector<std::vector<EntitySum>> sums;
        for (std::size_t i = 0; i < parts.size(); ++i)
            sums.push_back(sumsOf(parts[i], wholes[i]));
        const auto interval = entityIntervalOfMean(sums, one.at("seed").get<std::uint64_t>());
        QVERIFY(interval.has_value());
        QVERIFY(std::abs(interval->low - one.at("interval").at(0).get<double>()) < 1e-12);
        QVERIFY(std::abs(interval->high - one.at("interval").at(1).get<double>()) < 1e-12);
    }

    void oneEntityHasNone() {
        QVERIFY(!entityInterval({}));
        QVERIFY(!entityInterval({{1, 2}}));
        QVERIFY(!entityInterval({{1, 0}, {2, 0}}));  // nothing to divide by
    }

    void entitiesThatAgreeLeaveNoDoubt() {
        const std::vector<EntitySum> sums(20, {3, 4});
        QCOMPARE(*entityInterval(sums), (Interval{0.75, 0.75}));
    }

    /// Ten answers that hang together are no ten answers.
    void entitiesAreDrawnNotAnswers() {
        std::vector<EntitySum> byEntity, byAnswer;
        for (int i = 0; i < 10; ++i) {
            byEntity.push_back({i < 5 ? 10.0 : 0.0, 10});
            for (int j = 0; j < 10; ++j)
                byAnswer.push_back({i < 5 ? 1.0 : 0.0, 1});
        }
        const auto wide = *entityInterval(byEntity), narrow = *entityInterval(byAnswer);
        QVERIFY(wide.high - wide.low > 2.5 * (narrow.high - narrow.low));
    }

    /// Of five stages, four tasks, two splits and fourteen metrics, twenty entities each.
    void everyCellOfARunTakesAFifthOfASecond() {
        std::vector<std::vector<EntitySum>> cells;
        for (int cell = 0; cell < 5 * 4 * 2 * 14; ++cell) {
            auto& sums = cells.emplace_back();
            for (int entity = 0; entity < 20; ++entity)
                sums.push_back({static_cast<double>((entity * 7 + cell) % 11), 10});
        }
        const auto begun = std::chrono::steady_clock::now();
        for (const auto& sums : cells)
            QVERIFY(entityInterval(sums).has_value());
        const auto seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
        qInfo("%zu intervals in %.3f s", cells.size(), seconds);
        QVERIFY2(seconds < 2, "ten times what it may take on an idle machine");
    }
};

LACUNA_TEST(IntervalsTest)
#include "intervals_test.moc"
