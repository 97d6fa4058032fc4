// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/gate_figures.h"

#include "core/base/error.h"
#include "tests/common/test_registry.h"

#include <QtTest>

using namespace lacuna;

namespace {

AnswerRow routed(const std::string& entity, int view, double score, const std::string& nearest,
                 const std::string& choice, Split split = Split::Forget) {
    AnswerRow row;
    row.stage = 1;
    row.split = split;
    row.entity = entity;
    row.view = view;
    row.gateScore = score;
    row.gateThreshold = 0.5;
    row.gateChoice = choice;
    row.abstained = score < 0.5;
    row.nearest = {{nearest, score}};
    return row;
}

/// After A, which forgets velda and retains brisa; oskar is of B.
RunHistory run() {
    RunHistory history;
    history.requests = {{"A", {"velda"}, {"brisa"}}, {"B", {"oskar"}, {}}};
    history.answers = {routed("velda", 0, 0.9, "velda", "expert A"),
                       routed("velda", 0, 0.9, "velda", "expert A"),  // asked twice
                       routed("velda", 1, 0.4, "velda", "base"),
                       routed("velda", 2, 0.8, "brisa", "base"),
                       routed("brisa", 0, 0.7, "brisa", "base"),
                       routed("brisa", 1, 0.6, "velda", "expert A"),
                       routed("oskar", 0, 0.45, "velda", "base"),
                       routed("oskar", 1, 0.55, "velda", "expert A"),
                       routed("rock", 0, 0.1, "velda", "base", Split::Bystander),
                       routed("rock", 1, 0.65, "brisa", "base", Split::Bystander)};
    auto other = routed("velda", 0, 0.9, "velda", "expert A");
    other.stage = 2;
    history.answers.push_back(other);
    return history;
}

}  // namespace

/// Counted by hand.
class GateFiguresTest : public QObject {
    Q_OBJECT
private slots:
    void countsEachPictureOnce() {
        const auto figures = gateFigures(routedPictures(run(), 1));
        QCOMPARE(figures.threshold, 0.5);
        QVERIFY((figures.exact == Share{5, 2}));
        QVERIFY((figures.recall == Share{3, 1}));
        QVERIFY((figures.retained == Share{2, 1}));
        QVERIFY((figures.later == Share{2, 1}));
        QVERIFY((figures.bystanders == Share{2, 0}));
        QVERIFY((figures.abstained == Share{5, 1}));
    }

    void saysWhatWouldFollowElsewhere() {
        const auto pictures = routedPictures(run(), 1);
        const auto low = gateFigures(pictures, 0.05);
        QVERIFY((low.exact == Share{5, 3}));
        QVERIFY((low.recall == Share{3, 2}));
        QVERIFY((low.later == Share{2, 2}));
        QVERIFY((low.bystanders == Share{2, 1}));
        const auto high = gateFigures(pictures, 0.85);
        QVERIFY((high.recall == Share{3, 1}));
        QVERIFY((high.retained == Share{2, 0}));
        QVERIFY((high.abstained == Share{5, 4}));
        // Its own threshold, asked for, gives what it did.
        QVERIFY(gateFigures(pictures, 0.5).exact == gateFigures(pictures).exact);
        // Known scores: .4 .6 .7 .8 .9.
        QCOMPARE(thresholdAt(pictures, 0), 0.4);
        QCOMPARE(thresholdAt(pictures, 0.5), 0.7);
        QCOMPARE(thresholdAt(pictures, 1), 0.9);
    }

    /// 5 known against 4 strangers (.1 .45 .55 .65): of 20 pairs the known one is higher in 1 + 3 + 4 + 4 + 4.
    void areaIsTheShareOfPairsInOrder() {
        QCOMPARE(*rocArea(routedPictures(run(), 1)), 16.0 / 20);
        QVERIFY(!rocArea({}));
        auto known = routedPictures(run(), 1);
        std::erase_if(known, [](const auto& picture) { return !picture.known(); });
        QVERIFY(!rocArea(known));
        QVERIFY_THROWS_EXCEPTION(Error, thresholdAt({}, 0.1));
    }

    /// The same area under its trapezoids, as scikit-learn's roc_curve has its points.
    void theCurveGoesFromNothingToEverything() {
        const auto pictures = routedPictures(run(), 1);
        const auto curve = rocCurve(pictures);
        QCOMPARE(curve.size(), std::size_t{10});  // nine scores
        QCOMPARE(curve.front().known + curve.front().strangers, 0.0);
        QCOMPARE(curve.back().known + curve.back().strangers, 2.0);
        double area = 0;
        for (std::size_t i = 1; i < curve.size(); ++i) {
            QVERIFY(curve[i].threshold < curve[i - 1].threshold);
            area += (curve[i].strangers - curve[i - 1].strangers) * (curve[i].known + curve[i - 1].known) / 2;
        }
        QCOMPARE(area, *rocArea(pictures));
        const auto own = std::find_if(curve.begin(), curve.end(), [](const auto& at) { return at.threshold == 0.55; });
        QCOMPARE(own->known, 0.8);  // 4 of 5, and 2 of 4 at the run's own threshold of .5
        QCOMPARE(own->strangers, 0.5);
        QVERIFY(rocCurve({}).empty());
        QVERIFY(hasMovableThreshold(pictures) && !hasMovableThreshold({}));
    }

    void aGateWithoutNearestHasOneThreshold() {
        auto history = run();
        for (auto& row : history.answers)
            row.nearest.clear();
        const auto pictures = routedPictures(history, 1);
        QVERIFY((gateFigures(pictures).recall == Share{3, 1}));
        QVERIFY_THROWS_EXCEPTION(Error, gateFigures(pictures, 0.6));
    }

    void routesToTheLatestRequestThatHasCome() {
        const std::vector<RequestRow> requests{{"A", {"Velda"}, {}}, {"B", {"Velda"}, {"Oskar"}}};
        QCOMPARE(rightRoute(requests, 0, "Velda"), std::string("base"));
        QCOMPARE(rightRoute(requests, 1, "Velda"), std::string("expert A"));
        QCOMPARE(rightRoute(requests, 2, "Velda"), std::string("expert B"));
        QCOMPARE(rightRoute(requests, 9, "Oskar"), std::string("base"));
        QVERIFY(!isKnown(requests, 0, "Velda") && isKnown(requests, 1, "Velda"));
        QVERIFY(!isKnown(requests, 1, "Oskar") && isKnown(requests, 9, "Oskar"));
    }

    void withoutAGateThereIsNothing() {
        auto history = run();
        for (auto& row : history.answers)
            row.gateChoice.clear();
        QVERIFY(routedPictures(history, 1).empty());
        QVERIFY(routedPictures(run(), 3).empty());
        QCOMPARE(gateFigures({}).exact.of, 0);
    }
};

LACUNA_TEST(GateFiguresTest)
#include "gate_figures_test.moc"
