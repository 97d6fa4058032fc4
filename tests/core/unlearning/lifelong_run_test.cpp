// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/lifelong_run.h"

#include "core/base/error.h"
#include "core/base/interruption.h"
#include "core/catalog/gates.h"
#include "core/catalog/methods.h"
#include "core/unlearning/best_state.h"
#include "tests/common/test_registry.h"
#include "tests/common/tiny_world.h"

#include <QtTest>

#include <cmath>
#include <functional>
#include <set>
#include <utility>

using namespace lacuna;
namespace fs = std::filesystem;

namespace {

class Recorder final : public RunObserver {
public:
    std::vector<StepRow> steps;
    std::vector<AnswerRow> answers;
    std::vector<CellRow> cells;
    std::vector<LookRow> looks;
    std::vector<int> stages;
    std::vector<std::array<std::int64_t, 3>> trained;  ///< stage, steps done, steps planned
    void rowsCame(const RunRows& rows) override {
        for (std::size_t i = 0; i < rows.steps.size(); ++i)
            steps.push_back(rows.steps.row(i));
        answers.insert(answers.end(), rows.answers.begin(), rows.answers.end());
        cells.insert(cells.end(), rows.cells.begin(), rows.cells.end());
        looks.insert(looks.end(), rows.looks.begin(), rows.looks.end());
    }
    void requestTrained(int stage, std::int64_t done, std::int64_t planned) override {
        trained.push_back({stage, done, planned});
    }
    void stageDone(int stage) override { stages.push_back(stage); }
};

/// Stops, or asks once for the next request, when `recorder` holds so many steps.
class Control final : public RunControl {
public:
    explicit Control(const Recorder& recorder) : m_recorder(recorder) {}
    int stopAfter = -1, skipAfter = -1;
    int stopWithin = -1;  ///< at the call of `within` of that number
    int withins = 0;
    bool reachedEnd = false;
    std::vector<std::string> notes;
    std::function<void()> onMeasuring = {};
    std::function<void(std::size_t)> onStep = {};  ///< before each, with how many were made
    double share = 0;
    std::vector<double> shares, secondsLeft;
    Decision betweenSteps() override {
        const auto steps = static_cast<int>(m_recorder.steps.size());
        if (onStep)
            onStep(m_recorder.steps.size());
        if (steps == stopAfter)
            return Decision::Stop;
        if (steps != skipAfter)
            return Decision::GoOn;
        skipAfter = -1;
        return Decision::NextRequest;
    }
    void within() override {
        const int call = withins++;
        if (stopWithin >= 0 && call >= stopWithin)
            throw Cancelled{};
    }
    void progress(int, RunPhase phase, const Progress& progress) override {
        QVERIFY(progress.done >= 0);
        QVERIFY(progress.done <= progress.total);
        const double now = static_cast<double>(progress.done) / static_cast<double>(progress.total);
        QVERIFY(now >= share);
        share = now;
        shares.push_back(now);
        secondsLeft.push_back(progress.secondsLeft);
        reachedEnd = progress.done == progress.total;
        if (onMeasuring && phase == RunPhase::Measuring)
            onMeasuring();
    }
    void note(const std::string& text) override { notes.push_back(text); }

private:
    const Recorder& m_recorder;
};

}  // namespace

class LifelongRunTest : public QObject {
    Q_OBJECT
    std::unique_ptr<testing::TinyWorld> m_world;
    std::unique_ptr<Evaluator> m_evaluator;

    static constexpr const char* looking = "looking";

