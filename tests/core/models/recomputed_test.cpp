// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/recomputed.h"

#include "tests/common/test_registry.h"

#include <ATen/ATen.h>
#include <QtTest>

using namespace lacuna;

namespace {

at::Tensor numbers(std::initializer_list<double> values) {
    return at::tensor(std::vector<double>(values), at::kDouble);
}

bool close(const at::Tensor& a, const at::Tensor& b) {
    return a.defined() && b.defined() && at::allclose(a, b, 1e-12, 1e-12);
}

}  // namespace

/// A part of a model that is computed once more in the backward pass. Right gradients come from calculus.
class RecomputedTest : public QObject {
    Q_OBJECT
private slots:
    void gradientsAreThoseOfThePart() {
        const auto x = numbers({-1.5, 0.25, 2}).requires_grad_(true);
        const auto w = numbers({0.5, -3, 1.25}).requires_grad_(true);
        const auto b = numbers({0.1, 0.2, -0.3}).requires_grad_(true);
        int calls = 0;
        const auto y = recomputed(
            [&](const at::Tensor& in, const std::vector<at::Tensor>& factors) {
                ++calls;
                return at::tanh(in * factors[0] + factors[1]);
            },
            x, {w, b}, false);
        QCOMPARE(calls, 1);
        QVERIFY(at::equal(y.detach(), at::tanh(x * w + b).detach()));
        const auto weights = numbers({1, -2, 0.5});
        (y * weights).sum().backward();
        QCOMPARE(calls, 2);
        // d tanh(u) = (1 - tanh²(u)) du, u = x w + b.
        const auto du = (weights * (1 - y * y)).detach();
        QVERIFY(close(x.grad(), du * w.detach()));
        QVERIFY(close(w.grad(), du * x.detach()));
        QVERIFY(close(b.grad(), du));
    }

    void keepsNothingOfWhatIsBetween() {
        for (const bool again : {true, false}) {
            const auto x = numbers({0.5, 1.5}).requires_grad_(true);
            c10::weak_intrusive_ptr<c10::TensorImpl> between(x.getIntrusivePtr());
            const auto part = [&](const at::Tensor& in, const std::vector<at::Tensor>& factors) {
                const auto product = in * factors[0];
                between = c10::weak_intrusive_ptr<c10::TensorImpl>(product.getIntrusivePtr());
                return product.sin();  // whose gradient needs the product
            };
            const auto w = numbers({2, 3}).requires_grad_(true);
            const auto y = again ? recomputed(part, x, {w}, false) : part(x, {w});
            QCOMPARE(between.expired(), again);
            y.sum().backward();
            QVERIFY(close(x.grad(), (w * at::cos(x * w)).detach()));
        }
    }

    void onlyTheFactorsWhereTheInputIsGiven() {
        const auto x = numbers({2, 4});
        const auto held = numbers({7, 7}).requires_grad_(true);
        const auto w = numbers({1, 1}).requires_grad_(true);
        const auto y = recomputed(
            [&](const at::Tensor& in, const std::vector<at::Tensor>& factors) { return in * factors[0] * held; }, x,
            {w}, false);
        y.sum().backward();
        QVERIFY(close(w.grad(), numbers({14, 28})));
        QVERIFY(!x.grad().defined());
        QVERIFY(!held.grad().defined());  // as promised: to nothing else that the part holds
    }

    void drawsTheSameNumbersAgain() {
        at::manual_seed(11);
        const auto x = at::ones({64}, at::kDouble).requires_grad_(true);
        const auto part = [](const at::Tensor& in, const std::vector<at::Tensor>&) {
            return at::dropout(in, 0.5, true);
        };
        const auto y = recomputed(part, x, {}, true);
        const auto behind = at::rand({4});
        (y * y).sum().backward();
        // y = m x with m of 0 or 2: the gradient of y² is 2 m² x, so 2 y² where x is 1.
        QVERIFY(close(x.grad(), (2 * y * y).detach()));
        QVERIFY(y.detach().eq(0).any().item<bool>() && y.detach().eq(2).any().item<bool>());
        // What is drawn later does not change by the second drawing.
        const auto later = at::rand({4});
        at::manual_seed(11);
        (void)part(at::ones({64}, at::kDouble), {});
        QVERIFY(at::equal(at::rand({4}), behind));
        QVERIFY(at::equal(at::rand({4}), later));
    }
};

LACUNA_TEST(RecomputedTest)
#include "recomputed_test.moc"
