// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Requests of one's own in the Sequence tab: by drop, menu and keys.
#include "core/base/error.h"
#include "core/runs/run_branch.h"
#include "tests/common/test_registry.h"
#include "tests/widgets/common/example_runs.h"
#include "widgets/common/entity_drag.h"
#include "widgets/common/thumbnails.h"
#include "widgets/sequence/request_card.h"
#include "widgets/sequence/request_strip.h"
#include "widgets/sequence/sequence_view.h"

#include <QDropEvent>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QUndoStack>
#include <QtTest>

using namespace lacuna;

namespace {

using Ids = std::vector<std::string>;

struct Scene {
    Workspace workspace;
    Thumbnails thumbnails;
    QUndoStack undo;
    SequenceView view{workspace, thumbnails, undo};

    Scene() {
        workspace.setBenchmark(testing::exampleBenchmark());
        view.resize(1100, 700);
        view.show();
        [[maybe_unused]] const bool exposed = QTest::qWaitForWindowExposed(&view);
    }
    RunDraft& draft() { return view.draft(); }
    RequestCard* card(std::size_t place) { return view.strip()->cards().at(place); }

    static void drop(QWidget* on, const QPoint& at, const QByteArray& entities, const QByteArray& from = {},
                     Qt::KeyboardModifiers keys = {}) {
        QMimeData data;
        data.setData(entitiesMime, entities);
        if (!from.isEmpty())
            data.setData(requestMime, from);
        QDragEnterEvent enter(at, Qt::CopyAction | Qt::MoveAction, &data, Qt::LeftButton, keys);
        QApplication::sendEvent(on, &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent event(at, Qt::CopyAction | Qt::MoveAction, &data, Qt::LeftButton, keys);
        QApplication::sendEvent(on, &event);
    }
    /// The action of a card's menu whose text begins so.
    static void trigger(RequestCard* card, const QString& text, const QString& entity = {}) {
        QMenu menu;
        card->fillMenu(menu, entity);
        QList<QAction*> actions = menu.actions();
        for (int i = 0; i < actions.size(); ++i)
            if (auto* inside = actions[i]->menu())
                actions += inside->actions();
        for (auto* action : actions)
            if (action->text().startsWith(text)) {
                QVERIFY2(action->isEnabled(), qPrintable(text));
                action->trigger();
                return;
            }
        QFAIL(qPrintable("no action " + text));
    }
};

}  // namespace

class OwnRequestsTest : public QObject {
    Q_OBJECT
private slots:
    void entitiesAreDroppedIntoACard() {
        Scene scene;
        auto* card = scene.card(0);
        Scene::drop(card, card->rectOf("Anteli").center(), "Cedrith\nDorvane");
        QCOMPARE(scene.draft().requests()[0].forget, (Ids{"Anteli", "Borrin", "Cedrith", "Dorvane"}));
        QVERIFY(scene.draft().requests()[0].retain.empty());
        QVERIFY(scene.card(1)->note().contains("A forgets Dorvane already"));
        QCOMPARE(scene.draft().checked().requests.size(), std::size_t{2});
        // From another card it moves, with Ctrl it is copied.
        Scene::drop(card, QPoint(20, card->height() - 12), "Esmel", "B");
        QCOMPARE(scene.draft().requests()[0].retain, (Ids{"Esmel"}));
        QCOMPARE(scene.draft().requests()[1].forget, (Ids{"Dorvane"}));
        Scene::drop(card, QPoint(20, card->height() - 12), "Fennow", "B", Qt::ControlModifier);
        QCOMPARE(scene.draft().requests()[1].retain, (Ids{"Fennow"}));
        while (scene.undo.canUndo())
            scene.undo.undo();
        QVERIFY(scene.draft().spec().requests.empty());  // the benchmark's own again, stored as such
    }

    void aNewRequestIsMadeOfWhatIsDropped() {
        Scene scene;
        Scene::drop(scene.view.strip()->newRequest(), {5, 5}, "Cedrith\nFennow");
        QCOMPARE(scene.draft().order(), (Ids{"A", "B", "C"}));
        QCOMPARE(scene.draft().requests()[2].forget, (Ids{"Cedrith", "Fennow"}));
        QVERIFY(scene.draft().problem().isEmpty());
        QTest::mouseClick(scene.view.strip()->newRequest(), Qt::LeftButton);
        QCOMPARE(scene.draft().order().back(), std::string("D"));
        QVERIFY(scene.card(3)->problem().contains("forgets nobody"));
        QVERIFY(scene.draft().problem().contains("Request D"));
        QVERIFY(!scene.view.startProblem().isEmpty());
        QSignalSpy started(&scene.view, &SequenceView::startRequested);
        scene.undo.undo();
        const auto steps = scene.draft().steps();
        QVERIFY(steps && steps->size() == 3 && steps->back() > 0);
        QTest::mouseClick(scene.view.startButton(), Qt::LeftButton);
        QCOMPARE(started.count(), 1);
        const auto spec = started[0][0].value<RunSpec>();
        QCOMPARE(spec.order, (Ids{"A", "B", "C"}));
        QCOMPARE(spec.requests[2].forget, (Ids{"Cedrith", "Fennow"}));
    }