    RunInputs inputs(const char* run) {
        const auto folder = m_world->path() / run;
        fs::create_directories(folder);
        return {*m_world->model, m_world->benchmark, *m_world->features, *m_evaluator, folder};
    }
    /// "gd", or with what is trained: "gd both"; or with another arrangement: "npo experts"; or "gd looking".
    static RunSpec spec(const std::string& asked) {
        RunSpec spec;
        spec.method = asked.substr(0, asked.find(' '));
        spec.name = spec.method;
        if (spec.method != asked) {
            const auto other = asked.substr(asked.find(' ') + 1);
            const bool part = std::any_of(trainedRows().begin(), trainedRows().end(),
                                          [&](const auto& row) { return row.id == other; });
            const bool input = other == "text" || other == "picture";
            if (other != looking)
                (part ? spec.train : input ? spec.inputs : spec.arrangement) = other;
        }
        if (combinationOf(choicesOf(spec)).arrangement->trains)
            spec.parameters = {{"batch", 6}, {"epochs", 2}, {"lr", 0.01}};
        if (asked.ends_with(looking))
            spec.parameters["look_every"] = 2;
        if (const auto combination = combinationOf(choicesOf(spec)); findParameter(combination.parameters, "layer"))
            spec.parameters["layer"] = 1;  // the model has two
        return checkedRunSpec(spec);
    }

    ResolvedRun resolved(const RunSpec& spec) const { return resolvedRun(m_world->benchmark, spec); }

private slots:
    void initTestCase() {
        m_world = testing::makeTinyWorld();
        auto stranger = m_world->benchmark.entities.front();
        stranger.id = "stranger";
        for (auto& view : stranger.views)
            view.image = "stranger.png";
        cv::imwrite((m_world->path() / "stranger.png").string(), cv::Mat(16, 16, CV_8UC3, cv::Scalar(120, 40, 160)));
        m_world->benchmark.bystanders = {stranger};
        m_world->features->addBenchmark(m_world->benchmark);
        m_evaluator = std::make_unique<Evaluator>(*m_world->model, m_world->benchmark, *m_world->features, "default");
    }

    void gradientCheckpointingChangesNoNumber() {
        const auto trained = [&](bool checkpointing) {
            auto asked = spec("kl");
            asked.parameters["lora_dropout"] = 0.2;
            asked.gradientCheckpointing = checkpointing;
            Recorder recorder;
            Control control(recorder);
            LifelongRun run(inputs(checkpointing ? "recomputed" : "kept"), resolved(asked), recorder, control);
            run.run();
            std::vector<double> losses;
            for (const auto& step : recorder.steps)
                losses.push_back(step.loss);
            return losses;
        };
        QCOMPARE(trained(true), trained(false));
    }

    void measuresEveryTaskAtEveryStage_data() {
        QTest::addColumn<QString>("method");
        for (const auto& row : methodRows())
            if (!arrangementRow(row.arrangement).given)  // given_stages_test
                QTest::newRow(row.id.c_str()) << QString::fromStdString(row.id);
        for (const char* changed : {"gd both", "ga vision", "npo projector", "kl sine", "lumoe vision", "merge both",
                                    "npo experts", "gd shared", "gd text", "kl picture", "kl orthogonal", "po merged"})
            QTest::newRow(changed) << changed;
    }
    void measuresEveryTaskAtEveryStage() {
        QFETCH(QString, method);
        Recorder recorder;
        Control control(recorder);
        const auto in = inputs(qPrintable("whole-" + method));
        LifelongRun run(in, resolved(spec(method.toStdString())), recorder, control);
        QCOMPARE(run.run(), LifelongRun::Outcome::Finished);
        QCOMPARE(recorder.stages, (std::vector<int>{0, 1, 2}));
        QVERIFY(control.reachedEnd);
        // Epochs × ⌈16 / 6⌉, then epochs × ⌈8 / 6⌉, or × ⌈24 / 6⌉ for both requests together.
        const auto what = resolved(spec(method.toStdString()));
        QCOMPARE(recorder.steps.size(), std::size_t{!what.arrangement->trains          ? 0U
                                                    : what.arrangement->trainsAllSoFar ? 14U
                                                                                       : 10U});
        for (int stage = 0; stage <= 2; ++stage)
            for (int task = 0; task < 2; ++task)
                for (const auto split : {Split::Forget, Split::Retain})
                    QVERIFY(std::any_of(recorder.cells.begin(), recorder.cells.end(), [&](const auto& cell) {
                        return cell.stage == stage && cell.task == task && cell.split == split &&
                               cell.metric == "exact";
                    }));
        for (const auto& step : recorder.steps) {
            QVERIFY(std::isfinite(step.loss));
            QCOMPARE(std::isnan(step.retainLoss), !what.objective->usesRetain);
        }
        // What was archived answers as what was measured.
        const auto archived = StageModel::open(in, resolved(spec(method.toStdString())), 2);
        const auto again =
            m_evaluator->measure(archived.subject(), requestRows(m_world->benchmark, m_world->benchmark.requests), 2,
                                 {}, archived.subject().hasGate());
        const std::vector<AnswerRow> measured(
            recorder.answers.end() - static_cast<std::ptrdiff_t>(again.answers.size()), recorder.answers.end());
        QCOMPARE(again.answers, measured);
    }

