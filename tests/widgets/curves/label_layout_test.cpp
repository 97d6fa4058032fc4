// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/curves/label_layout.h"

#include "tests/common/test_registry.h"
#include "widgets/curves/plot_drawing.h"

#include <QtTest>

#include <algorithm>
#include <numeric>
#include <random>

using namespace lacuna;

class LabelLayoutTest : public QObject {
    Q_OBJECT
private slots:
    void manyNamesOfAMethodBecomeOne();
    void keepsOrderGapsAndBounds();
    void leavesLabelsWithRoomWhereTheyAre();
    void spreadsAClusterAroundItsMiddle();
    void squeezesWhenTheyCannotFit();
    void placesBesideThePointAndApart();
    void manyOnOneSpotStandInAColumn();
    void namesStandWhereTheirLinesEnd();
};

void LabelLayoutTest::keepsOrderGapsAndBounds() {
    std::mt19937 random(1);
    for (int round = 0; round < 200; ++round) {
        std::vector<double> wanted(1 + random() % 15);
        for (auto& y : wanted)
            y = random() % 260 - 20;
        const auto placed = spreadLabels(wanted, 13, 0, 240);
        std::vector<std::size_t> order(wanted.size());
        std::iota(order.begin(), order.end(), 0);
        std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return wanted[a] < wanted[b]; });
        for (std::size_t i = 0; i < order.size(); ++i) {
            QVERIFY(placed[order[i]] >= -1e-9 && placed[order[i]] <= 240 + 1e-9);
            if (i > 0)
                QVERIFY(placed[order[i]] - placed[order[i - 1]] >= 13 - 1e-9);
        }
    }
}

void LabelLayoutTest::leavesLabelsWithRoomWhereTheyAre() {
    const std::vector<double> wanted{100, 20, 60};
    QCOMPARE(spreadLabels(wanted, 13, 0, 200), wanted);
    QVERIFY(spreadLabels({}, 13, 0, 200).empty());
}

void LabelLayoutTest::spreadsAClusterAroundItsMiddle() {
    QCOMPARE(spreadLabels({50, 50, 50}, 10, 0, 100), (std::vector<double>{40, 50, 60}));
    QCOMPARE(spreadLabels({98, 99}, 10, 0, 100), (std::vector<double>{90, 100}));
}

void LabelLayoutTest::squeezesWhenTheyCannotFit() {
    QCOMPARE(spreadLabels({5, 5, 5, 5, 5}, 10, 0, 20), (std::vector<double>{0, 5, 10, 15, 20}));
}

void LabelLayoutTest::placesBesideThePointAndApart() {
    const std::vector<QPointF> anchors{{50, 50}, {52, 51}, {195, 50}};
    const std::vector<QSizeF> sizes(3, QSizeF(30, 14));
    const auto placed = placeLabels(anchors, sizes, 8, {}, QRectF(0, 0, 200, 100));
    for (std::size_t i = 0; i < placed.size(); ++i) {
        QVERIFY(QRectF(0, 0, 200, 100).contains(placed[i]));
        QVERIFY(!placed[i].contains(anchors[i]));
        for (std::size_t j = 0; j < i; ++j)
            QVERIFY(!placed[i].intersects(placed[j]));
    }
}

void LabelLayoutTest::manyOnOneSpotStandInAColumn() {
    const QRectF bounds(0, 0, 300, 160);
    for (const auto& corner : {QPointF(2, 158), QPointF(298, 158), QPointF(2, 2), QPointF(150, 80)}) {
        const std::vector<QPointF> anchors(6, corner);
        const auto placed = placeLabels(anchors, std::vector<QSizeF>(6, QSizeF(26, 14)), 9, {}, bounds);
        for (std::size_t i = 0; i < placed.size(); ++i) {
            QVERIFY(bounds.contains(placed[i]));
            for (std::size_t j = 0; j < i; ++j)
                QVERIFY(!placed[i].intersects(placed[j]));
        }
    }
}

void LabelLayoutTest::namesStandWhereTheirLinesEnd() {
    const QRectF area(50, 10, 400, 200);
    const std::vector<EndName> names{{"long", Qt::blue, {445, 60}},
                                     {"longer", Qt::blue, {450, 62}},
                                     {"early", Qt::red, {200, 61}},
                                     {"twin", Qt::red, {200, 61}},
                                     {"gone", Qt::red, {20, 100}}};
    std::vector<QRectF> lines;
    addCovered(lines, {{60, 60}, {445, 60}});
    const auto placed = placeEndNames(names, area, 90, lines);
    for (const int i : {0, 1})
        QVERIFY(placed[std::size_t(i)].left() >= area.right());
    for (const int i : {2, 3}) {
        const auto& rect = placed[std::size_t(i)];
        QVERIFY2(std::abs(rect.center().x() - 200) < 60, "beside its own end, not at the edge");
        QVERIFY(!rect.intersects(QRectF(60, 59, 385, 2)));  // off the line that goes on
    }
    QVERIFY(!placed[2].intersects(placed[3]));
    QVERIFY(placed[1].center().y() - placed[0].center().y() >= 13);
    QVERIFY(placed[4].isEmpty());
}

void LabelLayoutTest::manyNamesOfAMethodBecomeOne() {
    std::vector<EndName> names;
    for (int i = 0; i < 20; ++i)
        names.push_back({QString("GA %1").arg(i), Qt::red, QPointF(100, 10 * i), i == 7, i, "GA"});
    names.push_back({"GD", Qt::blue, QPointF(100, 50), false, 20, "GD"});
    QCOMPARE(fittingNames(names, 400).size(), names.size());
    const auto few = fittingNames(names, 200);
    QStringList shown;
    for (const auto& name : few)
        shown << name.name;
    QCOMPARE(shown, QStringList({"GD", "GA 7", "GA ×19"}));
    QCOMPARE(few[2].end.y(), (190.0 * 20 / 2 - 70) / 19);
}

LACUNA_TEST(LabelLayoutTest)
#include "label_layout_test.moc"
