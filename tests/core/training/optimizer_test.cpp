// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/optimizer.h"

#include "core/base/error.h"
#include "tests/common/test_registry.h"

#include <QtTest>

#include <cmath>

using namespace lacuna;

namespace {

at::Tensor parameter(float value) {
    return at::full({3}, value).requires_grad_(true);
}

void pull(at::Tensor& parameter, double towards) {
    ((parameter - towards).pow(2)).sum().backward();
}

}  // namespace

class OptimizerTest : public QObject {
    Q_OBJECT
private slots:
    /// AdamW by hand for three steps of one number: gradient 2(x − 1), rate constant in the middle of a long schedule.
    void agreesWithTheFormula() {
        auto x = parameter(3);
        AdamW optimizer({x}, {.lr = 0.1, .weightDecay = 0.01, .warmup = 0, .clip = 0, .totalSteps = 10});
        double value = 3;
        double first = 0;
        double second = 0;
        for (int step = 1; step <= 3; ++step) {
            const double rate = optimizer.rate();
            QVERIFY(std::abs(rate - 0.1 * 0.5 * (1 + std::cos(M_PI * (step - 1) / 10.0))) < 1e-12);
            const double gradient = 2 * (value - 1);
            value *= 1 - rate * 0.01;
            first = 0.9 * first + 0.1 * gradient;
            second = 0.999 * second + 0.001 * gradient * gradient;
            value -=
                rate * (first / (1 - std::pow(0.9, step))) / (std::sqrt(second / (1 - std::pow(0.999, step))) + 1e-8);
            pull(x, 1);
            optimizer.step();
            QVERIFY(std::abs(x[0].item<double>() - value) < 1e-5);
        }
    }

    void warmsUpAndFallsToNothing() {
        auto x = parameter(1);
        AdamW optimizer({x}, {.lr = 1, .warmup = 0.1, .totalSteps = 100});
        std::vector<double> rates;
        for (int i = 0; i < 100; ++i) {
            rates.push_back(optimizer.rate());
            pull(x, 0);
            optimizer.step();
        }
        QVERIFY(rates[0] > 0 && rates[0] < 0.2);
        QVERIFY(std::is_sorted(rates.begin(), rates.begin() + 11));
        QVERIFY(*std::max_element(rates.begin(), rates.end()) <= 1);
        QVERIFY(rates.back() < 0.01);
    }

    void clipsToTheGivenNorm() {
        auto x = at::zeros({4}).requires_grad_(true);
        AdamW optimizer({x}, {.lr = 1e-3, .clip = 1, .totalSteps = 10});
        (x * 100).sum().backward();
        QVERIFY(std::abs(optimizer.step() - 200) < 1e-3);  // the norm before clipping
    }

    void aGradientThatIsNoNumberChangesNothing() {
        auto x = parameter(2);
        AdamW optimizer({x}, {.totalSteps = 10});
        (x * std::nan("")).sum().backward();
        QVERIFY(std::isnan(optimizer.step()));
        QCOMPARE(x[0].item<double>(), 2.0);
        QCOMPARE(optimizer.steps(), 0);
        pull(x, 0);
        optimizer.step();
        QVERIFY(x[0].item<double>() < 2);
    }

    void takesItsLastStepBack() {
        auto x = parameter(3);
        AdamW optimizer({x}, {.lr = 0.05, .weightDecay = 0.1, .totalSteps = 20});
        for (int i = 0; i < 5; ++i) {
            pull(x, 1);
            optimizer.step();
        }
        const auto before = x.detach().clone();
        const double rate = optimizer.rate();
        pull(x, 1);
        optimizer.step();
        QVERIFY((x - before).abs().max().item<double>() > 0.01);
        optimizer.takeBack();
        QVERIFY((x - before).abs().max().item<double>() < 1e-5);
        QCOMPARE(optimizer.steps(), 5);
        QCOMPARE(optimizer.rate(), rate);
    }

    void refusesToTrainNothing() {
        auto x = parameter(2);
        AdamW optimizer({x}, {});
        QVERIFY_EXCEPTION_THROWN(optimizer.step(), Error);
    }

    void goesOnWithTheSameBits() {
        const OptimizerOptions options{.lr = 0.05, .weightDecay = 0.1, .totalSteps = 20};
        auto whole = parameter(3);
        AdamW undisturbed({whole}, options);
        for (int i = 0; i < 20; ++i) {
            pull(whole, 1);
            undisturbed.step();
        }
        auto part = parameter(3);
        AdamW first({part}, options);
        for (int i = 0; i < 9; ++i) {
            pull(part, 1);
            first.step();
        }
        auto resumed = part.detach().clone().requires_grad_(true);
        AdamW second({resumed}, options);
        second.restore(first.state(), first.steps());
        for (int i = 9; i < 20; ++i) {
            pull(resumed, 1);
            second.step();
        }
        QVERIFY(at::equal(whole, resumed));
        auto other = parameter(1);
        auto another = parameter(1);
        AdamW foreign({other, another}, options);
        QVERIFY_EXCEPTION_THROWN(foreign.restore(first.state(), 9), Error);
    }
};

LACUNA_TEST(OptimizerTest)
#include "optimizer_test.moc"
