// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/entities/entities_panel.h"

#include "tests/common/test_registry.h"
#include "tests/widgets/common/example_runs.h"
#include "widgets/common/thumbnails.h"
#include "widgets/entities/entities_model.h"
#include "widgets/entities/entity_grid.h"

#include <QAccessible>
#include <QLabel>
#include <QLineEdit>
#include <QScrollBar>
#include <QTemporaryDir>
#include <QtTest>

using namespace lacuna;
using lacuna::testing::exampleBenchmark;

namespace {

/// MLUBench's whole crowd, many times over, with one picture for all.
std::shared_ptr<Benchmark> crowd(int count, const QString& folder) {
    QImage image(256, 256, QImage::Format_RGB32);
    image.fill(Qt::darkCyan);
    image.save(folder + "/all.png");
    auto benchmark = std::make_shared<Benchmark>();
    benchmark->folder = folder.toStdString();
    for (int i = 0; i < count; ++i) {
        Entity entity;
        entity.id = entity.name = "Entity " + std::to_string(i);
        entity.className = "Class " + std::to_string(i / 600);
        entity.views = {{"all.png", false}};
        benchmark->entities.push_back(entity);
    }
    return benchmark;
}

}  // namespace

class EntitiesPanelTest : public QObject {
    Q_OBJECT

    Workspace m_workspace;
    Thumbnails m_thumbnails;
    std::unique_ptr<EntitiesPanel> m_panel;

    QModelIndex at(int row) const { return m_panel->grid()->model()->index(row, 0); }
    QString chosen() const { return m_workspace.selection().entity; }

private slots:
    void init() {
        m_workspace.setBenchmark(exampleBenchmark());
        m_workspace.select({});
        m_panel = std::make_unique<EntitiesPanel>(m_workspace, m_thumbnails);
        m_panel->resize(150, 400);  // three columns
        m_panel->show();
        m_panel->grid()->doItemsLayout();
    }

    void laysOutUnderHeadings() {
        auto& grid = *m_panel->grid();
        QCOMPARE(grid.headings(), 3);
        QCOMPARE(grid.columns(), 3);
        for (int row = 0; row < 7; ++row)
            QCOMPARE(grid.indexAt(grid.visualRect(at(row)).center()), at(row));
        QCOMPARE(grid.visualRect(at(0)).top(), grid.visualRect(at(2)).top());
        QVERIFY(grid.visualRect(at(3)).top() > grid.visualRect(at(2)).bottom());
        QVERIFY(!grid.indexAt({3, 3}).isValid());
        QVERIFY(!grid.indexAt({3, 5000}).isValid());
    }

    void clickChoosesAndShiftClickTakesARange() {
        auto& grid = *m_panel->grid();
        QTest::mouseClick(grid.viewport(), Qt::LeftButton, {}, grid.visualRect(at(1)).center());
        QCOMPARE(chosen(), QString("Borrin"));
        QTest::mouseClick(grid.viewport(), Qt::LeftButton, Qt::ShiftModifier, grid.visualRect(at(4)).center());
        QCOMPARE(m_panel->selectedEntities(), QStringList({"Borrin", "Cedrith", "Dorvane", "Esmel"}));
        QTest::mouseClick(grid.viewport(), Qt::LeftButton, Qt::ControlModifier, grid.visualRect(at(2)).center());
        QCOMPARE(m_panel->selectedEntities(), QStringList({"Borrin", "Dorvane", "Esmel"}));
    }

    /// Plain arrows are the window's (stage and entity): with Ctrl they move here.
    void arrowsWalkAcrossHeadings() {
        auto& grid = *m_panel->grid();
        grid.setCurrentIndex(at(1));
        for (const auto key : {Qt::Key_Down, Qt::Key_Up, Qt::Key_Left, Qt::Key_Right}) {
            QKeyEvent plain(QEvent::KeyPress, key, Qt::NoModifier);
            QVERIFY(QCoreApplication::sendEvent(&grid, &plain));
            QVERIFY(!plain.isAccepted());
        }
        QCOMPARE(grid.currentIndex(), at(1));
        const auto press = [&](Qt::Key key) { QTest::keyClick(&grid, key, Qt::ControlModifier); };
        press(Qt::Key_Down);
        QCOMPARE(chosen(), QString("Esmel"));
        press(Qt::Key_Down);
        QCOMPARE(chosen(), QString("Stranger"));
        press(Qt::Key_Down);
        QCOMPARE(chosen(), QString("Stranger"));
        press(Qt::Key_Up);
        QCOMPARE(chosen(), QString("Dorvane"));
        press(Qt::Key_Right);
        press(Qt::Key_Up);
        QCOMPARE(chosen(), QString("Borrin"));
        QTest::keyClick(&grid, Qt::Key_End);
        QCOMPARE(chosen(), QString("Stranger"));
        QTest::keyClick(&grid, Qt::Key_Home);
        QCOMPARE(chosen(), QString("Anteli"));
    }

