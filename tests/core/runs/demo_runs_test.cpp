// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/demo_runs.h"

#include "tests/common/test_registry.h"

#include <QtTest>

using namespace lacuna;

class DemoRunsTest : public QObject {
    Q_OBJECT
private slots:
    void theDemoComparesTheBenchmarksSix() {
        QCOMPARE(demoRuns().size(), std::size_t{6});
        for (const auto& spec : demoRuns()) {
            QCOMPARE(spec, checkedRunSpec(spec));
            QCOMPARE(spec.name, spec.method);
            QCOMPARE(spec.parameters.at("match_utility"), 0.0);
        }
    }

    void allIsEveryMethodThatMakesItsOwnStages() {
        const auto all = demoRuns(true, 0.8);
        std::size_t own = 0;
        for (const auto& row : methodRows())
            own += arrangementRow(row.arrangement).given ? 0 : 1;
        QCOMPARE(all.size(), own);
        for (const auto& spec : all) {
            QVERIFY(!arrangementRow(spec.arrangement).given);
            const auto asked = spec.parameters.find("match_utility");
            QCOMPARE(asked != spec.parameters.end(), arrangementRow(spec.arrangement).trains);
            if (asked != spec.parameters.end())
                QCOMPARE(asked->second, 0.8);
        }
    }
};

LACUNA_TEST(DemoRunsTest)
#include "demo_runs_test.moc"
