// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensors/torch_errors.h"

#include "tests/common/test_registry.h"

#include <ATen/ATen.h>
#include <QtTest>

using namespace lacuna;

class TorchErrorsTest : public QObject {
    Q_OBJECT

private slots:
    void memoryIsToldFromABug();
};

void TorchErrorsTest::memoryIsToldFromABug() {
    const auto said = [](const auto& does) {
        try {
            does();
        } catch (const std::exception& error) {
            return unforeseen(error);
        }
        return Unforeseen{};
    };
    const auto tooLarge = said([] { at::empty({std::int64_t{1} << 60}, at::kByte); });
    QCOMPARE(tooLarge.kind, ErrorKind::Resource);
    QVERIFY(tooLarge.message.find("no memory left") != std::string::npos && !tooLarge.detail.empty());
    QCOMPARE(said([] { throw std::bad_alloc(); }).kind, ErrorKind::Resource);
    const auto wrongShape = said([] { at::mm(at::ones({2, 3}), at::ones({2, 3})); });
    QCOMPARE(wrongShape.kind, ErrorKind::Internal);
    QVERIFY(wrongShape.message.find("libtorch") != std::string::npos && !wrongShape.detail.empty());
    const auto other = said([] { throw std::runtime_error("the sky fell"); });
    QCOMPARE(other.kind, ErrorKind::Internal);
    QVERIFY(other.message.find("the sky fell") != std::string::npos);
}

LACUNA_TEST(TorchErrorsTest)
#include "torch_errors_test.moc"