    void followsTheSelectionOfOthersUnlessFilteredOut() {
        m_workspace.selectEntity("Esmel");
        QCOMPARE(m_panel->grid()->currentIndex().data().toString(), QString("Esmel"));
        QTest::keyClicks(m_panel->filterLine(), "animals");
        m_workspace.selectEntity("Fennow");
        QCOMPARE(chosen(), QString("Fennow"));
        QVERIFY(!m_panel->grid()->currentIndex().isValid());
    }

    void aFilterChoosesNobodyElse() {
        m_workspace.selectEntity("Anteli");
        QSignalSpy moved(&m_workspace, &Workspace::selectionChanged);
        QTest::keyClicks(m_panel->filterLine(), "planets");
        QCOMPARE(chosen(), QString("Anteli"));
        QVERIFY(!m_panel->grid()->currentIndex().isValid());
        m_panel->filterLine()->clear();
        QCOMPARE(m_panel->grid()->currentIndex().data().toString(), QString("Anteli"));
        QCOMPARE(moved.count(), 0);
    }

    void nothingMatchingSaysSoAndOffersAll() {
        QTest::keyClicks(m_panel->filterLine(), "zebra");
        QVERIFY(!m_panel->grid()->isVisible());
        auto* label = m_panel->findChild<QLabel*>();
        QVERIFY(label->isVisible());
        emit label->linkActivated("clear");
        QVERIFY(m_panel->grid()->isVisible());
    }

    void theFilterHandsOverToTheGrid() {
        m_panel->focusFilter();
        QTest::keyClicks(m_panel->filterLine(), "planets");
        QTest::keyClick(m_panel->filterLine(), Qt::Key_Return);
        QCOMPARE(chosen(), QString("Dorvane"));
        QTest::keyClick(m_panel->filterLine(), Qt::Key_Escape);
        QCOMPARE(m_panel->filterLine()->text(), QString());
        QCOMPARE(m_panel->grid()->model()->rowCount(), 7);
    }

    void withoutABenchmarkItSaysWhatItWaitsFor() {
        m_workspace.setBenchmark(nullptr);
        m_panel->setWaitingText("Drawing the pictures: 40 %");
        QCOMPARE(m_panel->findChild<QLabel*>()->text(), QString("Drawing the pictures: 40 %"));
        QVERIFY(!m_panel->filterLine()->isEnabled());
        m_panel->step(1);
    }

    void aScreenReaderHearsNameClassAndFate() {
        auto* face = QAccessible::queryAccessibleInterface(m_panel->grid());
        QVERIFY(face && face->tableInterface());
        QCOMPARE(face->text(QAccessible::Name), QString("Entities"));
        auto* cell = face->tableInterface()->cellAt(3, 0);
        QVERIFY(cell);
        QCOMPARE(cell->text(QAccessible::Name), QString("Dorvane, Planets, to be forgotten in request B"));
    }

    void fiveThousandScrollWithoutLoadingAll() {
        QTemporaryDir folder;
        m_workspace.setBenchmark(crowd(5105, folder.path()));
        auto& grid = *m_panel->grid();
        m_panel->resize(270, 700);
        grid.doItemsLayout();
        QCOMPARE(grid.headings(), 9);
        const auto rect = grid.visualRect(at(5104));
        auto* bar = grid.verticalScrollBar();
        QVERIFY(rect.bottom() <= bar->maximum() + grid.viewport()->height());
        for (int i = 0; i <= 50; ++i) {
            bar->setValue(bar->maximum() * i / 50);
            grid.viewport()->repaint();
        }
        QVERIFY(m_thumbnails.bytesKept() <= qsizetype{64} << 20);
        grid.setCurrentIndex(at(2500));
        QVERIFY(grid.viewport()->rect().contains(grid.visualRect(at(2500))));
        QTest::keyClick(&grid, Qt::Key_PageDown);
        QVERIFY(grid.currentIndex().row() > 2550);
    }
};

LACUNA_TEST(EntitiesPanelTest)
#include "entities_panel_test.moc"
