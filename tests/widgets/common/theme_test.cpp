// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/theme.h"

#include "core/catalog/methods.h"
#include "tests/common/test_registry.h"

#include <QApplication>
#include <QSignalSpy>
#include <QStyle>
#include <QtTest>

#include <algorithm>
#include <array>
#include <cmath>

using namespace lacuna;

namespace {

using Triple = std::array<double, 3>;
using Matrix = std::array<Triple, 3>;

Triple times(const Matrix& matrix, const Triple& v) {
    Triple out{};
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 3; ++j)
            out[i] += matrix[i][j] * v[j];
    return out;
}

/// CIE L*a*b* (D65) of linear RGB.
Triple lab(Triple linear) {
    constexpr Matrix toXyz{{{0.4124, 0.3576, 0.1805}, {0.2126, 0.7152, 0.0722}, {0.0193, 0.1192, 0.9505}}};
    for (auto& channel : linear)
        channel = std::clamp(channel, 0.0, 1.0);
    auto xyz = times(toXyz, linear);
    const Triple white{0.9505, 1, 1.089};
    for (std::size_t i = 0; i < 3; ++i) {
        const double v = xyz[i] / white[i];
        xyz[i] = v > 0.008856 ? std::cbrt(v) : 7.787 * v + 16.0 / 116;
    }
    return {116 * xyz[1] - 16, 500 * (xyz[0] - xyz[1]), 200 * (xyz[1] - xyz[2])};
}

/// The least difference of two colours (CIE 1976) to eyes that see all, and to those without one kind of cone: Machado
/// et al. 2009, severity 1.
double leastDifference(const QColor& a, const QColor& b) {
    constexpr std::array<Matrix, 4> eyes{
        {{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}},
         {{{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}}},
         {{{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}}},
         {{{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}}}}};
    const auto linear = [](const QColor& c) {
        Triple v{c.redF(), c.greenF(), c.blueF()};
        for (auto& channel : v)
            channel = channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
        return v;
    };
    double least = 1e9;
    for (const auto& eye : eyes) {
        const auto one = lab(times(eye, linear(a))), other = lab(times(eye, linear(b)));
        least = std::min(least, std::hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2]));
    }
    return least;
}

}  // namespace

class ThemeTest : public QObject {
    Q_OBJECT

private slots:
    void appliesToTheWholeApplication() {
        auto& theme = Theme::instance();
        QSignalSpy changed(&theme, &Theme::changed);
        theme.apply(Theme::Mode::Dark);
        QCOMPARE(changed.count(), 1);
        QVERIFY(theme.palette().dark);
        QCOMPARE(QApplication::palette().color(QPalette::Window), theme.palette().ground);
        theme.apply(Theme::Mode::Light);
        QVERIFY(!theme.palette().dark);
        QCOMPARE(QApplication::palette().color(QPalette::Text), theme.palette().ink);
        QVERIFY(qAbs(QApplication::font().pointSizeF() - 12.5 * 0.75) < 0.01);
    }

    void systemFollowsTheDesktop() {
        auto& theme = Theme::instance();
        theme.apply(Theme::Mode::Dark);
        theme.apply(Theme::Mode::System);  // the offscreen platform has a light palette
        QCOMPARE(theme.mode(), Theme::Mode::System);
        QVERIFY(!theme.palette().dark);
    }

    void textCanBeReadInBothThemes_data() {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }

    void textCanBeReadInBothThemes() {
        QFETCH(bool, dark);
        auto& theme = Theme::instance();
        theme.apply(dark ? Theme::Mode::Dark : Theme::Mode::Light);
        const auto& p = theme.palette();
        for (const auto& ground : {p.ground, p.panel, p.inset, p.chip, p.selected, p.stageTint}) {
            QVERIFY2(contrast(p.ink, ground) >= 7, qPrintable(ground.name()));
            QVERIFY2(contrast(p.soft, ground) >= 4.0, qPrintable(ground.name()));
        }
        QVERIFY(contrast(p.soft, p.panel) >= 4.5);
        QVERIFY(contrast(p.error, p.panel) >= 4.5);
        QVERIFY(contrast(Qt::white, p.filled) >= 4.5);
        for (const auto& row : verdictRows)
            QVERIFY2(contrast(Qt::white, verdictColour(row.verdict)) >= 4.2, row.id.data());
        for (int request = 0; request < 8; ++request)
            QVERIFY(contrast(Qt::white, requestColour(request)) >= 4.5);
        for (const auto& method : methodRows()) {
            const auto own = methodColour(QString::fromStdString(method.id));
            QVERIFY2(contrast(readable(own), p.panel) >= 4.5, method.id.c_str());
            if (dark)
                QVERIFY2(contrast(own, p.panel) >= 3, method.id.c_str());
        }
    }

    void methodsCanBeToldApartInBothThemes_data() { textCanBeReadInBothThemes_data(); }

    void methodsCanBeToldApartInBothThemes() {
        QFETCH(bool, dark);
        auto& theme = Theme::instance();
        theme.apply(dark ? Theme::Mode::Dark : Theme::Mode::Light);
        const auto& rows = methodRows();
        for (auto one = rows.begin(); one != rows.end(); ++one) {
            const auto colour = methodColour(QString::fromStdString(one->id));
            // Two of the first six are Okabe and Ito's light tones, whatever the ground.
            if (!one->inDemo)
                QVERIFY2(contrast(colour, theme.palette().panel) >= 3, one->id.c_str());
            for (auto other = one + 1; other != rows.end(); ++other)
                if (one->mark == other->mark)
                    QVERIFY2(leastDifference(colour, methodColour(QString::fromStdString(other->id))) >= 10,
                             qPrintable(QString::fromStdString(one->id + " and " + other->id)));
        }
    }

    void unknownMethodsAreGreyAndKeepTheirName() {
        Theme::instance().apply(Theme::Mode::Light);
        QCOMPARE(methodName("mystery"), QString("mystery"));
        QCOMPARE(methodMark("mystery"), QString("●"));
        QVERIFY(methodColour("mystery").hslSaturationF() < 0.1F);
        QCOMPARE(methodColour("base"), Theme::instance().palette().ink);
        QCOMPARE(methodColour("lumoe"), QColor("#0072B2"));
    }
};

LACUNA_TEST(ThemeTest)
#include "theme_test.moc"
