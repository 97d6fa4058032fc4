// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/entities/entities_model.h"

#include "tests/common/test_registry.h"
#include "tests/widgets/common/example_runs.h"
#include "widgets/entities/entities_filter.h"

#include <QAbstractItemModelTester>
#include <QMimeData>
#include <QSignalSpy>
#include <QtTest>

using namespace lacuna;
using lacuna::testing::exampleBenchmark;
using lacuna::testing::exampleRun;

class EntitiesModelTest : public QObject {
    Q_OBJECT

    static QStringList names(const QAbstractItemModel& model) {
        QStringList all;
        for (int row = 0; row < model.rowCount(); ++row)
            all << model.index(row, 0).data().toString();
        return all;
    }

private slots:
    void standsUpToTheModelTester() {
        Workspace workspace;
        EntitiesModel model(workspace);
        EntitiesFilter filter;
        filter.setSourceModel(&model);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QAbstractItemModelTester filterTester(&filter, QAbstractItemModelTester::FailureReportingMode::QtTest);
        workspace.setBenchmark(exampleBenchmark());
        workspace.addRun(exampleRun("ga", "AB", 3));
        workspace.setStage(2);
        filter.setText("an");
        filter.setText("");
        workspace.setBenchmark(nullptr);
        QCOMPARE(model.rowCount(), 0);
    }

    void groupsByClassAndPutsBystandersLast() {
        Workspace workspace;
        auto benchmark = exampleBenchmark();
        std::swap(benchmark->entities[1].className, benchmark->entities[4].className);  // classes mixed up in the file
        EntitiesModel model(workspace);
        workspace.setBenchmark(benchmark);
        QStringList classes;
        for (int row = 0; row < model.rowCount(); ++row)
            classes << model.index(row).data(EntitiesModel::ClassRole).toString();
        QCOMPARE(classes,
                 QStringList({"Animals", "Animals", "Animals", "Planets", "Planets", "Planets", "Bystanders"}));
        QCOMPARE(model.indexOf("Esmel").row(), 2);
        QVERIFY(!model.indexOf("Nobody").isValid());
    }

    void saysWhatBecomesOfEach() {
        Workspace workspace;
        EntitiesModel model(workspace);
        workspace.setBenchmark(exampleBenchmark());
        const auto text = [&](const QString& id) { return model.indexOf(id).data(Qt::AccessibleTextRole).toString(); };
        QCOMPARE(text("Anteli"), QString("Anteli, Animals, to be forgotten in request A"));
        QCOMPARE(text("Cedrith"), QString("Cedrith, Animals, retained in request A"));
        QCOMPARE(text("Stranger"), QString("Stranger, Bystanders, never asked"));
        QCOMPARE(model.indexOf("Dorvane").data(EntitiesModel::RequestIndexRole).toInt(), 1);
    }

    void fadesAlongTheTimelineOfTheRunLookedAt() {
        Workspace workspace;
        EntitiesModel model(workspace);
        workspace.setBenchmark(exampleBenchmark());
        const auto gone = [&](const QString& id) {
            return model.indexOf(id).data(EntitiesModel::ForgottenNowRole).toBool();
        };
        workspace.addRun(exampleRun("ga", "AB", 3));
        workspace.addRun(exampleRun("gd", "BA", 3));
        QVERIFY(!gone("Anteli"));
        QSignalSpy changed(&model, &EntitiesModel::dataChanged);
        workspace.setStage(1);
        QCOMPARE(changed.count(), 1);
        QVERIFY(gone("Anteli") && !gone("Dorvane") && !gone("Cedrith"));
        workspace.selectRun(1);
        QVERIFY(!gone("Anteli") && gone("Dorvane"));
        workspace.setShown(1, false);
        QVERIFY(gone("Anteli"));
        workspace.setShowsReference(true);
        QVERIFY(!gone("Anteli"));
    }

