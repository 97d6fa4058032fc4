// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/matched_utility.h"

#include "core/base/error.h"
#include "core/base/interruption.h"
#include "core/unlearning/rate_search.h"
#include "tests/common/test_registry.h"
#include "tests/common/tiny_world.h"
#include "tests/common/undisturbed_run.h"

#include <QtTest>

#include <cmath>

using namespace lacuna;
namespace fs = std::filesystem;

class MatchedUtilityTest final : public QObject {
    Q_OBJECT
    std::unique_ptr<testing::TinyWorld> m_world;
    std::unique_ptr<Evaluator> m_evaluator;
    int m_withins = 0;

    RunInputs inputs() { return {*m_world->model, m_world->benchmark, *m_world->features, *m_evaluator, {}}; }
    ResolvedRun run(const std::string& method, double share) const {
        RunSpec spec;
        spec.method = method;
        spec.name = method;
        spec.gate = "oracle";
        spec.parameters = {{"batch", 6}, {"epochs", 2}, {"lr", 0.02}, {"match_utility", share}};
        return resolvedRun(m_world->benchmark, checkedRunSpec(spec));
    }
    fs::path kept(const char* name) const { return m_world->path() / name; }
    MatchedUtility match(const ResolvedRun& run, const char* name) {
        m_withins = 0;
        return matchUtility(inputs(), run, kept(name), [this] { ++m_withins; }, {});
    }

private slots:
    void initTestCase() {
        m_world = testing::makeTinyWorld();
        m_world->features->addBenchmark(m_world->benchmark);
        m_evaluator = std::make_unique<Evaluator>(*m_world->model, m_world->benchmark, *m_world->features, "default");
    }

    void findsRatesAndKnowsThemTheNextTime() {
        const auto wanted = run("ga", 0.5);
        QVERIFY(matchesUtility(wanted) && !matchesUtility(run("ga", 0)));
        const auto found = match(wanted, "found");
        QVERIFY(m_withins > 0);
        QVERIFY(!found.trials.empty() && found.trials.size() <= RateSearch::mostTrials);
        for (const auto& trial : found.trials)
            QCOMPARE(trial.original, found.trials.front().original);
        // As a run of its own with these rates has it.
        const auto again = match(wanted, "found");
        QCOMPARE(m_withins, 0);
        QCOMPARE(again.trials, found.trials);
        QCOMPARE(again.factor, found.factor);
        QVERIFY(QString::fromStdString(again.note).contains("50 %"));
        for (const auto& entry : fs::directory_iterator(kept("found")))
            QVERIFY(entry.path().extension() == ".json");  // what the trials wrote is gone
    }

    /// What a trial leaves is what the run's retention curve shows after its first request, at these rates.
    void theUtilityIsThatOfTheRetentionCurve() {
        testing::RowKeeper keeper;
        testing::Undisturbed control;
        const auto wanted = run("gd", 0.5);
        const auto found = match(wanted, "curve");
        auto own = inputs();
        own.folder = m_world->path() / "whole";
        fs::create_directories(own.folder);
        LifelongRun whole(own, run("gd", 0), keeper, control);
        QVERIFY(whole.run() == LifelongRun::Outcome::Finished);
        for (const auto& request : wanted.requests)
            keeper.history.requests.push_back({request.name, {}, {}});
        keeper.history.stages = 3;
        const auto curve = retentionCurve(keeper.history, "mu");
        QCOMPARE(found.trials.front().factor, 1.0);
        QVERIFY(std::abs(found.trials.front().original - curve.at(0).value) < 1e-12);
        QVERIFY(std::abs(found.trials.front().utility - curve.at(1).value) < 1e-12);
    }

    void aGateKeepsUtilityWhateverTheRates() {
        const auto found = match(run("lumoe", 0.5), "gated");
        QCOMPARE(found.factor, 1.0);
        QVERIFY(QString::fromStdString(found.note).contains("stay as they were"));
    }

    void goesOnAfterAStop() {
        const auto wanted = run("ga", 0.5);
        int left = 12;
        QVERIFY_EXCEPTION_THROWN(matchUtility(inputs(), wanted, kept("stopped"),
                                              [&left] {
                                                  if (--left == 0)
                                                      throw Cancelled{};
                                              },
                                              {}),
                                 Cancelled);
        QCOMPARE(match(wanted, "stopped").trials, match(wanted, "found").trials);
    }

    void aDamagedListIsMadeAnew() {
        const auto wanted = run("ga", 0.5);
        const auto found = match(wanted, "found");
        for (const auto& entry : fs::directory_iterator(kept("found")))
            fs::resize_file(entry.path(), 7);
        QCOMPARE(match(wanted, "found").trials, found.trials);
        QVERIFY(m_withins > 0);
    }

    void ratesStayInTheirRange() {
        const auto& table = methodRow("ga").parameters;
        ParameterValues values{{"lr", 0.5}, {"projector_lr", 2e-4}, {"epochs", 2}};
        scaleRates(values, table, 4);
        QCOMPARE(values.at("lr"), 1.0);
        QCOMPARE(values.at("projector_lr"), 8e-4);
        QCOMPARE(values.at("epochs"), 2.0);
    }
};

LACUNA_TEST(MatchedUtilityTest)
#include "matched_utility_test.moc"
