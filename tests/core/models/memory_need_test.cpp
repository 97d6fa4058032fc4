// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/memory_need.h"

#include "core/base/error.h"
#include "core/models/llava/llava_size.h"
#include "tests/common/llava_configs.h"
#include "tests/common/test_registry.h"

#include <QtTest>

#include <cmath>

using namespace lacuna;

namespace {

MemoryPlan sevenBillion() {
    auto plan = memoryPlan(lacuna::testing::sevenBillionConfig(), 2, false);
    plan.rank = 32;
    plan.samples = 8;
    plan.tokens = 700;
    return plan;
}

double gigabytes(std::int64_t bytes) {
    return static_cast<double>(bytes) / 1e9;
}

}  // namespace

class MemoryNeedTest : public QObject {
    Q_OBJECT

private slots:
    void weightsAndAdaptersAreCounted();
    void aSevenBillionModelIn4BitsFitsTwelveGigabytes();
    void expertsCostAFewFactorsEach();
    void saysWhatFitsAndRefusesWhatCannot();
    void showsBytesForPeople();
};

void MemoryNeedTest::weightsAndAdaptersAreCounted() {
    MemoryPlan plan = sevenBillion();
    const MemoryNeed half = memoryNeed(plan);
    QVERIFY(std::abs(gigabytes(half.weights) - 14.127) < 0.01);  // 7.0635 billion parameters, 2 bytes each
    QCOMPARE(half.adapters, std::int64_t{79'953'920} * 16);      // rank 32: factor, gradient, two moments
    plan.typeBytes = 4;
    QCOMPARE(memoryNeed(plan).weights, 2 * half.weights);
    plan.typeBytes = 2;
    plan.fourBits = true;
    // 6.476 billion weights of the decoder's linears at 4.127 bits, the rest at 16.
    QVERIFY(std::abs(gigabytes(memoryNeed(plan).weights) - (3.3406 + 1.1749)) < 0.02);
}

void MemoryNeedTest::aSevenBillionModelIn4BitsFitsTwelveGigabytes() {
    MemoryPlan plan = sevenBillion();
    QVERIFY(gigabytes(memoryNeed(plan).total()) > 24);
    plan.fourBits = plan.recomputes = true;
    QVERIFY(gigabytes(memoryNeed(plan).total()) < 12);
    const std::int64_t step = memoryNeed(plan).step;
    plan.recomputes = false;
    QVERIFY(memoryNeed(plan).step > 5 * step);
}

void MemoryNeedTest::expertsCostAFewFactorsEach() {
    MemoryPlan plan = sevenBillion();
    const std::int64_t one = memoryNeed(plan).adapters;
    plan.adapters = 4;
    QCOMPARE(memoryNeed(plan).adapters - one, std::int64_t{3} * 79'953'920 * 2);
    plan.adapters = 1;
    plan.trainsProjector = plan.trainsTower =
        true;  // tower and projector: 324 million weights, with gradient and two moments
    QCOMPARE(memoryNeed(plan).adapters - one, std::int64_t{303'507'456 + 20'979'712} * 16);
}

void MemoryNeedTest::saysWhatFitsAndRefusesWhatCannot() {
    const MemoryNeed need{14'000'000'000, 1'300'000'000, 2'000'000'000};
    const auto said = [&](std::int64_t held, std::int64_t free) {
        return QString::fromStdString(memorySummary(need, held, free, "cuda:0"));
    };
    QCOMPARE(said(0, 22'100'000'000),
             QString("The run needs about 17.3 GB on cuda:0 (weights 14.0 GB, adapters 1.3 GB, a "
                     "step 2.0 GB), and 22.1 GB are free."));
    QVERIFY(said(0, 16'000'000'000).contains("It may not fit. Lower the precision"));
    QVERIFY(!said(14'000'000'000, 4'000'000'000).contains("may not fit"));
    QVERIFY(said(14'000'000'000, 2'000'000'000).contains("may not fit"));
    try {
        said(0, 15'000'000'000);
        QFAIL("more than is free was let through");
    } catch (const Error& error) {
        QCOMPARE(error.kind(), ErrorKind::Resource);
    }
    QVERIFY(memorySummary({1'000, 1'000, 1'000}, 0, 1'000'000'000, "cpu").empty());
}

void MemoryNeedTest::showsBytesForPeople() {
    QCOMPARE(shownBytes(17'340'000'000), std::string("17.3 GB"));
    QCOMPARE(shownBytes(310'400'000), std::string("310 MB"));
}

LACUNA_TEST(MemoryNeedTest)
#include "memory_need_test.moc"
