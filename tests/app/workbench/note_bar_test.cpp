// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/note_bar.h"

#include "tests/common/test_registry.h"

#include <QPushButton>
#include <QtTest>

using namespace lacuna;

class NoteBarTest : public QObject {
    Q_OBJECT

    static QStringList shown(const NoteBar& bar) {
        QStringList names;
        for (const auto* button : bar.findChildren<QPushButton*>())
            if (button->isVisible())
                names << button->text();
        return names;
    }

private slots:
    void itsChoicesAreThereAtOnce() {
        NoteBar bar;
        bar.say("Fetch it?", {{"Get it", {}, [] {}}, {"Not now", {}, [] {}}});
        QCOMPARE(shown(bar), QStringList({"Get it", "Not now"}));
        bar.say("Fetching", {{"Stop", {}, [] {}}});
        QVERIFY(shown(bar).contains("Stop"));
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QCOMPARE(shown(bar), QStringList{"Stop"});
    }

    /// Progress may be told between a press and its release.
    void aNewTextLeavesAPressedButton() {
        NoteBar bar;
        int stopped = 0;
        const auto tell = [&](const QString& text) { bar.say(text, {{"Stop", {}, [&stopped] { ++stopped; }}}); };
        tell("1 of 2");
        auto* stop = bar.findChild<QPushButton*>();
        QTest::mousePress(stop, Qt::LeftButton);
        tell("2 of 2");
        QCOMPARE(bar.text(), QString("2 of 2"));
        QCoreApplication::processEvents();
        QTest::mouseRelease(bar.findChild<QPushButton*>(), Qt::LeftButton);
        QCOMPARE(stopped, 1);
        QVERIFY(!bar.isVisible());
    }

    void aChoiceMaySaySomethingElse() {
        NoteBar bar;
        bar.say("Fetch it?", {{"Get it", {}, [&bar] { bar.say("Fetching", {{"Stop", {}, [] {}}}); }}});
        QTest::mouseClick(bar.findChild<QPushButton*>(), Qt::LeftButton);
        QVERIFY(bar.isVisible());
        QCOMPARE(bar.text(), QString("Fetching"));
    }
};

LACUNA_TEST(NoteBarTest)
#include "note_bar_test.moc"
