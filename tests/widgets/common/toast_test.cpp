// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/toast.h"

#include "tests/common/test_registry.h"

#include <QtTest>

using namespace lacuna;

class ToastTest : public QObject {
    Q_OBJECT

private slots:
    void liesOverTheFootAndTheNewestTakesTheOthersPlace() {
        QWidget over;
        over.resize(400, 300);
        over.show();
        QVERIFY(!Toast::of(&over));
        Toast::show(&over, "Copied");
        auto* toast = Toast::of(&over);
        if (!toast)
            QFAIL("nothing is shown");
        QVERIFY(toast->isVisible());
        QVERIFY(over.rect().contains(toast->geometry()));
        QVERIFY(toast->y() > 200);
        Toast::show(&over, QString("A sentence that is far too long for so narrow a window. ").repeated(4));
        QCOMPARE(Toast::of(&over), toast);
        QVERIFY(over.rect().contains(toast->geometry()));
        over.resize(300, 500);
        QTRY_VERIFY(toast->y() > 300);
        QVERIFY(over.rect().contains(toast->geometry()));
    }

    void whatWasSavedIsNamedWithItsFolder() {
        QWidget over;
        over.resize(400, 300);
        over.show();
        Toast::showSaved(&over, "/tmp/some folder/a<b.png");
        QVERIFY(Toast::of(&over)->text().contains("a&lt;b.png"));
        QVERIFY(Toast::of(&over)->text().contains("file:///tmp/some%20folder\""));
    }

    void goesByItself() {
        QWidget over;
        over.resize(400, 300);
        over.show();
        Toast::show(&over, "Copied");
        QTRY_VERIFY_WITH_TIMEOUT(!Toast::of(&over)->isVisible(), 8000);
    }
};

LACUNA_TEST(ToastTest)
#include "toast_test.moc"