    void goesOnWithTheSameBitsWhereverItWasStopped_data() {
        QTest::addColumn<QString>("method");
        QTest::addColumn<int>("stop");
        QTest::newRow("kl, in the first request") << "kl" << 4;
        QTest::newRow("npo, at the border of requests") << "npo" << 6;
        QTest::newRow("lumoe, in the second request") << "lumoe" << 8;
        QTest::newRow("npo with tower and projector, in the second request") << "npo both" << 8;
        QTest::newRow("po, before the first step") << "po" << 0;
        // What they look at beforehand is looked at anew.
        QTest::newRow("mmunlearner, in the second request") << "mmunlearner" << 8;
        QTest::newRow("cmju, in the second request") << "cmju" << 8;
        QTest::newRow("rmu, in the second request") << "rmu" << 8;
        QTest::newRow("asru, in the second request") << "asru" << 8;
        QTest::newRow("o3, in the second request") << "o3" << 8;
        QTest::newRow("ortho, in the second request") << "ortho" << 8;
        QTest::newRow("shared, in the second request") << "shared" << 9;
        QTest::newRow("looking, in the first request") << "gd looking" << 3;
        QTest::newRow("looking, after a look") << "kl looking" << 8;
        QTest::newRow("sine, in the second request") << "sine" << 8;
        QTest::newRow("core, in the second request") << "core" << 8;
    }
    void goesOnWithTheSameBitsWhereverItWasStopped() {
        QFETCH(QString, method);
        QFETCH(int, stop);
        const auto wanted = spec(method.toStdString());
        Recorder whole;
        Control undisturbed(whole);
        LifelongRun(inputs(qPrintable("undisturbed-" + method)), resolved(wanted), whole, undisturbed).run();

        const auto in = inputs(qPrintable("stopped-" + method));
        Recorder parts;
        Control stopping(parts);
        stopping.stopAfter = stop;
        QCOMPARE(LifelongRun(in, resolved(wanted), parts, stopping).run(), LifelongRun::Outcome::Stopped);
        QCOMPARE(parts.steps.size(), static_cast<std::size_t>(stop));
        const auto checkpoint = loadCheckpoint(in.folder / "checkpoint");
        QVERIFY(checkpoint.has_value());
        Control resumed(parts);
        QCOMPARE(LifelongRun(in, resolved(wanted), parts, resumed).run(checkpoint->stage, checkpoint),
                 LifelongRun::Outcome::Finished);
        // Progress goes on where it was, and knows from the start how long the rest takes.
        QVERIFY(stopping.shares.back() > 0);
        QVERIFY(resumed.shares.front() >= stopping.shares.back());
        QVERIFY(resumed.reachedEnd);
        QCOMPARE(resumed.secondsLeft.front() >= 0, stop > 0);

        QCOMPARE(parts.steps.size(), whole.steps.size());
        for (std::size_t i = 0; i < whole.steps.size(); ++i) {
            QCOMPARE(parts.steps[i].loss, whole.steps[i].loss);
            QCOMPARE(parts.steps[i].gradNorm, whole.steps[i].gradNorm);
        }
        QCOMPARE(parts.answers, whole.answers);
        QCOMPARE(parts.cells, whole.cells);
        QCOMPARE(parts.looks, whole.looks);
    }

