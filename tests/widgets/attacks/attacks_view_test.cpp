// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/attacks/attacks_view.h"

#include "core/catalog/attacks.h"
#include "tests/common/test_registry.h"
#include "tests/widgets/attacks/attacks_fixtures.h"
#include "widgets/attacks/attack_answers.h"
#include "widgets/attacks/attack_model.h"
#include "widgets/attacks/attack_table_view.h"
#include "widgets/attacks/benign_plot.h"
#include "widgets/attacks/quadrant_plot.h"
#include "widgets/common/theme.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QComboBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QtTest>

using namespace lacuna;
using namespace lacuna::testing;

class AttacksViewTest : public QObject {
    Q_OBJECT
    std::unique_ptr<Workspace> m_workspace;
    std::unique_ptr<AttacksView> m_view;
    QTemporaryDir m_folder;

    AttackModel& model() const { return m_view->model(); }
    static int column(const char* attack) {
        int at = 1;
        for (const auto& row : attackRows()) {
            if (row.id == attack)
                return at;
            ++at;
        }
        return -1;
    }
    QModelIndex cell(int row, const char* attack) const { return model().index(row, column(attack)); }
    QPushButton* button(const QString& text) const {
        for (auto* one : m_view->findChildren<QPushButton*>())
            if (one->text().startsWith(text))
                return one;
        return nullptr;
    }

private slots:
    void init() {
        Theme::instance().apply(Theme::Mode::Light);
        m_workspace = std::make_unique<Workspace>();
        m_workspace->setBenchmark(exampleBenchmark());
        m_workspace->addRun(attackableRun("gd", 0.3));
        m_workspace->addRun(attackableRun("lumoe", 0.88));
        m_view = std::make_unique<AttacksView>(*m_workspace);
        m_view->resize(1150, 760);
        m_view->show();
        m_workspace->setStage(2);
        m_view->results().set("/runs/gd-AB", attackedLog(11, false));
        m_view->refreshNow();
    }
    void cleanup() {
        m_view.reset();
        m_workspace.reset();
    }

