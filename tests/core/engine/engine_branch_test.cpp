// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
// ctest timeout: 300
#include "core/base/error.h"
#include "core/runs/run_branch.h"
#include "core/runs/run_reader.h"
#include "core/runs/spec_rows.h"
#include "tests/common/test_registry.h"
#include "tests/core/engine/engine_client.h"

#include <QtTest>

#include <algorithm>
#include <set>

using namespace lacuna;
using lacuna::testing::EngineClient;
using How = event::RunEnded::How;
namespace fs = std::filesystem;

/// Runs with requests of their own, and runs that go on from a stage of another.
class EngineBranchTest : public QObject {
    Q_OBJECT
    std::unique_ptr<testing::EngineWorld> m_world;
    std::map<std::string, fs::path> m_parents;
    int m_count = 0;

    fs::path datasets() const { return m_world->tiny->path(); }
    fs::path parent(const std::string& method) {
        auto& folder = m_parents[method];
        if (folder.empty())
            folder = EngineClient(datasets()).finish(m_world->start("parent-" + method, 2, method));
        return folder;
    }
    command::Start branch(const std::string& from, const std::vector<SpecRequest>& more = {}) {
        auto spec = branchedSpec(branchPoint(from), more);
        spec.name = "branch-" + std::to_string(++m_count);
        return {spec, m_world->runs};
    }
    template <typename Row>
    static std::vector<Row> ofStage(const std::vector<Row>& rows, int stage) {
        std::vector<Row> some;
        std::copy_if(rows.begin(), rows.end(), std::back_inserter(some),
                     [&](const auto& row) { return row.stage == stage; });
        return some;
    }
    QString failureOf(const command::Start& start) {
        EngineClient client(datasets());
        return client.awaitEnd(client.send(start)).how == How::Failed ? QString::fromStdString(client.lastFailure())
                                                                      : QString();
    }

private slots:
    void initTestCase() { m_world = std::make_unique<testing::EngineWorld>(); }

    /// What a branch trains and measures is what its parent would have, to the bit.
    void aBranchThatChangesNothingGivesTheSameBits_data() {
        QTest::addColumn<QString>("method");
        for (const char* method : {"kl", "lumoe"})
            QTest::newRow(method) << method;
    }
    void aBranchThatChangesNothingGivesTheSameBits() {
        QFETCH(QString, method);
        const auto from = parent(method.toStdString());
        const auto wanted = readRun(from);
        const auto folder = EngineClient(datasets()).finish(branch(from.string() + "@1"));
        const auto run = readRun(folder);
        QCOMPARE(run.stages, 3);
        QCOMPARE(run.cells, wanted.cells);
        QCOMPARE(run.answers, wanted.answers);
        QVERIFY(std::all_of(run.steps.stage.begin(), run.steps.stage.end(), [](int stage) { return stage == 2; }));
        QCOMPARE(run.steps.loss,
                 std::vector<double>(wanted.steps.loss.end() - static_cast<std::ptrdiff_t>(run.steps.size()),
                                     wanted.steps.loss.end()));
        QCOMPARE(run.requests[0].stepsDone, wanted.requests[0].stepsDone);
        QCOMPARE(run.spec.parent.stage, 1);
    }

    void aRunIsExtendedByNewRequestsAndNeedsItsParentNoLonger() {
        const auto from = fs::path(parent("lumoe").string() + "-moved");
        fs::copy(parent("lumoe"), from, fs::copy_options::recursive);
        const auto forgotten = m_world->tiny->benchmark.entities.back().id;
        fs::path folder;
        {
            EngineClient client(datasets());
            folder = client.finish(branch(from.string(), {{"Z", {forgotten}, {}}}));
        }
        const auto run = readRun(folder), before = readRun(from);
        QCOMPARE(run.stages, 4);
        QCOMPARE(run.requests.back().name, std::string("Z"));
        // Every stage is measured on the new request too, and on the earlier ones as it was there.
        for (int stage = 0; stage < 4; ++stage)
            QVERIFY(std::any_of(run.cells.begin(), run.cells.end(),
                                [&](const auto& cell) { return cell.stage == stage && cell.task == 2; }));
        auto known = ofStage(run.cells, 2);
        std::erase_if(known, [](const auto& cell) { return cell.task == 2; });
        QCOMPARE(known, ofStage(before.cells, 2));
        fs::remove_all(from);
        EngineClient client(datasets());
        auto probe = m_world->probe();
        probe.run = folder;
        probe.stage = 2;
        client.send(probe);
        QVERIFY(!client.await<event::ProbeAnswered>().answer.gateChoice.empty());
    }