    void whatAMethodNeedsAndIsNotThereIsSaidBeforeAnythingIsAsked() {
        Recorder recorder;
        Control control(recorder);
        const auto refusal = [&](const RunSpec& wanted) {
            try {
                LifelongRun(inputs("refused"), resolved(wanted), recorder, control);
            } catch (const Error& error) {
                return error.kind() == ErrorKind::Input ? QString(error.what()) : QString();
            }
            return QString();
        };
        auto deep = spec("rmu");
        deep.parameters["layer"] = 7;
        QVERIFY2(refusal(deep).startsWith("RMU looks behind decoder layer 7"), qPrintable(refusal(deep)));
        const auto strangers = std::exchange(m_world->benchmark.bystanders, {});
        const auto alone = refusal(spec("asru"));
        m_world->benchmark.bystanders = strangers;
        QVERIFY2(alone.startsWith("ASRU needs pictures of entities that nobody asked about"), qPrintable(alone));
        const auto kept = std::exchange(m_world->benchmark.requests[1].retain, {});
        const auto without = refusal(spec("simnpo"));
        m_world->benchmark.requests[1].retain = kept;
        QVERIFY2(without.startsWith("SimNPO needs a retain set"), qPrintable(without));
        QVERIFY(refusal(spec("ga")).isEmpty());
    }

    void takesTheRequestsInAnyOrder() {
        auto wanted = spec("po");
        wanted.order = {"B", "A"};
        Recorder recorder;
        Control control(recorder);
        LifelongRun(inputs("order"), resolved(wanted), recorder, control).run();
        // Task 0 of this run is request B: its forget set is Ilse.
        for (const auto& answer : recorder.answers)
            if (answer.task == 0 && answer.split == Split::Forget)
                QCOMPARE(answer.entity, std::string("ilse"));
        wanted.order = {"B", "Z"};
        QVERIFY_EXCEPTION_THROWN(LifelongRun(inputs("unknown"), resolved(wanted), recorder, control), Error);
    }

    void skipsToTheNextRequestAndMeasuresIt() {
        Recorder recorder;
        Control control(recorder);
        control.skipAfter = 2;
        QCOMPARE(LifelongRun(inputs("skip"), resolved(spec("gd")), recorder, control).run(),
                 LifelongRun::Outcome::Finished);
        QCOMPARE(recorder.stages, (std::vector<int>{0, 1, 2}));
        QCOMPARE(
            std::count_if(recorder.steps.begin(), recorder.steps.end(), [](const auto& s) { return s.stage == 1; }), 2);
        QCOMPARE(recorder.trained, (std::vector<std::array<std::int64_t, 3>>{{1, 2, 6}, {2, 4, 4}}));
        QVERIFY(control.reachedEnd);
    }

    /// Before a request, while the original model's outputs are made, and while it is asked: wherever `within` is
    /// called.
    void stopsWithinWhatHasNoSteps() {
        const auto wanted = spec("kl looking");
        Recorder whole;
        Control counting(whole);
        LifelongRun(inputs("within-whole"), resolved(wanted), whole, counting).run();
        QVERIFY2(counting.withins >= 2 + 2 * 2, "before each request and in its reference; and while it is measured");
        for (int at = 0; at < counting.withins; at += 1 + counting.withins / 12) {
            const auto in = inputs(qPrintable(QString("within-%1").arg(at)));
            Recorder parts;
            Control stopping(parts);
            stopping.stopWithin = at;
            QCOMPARE(LifelongRun(in, resolved(wanted), parts, stopping).run(), LifelongRun::Outcome::Stopped);
            // Within a layer it waits for the next one: there nothing may be thrown.
            QVERIFY2(stopping.withins > at && stopping.withins <= at + 10, std::to_string(stopping.withins).c_str());
            Control resumed(parts);
            const auto first = static_cast<int>(parts.stages.size());
            const auto checkpoint = loadCheckpoint(in.folder / "checkpoint");
            LifelongRun(in, resolved(wanted), parts, resumed)
                .run(first, checkpoint, checkpoint ? checkpoint->elapsedS : 0, stopping.share);
            QVERIFY(resumed.shares.front() >= stopping.share);
            QCOMPARE(parts.cells, whole.cells);
            QCOMPARE(parts.answers, whole.answers);
            QCOMPARE(parts.steps.size(), whole.steps.size());
        }
    }

