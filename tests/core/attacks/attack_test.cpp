// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
// ctest timeout: 300
#include "core/attacks/attack.h"

#include "core/attacks/benign.h"
#include "core/attacks/mount.h"
#include "core/base/error.h"
#include "core/catalog/attacks.h"
#include "core/engine/worker/workplace.h"
#include "core/evaluation/fronted_pictures.h"
#include "core/evaluation/scoring.h"
#include "core/images/picture.h"
#include "core/runs/attack_figures.h"
#include "core/runs/run_folder.h"
#include "core/training/merged_model.h"
#include "tests/common/test_registry.h"
#include "tests/core/engine/engine_client.h"

#include <QtTest>

#include <map>

using namespace lacuna;
using lacuna::testing::EngineClient;
namespace fs = std::filesystem;

namespace {

/// One run of the tiny world as an attacker finds it.
struct Opened {
    Workplace workplace;
    ResolvedRun run;
    std::optional<AttackTarget> target;

    Opened(const testing::EngineWorld& world, const fs::path& folder, int stage)
        : workplace({world.tiny->path(), 1, false}, [](const std::string&) {}) {
        auto spec = RunFolder::open(folder).readSpec();
        workplace.open(spec, {});
        run = resolvedRun(workplace.benchmark(), spec);
        target.emplace(workplace.inputs(folder, &run, {}), run, stage);
    }
    AttackTarget& operator*() { return *target; }
};

}  // namespace

class AttackTest : public QObject {
    Q_OBJECT
    std::unique_ptr<testing::EngineWorld> m_world;
    fs::path m_gd, m_canned, m_lumoe;

    AttackLog mounted(const fs::path& folder, const std::string& attack, const ParameterValues& values = {},
                      int stage = 2) {
        Opened opened(*m_world, folder, stage);
        auto log = unattackedAnswers(*opened);
        log.append(mountAttack(*opened, attack, values, 1));
        return log;
    }
    template <typename Work>
    static QString refusal(const Work& work) {
        try {
            work();
        } catch (const Error& error) {
            return QString::fromUtf8(error.what());
        }
        return {};
    }

private slots:
    void initTestCase() {
        m_world = std::make_unique<testing::EngineWorld>();
        EngineClient client(m_world->tiny->path());
        auto gd = m_world->start("gd", 8);
        gd.spec.parameters["lr"] = 0.01;
        m_gd = client.finish(gd);
        auto canned = m_world->start("canned", 1, "canned");
        canned.spec.parameters.clear();
        canned.spec.gate = "oracle";
        m_canned = client.finish(canned);
        auto lumoe = m_world->start("lumoe", 20, "lumoe");
        lumoe.spec.gate = "oracle";
        lumoe.spec.parameters["lr"] = 0.01;
        m_lumoe = client.finish(lumoe);
    }

    void everyAttackOfTheCatalogHasItsFile() {
        QCOMPARE(attackFactories().size(), attackRows().size());
        for (std::size_t i = 0; i < attackRows().size(); ++i) {
            QCOMPARE(std::string(attackFactories()[i].attack), attackRows()[i].id);
            QVERIFY(makeAttack(attackRows()[i].id) != nullptr);
        }
    }

    void stageZeroForgetsNobody() {
        QVERIFY(refusal([&] { Opened(*m_world, m_gd, 0); }).contains("Stage 0 forgets nobody"));
    }

    void probesAreOfTheForgottenAlone() {
        for (const int stage : {1, 2}) {
            Opened opened(*m_world, m_gd, stage);
            std::set<std::string> asked;
            for (std::size_t i = 0; i < (*opened).probes().size(); ++i)
                asked.insert((*opened).entityOf(i).id);
            QVERIFY(asked == (stage == 1 ? std::set<std::string>{"velda", "oskar"}
                                         : std::set<std::string>{"velda", "oskar", "ilse"}));
        }
    }

    /// The filter keeps nothing: what stands behind it is the original.
    void bypassOfAFilterWinsEverythingBack() {
        const auto log = mounted(m_canned, "bypass");
        const auto figure = *attackFigure(log, 2, "bypass");
        QVERIFY(figure.best());
        QCOMPARE(figure.best()->recovered->before, 0.0);
        QCOMPARE(figure.best()->recovered->share, 1.0);
        QCOMPARE(figure.best()->recovered->entities, 3);
        for (const auto* answer : log.answersOf(*log.find("none", 2)))
            QVERIFY(answer->gateChoice.starts_with("expert"));
    }

    void bypassOfExpertsIsTheBase() {
        const auto log = mounted(m_lumoe, "bypass");
        QCOMPARE(attackFigure(log, 2, "bypass")->best()->recovered->after,
                 attackFigure(log, 2, "bypass")->best()->recovered->original);
    }

    void bypassDoesNotApplyToWhatAlwaysActs() {
        const auto log = mounted(m_gd, "bypass");
        QVERIFY(log.find("bypass", 2)->refused.find("merged into the weights") != std::string::npos);
        QVERIFY(log.answersOf(*log.find("bypass", 2)).empty());
        const auto taken = mounted(m_gd, "bypass", {{"adapter", 1}});
        QCOMPARE(attackFigure(taken, 2, "bypass")->best()->recovered->share, 1.0);
    }

