// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/probes/entity_log.h"

#include "tests/common/test_registry.h"
#include "tests/widgets/probes/probes_fixtures.h"

#include <QtTest>

using namespace lacuna;
using namespace lacuna::testing;

class EntityLogTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    Workspace m_workspace;

    const Entity& anteli() const { return *m_workspace.entity("Anteli"); }
    EntityLog log() const { return EntityLog(m_workspace, "Anteli"); }
    ProbeChoice choose(const Selection& selection) const { return chooseProbe(anteli(), selection, log()); }

private slots:
    void init() {
        m_workspace.setBenchmark(picturedBenchmark(m_folder));
        m_workspace.select({});
        while (!m_workspace.runs().empty())
            m_workspace.removeRun(0);
        m_workspace.addRun(askedRun("ga", 3));
    }

    void oneAnswerPerProbeAndStageThoughTwoTasksHoldTheEntity() {
        auto twice = askedRun("kl", 1);
        auto again = twice.answers.front();
        again.task = 1;
        again.answer = "of another task";
        twice.answers.push_back(again);
        const int run = m_workspace.addRun(twice);
        const auto* answer = log().answer(m_workspace.runs()[static_cast<std::size_t>(run)].id, {"identity", 0, 1}, 0);
        QVERIFY(answer);
        QCOMPARE(answer->answer, std::string("This is Anteli."));
    }

    void whatWasNotMeasuredIsNull() {
        const int id = m_workspace.runs()[0].id;
        const auto all = log();
        QVERIFY(all.answer(id, {"identity", 0, 1}, 2));
        QVERIFY(!all.answer(id, {"identity", 0, 1}, 3));
        QVERIFY(!all.answer(id, {"identity", 0, 1}, -1));
        QVERIFY(!all.answer(id, {"identity", 0, 0}, 0));
        QVERIFY(!all.answer(id + 1, {"identity", 0, 1}, 0));
    }

    void anotherBenchmarksEntityOfTheSameNameIsNobodyHere() {
        auto foreign = askedRun("kl", 2);
        foreign.spec.benchmarkHash = "another one";
        m_workspace.removeRun(0);
        m_workspace.addRun(foreign);
        QVERIFY(log().empty());
    }

    void hiddenRunsDoNotCount() {
        m_workspace.setShown(0, false);
        QVERIFY(log().empty());
    }

    void anOpenSelectionIsFilledWithWhatWasAsked() {
        QCOMPARE(choose({}), (ProbeChoice{0, 0, 1, true}));
        Selection habitat;
        habitat.questionKind = "habitat";
        QCOMPARE(choose(habitat), (ProbeChoice{1, 0, 0, true}));
    }

    void aSelectionThatNoLongerFitsIsMended() {
        Selection odd;
        odd.questionKind = "diet";
        odd.phrasing = 7;
        odd.view = 99;
        QCOMPARE(choose(odd), (ProbeChoice{0, 1, 1, true}));
    }

    void anEntityWithoutQuestionsOrPicturesHasNoChoice() {
        const auto* stranger = m_workspace.entity("Stranger");
        QCOMPARE(chooseProbe(*stranger, {}, EntityLog(m_workspace, "Stranger")), (ProbeChoice{-1, 0, -1, false}));
    }

    void pickingAPictureTakesThePhrasingItWasAskedIn() {
        m_workspace.addRun([] {
            auto run = exampleRun("kl", "AB", 1);
            run.answers = {answerRow(0, "Anteli", "identity", 1, 0, "x", Verdict::Wrong)};
            return run;
        }());
        const auto selection = withView({}, anteli(), log(), 0);
        QCOMPARE(selection.phrasing, 1);
        QVERIFY(choose(selection).asked);
    }

    void pickingAPhrasingKeepsThePictureWhereItWasAskedWithIt() {
        Selection here;
        here.view = 1;
        QCOMPARE(choose(withPhrasing(here, anteli(), log(), 1)), (ProbeChoice{0, 1, 1, true}));
        here.view = 0;  // nobody was asked about view 0: the phrasing's own picture takes its place
        QCOMPARE(choose(withPhrasing(here, anteli(), log(), 1)), (ProbeChoice{0, 1, 1, true}));
    }

    void aNeverAskedCombinationCanStillBeChosen() {
        Selection habitat;
        habitat.questionKind = "habitat";
        QCOMPARE(choose(withView(habitat, anteli(), log(), 1)), (ProbeChoice{1, 0, 1, false}));
    }
};

LACUNA_TEST(EntityLogTest)
#include "entity_log_test.moc"