    void aLossThatIsNoNumberSaysWhatToDoAndTouchesNothing() {
        auto adapter = makeAdapter(m_world->model->network->config().text, 2, 4, 1, m_world->model->network->options());
        const auto before = adapter.clone();
        TrainingSets sets{{{"Who is this?", "Velda Marrow", 0}},
                          {},
                          {at::full_like(m_world->features->projected().rows(), std::nan("")),
                           m_world->features->projected().begins()}};
        const auto values = methodParameters(methodRow("ga"), "small");
        Trainer trainer(*m_world->model, sets, makeObjective("ga", values), values, adapter,
                        {.method = "GA", .seed = 1});
        try {
            trainer.step();
            QFAIL("no error");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Input);
            QVERIFY(QString(error.what()).contains("learning rate"));
        }
        const auto after = adapter.parameters();
        for (std::size_t i = 0; i < after.size(); ++i)
            QVERIFY(at::equal(after[i], before.parameters()[i]));
    }

    void theReferenceIsTheOriginalModelUnlessItMayDrift() {
        for (const double drifts : {0.0, 1.0}) {
            auto wanted = spec("npo");
            wanted.parameters["reference_drifts"] = drifts;
            Recorder recorder;
            Control control(recorder);
            LifelongRun(inputs(drifts > 0 ? "drifting" : "faithful"), resolved(wanted), recorder, control).run();
            for (const int stage : {1, 2}) {
                const auto first = std::find_if(recorder.steps.begin(), recorder.steps.end(),
                                                [&](const auto& step) { return step.stage == stage; });
                // A model that is its own reference: −(2/β)·log σ(0).
                const bool own = std::abs(first->loss - 2 / 0.1 * std::log(2.0)) < 1e-3;
                QCOMPARE(own, stage == 1 || drifts > 0);
            }
        }
    }

    void anEmptySetIsNamedBeforeAnythingIsTrained() {
        auto adapter = makeAdapter(m_world->model->network->config().text, 2, 4, 1, m_world->model->network->options());
        const auto values = methodParameters(methodRow("gd"), "small");
        const TrainingSets noRetain{{{"Who is this?", "Velda Marrow", 0}}, {}, m_world->features->projected()};
        QVERIFY_EXCEPTION_THROWN(Trainer(*m_world->model, noRetain, makeObjective("gd", values), values, adapter, {}),
                                 Error);
        QVERIFY_EXCEPTION_THROWN(Trainer(*m_world->model, {{}, {}, m_world->features->projected()},
                                         makeObjective("ga", values), values, adapter, {}),
                                 Error);
    }

    void trainsWhatIsAskedForInACopy() {
        const auto weights = [&] {
            std::vector<at::Tensor> all;
            for (const auto& [name, weight] : m_world->model->network->weights())
                all.push_back(weight.clone());
            return all;
        };
        const auto before = weights();
        for (const std::string parts : {"language", "vision", "both"}) {
            Recorder recorder;
            Control control(recorder);
            const auto in = inputs(("trains-" + parts).c_str());
            LifelongRun(in, resolved(spec("gd " + parts)), recorder, control).run();
            const auto adapter = m_world->model->network->readAdapter(in.folder / "adapters" / "stage-001");
            const bool decoder = std::any_of(adapter.layers.begin(), adapter.layers.end(), [](const auto& layer) {
                return layer.front().b.any().template item<bool>();
            });
            QCOMPARE(decoder, parts != "vision");
            QCOMPARE(adapter.projector.empty(), parts == "language");
            QCOMPARE(adapter.tower.empty(), parts == "language");
            const auto moved = [&](const AdapterPart& part, const std::string& name) {
                return !at::equal(part.modules.at(name), m_world->model->network->weights().at(name));
            };
            if (parts != "language")
                QVERIFY(moved(adapter.projector, "multi_modal_projector.linear_1.weight") &&
                        moved(adapter.tower, "vision_tower.vision_model.embeddings.patch_embedding.weight"));
        }
        const auto after = weights();
        for (std::size_t i = 0; i < before.size(); ++i)
            QVERIFY(at::equal(before[i], after[i]));
    }

    void looksAtQuestionsThatNoStageIsMeasuredBy() {
        const auto& request = m_world->benchmark.requests.front();
        const auto& plan = m_evaluator->plan();
        const auto slice = heldOutSlice(m_world->benchmark, plan, request, 3);
        QCOMPARE(slice.forget.size(), std::size_t{3});
        QCOMPARE(slice.retain.size(), std::size_t{3});
        std::set<int> asked;
        for (const auto& probe : slice.forget) {
            asked.insert(probe.entity);
            QVERIFY(std::find(plan.probes.begin(), plan.probes.end(), probe) == plan.probes.end());
            const auto& entity = m_world->benchmark.entities[static_cast<std::size_t>(probe.entity)];
            QVERIFY(entity.views[static_cast<std::size_t>(probe.view)].heldOut);
        }
        QCOMPARE(asked, (std::set<int>{0, 1}));
        for (const auto& probe : slice.retain)
            QCOMPARE(probe.entity, 2);
        // Where the plan asks everything, its own are all there is.
        const auto full = makePlan(m_world->benchmark, "full");
        QCOMPARE(heldOutSlice(m_world->benchmark, full, request).retain.size(), std::size_t{8});
    }

    void theBestStateOfARequestIsItsModel() {
        auto wanted = spec("gd looking");
        wanted.parameters["lr"] = 0.03;
        wanted.parameters["look_every"] = 1;
        wanted.parameters["look_weight"] = 0.2;  // nothing forgotten yet is then the best, and the end is not
        Recorder recorder;
        Control control(recorder);
        const auto in = inputs("best");
        LifelongRun(in, resolved(wanted), recorder, control).run();
        QCOMPARE(recorder.looks.size(), recorder.steps.size());
        const auto run = resolved(wanted);
        const auto adapter = m_world->model->network->readAdapter(in.folder / "adapters" / "stage-001");
        double highest = -1;
        std::int64_t step = -1, last = 0;
        for (const auto& look : recorder.looks)
            if (look.stage == 1) {
                QVERIFY(std::abs(look.value - (0.2 * look.forgetQuality + 0.8 * look.utility)) < 1e-12);
                QCOMPARE(look.best, look.value > highest);
                if (look.best)
                    step = look.step;
                highest = std::max(highest, look.value);
                last = look.step;
            }
        QVERIFY2(step < last, "it was to be in the middle");
        BestState again(*m_evaluator, m_world->benchmark, run, 1);
        QCOMPARE(again.look(PlainSubject(&adapter), {}, 1).value, highest);
        QCOMPARE(QString::fromStdString(control.notes.front()).section(',', 0, 0),
                 QString("Request A: the state after step %1 of 6 is kept").arg(step + 1));
        QCOMPARE(recorder.trained.front(), (std::array<std::int64_t, 3>{1, 6, 6}));
    }

    void patienceEndsARequestThatGetsNoBetter() {
        auto wanted = spec("lumoe looking");  // behind a gate forget quality decides alone: 1 soon, and never more
        wanted.parameters["look_every"] = 1;
        wanted.parameters["patience"] = 2;
        wanted.parameters["epochs"] = 10;
        wanted.parameters["lr"] = 0.05;
        Recorder recorder;
        Control control(recorder);
        LifelongRun(inputs("patient"), resolved(wanted), recorder, control).run();
        QCOMPARE(recorder.stages, (std::vector<int>{0, 1, 2}));
        QVERIFY(control.reachedEnd);
        for (const auto& [stage, done, planned] : recorder.trained)
            QVERIFY(done < planned);
        for (const auto& look : recorder.looks) {
            QVERIFY(std::isnan(look.utility));
            QCOMPARE(look.value, look.forgetQuality);
        }
        const auto& looks = recorder.looks;
        QVERIFY(!looks.back().best && !looks[looks.size() - 2].best && looks[looks.size() - 3].best);
    }

    /// The model's head is broken by hand: how long training would take to diverge is anybody's guess.
    void divergenceKeepsTheLastGoodState_data() {
        QTest::addColumn<QString>("method");
        QTest::newRow("it ends the run, which can go on") << "gd";
        QTest::newRow("the best state is taken") << "gd looking";
    }
    void divergenceKeepsTheLastGoodState() {
        QFETCH(QString, method);
        const auto wanted = spec(method.toStdString());
        auto head = m_world->model->network->weights().at("language_model.lm_head.weight");
        const auto whole = head.clone();
        const auto in = inputs(qPrintable("diverges-" + method));
        Recorder recorder;
        Control control(recorder);
        bool broken = false;
        control.onStep = [&](std::size_t steps) {
            if (steps == 4 && !std::exchange(broken, true))
                head.fill_(std::nan(""));
        };
        control.onMeasuring = [&] { head.copy_(whole); };
        QString said;
        try {
            LifelongRun(in, resolved(wanted), recorder, control).run();
        } catch (const Error& error) {
            said = error.what();
        }
        head.copy_(whole);
        if (method == "gd") {
            QVERIFY2(said.contains("clip the gradient") && said.endsWith("goes on with the state after step 3."),
                     qPrintable(said));
            const auto checkpoint = loadCheckpoint(in.folder / "checkpoint");
            QVERIFY(checkpoint && checkpoint->trained && checkpoint->step == 3);
            LifelongRun(in, resolved(wanted), recorder, control).run(1, checkpoint);
            QCOMPARE(recorder.trained.front(), (std::array<std::int64_t, 3>{1, 3, 6}));
        } else {
            QVERIFY(said.isEmpty());
            QVERIFY(control.notes.front().starts_with("Step 4 of GD"));
            QCOMPARE(recorder.trained.front(), (std::array<std::int64_t, 3>{1, 3, 6}));
        }
        QCOMPARE(recorder.stages, (std::vector<int>{0, 1, 2}));
        for (const auto& answer : recorder.answers)
            QVERIFY(std::isfinite(answer.probability));
    }

    /// The gate of an archived stage is the file's, also when today's would be made of other pictures.
    void anArchivedStageRoutesAsItWasMeasured() {
        for (const auto& kind : gateRows()) {
            const auto& gate = kind.id;
            if (gateFactory(gate).check || kind.asksService)  // here is not what it routes by
                continue;
            auto asked = spec("lumoe");
            asked.gate = gate;
            asked.gateParameters.clear();
            Recorder recorder;
            Control control(recorder);
            auto in = inputs(("archived-" + gate).c_str());
            LifelongRun(in, resolved(asked), recorder, control).run();
            auto changed = m_world->benchmark;
            for (auto& entity : changed.entities)
                for (std::size_t view = 0; view < entity.views.size(); ++view)
                    entity.views[view].heldOut = view != 5;
            const RunInputs now{in.model, changed, in.features, in.evaluator, in.folder};
            int routed = 0;
            for (int stage = 1; stage <= 2; ++stage) {
                const auto opened = StageModel::open(now, resolved(asked), stage);
                QVERIFY(opened.note().empty());
                for (const auto& row : recorder.answers) {
                    if (row.stage != stage)
                        continue;
                    const auto picture = in.features.row(m_world->benchmark.folder / row.image);
                    const auto route = opened.subject().route({{picture, row.entity}}).front();
                    QCOMPARE(opened.subject().routeName(route), row.gateChoice);
                    QVERIFY(route.threshold == row.gateThreshold && route.abstained == row.abstained);
                    QVERIFY(std::abs(route.score - row.gateScore) < 1e-6);  // alone, not in a batch
                    ++routed;
                }
            }
            QVERIFY(routed > 20);
            fs::remove(in.folder / "adapters/stage-002/gate.safetensors");
            QVERIFY_THROWS_EXCEPTION(Error, StageModel::open(now, resolved(asked), 2));
        }
    }

    void theBaseNeverChanges() {
        const auto before = m_world->model->network->weights().begin()->second.clone();
        Recorder recorder;
        Control control(recorder);
        LifelongRun(inputs("base"), resolved(spec("ga")), recorder, control).run();
        QVERIFY(at::equal(before, m_world->model->network->weights().begin()->second));
    }
};

LACUNA_TEST(LifelongRunTest)
#include "lifelong_run_test.moc"
