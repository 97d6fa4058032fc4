// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/probe_desk.h"

#include "tests/app/workbench/fake_engine.h"
#include "tests/common/test_registry.h"

#include <QSignalSpy>
#include <QtTest>

using namespace lacuna;
using namespace lacuna::testing;

class ProbeDeskTest : public QObject {
    Q_OBJECT

    Workspace m_workspace;
    std::shared_ptr<FakeEngineScript> m_script;
    std::unique_ptr<EngineBridge> m_bridge;
    std::unique_ptr<OwnAnswers> m_answers;
    std::unique_ptr<ProbeDesk> m_desk;
    const ModelQuestion m_question{"/runs/lumoe", 2, "/pictures/one.png", "Who is this?"};

    void attach() { m_bridge->attach(std::make_unique<FakeEngine>(m_script)); }
    void settle() {
        while (!m_script->replies.empty())
            m_bridge->drain();
    }
    void becomes(EngineState state) {
        m_script->happens(event::StateChanged{state});
        settle();
    }
    const LiveAnswer& answer() const { return *m_answers->find(m_question); }

private slots:
    void init() {
        m_script = std::make_shared<FakeEngineScript>();
        m_bridge = std::make_unique<EngineBridge>(m_workspace);
        m_answers = std::make_unique<OwnAnswers>();
        m_desk = std::make_unique<ProbeDesk>(*m_bridge, *m_answers);
    }

    void cleanup() {
        m_desk.reset();
        m_answers.reset();
        m_bridge.reset();
    }

    void aQuestionBecomesAProbeAndComesBackAsAnAnswer() {
        attach();
        becomes(EngineState::Ready);
        m_answers->ask(m_question, "Velda.");
        m_answers->ask(m_question, "Velda.");  // once is enough
        QCOMPARE(m_script->count<command::Probe>(), 1);
        const auto* probe = m_script->last<command::Probe>();
        QCOMPARE(probe->run, std::filesystem::path("/runs/lumoe"));
        QCOMPARE(probe->stage, 2);
        QCOMPARE(probe->image, std::filesystem::path("/pictures/one.png"));
        QCOMPARE(probe->truth, std::string("Velda."));
        AnswerRow row;
        row.answer = "Velda.";
        m_script->happens(event::ProbeAnswered{1, row});
        settle();
        QCOMPARE(answer().state, LiveAnswer::State::Answered);
        QCOMPARE(answer().answer.answer, std::string("Velda."));
        QCOMPARE(m_answers->waiting(), 0);
    }

    void whatIsNotOnItsWayCanBeTakenBack() {
        attach();
        becomes(EngineState::Ready);
        const auto other = ModelQuestion{"/runs/ga", 2, "/pictures/one.png", "Who is this?"};
        const auto third = ModelQuestion{"/runs/gd", 2, "/pictures/one.png", "Who is this?"};
        for (const auto& question : {m_question, other, third})
            m_answers->ask(question, "Velda.");
        QCOMPARE(m_script->count<command::Probe>(), 1);  // one after the other
        QCOMPARE(m_answers->asked(), 3);
        m_script->happens(event::ProbeAnswered{1, {}});
        settle();
        QCOMPARE(m_script->count<command::Probe>(), 2);
        m_answers->endAsking();
        QCOMPARE(m_answers->waiting(), 1);
        QVERIFY(!m_answers->find(third));
        m_script->happens(event::ProbeAnswered{2, {}});
        settle();
        QCOMPARE(m_script->count<command::Probe>(), 2);
        QCOMPARE(m_answers->find(other)->state, LiveAnswer::State::Answered);
        QCOMPARE(m_answers->waiting(), 0);
        m_answers->ask(third, "Velda.");  // it may be asked again
        QCOMPARE(m_script->count<command::Probe>(), 3);
        QCOMPARE(m_answers->asked(), 1);
    }

    void anErrorIsToldWhereItWasAskedAndNowhereElse() {
        attach();
        becomes(EngineState::Ready);
        QSignalSpy messages(m_bridge.get(), &EngineBridge::failed);
        m_answers->ask(m_question, {});
        m_script->happens(event::Failed{1, {}, ErrorKind::Input, "one.png is no picture.", {}});
        settle();
        QCOMPARE(answer().state, LiveAnswer::State::Failed);
        QCOMPARE(answer().note, QString("one.png is no picture."));
        QVERIFY(messages.isEmpty());
    }

    void withoutAnEngineQuestionsWaitForIt() {
        m_answers->ask(m_question, {});
        QVERIFY(answer().note.contains("starting"));
        attach();
        QCOMPARE(m_script->count<command::Probe>(), 1);
        QVERIFY(answer().note.contains("loading"));
    }

    void whereThereWillBeNoEngineTheyFail() {
        m_answers->ask(m_question, {});
        m_desk->giveUp("The engine's library is missing.");
        QCOMPARE(answer().state, LiveAnswer::State::Failed);
        m_answers->ask(m_question, {});
        QCOMPARE(answer().note, QString("The engine's library is missing."));
    }

    void whileARunWorksTheyAreQueuedAndWhileItStopsRefused() {
        attach();
        becomes(EngineState::Running);
        m_answers->ask(m_question, {});
        QVERIFY(answer().note.contains("queued"));
        becomes(EngineState::Stopping);
        auto other = m_question;
        other.stage = 1;
        m_answers->ask(other, {});
        QCOMPARE(m_answers->find(other)->state, LiveAnswer::State::Failed);
        QVERIFY(m_answers->find(other)->note.contains("stopping"));
        QCOMPARE(m_script->count<command::Probe>(), 1);
    }
};

LACUNA_TEST(ProbeDeskTest)
#include "probe_desk_test.moc"