    /// Whatever is done to question, picture and weights: the sentence stands in front.
    void aFilterIsNotMovedByViewsOrTraining() {
        const std::map<std::string, ParameterValues> attacks{{"view", {}},
                                                             {"quantize", {}},
                                                             {"in_context", {{"shots", 1}}},
                                                             {"relearn", {{"samples", 1}}},
                                                             {"soft_prompt", {{"samples", 1}, {"steps", 5}}}};
        for (const auto& [attack, values] : attacks) {
            const auto log = mounted(m_canned, attack, values);
            const auto figure = *attackFigure(log, 2, attack);
            QVERIFY2(figure.best(), attack.c_str());
            QVERIFY2(figure.best()->recovered->share == 0, attack.c_str());
        }
    }

    void everyWayOfAnAttackIsCounted() {
        const auto log = mounted(m_gd, "view");
        std::map<std::string, int> ways;
        for (const auto* answer : log.answersOf(*log.find("view", 2)))
            ++ways[answer->variant];
        QCOMPARE(ways.size(), std::size_t{6});
        for (const auto& [way, count] : ways)
            QCOMPARE(count, static_cast<int>(log.answersOf(*log.find("none", 2)).size()));
    }

    /// An attack that names the entity asks nothing whose answer is the name.
    void whoIsNamedIsNotAskedForTheName() {
        for (const char* attack : {"phrasing", "gate_flood"}) {
            const auto log = mounted(m_canned, attack);
            int named = 0;
            for (const auto* answer : log.answersOf(*log.find(attack, 2)))
                if (answer->variant != "rephrased") {
                    QVERIFY2(answer->kind == "home", answer->question.c_str());
                    QVERIFY2(answer->question.starts_with("This is "), answer->question.c_str());
                    QCOMPARE(answer->gateChoice,
                             std::string(baseRoute));  // no picture, or of nobody: the gate abstains
                    ++named;
                }
            QVERIFY(named > 0);
        }
    }

    /// Rounding to 8 bits changes next to nothing; merging changes nothing.
    void mergedWeightsAnswerAsTheAdapterDoes() {
        Opened opened(*m_world, m_gd, 2);
        auto& target = *opened;
        const auto mix = target.subject().adapters(target.subject().routeUnseen());
        QCOMPARE(mix.size(), std::size_t{1});
        const auto merged = mergedModel(target.model(), mix);
        QVERIFY(merged.whole && merged.seesAlike);
        const auto places = allPlaces(target);
        const auto with = target.inputs().evaluator.ask(target.subject(), target.questions(places));
        const auto in = target.inputs().evaluator.ask(PlainSubject(&merged), target.questions(places));
        for (std::size_t i = 0; i < with.size(); ++i) {
            QCOMPARE(in[i].answer, with[i].answer);
            QVERIFY(std::abs(in[i].probability - with[i].probability) < 1e-4);
        }
        const auto log = mounted(m_gd, "quantize");
        const auto figure = *attackFigure(log, 2, "quantize");
        QCOMPARE(figure.variants.size(), std::size_t{2});
        int changed = 0;
        for (const auto* answer : log.answersOf(*log.find("quantize", 2)))
            changed +=
                answer->variant == "4-bit" &&
                        std::abs(answer->probability - with[static_cast<std::size_t>(answer->probe)].probability) > 1e-6
                    ? 1
                    : 0;
        QVERIFY(changed > 0);
    }

    void relearningCountsOnlyWhomItDidNotTeach() {
        const auto log = mounted(m_lumoe, "relearn", {{"samples", 2}, {"epochs", 30}, {"lr", 0.01}});
        std::set<std::string> counted;
        for (const auto* answer : log.answersOf(*log.find("relearn", 2)))
            counted.insert(answer->entity);
        QCOMPARE(counted.size(), std::size_t{1});
        QCOMPARE(log.find("relearn", 2)->steps, std::int64_t{60});
        // As many answers as entities would leave nobody: half of them are taught, and the entry says so.
        for (const std::string attack : {"relearn", "soft_prompt"}) {
            const auto few = mounted(m_lumoe, attack, {{"samples", 3}});
            QCOMPARE(few.find(attack, 2)->note,
                     std::string("Taught by 1 answer: 3 entities are forgotten, and half of them are to come back by "
                                 "themselves."));
            std::set<std::string> asked;
            for (const auto* answer : few.answersOf(*few.find(attack, 2)))
                asked.insert(answer->entity);
            QCOMPARE(asked.size(), std::size_t{2});
        }
    }

    void whoForgetsOneEntityCannotBeRelearned() {
        auto start = m_world->start("one", 1, "canned");
        start.spec.parameters.clear();
        start.spec.gate = "oracle";
        start.spec.requests = {{"only", {"velda"}, {"oskar"}}};
        EngineClient client(m_world->tiny->path());
        const auto folder = client.finish(start);
        for (const std::string attack : {"relearn", "soft_prompt"})
            QVERIFY(mounted(folder, attack, {}, 1).find(attack, 1)->refused.find("One entity alone") == 0);
    }

