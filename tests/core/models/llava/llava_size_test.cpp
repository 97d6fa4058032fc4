// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/llava/llava_size.h"

#include "core/models/llava/llava.h"
#include "tests/common/llava_configs.h"
#include "tests/common/test_registry.h"

#include <QtTest>

using namespace lacuna;

class LlavaSizeTest : public QObject {
    Q_OBJECT

private slots:
    void countsWhatAModelHolds();
    void knowsThePublishedOnes();
};

void LlavaSizeTest::countsWhatAModelHolds() {
    LlavaConfig config;
    config.text.vocabulary = 30;
    config.text.keyValueHeads = 2;
    config.imageToken = 29;
    config.gridPinpoints = {{64, 128}};
    Llava model = Llava::initialised(config, 1, at::kFloat);
    std::int64_t held = 0, tower = 0;
    for (const auto& [name, weight] : model.weights()) {
        held += weight.numel();
        tower += name.starts_with("vision_tower") ? weight.numel() : 0;
    }
    const auto size = modelSize(config);
    QCOMPARE(size.parameters(), held);
    QCOMPARE(size.tower, tower);
}

void LlavaSizeTest::knowsThePublishedOnes() {
    const auto size = modelSize(lacuna::testing::sevenBillionConfig());
    QCOMPARE(size.parameters(), std::int64_t{7'063'427'072});  // 7.06 B, as published
    QCOMPARE(size.linears, std::int64_t{32} * (4 * 4096 * 4096 + 3 * 4096 * 11008));
}

LACUNA_TEST(LlavaSizeTest)
#include "llava_size_test.moc"
