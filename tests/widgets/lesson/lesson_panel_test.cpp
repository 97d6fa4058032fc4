// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/lesson/lesson_panel.h"

#include "tests/common/test_registry.h"
#include "widgets/common/presenting.h"
#include "widgets/common/theme.h"
#include "widgets/lesson/lesson_notes.h"
#include "widgets/lesson/ring.h"

#include <QButtonGroup>
#include <QLabel>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <QtTest>

using namespace lacuna;

class LessonPanelTest : public QObject {
    Q_OBJECT

    static LessonPage asking() {
        LessonPage page;
        page.place = "Lesson 3 of 7";
        page.title = "One blow";
        page.text = "A **bold** word and <b>no tag</b>.";
        page.step = 1;
        page.steps = 4;
        page.ask = "How much is left?";
        page.choices = {"none", "a choice that is so long that it does not fit into one line of the panel at all",
                        "half"};
        return page;
    }

private slots:
    void cleanup() {
        setPresenting(false);
        Theme::instance().apply(Theme::Mode::Light);
    }

    void aPageIsShownAsText() {
        LessonPanel panel;
        auto page = asking();
        page.tryIt = "Swap them.";
        page.notes = "Wait for hands.";
        panel.showPage(page);
        const auto text = panel.shownText();
        for (const auto* part : {"One blow", "A bold word", "<b>no tag</b>", "How much is left?", "half", "Swap them."})
            QVERIFY2(text.contains(part), part);
        QVERIFY(!text.contains("Wait for hands."));  // nobody presents
        QVERIFY(panel.backButton()->isEnabled());
        QCOMPARE(panel.nextButton()->text(), QString("Next ›"));
        page.step = 3;
        panel.showPage(page);
        QCOMPARE(panel.nextButton()->text(), QString("Finish"));
        page.step = 0;
        panel.showPage(page);
        QVERIFY(!panel.backButton()->isEnabled());
    }

    void aGuessIsMadeByMouseAndByKeyboard() {
        LessonPanel panel;
        panel.showPage(asking());
        panel.resize(380, 700);
        panel.show();
        QVERIFY(QTest::qWaitForWindowActive(&panel));
        QSignalSpy chosen(&panel, &LessonPanel::chosen);
        QTest::mouseClick(panel.choices()->button(0), Qt::LeftButton);
        QCOMPARE(chosen.takeLast().front().toInt(), 0);
        // The text beside the button counts too.
        for (auto* label : panel.findChildren<QLabel*>())
            if (label->buddy() == panel.choices()->button(2))
                QTest::mouseClick(label, Qt::LeftButton);
        QCOMPARE(chosen.takeLast().front().toInt(), 2);
        panel.choices()->button(1)->setFocus();
        QTest::keyClick(panel.choices()->button(1), Qt::Key_Space);
        QCOMPARE(chosen.takeLast().front().toInt(), 1);
    }

    void buttonsSayWhatIsWanted() {
        LessonPanel panel;
        panel.showPage(asking());
        QSignalSpy next(&panel, &LessonPanel::nextAsked), back(&panel, &LessonPanel::backAsked),
            tried(&panel, &LessonPanel::tryAsked);
        panel.nextButton()->click();
        panel.backButton()->click();
        panel.tryButton()->click();
        QCOMPARE(next.count(), 1);
        QCOMPARE(back.count(), 1);
        QCOMPARE(tried.takeFirst().front().toBool(), true);
    }

    /// What came out stands there only once it has; while it is awaited only the bar moves.
    void aResultComesInItsTime() {
        LessonPanel panel;
        auto page = asking();
        page.chosen = 1;
        page.waiting = "GA is in work";
        page.progress = 0.25;
        panel.showPage(page);
        QVERIFY(panel.shownText().contains("GA is in work"));
        auto* kept = panel.choices()->button(1);
        QVERIFY(kept->isChecked());
        page.waiting = "GA is nearly done";
        page.progress = 0.9;
        panel.showPage(page);
        QCOMPARE(panel.choices()->button(1), kept);  // the page was not made anew
        QVERIFY(panel.shownText().contains("GA is nearly done"));
        page.waiting.clear();
        page.told = "8 % are left.";
        page.verdict = "Your guess was right.";
        panel.showPage(page);
        QVERIFY(panel.shownText().contains("8 % are left."));
        QVERIFY(panel.shownText().contains("Your guess was right."));
        QVERIFY(!panel.shownText().contains("GA is"));
    }

    void aFailureOffersAnotherTry() {
        LessonPanel panel;
        auto page = asking();
        page.problem = "It failed.";
        page.canRunAgain = true;
        panel.showPage(page);
        QVERIFY(panel.shownText().contains("It failed."));
        QSignalSpy again(&panel, &LessonPanel::againAsked);
        for (auto* button : panel.findChildren<QPushButton*>())
            if (button->text() == "Run it again")
                button->click();
        QCOMPARE(again.count(), 1);
    }

    void notesStandBelowUnlessElsewhere() {
        LessonPanel panel;
        auto page = asking();
        page.notes = "Wait for hands.";
        panel.showPage(page);
        panel.setPresenting(true, false);
        QVERIFY(panel.shownText().contains("Wait for hands."));
        panel.setPresenting(true, true);
        QVERIFY(!panel.shownText().contains("Wait for hands."));
        LessonNotes notes;
        notes.show("One blow", "Wait for hands.", "");
        QStringList all;
        for (const auto* label : notes.findChildren<QLabel*>())
            all << label->text();
        QVERIFY(all.join(' ').contains("Wait for hands.") && all.join(' ').contains("The last page."));
    }

    /// In a narrow panel nothing is cut off.
    void longTextsWrap() {
        LessonPanel panel;
        auto page = asking();
        page.told = QString("word ").repeated(80);
        panel.showPage(page);
        panel.setFixedWidth(320);
        panel.resize(320, 500);
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        for (const auto* label : panel.findChildren<QLabel*>())
            if (label->isVisible() && label->wordWrap() && !label->text().isEmpty())
                QVERIFY2(label->height() >= label->heightForWidth(label->width()), qPrintable(label->text()));
    }

    void aRingFollowsWhatItIsAround() {
        QWidget window;
        window.resize(400, 300);
        auto* inner = new QWidget(&window);
        inner->setGeometry(50, 40, 100, 60);
        Ring ring(&window);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        ring.around({inner});
        QVERIFY(ring.isVisible());
        QVERIFY(ring.rings().front().contains(inner->geometry()));
        inner->move(200, 100);
        QTRY_VERIFY(ring.rings().front().contains(inner->geometry()));
        inner->hide();
        QTRY_VERIFY(!ring.isVisible());
        inner->show();
        QTRY_VERIFY(ring.isVisible());
        QVERIFY(ring.testAttribute(Qt::WA_TransparentForMouseEvents));
        delete inner;
        QVERIFY(ring.rings().isEmpty());
        auto* other = new QWidget(&window);
        other->setGeometry(10, 10, 40, 40);
        other->show();
        ring.around({}, {other});
        QVERIFY(ring.isVisible());
        QCOMPARE(ring.veils(), QList<QRect>{other->geometry()});
        const auto image = window.grab().toImage();
        QCOMPARE(image.pixelColor(14, 14), Theme::instance().palette().panel);
        ring.around({});
        QVERIFY(!ring.isVisible());
    }
};

LACUNA_TEST(LessonPanelTest)
#include "lesson_panel_test.moc"
