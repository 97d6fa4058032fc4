// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/run_names.h"

#include "tests/common/test_registry.h"
#include "tests/widgets/common/example_runs.h"

#include <QtTest>

using namespace lacuna;
using lacuna::testing::exampleRun;

namespace {

QStringList namesIn(const Workspace& workspace) {
    QStringList names;
    for (const auto& name : runNames(workspace))
        names << name.whole();
    return names;
}

}  // namespace

class RunNamesTest : public QObject {
    Q_OBJECT

private slots:
    void theMethodIsEnoughForOneOfAKind() {
        Workspace workspace;
        workspace.addRun(exampleRun("ga", "AB", 3));
        workspace.addRun(exampleRun("gd", "BA", 3));
        QCOMPARE(namesIn(workspace), QStringList({"GA", "GD"}));
    }

    void whatDiffersSetsThemApart() {
        Workspace workspace;
        workspace.addRun(exampleRun("gd", "AB", 3));
        auto other = exampleRun("gd", "BA", 3);
        other.spec.seed = 7;
        workspace.addRun(other);
        QCOMPARE(namesIn(workspace), QStringList({"GD AB seed 42", "GD BA seed 7"}));
    }

    void equalNamesAreToldApartByWhereTheyLie() {
        Workspace workspace;
        for (const char* source : {"/one/runs/gd", "/two/runs/gd", "/two/runs/sent/run.h5", "/two/sent/other.h5"}) {
            auto run = exampleRun("gd", "AB", 3);
            run.name = "gd";
            run.source = source;
            workspace.addRun(run);
        }
        QStringList titles;
        for (int run = 0; run < 4; ++run)
            titles << runTitle(workspace, run);
        QCOMPARE(titles, QStringList({"gd (one/runs)", "gd (two/runs)", "gd (sent)", "gd (other.h5)"}));
        QCOMPARE(namesIn(workspace), QStringList({"GD one/runs", "GD two/runs", "GD sent", "GD other.h5"}));
        workspace.removeRun(1);
        workspace.removeRun(1);
        workspace.removeRun(1);
        QCOMPARE(runTitle(workspace, 0), QString("gd"));
    }

    void whatSomebodyCalledARunIsItsName() {
        Workspace workspace;
        auto run = exampleRun("gd", "AB", 3);
        run.spec.title = "Мой прогон";
        workspace.addRun(run);
        QCOMPARE(namesIn(workspace), QStringList{"GD Мой прогон"});
        QCOMPARE(runTitle(workspace, 0), QString("Мой прогон"));
        auto other = exampleRun("gd", "BA", 3);
        other.spec.title = "GD, slower";  // the method stands before it already
        workspace.addRun(other);
        QCOMPARE(namesIn(workspace), QStringList({"GD Мой прогон", "GD slower"}));
        run.name = "gd-2";
        run.source = "/runs/gd-2";
        workspace.addRun(run);  // twice the same in one folder: the folders' names tell
        QCOMPARE(namesIn(workspace)[2], QString("GD Мой прогон (gd-2)"));
    }

    /// A gate is stored with every run, and means something to those that have one alone.
    void aGateThatNobodyAsksSetsNobodyApart() {
        Workspace workspace;
        for (const char* method : {"npo", "lumoe"})
            for (const char* gate : {"prototype", "relative"}) {
                auto run = exampleRun(method, "AB", 3);
                run.spec.gate = gate;
                run.spec.parameters["lr"] = gate[0] == 'p' ? 0.5 : 0.25;
                run.name += gate;
                run.source = "/runs/" + run.name;
                workspace.addRun(run);
            }
        QCOMPARE(namesIn(workspace),
                 QStringList({"NPO lr=0.5", "NPO lr=0.25", "LUMoE prototype lr=0.5", "LUMoE relative lr=0.25"}));
    }

    void anUnknownOrderRenamesNobody() {
        Workspace workspace;
        workspace.addRun(exampleRun("gd", "AB", 3));
        auto queued = exampleRun("gd", "", 0);
        queued.name = "gd-2";
        queued.source = "/runs/gd-2";
        queued.status = RunStatus::Queued;
        workspace.addRun(queued);
        QCOMPARE(namesIn(workspace),
                 QStringList({"GD AB", "GD 2"}));  // by their folders, as long as nothing else is known
        queued.spec.seed = 7;
        workspace.addRun(queued);
        QCOMPARE(namesIn(workspace), QStringList({"GD seed 42", "GD seed 7"}));
        workspace.addRun(exampleRun("gd", "BA", 3));
        QCOMPARE(namesIn(workspace), QStringList({"GD AB seed 42", "GD seed 7", "GD BA seed 42"}));
    }
};

LACUNA_TEST(RunNamesTest)
#include "run_names_test.moc"
