// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/model_size.h"

#include "core/models/lora.h"
#include "tests/common/test_registry.h"

#include <QtTest>

using namespace lacuna;

class ModelSizeTest : public QObject {
    Q_OBJECT

private slots:
    void countsAnAdapter();
};

void ModelSizeTest::countsAnAdapter() {
    TextConfig text;
    text.keyValueHeads = 2;
    std::int64_t held = 0;
    for (const auto& factor : makeAdapter(text, 3, 6, 1, at::kFloat).parameters())
        held += factor.numel();
    QCOMPARE(adapterParameters(text, 3), held);
}

LACUNA_TEST(ModelSizeTest)
#include "model_size_test.moc"