    void theModelKeepsTheRulesOfItemModels() {
        QAbstractItemModelTester tester(&model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        m_view->results().set("/runs/lumoe-AB", attackedLog(18, true));
        m_view->refreshNow();
        m_workspace->setShown(0, false);
        m_view->refreshNow();
        QCOMPARE(model().rowCount(), 1);
    }

    /// Not run, not applicable and nothing won back are three things, none of them written as another.
    void aCellThatWasNotRunIsNotZero() {
        QCOMPARE(cell(0, "relearn").data().toString(), QString("50 %"));  // nine of eighteen that were lost
        QCOMPARE(cell(0, "bypass").data().toString(), QString("n/a"));
        QVERIFY(cell(0, "bypass").data(Qt::ToolTipRole).toString().contains("always acts"));
        QCOMPARE(cell(0, "quantize").data().toString(), QString("not run"));
        QVERIFY(model().state(cell(0, "quantize")) == AttackState::NotMounted);
        QVERIFY(model().state(cell(1, "relearn")) == AttackState::NotMounted);
        QVERIFY(!model().recovered(cell(1, "relearn")));
        const auto tip = cell(0, "view").data(Qt::ToolTipRole).toString();
        QVERIFY2(tip.contains("crop: 6 %") && tip.contains("N 20 answers about 4 entities"), qPrintable(tip));
    }

    void theTimelineDecidesTheStage() {
        m_workspace->setStage(1);
        m_view->refreshNow();
        QCOMPARE(cell(0, "relearn").data().toString(), QString("not run"));  // tried at stage 2 alone
        m_workspace->setStage(0);
        m_view->refreshNow();
        QVERIFY(model().missing().empty());
        QVERIFY(!button("Run all")->isEnabled());
    }

    void runAllAsksForWhatIsMissing() {
        QSignalSpy wanted(m_view.get(), &AttacksView::attacksWanted);
        QVERIFY(button("Run all")->isEnabled());
        button("Run all")->click();
        QCOMPARE(wanted.size(), 1);
        const auto all = wanted[0][0].value<std::vector<WantedAttacks>>();
        QCOMPARE(all.size(), std::size_t{2});
        QCOMPARE(all[0].run.string(), std::string("/runs/gd-AB"));
        QCOMPARE(all[0].attacks.size(), attackRows().size() - 4);
        QCOMPARE(all[1].attacks.size(), attackRows().size());
        QCOMPARE(all[0].stage, 2);
    }

    void whatIsAskedForWaitsAndComes() {
        m_view->results().setWaiting({{"/runs/lumoe-AB", 2, {"relearn"}}});
        m_view->refreshNow();
        QVERIFY(model().state(cell(1, "relearn")) == AttackState::Waiting);
        QVERIFY(!button("Stop")->isHidden());
        QSignalSpy stop(m_view.get(), &AttacksView::stopWanted);
        button("Stop")->click();
        QCOMPARE(stop.size(), 1);
        m_view->results().append("/runs/lumoe-AB", attackedLog(20, true));
        m_view->refreshNow();
        QCOMPARE(cell(1, "relearn").data().toString(), QString("100 %"));
        m_view->results().setWaiting({});
        m_view->refreshNow();
        QVERIFY(button("Stop")->isHidden());
    }

    void timeIsForetoldFromWhatWasTimed() {
        QVERIFY2(m_view->foretold().startsWith("about"), qPrintable(m_view->foretold()));
        m_view->results().set("/runs/gd-AB", {});
        m_view->refreshNow();
        QVERIFY2(m_view->foretold().contains("no time is known"), qPrintable(m_view->foretold()));
    }

    void aRunThatHasNotComeToTheStageIsNotDone() {
        auto young = exampleRun("npo", "AB", 2);
        young.requests = attackableRun("npo", 0.5).requests;
        m_workspace->addRun(young);
        m_workspace->selectRun(2);
        m_view->findChild<QComboBox*>()->setCurrentIndex(1);  // the chosen run alone
        m_view->refreshNow();
        QVERIFY(!button("Run all")->isEnabled());
        QCOMPARE(m_view->foretold(), QString("no such run has come to this stage yet"));
    }

    void anEngineThatIsMissingIsSaid() {
        m_view->setEngineProblem("The engine could not be loaded.");
        QVERIFY(!button("Run all")->isEnabled());
        QCOMPARE(m_view->foretold(), QString("The engine could not be loaded."));
    }

    void enterRunsACellAndNoOther() {
        auto* table = m_view->findChild<AttackTableView*>();
        QSignalSpy wanted(m_view.get(), &AttacksView::attacksWanted);
        table->setCurrentIndex(cell(0, "relearn"));
        QTest::keyClick(table, Qt::Key_Return);
        QCOMPARE(wanted.size(), 0);
        table->setCurrentIndex(cell(1, "quantize"));
        QTest::keyClick(table, Qt::Key_Return);
        QCOMPARE(wanted.size(), 1);
        const auto one = wanted[0][0].value<std::vector<WantedAttacks>>();
        QVERIFY(one.size() == 1 && one[0].attacks == std::vector<std::string>{"quantize"});
    }

    void theEntitysAnswerStandsUnderEachAttack() {
        auto* answers = m_view->findChild<AttackAnswers*>();
        m_workspace->selectRun(0);
        m_workspace->selectEntity("Anteli");
        m_view->refreshNow();
        QCOMPARE(answers->lines().size(), std::size_t{5});  // of the refused attack there is none
        QCOMPARE(answers->lines()[0].attack, QString("original model"));
        QVERIFY(answers->lines()[1].verdict == Verdict::Knows);
        QVERIFY2(answers->title().contains("Anteli, asked “What is this?”"), qPrintable(answers->title()));
        m_workspace->selectEntity("Cedrith");
        m_view->refreshNow();
        QVERIFY(answers->lines().empty() && answers->title().contains("Cedrith"));
    }

    void theQuadrantHoldsWhatWasAttacked() {
        auto* quadrant = m_view->findChild<QuadrantPlot*>();
        QCOMPARE(quadrant->dots().size(), std::size_t{1});
        QVERIFY(std::abs(quadrant->dots()[0].lost - (1 - 0.3 / 0.9)) < 1e-9);
        QVERIFY(std::abs(quadrant->dots()[0].back - 0.5) < 1e-9);
        QSignalSpy picked(quadrant, &QuadrantPlot::runPicked);
        QTest::mouseClick(quadrant, Qt::LeftButton, {}, quadrant->placeOf(0).toPoint());
        QCOMPARE(picked.size(), 1);
        m_view->results().set("/runs/lumoe-AB", attackedLog(18, true));
        m_view->refreshNow();
        QCOMPARE(quadrant->dots().size(), std::size_t{2});
        QVERIFY(quadrant->placeOf(1).y() < quadrant->placeOf(0).y());  // more comes back
        QVERIFY(quadrant->placeOf(1).x() < quadrant->placeOf(0).x());  // less was lost
    }

    void benignCurvesBeginAtNothing() {
        auto* plot = m_view->findChild<BenignPlot*>();
        QCOMPARE(plot->lines().size(), std::size_t{2});
        QCOMPARE(plot->lines()[0].points.size(), std::size_t{6});
        QCOMPARE(plot->lines()[0].points.front(), (std::pair<double, double>(0, 0)));
        QCOMPARE(plot->lines()[0].points.back().first, 1000.0);
    }

    void theTableIsCopiedAndTheFigureSaved() {
        m_view->copy();
        QVERIFY(QGuiApplication::clipboard()->text().contains("| 50 % ["));
        for (const char* name : {"a.png", "a.svg"}) {
            const auto file = m_folder.filePath(name);
            QVERIFY(m_view->writeFigure(file));
            QVERIFY(QFile(file).size() > 1000);
        }
        QVERIFY(!m_view->writeFigure("/nowhere/at/all.png"));
    }

    /// LACUNA_SCREENSHOTS=DIR keeps the pictures for the eye.
    void fitsEverySize_data() {
        QTest::addColumn<QSize>("size");
        QTest::addColumn<bool>("dark");
        for (const bool dark : {false, true})
            for (const auto& [name, size] :
                 {std::pair("1440x900", QSize(1176, 734)), std::pair("1024x700", QSize(760, 534))})
                QTest::addRow("%s-%s", name, dark ? "dark" : "light") << size << dark;
    }
    void fitsEverySize() {
        QFETCH(QSize, size);
        QFETCH(bool, dark);
        Theme::instance().apply(dark ? Theme::Mode::Dark : Theme::Mode::Light);
        m_view->results().set("/runs/lumoe-AB", attackedLog(18, true));
        m_workspace->selectEntity("Anteli");
        m_view->resize(size);
        m_view->refreshNow();
        QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
        const QSize smallest = m_view->minimumSizeHint();
        QVERIFY2(smallest.width() <= size.width() && smallest.height() <= size.height(),
                 qPrintable(QString("needs %1×%2").arg(smallest.width()).arg(smallest.height())));
        QTest::qWait(30);
        if (const auto folder = qEnvironmentVariable("LACUNA_SCREENSHOTS"); !folder.isEmpty()) {
            QDir().mkpath(folder);
            QVERIFY(m_view->grab().save(QDir(folder).filePath(QString("attacks-%1.png").arg(QTest::currentDataTag()))));
        }
    }
};

LACUNA_TEST(AttacksViewTest)
#include "attacks_view_test.moc"
