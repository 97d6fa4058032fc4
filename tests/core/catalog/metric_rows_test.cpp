// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/catalog/metrics.h"
#include "core/catalog/verdicts.h"
#include "tests/common/test_registry.h"

#include <QtTest>

#include <cstdlib>
#include <set>

using namespace lacuna;

class MetricRowsTest : public QObject {
    Q_OBJECT
private slots:
    void rowsAreWholeAndDistinct() {
        std::set<std::string> ids;
        std::set<std::string> names;
        for (const auto& row : metricRows()) {
            QVERIFY(ids.insert(row.id).second);
            QVERIFY(names.insert(row.name).second);
            QVERIFY2(!row.formula.empty() && row.help.ends_with('.'), row.id.c_str());
            QVERIFY2(row.minimum < row.maximum, row.id.c_str());
            QVERIFY2(std::abs(row.betterOnForget) <= 1 && std::abs(row.betterOnRetain) <= 1, row.id.c_str());
            QVERIFY(&metricRow(row.id) == &row);
        }
        for (const char* needed : {"exact", "rouge_l", "probability", "fq", "mu", "refusal", "leak", "gibberish",
                                   "route", "stability", "backward_transfer"})
            QVERIFY2(ids.contains(needed), needed);
    }

    void unknownMetricIsMetWithTheNearest() {
        try {
            metricRow("rouge-l");
            QFAIL("accepted");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Input);
            QVERIFY2(QString(error.what()).contains("\"rouge_l\""), error.what());
        }
    }

    void verdictsScoreAsTheRubricSays() {
        const auto scores = [](Verdict verdict) {
            return std::pair(verdictRow(verdict).forgetScore, verdictRow(verdict).retainScore);
        };
        QCOMPARE(scores(Verdict::Knows), std::pair(0, 2));
        QCOMPARE(scores(Verdict::Leaks), std::pair(1, 1));
        QCOMPARE(scores(Verdict::Wrong), std::pair(1, 0));
        QCOMPARE(scores(Verdict::Refuses), std::pair(2, 0));
        QCOMPARE(scores(Verdict::Gibberish), std::pair(0, 0));
        std::set<std::string_view> signs;
        for (const auto& row : verdictRows) {
            QVERIFY(verdictRow(row.verdict).id == row.id);  // the table is in the order of the enum
            QVERIFY(verdictFromId(row.id) == row.verdict);
            QVERIFY(signs.insert(row.sign).second);
        }
        QVERIFY(!verdictFromId("Knows"));
        QVERIFY(!verdictFromId(""));
    }
};

LACUNA_TEST(MetricRowsTest)
#include "metric_rows_test.moc"
