// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/benchmark.h"

#include "core/base/error.h"
#include "tests/common/test_registry.h"

#include <QtTest>

using namespace lacuna;

namespace {

Benchmark withRequests(const std::vector<std::string>& names) {
    Benchmark benchmark;
    benchmark.title = "Small";
    for (const auto& name : names)
        benchmark.requests.push_back({name, {}, {}, {}, {}});
    return benchmark;
}

}  // namespace

class BenchmarkTest : public QObject {
    Q_OBJECT
private slots:
    void ordersAreReadLetterByLetterOrAtCommas() {
        const auto letters = withRequests({"A", "B", "C", "D"});
        QCOMPARE(parseOrder(letters.requests, "CABD"), (std::vector<int>{2, 0, 1, 3}));
        QCOMPARE(parseOrder(letters.requests, "C, A"), (std::vector<int>{2, 0}));
        QCOMPARE(parseOrder(letters.requests, "  "), (std::vector<int>{0, 1, 2, 3}));
        const auto words = withRequests({"animals", "stars"});
        QCOMPARE(parseOrder(words.requests, "stars,animals"), (std::vector<int>{1, 0}));
        QCOMPARE(parseOrder(words.requests, "stars"), (std::vector<int>{1}));
        QCOMPARE(orderNames(words.requests, {"stars, animals"}), (std::vector<std::string>{"stars", "animals"}));
        QCOMPARE(orderNames(words.requests, {"stars", "animals"}), (std::vector<std::string>{"stars", "animals"}));
        QCOMPARE(orderNames(letters.requests, {"CA"}), (std::vector<std::string>{"C", "A"}));
        QCOMPARE(orderNames(withRequests({"Ж", "É"}).requests, {"ÉЖ"}), (std::vector<std::string>{"É", "Ж"}));
        QCOMPARE(parseOrder(withRequests({"\u00dcnter", "\u00c9"}).requests, "E\u0301,U\u0308nter"),
                 (std::vector<int>{1, 0}));  // as a Mac writes them
        try {
            orderNames(words.requests, {"starsanimals"});
            QFAIL("cut into letters");
        } catch (const Error& error) {
            QVERIFY(QString(error.what()).contains("\"starsanimals\"") && QString(error.what()).contains("commas"));
        }
        QCOMPARE(orderNames(letters.requests, {}), (std::vector<std::string>{"A", "B", "C", "D"}));
    }

    void unknownAndRepeatedNamesAreRefusedWithTheKnownOnes() {
        const auto benchmark = withRequests({"A", "B"});
        QVERIFY_EXCEPTION_THROWN(parseOrder(benchmark.requests, "AA"), Error);
        QVERIFY_EXCEPTION_THROWN(parseOrder(benchmark.requests, "A,,B"), Error);
        QVERIFY_EXCEPTION_THROWN(parseOrder(benchmark.requests, "A,"), Error);
        try {
            parseOrder(benchmark.requests, "AX");
            QFAIL("accepted an unknown request");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Input);
            QVERIFY(QString(error.what()).contains("\"X\""));
            QVERIFY(QString(error.what()).contains("A, B"));
        }
        QCOMPARE(requestIndex(benchmark.requests, "B"), 1);
        QVERIFY_EXCEPTION_THROWN(requestIndex(benchmark.requests, "b"), Error);
    }

    void hashFollowsTheContentAndNothingElse() {
        auto benchmark = withRequests({"A"});
        benchmark.entities = {{"x", "X", "Animals", {{"p.png", false}}, {{"identity", {"Who?"}, "X.", "", {}}}}};
        const auto hash = contentHash(benchmark);
        auto moved = benchmark;
        moved.title = "Other";
        moved.folder = "/elsewhere";
        moved.hash = "anything";
        QCOMPARE(contentHash(moved), hash);
        auto changed = benchmark;
        changed.entities[0].views[0].heldOut = true;
        QVERIFY(contentHash(changed) != hash);
        changed = benchmark;
        changed.requests[0].forget.push_back({0, 0, 0});
        QVERIFY(contentHash(changed) != hash);
        changed.requests[0].retain.swap(changed.requests[0].forget);
        auto swapped = benchmark;
        swapped.requests[0].forget.push_back({0, 0, 0});
        QVERIFY(contentHash(changed) != contentHash(swapped));
    }
};

LACUNA_TEST(BenchmarkTest)
#include "benchmark_test.moc"
