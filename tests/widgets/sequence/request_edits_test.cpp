// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/sequence/request_edits.h"

#include "tests/common/test_registry.h"
#include "tests/widgets/common/example_runs.h"

#include <QtTest>

using namespace lacuna;

namespace {

using Ids = std::vector<std::string>;

/// A forgets Anteli and Borrin and keeps Cedrith; B forgets Dorvane and Esmel and keeps Fennow.
RequestList example() {
    return requestsOf(*testing::exampleBenchmark());
}

}  // namespace

class RequestEditsTest : public QObject {
    Q_OBJECT
private slots:
    void theBenchmarksRequestsAreRead() {
        QCOMPARE(example(),
                 (RequestList{{"A", {"Anteli", "Borrin"}, {"Cedrith"}}, {"B", {"Dorvane", "Esmel"}, {"Fennow"}}}));
    }

    void anEntityStandsOnOneSideOnce() {
        auto list = withEntities(example(), 0, {"Cedrith", "Anteli"}, RequestSide::Forget);
        QCOMPARE(list[0].forget, (Ids{"Anteli", "Borrin", "Cedrith"}));
        QVERIFY(list[0].retain.empty());
        list = withEntities(list, 0, {"Borrin"}, RequestSide::Keep);
        QCOMPARE(list[0].forget, (Ids{"Anteli", "Cedrith"}));
        QCOMPARE(list[0].retain, (Ids{"Borrin"}));
        QCOMPARE(list[1], example()[1]);
    }

    void splitAndMergeUndoEachOther() {
        const auto split = withSplit(example(), 0, "C");
        QCOMPARE(split.size(), std::size_t{3});
        QCOMPARE(split[0], (SpecRequest{"A", {"Anteli"}, {"Cedrith"}}));
        QCOMPARE(split[1], (SpecRequest{"C", {"Borrin"}, {"Cedrith"}}));
        QCOMPARE(withMerged(split, 0), example());
        QCOMPARE(withMerged(example(), 1), example());  // there is no next
        QCOMPARE(withSplit(withNew({}, "A", {"Anteli"}), 0, "B").size(), std::size_t{1});
    }

    /// What one keeps and the other forgets is forgotten.
    void mergedKeepsNothingThatIsForgotten() {
        const RequestList list{{"A", {"Anteli"}, {"Borrin", "Cedrith"}}, {"B", {"Borrin"}, {}}};
        QCOMPARE(withMerged(list, 0), (RequestList{{"A", {"Anteli", "Borrin"}, {"Cedrith"}}}));
    }

    void classmatesAreKeptUnlessSomebodyForgetsThem() {
        const auto benchmark = testing::exampleBenchmark();
        const RequestList list{{"A", {"Anteli"}, {}}, {"B", {"Cedrith"}, {}}};
        QCOMPARE(keepingClassmates(list, 0, *benchmark)[0].retain, (Ids{"Borrin"}));
    }

    void namesAreFree() {
        QCOMPARE(freeRequestName({"A", "C"}), std::string("B"));
        Ids all;
        for (char letter = 'A'; letter <= 'Z'; ++letter)
            all.emplace_back(1, letter);
        QCOMPARE(freeRequestName(all), std::string("R27"));
        QVERIFY(requestNameProblem(example(), 0, "Ünïted 3").isEmpty());
        QVERIFY(requestNameProblem(example(), 0, "B").contains("B"));
        QVERIFY(!requestNameProblem(example(), 0, "a/b").isEmpty());
        QVERIFY(!requestNameProblem(example(), 0, "").isEmpty());
    }

    void contradictionsAreSaid() {
        const auto benchmark = testing::exampleBenchmark();
        QVERIFY(requestProblem(example(), 0, *benchmark).isEmpty() && requestNote(example(), 1, *benchmark).isEmpty());
        const RequestList list{{"A", {"Anteli"}, {"Borrin"}},
                               {"B", {"Anteli", "Borrin"}, {}},
                               {"C", {}, {"Anteli"}},
                               {"D", {"Esmel"}, {"Esmel"}},
                               {"E", {"Nobody"}, {}}};
        QVERIFY(requestNote(list, 1, *benchmark).contains("A forgets Anteli already"));
        QVERIFY(requestNote(list, 1, *benchmark).contains("A keeps Borrin"));
        QVERIFY(requestProblem(list, 2, *benchmark).contains("forgets nobody"));
        QVERIFY(requestNote(list, 2, *benchmark).contains("Anteli, which is to be kept here"));
        QVERIFY(requestProblem(list, 3, *benchmark).contains("Esmel"));
        QVERIFY(requestProblem(list, 4, *benchmark).contains("Nobody"));
    }
};

LACUNA_TEST(RequestEditsTest)
#include "request_edits_test.moc"