    void theMenuSplitsMergesKeepsAndMoves() {
        Scene scene;
        Scene::trigger(scene.card(0), "Split");
        QCOMPARE(scene.draft().order(), (Ids{"A", "C", "B"}));
        Scene::trigger(scene.card(0), "Merge");
        QVERIFY(scene.draft().spec().requests.empty());
        Scene::trigger(scene.card(1), "Take Fennow", "Fennow");
        QVERIFY(scene.draft().requests()[1].retain.empty());
        Scene::trigger(scene.card(1), "Keep everything else");
        QVERIFY(scene.draft().spec().requests.empty());  // as the benchmark has it
        Scene::trigger(scene.card(0), "Keep Anteli", "Anteli");
        QCOMPARE(scene.draft().requests()[0].retain, (Ids{"Cedrith", "Anteli"}));
        Scene::trigger(scene.card(0), "a new request", "Borrin");
        QCOMPARE(scene.draft().requests().back(), (SpecRequest{"C", {"Borrin"}, {}}));
        QVERIFY(scene.card(0)->problem().contains("forgets nobody"));
        Scene::trigger(scene.card(2), "Take Borrin", "Borrin");
        QVERIFY(scene.draft().requests().back().forget.empty());
    }

    void keysGoFromPictureToPicture() {
        Scene scene;
        auto* card = scene.card(0);
        card->setFocus();
        QTest::keyClick(card, Qt::Key_Right, Qt::ControlModifier);
        QTest::keyClick(card, Qt::Key_Right, Qt::ControlModifier);
        QTest::keyClick(card, Qt::Key_Delete);
        QCOMPARE(scene.draft().requests()[0].forget, (Ids{"Anteli"}));
        QCOMPARE(scene.draft().requests().size(), std::size_t{2});
        QTest::keyClick(card, Qt::Key_Escape);
        QTest::keyClick(card, Qt::Key_Delete);  // no picture is meant: the request itself
        QCOMPARE(scene.draft().order(), (Ids{"B"}));
    }

    void aRequestIsRenamedInPlace() {
        Scene scene;
        scene.card(0)->setFocus();
        QTest::keyClick(scene.card(0), Qt::Key_F2);
        auto* line = scene.card(0)->nameLine();
        QVERIFY(line->isVisible());
        QTest::keyClicks(line, "B");
        QTest::keyClick(line, Qt::Key_Return);
        QVERIFY(line->isVisible());  // there is one of that name: it stays to be mended
        line->selectAll();
        QTest::keyClicks(line, "Letter 5");
        QTest::keyClick(line, Qt::Key_Return);
        QCOMPARE(scene.draft().order(), (Ids{"Letter 5", "B"}));
        QVERIFY(scene.card(0)->hasFocus());
        QTest::keyClick(scene.card(0), Qt::Key_F2);
        QTest::keyClicks(scene.card(0)->nameLine(), "gone");
        QTest::keyClick(scene.card(0)->nameLine(), Qt::Key_Escape);
        QCOMPARE(scene.draft().order().front(), std::string("Letter 5"));
    }

    /// A run that goes on from another: what was made is fixed, the rest is free.
    void aBranchKeepsWhatWasMade() {
        Scene scene;
        auto run = testing::exampleRun("gd", "AB", 3);
        run.spec = checkedRunSpec(run.spec);
        run.requests = {{"A", {"Anteli"}, {"Cedrith"}}, {"B", {"Dorvane"}, {"Fennow"}}};
        scene.workspace.addRun(run);
        const auto spec = branchedSpec({run.source.string(), 1}, run.spec, run.requests, {});
        scene.view.newRun(&spec);
        QCOMPARE(scene.draft().made(), 1);
        QVERIFY2(scene.view.lineage().contains("after A"), qPrintable(scene.view.lineage()));
        QCOMPARE(scene.draft().steps()->front(), std::int64_t{0});
        QVERIFY(scene.draft().steps()->back() > 0);
        QMimeData data;
        data.setData(entitiesMime, "Fennow");
        QDragEnterEvent enter(QPoint(20, 80), Qt::CopyAction, &data, Qt::LeftButton, {});
        QApplication::sendEvent(scene.card(0), &enter);
        QVERIFY(!enter.isAccepted());
        scene.card(1)->setFocus();
        QTest::keyClick(scene.card(1), Qt::Key_Left, Qt::AltModifier);  // not before what was made
        QCOMPARE(scene.draft().order(), (Ids{"A", "B"}));
        scene.view.strip()->add({"Cedrith"}, {}, RequestSide::Forget);
        QCOMPARE(scene.draft().order(), (Ids{"A", "B", "C"}));
        QCOMPARE(scene.draft().checked().parent.stage, 1);
        scene.draft().setParameter("lora_rank", 4);
        QVERIFY2(scene.draft().problem().contains("lora_rank"), qPrintable(scene.draft().problem()));
        scene.draft().resetParameter("lora_rank");
        QVERIFY(scene.draft().problem().isEmpty());
        scene.draft().leaveParent();
        QVERIFY(scene.view.lineage().isEmpty());
        QVERIFY(scene.draft().steps()->front() > 0);
        // With nothing behind the last stage there is nothing to do.
        const auto whole = branchedSpec({run.source.string(), 2}, run.spec, run.requests, {});
        scene.view.newRun(&whole);
        QVERIFY2(scene.draft().problem().contains("Nothing is left to do"), qPrintable(scene.draft().problem()));
    }
};

LACUNA_TEST(OwnRequestsTest)
#include "own_requests_test.moc"
