// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/theme.h"

#include "core/catalog/methods.h"
#include "tests/common/test_registry.h"

#include <QApplication>
#include <QSignalSpy>
#include <QStyle>
#include <QtTest>

using namespace lacuna;

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
