// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensors/nf4.h"

#include "core/base/error.h"
#include "core/tensors/safetensors.h"
#include "tests/common/test_registry.h"

#include <ATen/CPUGeneratorImpl.h>
#include <QtTest>

#include <filesystem>
#include <string>

using namespace lacuna;

class Nf4Test : public QObject {
    Q_OBJECT

private slots:
    void saysWhatBitsandbytesSays_data();
    void saysWhatBitsandbytesSays();
    void writesIntoRowsOfALargerMatrix();
    void goesOnFromPieceToPiece();
    void refusesWhatHasNoWholeBlocks();
};

namespace {

at::Tensor normal(at::IntArrayRef shape) {
    return at::empty(shape).normal_(0, 1, at::make_generator<at::CPUGeneratorImpl>(std::uint64_t{3}));
}

at::Tensor there(const Nf4& weight, at::ScalarType type = at::kFloat) {
    at::Tensor into = at::empty({weight.out, weight.in}, type);
    dequantise(weight, into);
    return into;
}

}  // namespace

void Nf4Test::saysWhatBitsandbytesSays_data() {
    QTest::addColumn<QString>("name");
    QTest::newRow("float32") << "float32";
    QTest::newRow("bf16") << "bf16";
}

void Nf4Test::saysWhatBitsandbytesSays() {
    QFETCH(const QString, name);
    const SafetensorsFile said(std::filesystem::path(LACUNA_SOURCE_DIR) / "tests" / "fixtures" / "parity" /
                               "nf4.safetensors");
    const auto golden = [&](const char* what) { return said.read(name.toStdString() + "." + what); };
    const at::ScalarType type = golden("weights").scalar_type();
    const Nf4 ours = quantisedNf4(said.read("weight").to(type));
    QVERIFY(at::equal(ours.codes, golden("codes")));
    // Half-way between two of the 256 levels rounding decides.
    QVERIFY(ours.magnitudes.ne(golden("magnitudes")).sum().item<std::int64_t>() <= 1);
    QVERIFY(at::allclose(ours.scales, golden("scales"), 1e-6, 0));
    QVERIFY(at::allclose(ours.mean, golden("mean"), 1e-6, 0));
    const double step = type == at::kFloat ? 1e-6 : 0.0079;  // one of bf16's 8 bits
    const Nf4 theirs{golden("codes"), golden("magnitudes"), golden("scales"), golden("mean")[0], ours.out, ours.in};
    QVERIFY(at::allclose(there(theirs, type).to(at::kFloat), golden("weights").to(at::kFloat), step, 1e-9));
}

void Nf4Test::writesIntoRowsOfALargerMatrix() {
    const Nf4 weight = quantisedNf4(normal({6, 64}));
    at::Tensor whole = at::full({10, 64}, 7, at::kFloat);
    dequantise(weight, whole.narrow(0, 2, 6));
    QVERIFY(at::equal(whole.narrow(0, 2, 6), there(weight)));
    QVERIFY(whole.narrow(0, 0, 2).eq(7).all().item<bool>() && whole.narrow(0, 8, 2).eq(7).all().item<bool>());
}

void Nf4Test::goesOnFromPieceToPiece() {
    const at::Tensor weight = normal({(1 << 12) + 1, 1 << 12});
    const at::Tensor again = there(quantisedNf4(weight), at::kHalf);
    // Half the widest gap between two levels, times the largest magnitude, and what the 8 bits of that cost.
    QVERIFY((weight - again).abs().max().item<double>() < 0.17 * weight.abs().max().item<double>());
    QVERIFY((weight - again).abs().mean().item<double>() < 0.1);
    QVERIFY((weight - again).narrow(0, (1 << 12) - 1, 2).abs().mean().item<double>() < 0.1);
}

void Nf4Test::refusesWhatHasNoWholeBlocks() {
    QVERIFY_THROWS_EXCEPTION(Error, quantisedNf4(at::ones({3, 21})));
    QVERIFY_THROWS_EXCEPTION(Error, quantisedNf4(at::ones({0, 64})));
    QVERIFY_THROWS_EXCEPTION(Error, quantisedNf4(at::ones({64})));
    QVERIFY(at::equal(there(quantisedNf4(at::zeros({1, 64}))), at::zeros({1, 64})));
}

LACUNA_TEST(Nf4Test)
#include "nf4_test.moc"