    void aStoppedBranchGoesOn() {
        const auto from = parent("kl");
        const auto start = branch(from.string() + "@1");
        {
            EngineClient client(datasets());
            const auto id = client.send(start);
            client.await<event::StageSealed>();
            client.send(command::Stop{});
            QVERIFY(client.awaitEnd(id).how != How::Failed);
        }
        const auto folder = start.runs / start.spec.name;
        if (readManifest(RunFolder::open(folder)).sealed.size() < 3) {
            EngineClient client(datasets());
            QCOMPARE(client.awaitEnd(client.send(command::Resume{folder})).how, How::Finished);
        }
        QCOMPARE(readRun(folder).cells, readRun(from).cells);
    }

    /// Merged adapters by another weight: nothing is trained, everything is measured. The same weight, asked of one
    /// question, says the same.
    void mergedAdaptersAreMeasuredByAnotherWeight() {
        const auto from = parent("merge");
        auto start = branch(from.string());
        start.spec.parameters["lambda"] = 0.125;
        EngineClient client(datasets());
        const auto run = readRun(client.finish(start));
        QCOMPARE(run.stages, 3);
        QVERIFY(run.steps.empty());
        QCOMPARE(run.spec.parameters.at("lambda"), 0.125);
        const auto before = readRun(from);
        QCOMPARE(ofStage(run.answers, 0), ofStage(before.answers, 0));
        QVERIFY(ofStage(run.answers, 2) != ofStage(before.answers, 2));
        const auto& row = ofStage(run.answers, 2).front();
        command::Probe probe{from, 2, m_world->tiny->path() / row.image, row.question, row.truth, {{"lambda", 0.125}}};
        client.send(probe);
        const auto asked = client.await<event::ProbeAnswered>().answer;
        QCOMPARE(asked.answer, row.answer);
        QVERIFY(std::abs(asked.probability - row.probability) < 1e-5);
        // With no adapter at all it is the original model.
        probe.parameters = {{"lambda", 0}};
        client.send(probe);
        QCOMPARE(client.await<event::ProbeAnswered>().answer.answer, ofStage(before.answers, 0).front().answer);
        for (const ParameterValues& wrong : {ParameterValues{{"lambda", std::nan("")}}, {{"lambda", 9}}, {{"lr", 1}}}) {
            probe.parameters = wrong;
            client.send(probe);
            QCOMPARE(client.await<event::Failed>().kind, ErrorKind::Input);
        }
    }

    void onlyWhomTheSpecNamesIsAsked() {
        auto start = m_world->start("own", 1, "gd");
        const auto& entities = m_world->tiny->benchmark.entities;
        start.spec.requests = {{"first", {entities[3].id}, {entities[0].id}},
                               {"second", {entities[0].id}, {entities[1].id}}};
        const auto run = readRun(EngineClient(datasets()).finish(start));
        QCOMPARE(run.stages, 3);
        QCOMPARE(run.spec.order, (std::vector<std::string>{"first", "second"}));
        std::set<std::string> asked;
        for (const auto& row : run.answers)
            asked.insert(row.entity);
        QCOMPARE(asked, (std::set<std::string>{entities[3].id, entities[0].id, entities[1].id}));
    }

    void whatCannotBeIsSaid() {
        const auto from = parent("kl").string();
        for (const auto& text : {from + "@0", from + "@3", from + "@x", std::string("/nowhere@1")})
            QVERIFY_THROWS_EXCEPTION(Error, branchPoint(text));
        QCOMPARE(branchPoint(from).stage, 2);
        auto start = branch(from);  // nothing comes after its last stage
        QVERIFY(failureOf(start).contains("no request behind stage 2"));
        start = branch(from + "@1");
        start.spec.parameters["lora_rank"] = 3;
        QVERIFY(failureOf(start).contains("lora_rank"));
        start = branch(from + "@1");
        setField(start.spec, specRow("method"), "lumoe");
        start.spec.parameters.clear();
        QVERIFY(failureOf(start).contains("arrangement"));
        start = branch(from + "@1");
        std::swap(start.spec.order[0], start.spec.order[1]);
        QVERIFY(failureOf(start).contains("before the branch"));
        start = m_world->start("strange", 1, "gd");
        start.spec.requests = {{"R", {"Nobody"}, {}}};
        QVERIFY(failureOf(start).contains("Nobody"));
    }
};

LACUNA_TEST(EngineBranchTest)
#include "engine_branch_test.moc"