    void showsWhatTheChosenRunStillKnowsAtTheChosenStage() {
        const auto answer = [](const std::string& entity, int stage, Verdict verdict) {
            AnswerRow row;
            row.entity = entity;
            row.stage = stage;
            row.verdict = verdict;
            return row;
        };
        Workspace workspace;
        EntitiesModel model(workspace);
        EntitiesFilter filter;
        filter.setSourceModel(&model);
        QAbstractItemModelTester tester(&filter, QAbstractItemModelTester::FailureReportingMode::QtTest);
        workspace.setBenchmark(exampleBenchmark());
        const auto of = [&](const QString& id, int role) { return model.indexOf(id).data(role); };
        QCOMPARE(of("Anteli", EntitiesModel::VerdictRole).toInt(), -1);
        auto ga = exampleRun("ga", "AB", 3), kl = exampleRun("kl", "AB", 3);
        for (const char* name : {"Anteli", "Borrin", "Cedrith"})
            ga.answers.push_back(answer(name, 0, Verdict::Knows));
        ga.answers.push_back(answer("Anteli", 1, Verdict::Knows));
        ga.answers.push_back(answer("Anteli", 1, Verdict::Gibberish));
        ga.answers.push_back(answer("Anteli", 1, Verdict::Gibberish));
        ga.answers.push_back(answer("Anteli", 1, Verdict::Gibberish));
        ga.answers.push_back(answer("Borrin", 1, Verdict::Knows));
        ga.answers.push_back(answer("Cedrith", 1, Verdict::Leaks));
        kl.answers.push_back(answer("Anteli", 1, Verdict::Refuses));
        workspace.addRun(ga);
        workspace.addRun(kl);
        workspace.selectRun(0);
        QCOMPARE(of("Anteli", EntitiesModel::VerdictRole).toInt(), static_cast<int>(Verdict::Knows));
        QCOMPARE(of("Anteli", EntitiesModel::KnownShareRole).toDouble(), 1.0);
        filter.setText("still knows");
        QCOMPARE(filter.rowCount(), 0);  // nobody was asked to be forgotten yet

        workspace.setStage(1);
        QCOMPARE(names(filter), QStringList({"Borrin"}));
        QCOMPARE(of("Anteli", EntitiesModel::VerdictRole).toInt(), static_cast<int>(Verdict::Gibberish));
        QCOMPARE(of("Anteli", EntitiesModel::KnownShareRole).toDouble(), 0.25);
        QCOMPARE(of("Cedrith", EntitiesModel::KnownShareRole).toDouble(), 0.0);
        QCOMPARE(of("Dorvane", EntitiesModel::KnownShareRole).toDouble(), 1.0);  // nobody asked: nothing is known of it
        QVERIFY2(of("Anteli", Qt::ToolTipRole).toString().endsWith("GA, after A: of 4 answers 1 knows, 3 gibberish"),
                 qPrintable(of("Anteli", Qt::ToolTipRole).toString()));
        QVERIFY(of("Dorvane", Qt::ToolTipRole).toString().endsWith("GA, after A: not asked"));
        QCOMPARE(model.standings(), (std::vector<std::pair<QString, int>>{
                                        {"still knows", 1}, {"leaks", 1}, {"gibberish", 1}, {"not asked", 4}}));
        filter.setText("gibberish");
        QCOMPARE(names(filter), QStringList({"Anteli"}));
        workspace.selectRun(1);
        QCOMPARE(filter.rowCount(), 0);
        filter.setText("refuses");
        QCOMPARE(names(filter), QStringList({"Anteli"}));

        // More of them come.
        RunRows rows;
        rows.answers = {answer("Borrin", 1, Verdict::Refuses)};
        workspace.appendRows(1, rows);
        model.follow();
        QCOMPARE(names(filter), QStringList({"Anteli", "Borrin"}));
        QSignalSpy changed(&model, &EntitiesModel::dataChanged);
        workspace.selectEntity("Borrin");
        QCOMPARE(changed.count(), 0);
    }

    void filtersByNameClassAndRequest() {
        Workspace workspace;
        EntitiesModel model(workspace);
        EntitiesFilter filter;
        filter.setSourceModel(&model);
        workspace.setBenchmark(exampleBenchmark());
        filter.setText("ANT");
        QCOMPARE(names(filter), QStringList({"Anteli"}));
        filter.setText("planets retained");
        QCOMPARE(names(filter), QStringList({"Fennow"}));
        filter.setText("forgotten in request a");
        QCOMPARE(names(filter), QStringList({"Anteli", "Borrin"}));
        filter.setText("request b");
        QCOMPARE(names(filter), QStringList({"Dorvane", "Esmel", "Fennow"}));
        filter.setText("never asked");
        QCOMPARE(names(filter), QStringList({"Stranger"}));
        filter.setText("zebra");
        QCOMPARE(filter.rowCount(), 0);
        filter.setText("  ");
        QCOMPARE(filter.rowCount(), 7);
    }

    void canBeDraggedIntoARequest() {
        Workspace workspace;
        EntitiesModel model(workspace);
        workspace.setBenchmark(exampleBenchmark());
        QVERIFY(model.index(0).flags() & Qt::ItemIsDragEnabled);
        const std::unique_ptr<QMimeData> mime(model.mimeData({model.index(0), model.index(3)}));
        QCOMPARE(mime->data(entitiesMime), QByteArray("Anteli\nDorvane"));
        QCOMPARE(mime->text(), QString("Anteli\nDorvane"));
    }
};

LACUNA_TEST(EntitiesModelTest)
#include "entities_model_test.moc"
