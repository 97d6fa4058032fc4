// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/command_palette.h"

#include "tests/common/test_registry.h"

#include <QElapsedTimer>
#include <QLineEdit>
#include <QListView>
#include <QtTest>

using namespace lacuna;

class CommandPaletteTest : public QObject {
    Q_OBJECT

private slots:
    void wordsBeatScatteredLetters() {
        QCOMPARE(paletteScore("xyz", "Pause"), 0);
        QVERIFY(paletteScore("pa", "Pause") > paletteScore("pa", "Open a run"));
        QVERIFY(paletteScore("nr", "New run") > paletteScore("nr", "Interrupted"));
        QVERIFY(paletteScore("", "anything") > 0);
    }

    void lettersBelongToWords() {
        QVERIFY(paletteScore("stp", "Stop after this step") > 0);
        QVERIFY(paletteScore("drkt", "Dark theme") > 0);
        QVERIFY(paletteScore("sats", "Stop after this step") > 0);
        QCOMPARE(paletteScore("stp", "Mister Pickle"), 0);
        QCOMPARE(paletteScore("ause", "Pause"), 0);
        QVERIFY(paletteScore("this after", "Stop after this step") == 0);  // in order
        QVERIFY(paletteScore("モン", "ポケモン") > 0);
        QVERIFY(paletteScore("stage b", "Stage: after B") > 0);
        // A long wish in a long title takes no time.
        QElapsedTimer clock;
        clock.start();
        paletteScore(QString(60, 'a'), QString("a ").repeated(200));
        QVERIFY(clock.elapsed() < 5000);
    }

    void whatCannotBeDoneIsThereWithItsReason() {
        QWidget window;
        window.resize(800, 600);
        CommandPalette palette(&window);
        window.show();
        bool done = false;
        palette.open({{{}, "Pause", "F6", [&done] { done = true; }, "no run is in work"}});
        QTest::keyClicks(palette.line(), "pau");
        QTest::keyClick(palette.line(), Qt::Key_Return);
        QVERIFY(!done && palette.isVisible());
        QVERIFY(palette.list()->grab().toImage() != QImage());
    }

    void findsWhatIsWrittenOtherwise() {
        QVERIFY(paletteScore("poke\u0301", "Pok\u00e9mon") > 20);
        QVERIFY(paletteScore("STRASSE", "Straße") > 20);
        QVERIFY(paletteScore("istanbul", "İstanbul") > 20);
        QVERIFY(paletteScore("ＶＥＬ", "Velda") > 20);
        QCOMPARE(paletteScore("é", "e"), 0);
    }

    void typingFindsAndReturnDoes() {
        QWidget window;
        window.resize(800, 600);
        CommandPalette palette(&window);
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QString done;
        std::vector<PaletteEntry> entries;
        for (const QString name : {"Open run", "Pause", "Velda Marrow", "Verdant Mara"})
            entries.push_back({{}, name, "hint", [&done, name] { done = name; }});
        palette.open(entries);
        QVERIFY(palette.isVisible());
        QCOMPARE(palette.list()->model()->rowCount(), 4);
        QTest::keyClicks(palette.line(), "vma");
        QCOMPARE(palette.list()->model()->rowCount(), 2);
        QTest::keyClick(palette.line(), Qt::Key_Down);
        QTest::keyClick(palette.line(), Qt::Key_Up);
        const auto first = palette.list()->currentIndex().data().toString();
        QTest::keyClick(palette.line(), Qt::Key_Return);
        QCOMPARE(done, first);
        QVERIFY(!palette.isVisible());
    }

    void nothingFoundDoesNothing() {
        QWidget window;
        window.resize(800, 600);
        CommandPalette palette(&window);
        window.show();
        bool done = false;
        palette.open({{{}, "Pause", "", [&done] { done = true; }}});
        QTest::keyClicks(palette.line(), "qqq");
        QCOMPARE(palette.list()->model()->rowCount(), 1);
        QTest::keyClick(palette.line(), Qt::Key_Return);
        QVERIFY(!done);
        palette.open({});
        QTest::keyClick(palette.line(), Qt::Key_Escape);
        QVERIFY(!palette.isVisible());
    }
};

LACUNA_TEST(CommandPaletteTest)
#include "command_palette_test.moc"