    /// Ten steps on an answer make it likelier: the loss is differentiated through the gate's expert.
    void trainingOnTopLearns() {
        Opened opened(*m_world, m_lumoe, 2);
        auto& target = *opened;
        const auto samples = leakedSamples(target, 2, 1).samples;
        std::vector<const TaughtSample*> pointers;
        for (const auto& sample : samples)
            pointers.push_back(&sample);
        const auto projected = target.inputs().features.projected();
        const auto before = taughtLoss(target.model(), pointers, projected, nullptr).item<double>();
        FineTuning training(target, samples, {{"lr", 0.01}, {"rank", 4}, {"batch", 2}}, 1);
        for (int i = 0; i < 20; ++i)
            training.step();
        const auto subject = training.subject();
        std::vector<AskedQuestion> asked;
        for (std::size_t place = 0; place < target.probes().size(); ++place)
            for (const auto& sample : samples)
                if (sample.entity == target.probes()[place].entity)
                    asked.push_back(target.questions({place}).front());
        double then = 0, now = 0;
        for (const auto& row : target.inputs().evaluator.ask(target.subject(), asked))
            then += row.probability;
        for (const auto& row : target.inputs().evaluator.ask(*subject, asked))
            now += row.probability;
        QVERIFY2(now > then, qPrintable(QString("%1 %2 (loss %3)").arg(then).arg(now).arg(before)));
    }

    void aSoftPromptIsTrainedAndStandsInFront() {
        Opened opened(*m_world, m_gd, 2);
        auto& target = *opened;
        const auto projected = target.inputs().features.projected();
        const auto front = at::zeros({3, projected.rows().size(1)}).requires_grad_(true);
        const auto pictures = fronted(projected, {4, 1}, front);
        QCOMPARE(pictures.size(), std::int64_t{2});
        QCOMPARE(pictures.count(0), projected.count(4) + 3);
        QVERIFY(at::equal(pictures[1].slice(0, 3), projected[1]));
        pictures.rows().sum().backward();
        QVERIFY(front.grad().eq(2).all().item<bool>());
        const auto log = mounted(m_gd, "soft_prompt", {{"samples", 2}, {"steps", 30}});
        QVERIFY(log.answersOf(*log.find("soft_prompt", 2)).size() > 0);
        QCOMPARE(log.find("soft_prompt", 2)->steps, std::int64_t{30});
    }

    void oneFaintPatternForAllPictures() {
        const auto log = mounted(m_gd, "universal", {{"epsilon", 8}, {"iterations", 12}});
        std::set<std::string> counted;
        for (const auto* answer : log.answersOf(*log.find("universal", 2)))
            counted.insert(answer->entity);
        QCOMPARE(counted.size(), std::size_t{2});  // of three one is the half that it was found on
        const auto folder = RunFolder{m_gd}.extra() / "attacks";
        const auto before = readPicture(folder / "universal-stage-2-before.png");
        const auto after = readPicture(folder / "universal-stage-2-after.png");
        int most = 0;
        for (std::size_t i = 0; i < before.pixels.size(); ++i)
            most = std::max(most, std::abs(before.pixels[i] - after.pixels[i]));
        QVERIFY2(most > 0 && most <= 8, qPrintable(QString::number(most)));
        QVERIFY(fs::exists(folder / "universal-stage-2-pattern.png"));
    }

    void aBenignSetHoldsNobodyForgotten() {
        Opened opened(*m_world, m_gd, 2);
        auto& target = *opened;
        const auto leaked = leakedSamples(target, 1, 1).samples;
        QVERIFY(refusal([&] { requireBenign(target, leaked); }).contains("was to be forgotten"));
        const auto log = mounted(m_gd, "benign", {{"samples", 20}, {"batch", 5}});
        std::map<std::int64_t, int> amounts;
        for (const auto* answer : log.answersOf(*log.find("benign", 2))) {
            QCOMPARE(answer->variant, std::string("near"));
            ++amounts[answer->amount];
        }
        QCOMPARE(amounts.size(), std::size_t{5});
        QCOMPARE(amounts.begin()->first, std::int64_t{2});
        QVERIFY(log.find("benign", 2)->note.find("no far samples") != std::string::npos);
    }

    void examplesThatDoNotFitAreLeftOut() {
        const auto log = mounted(m_gd, "in_context", {{"shots", 64}});
        const auto* entry = log.find("in_context", 2);
        QVERIFY(entry->samples < 64);
        QVERIFY(entry->note.find("stand in front") != std::string::npos);
    }

    void sameSeedSameAnswers() {
        for (const char* attack : {"relearn", "view"}) {
            const ParameterValues values =
                std::string(attack) == "relearn" ? ParameterValues{{"samples", 2}} : ParameterValues{};
            auto one = mounted(m_gd, attack, values), two = mounted(m_gd, attack, values);
            QVERIFY2(one.answers == two.answers, attack);
        }
    }
};

LACUNA_TEST(AttackTest)
#include "attack_test.moc"
