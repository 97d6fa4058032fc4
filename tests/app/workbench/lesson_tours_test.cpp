// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
// ctest labels: lesson
// ctest timeout: 900
#include "app/workbench/lesson_desk.h"
#include "tests/app/workbench/window_fixture.h"
#include "tests/common/test_registry.h"
#include "widgets/lesson/lesson_panel.h"

#include <QButtonGroup>
#include <QElapsedTimer>
#include <QPushButton>

using namespace lacuna;
using namespace lacuna::testing;

/// Plays every lesson that comes with Lacuna to its end, in the real window and on the real engine.
class LessonToursTest : public WindowFixture {
    Q_OBJECT

    LessonDesk& desk() { return m_window->lessons(); }
    LessonPanel* panel() { return desk().panel(); }

    bool done(const std::vector<std::string>& runs) {
        return std::all_of(runs.begin(), runs.end(),
                           [&](const auto& run) { return desk().runs().standing(run) == LessonRuns::Standing::Done; });
    }

    /// Whichever way a run had gone: each sentence has all its values, and each condition can be decided.
    void checkEverySentence(const LessonStep& step) {
        const auto facts = desk().runs().facts();
        const auto whole = [&](const LessonText& text) {
            const auto said = lessonSentence(text, facts);
            QVERIFY2(said.complete, said.text.c_str());
        };
        for (const auto* text : {&step.text, &step.ask, &step.tryIt, &step.notes})
            whole(*text);
        int told = 0, right = 0, judged = 0;
        for (const auto& telling : step.tell) {
            whole(telling.text);
            const auto holds = lessonHolds(telling.when, facts);
            QVERIFY2(holds, telling.text.source.c_str());
            told += *holds ? 1 : 0;
        }
        QVERIFY2(step.tell.empty() || told > 0, step.title.c_str());
        for (const auto& choice : step.choices) {
            whole(choice.text);
            judged += choice.right.empty() ? 0 : 1;
            const auto holds = lessonHolds(choice.right, facts);
            QVERIFY2(holds, choice.text.source.c_str());
            right += *holds ? 1 : 0;
        }
        QVERIFY2(judged == 0 || right == 1, step.title.c_str());
    }

    /// Every condition with its run's numbers moved up and down: both of what it can say is reached.
    void checkBothBranches(const LessonStep& step) {
        std::vector<const std::vector<LessonCondition>*> all;
        for (const auto& telling : step.tell)
            all.push_back(&telling.when);
        for (const auto& choice : step.choices)
            all.push_back(&choice.right);
        for (const auto* conditions : all)
            for (const auto& condition : *conditions) {
                std::set<bool> reached;
                for (const double forced : {-2.0, 0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 2.0})
                    for (const auto verdict : verdictRows)
                        for (const auto* route : {"expert A", baseRoute})
                            reached.insert(holdsWith(condition, forced, std::string(verdict.id), route));
                QVERIFY2(reached.size() == 2, condition.source.c_str());
            }
    }

    /// As if the first value of the run's were another.
    static bool holdsWith(LessonCondition condition, double number, const std::string& verdict, const char* route) {
        auto& first = condition.left.terms.front().of;
        const auto* reference = std::get_if<LessonReference>(&first);
        const auto kind = reference ? reference->kind : LessonReference::Kind::Cell;
        if (kind == LessonReference::Kind::Verdict)
            first = LessonValue(verdict);
        else if (kind == LessonReference::Kind::Route)
            first = LessonValue(std::string(route));
        else
            first = LessonValue(number);
        for (auto* side : {&condition.left, &condition.right})
            for (auto& term : side->terms)
                if (std::holds_alternative<LessonReference>(term.of))
                    term.of = LessonValue(0.5);
        return lessonHolds({condition}, {}).value();
    }

private slots:
    void initTestCase() {
        openWindow();
        m_workbench->openBenchmark("embedded");
        m_workbench->startEngine();
        QTRY_VERIFY_WITH_TIMEOUT(m_workbench->workspace().benchmark(), 240'000);  // drawn at the first start
        QVERIFY2(m_workbench->engineProblem().isEmpty(), qPrintable(m_workbench->engineProblem()));
    }
    void cleanupTestCase() { closeWindow(); }

    void everyTourIsPlayedToItsEnd_data() {
        QTest::addColumn<QString>("id");
        for (const auto& shipped : shippedLessons()) {
            const auto id = QString::fromUtf8(shipped.id.data(), static_cast<qsizetype>(shipped.id.size()));
            QTest::newRow(qPrintable(id)) << id;
        }
    }
    void everyTourIsPlayedToItsEnd() {
        QFETCH(QString, id);
        const auto text = std::find_if(shippedLessons().begin(), shippedLessons().end(), [&](const auto& one) {
                              return one.id == id.toStdString();
                          })->text;
        // Every name that it uses is in the benchmark.
        lessonFromJson(text, id.toStdString(), m_workbench->workspace().benchmark());
        QVERIFY(desk().openShipped(id));
        QVERIFY(desk().lesson()->minutes > 0 && desk().lesson()->minutes < 10);
        int questions = 0;
        for (std::size_t step = 0; desk().open(); ++step) {
            QCOMPARE(desk().step(), step);
            const auto now = desk().lesson()->steps[step];
            if (!now.choices.empty()) {
                ++questions;
                QVERIFY(panel()->page().told.isEmpty());  // a guess comes first
                panel()->choices()->button(0)->click();
            }
            QElapsedTimer waited;
            waited.start();
            QTRY_VERIFY_WITH_TIMEOUT(
                now.tell.empty() || !panel()->page().told.isEmpty() || !panel()->page().problem.isEmpty(), 180'000);
            QVERIFY2(panel()->page().problem.isEmpty(), qPrintable(panel()->page().problem));
            if (!now.tell.empty())
                qInfo("%s, page %zu, after %lld s: %s", qPrintable(id), step + 1, waited.elapsed() / 1000,
                      qPrintable(panel()->page().told + " " + panel()->page().verdict));
            QTRY_VERIFY_WITH_TIMEOUT(done(now.awaited()), 180'000);
            QCoreApplication::processEvents();
            if (now.stage)
                QTRY_COMPARE(m_workbench->workspace().stage(), *now.stage);
            checkEverySentence(now);
            checkBothBranches(now);
            if (step + 1 == desk().lesson()->steps.size())
                QVERIFY(!now.tryIt.empty());  // it ends with something to try
            panel()->nextButton()->click();
        }
        QVERIFY(questions > 0);
        QVERIFY(m_workbench->workspace().runs().empty());
    }
};

LACUNA_TEST(LessonToursTest)
#include "lesson_tours_test.moc"
