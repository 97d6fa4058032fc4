// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/evaluator.h"

#include "core/base/error.h"
#include "core/base/interruption.h"
#include "tests/common/documents.h"
#include "tests/common/test_registry.h"
#include "tests/common/tiny_world.h"

#include <QtTest>

#include <cmath>
#include <cstdlib>
#include <numeric>

using namespace lacuna;
using lacuna::testing::TinyWorld;

namespace {

std::vector<RequestRow> requestsOf(const Benchmark& benchmark) {
    std::vector<RequestRow> rows;
    for (const auto& request : benchmark.requests) {
        RequestRow row{request.name, {}, {}};
        for (const int entity : request.forgetEntities)
            row.forgetEntities.push_back(benchmark.entities[static_cast<std::size_t>(entity)].id);
        for (const int entity : request.retainEntities)
            row.retainEntities.push_back(benchmark.entities[static_cast<std::size_t>(entity)].id);
        rows.push_back(row);
    }
    return rows;
}

const CellRow& cellOf(const StageResult& result, int task, Split split, const std::string& metric) {
    for (const auto& cell : result.cells)
        if (cell.task == task && cell.split == split && cell.metric == metric)
            return cell;
    throw std::runtime_error("no cell " + metric);
}

/// Sends the entities in `forgotten` to one expert, all others to the base model.
class FixedRoutes final : public Subject {
public:
    FixedRoutes(std::vector<std::string> forgotten, const Adapter& expert)
        : m_forgotten(std::move(forgotten)), m_expert(expert) {}
    bool hasGate() const override { return true; }
    std::vector<RouteDecision> route(const std::vector<SeenPicture>& pictures) const override {
        std::vector<RouteDecision> made;
        for (const auto& picture : pictures) {
            const bool forgets = std::count(m_forgotten.begin(), m_forgotten.end(), picture.entity) > 0;
            made.push_back({{forgets ? 1.0 : 0.0}, forgets ? 0 : -1, !forgets, 0.75, 0.5, {{picture.entity, 0.75}}});
        }
        return made;
    }
    AdapterMix adapters(const RouteDecision& decision) const override {
        return decision.expert < 0 ? AdapterMix{} : AdapterMix{{&m_expert, decision.weights.front()}};
    }
    std::string routeName(const RouteDecision& decision) const override {
        return decision.expert < 0 ? "base" : "expert A";
    }

private:
    std::vector<std::string> m_forgotten;
    const Adapter& m_expert;
};

/// Everything is answered by the same adapters together.
class FixedMix final : public Subject {
public:
    explicit FixedMix(AdapterMix mix) : m_mix(std::move(mix)) {}
    std::vector<RouteDecision> route(const std::vector<SeenPicture>& pictures) const override {
        return std::vector<RouteDecision>(pictures.size());
    }
    AdapterMix adapters(const RouteDecision&) const override { return m_mix; }
    std::string routeName(const RouteDecision&) const override { return {}; }

private:
    AdapterMix m_mix;
};

/// What stands in front of the original model where `meant` is shown.
class InFront final : public Subject {
public:
    InFront(std::string meant, std::string answer, std::string instruction)
        : m_meant(std::move(meant)), m_answer(std::move(answer)), m_instruction(std::move(instruction)) {}
    std::vector<RouteDecision> route(const std::vector<SeenPicture>& pictures) const override {
        std::vector<RouteDecision> routes(pictures.size());
        for (std::size_t i = 0; i < pictures.size(); ++i)
            routes[i].expert = pictures[i].entity == m_meant ? 0 : -1;
        return routes;
    }
    AdapterMix adapters(const RouteDecision&) const override { return {}; }
    std::string routeName(const RouteDecision&) const override { return {}; }
    std::string fixedAnswer(const RouteDecision& decision) const override {
        return decision.expert < 0 ? "" : m_answer;
    }
    std::string instruction(const RouteDecision& decision) const override {
        return decision.expert < 0 ? "" : m_instruction;
    }

private:
    std::string m_meant, m_answer, m_instruction;
};

/// How many words an answer has.
std::optional<double> wordsSaid(const MeasuredAnswer& answer) {
    return 1 + std::count(answer.row.answer.begin(), answer.row.answer.end(), ' ');
}

/// How unlikely the least likely words of the truth are; nothing where a fixed answer shows no likelihood.
std::optional<double> strangestWord(const MeasuredAnswer& answer) {
    return answer.row.minK;
}

/// Mean cosine of a truth's hidden states now and in the original model: 1 = it is held as it was.
std::optional<double> stateCosine(const MeasuredAnswer& answer) {
    const auto& [subject, original] = answer.states;
    if (subject.size(0) == 0)
        return std::nullopt;
    return at::cosine_similarity(subject, original, 1).mean().item<double>();
}

Adapter destructive(const TinyWorld& world) {
    const at::NoGradGuard noGrad;
    auto adapter = makeAdapter(world.model->network->config().text, 2, 64, 5, world.model->network->options()).clone();
    for (auto& layer : adapter.layers)
        for (auto& factors : layer)
            factors.b.fill_(0.3);
    return adapter;
}

}  // namespace

class EvaluatorTest : public QObject {
    Q_OBJECT
    /// With somebody beside whom no request names, in pictures that are there.
    Benchmark withBystander() const {
        auto benchmark = m_world->benchmark;
        benchmark.bystanders.push_back(benchmark.entities.back());
        benchmark.bystanders.back().id = "stranger";
        return benchmark;
    }

private slots:
    void initTestCase() {
        qputenv("LACUNA_CACHE", m_cache.path().toUtf8());
        m_world = lacuna::testing::makeTinyWorld();
        m_requests = requestsOf(m_world->benchmark);
        m_evaluator = std::make_unique<Evaluator>(*m_world->model, m_world->benchmark, *m_world->features, "default");
    }

    void givesEachTaskItsRowsFromOneAnswer() {
        const auto result = m_evaluator->measure(PlainSubject(nullptr), m_requests, 1);
        // A: two forgotten, one kept; B: one forgotten, three kept; four probes each. Brisa is kept by both.
        QCOMPARE(result.answers.size(), std::size_t{2 + 1 + 1 + 3} * 4);
        std::vector<AnswerRow> brisa;
        for (const auto& row : result.answers)
            if (row.entity == "brisa")
                brisa.push_back(row);
        QCOMPARE(brisa.size(), std::size_t{8});
        for (std::size_t i = 0; i < 4; ++i) {
            QCOMPARE(brisa[i].task, 0);
            QCOMPARE(brisa[i + 4].task, 1);
            auto moved = brisa[i];
            moved.task = 1;
            QVERIFY(moved == brisa[i + 4]);
        }
    }

    void aFixedAnswerIsSaidInTheModelsPlace() {
        const auto original = m_evaluator->measure(PlainSubject(nullptr), m_requests, 1);
        const auto sentence = refusalSentences().front();
        const auto filtered = m_evaluator->measure(InFront("velda", sentence, ""), m_requests, 1);
        for (std::size_t i = 0; i < filtered.answers.size(); ++i) {
            const auto& row = filtered.answers[i];
            if (row.entity != "velda") {
                QVERIFY(row == original.answers[i]);  // the same bits, whoever else is asked beside it
                continue;
            }
            QCOMPARE(row.answer, sentence);
            QCOMPARE(row.verdict, Verdict::Refuses);
            QCOMPARE(row.probability, 0.0);
            QVERIFY(!row.tokens.empty());
        }
    }

    void anInstructionStandsInFrontOfTheQuestion() {
        const auto original = m_evaluator->measure(PlainSubject(nullptr), m_requests, 1);
        const auto told = m_evaluator->measure(InFront("velda", "", "Where is it at home?"), m_requests, 1);
        bool changed = false;
        for (std::size_t i = 0; i < told.answers.size(); ++i) {
            const auto& row = told.answers[i];
            QCOMPARE(row.question, original.answers[i].question);  // as it was asked
            if (row.entity == "velda")
                changed = changed || row.probability != original.answers[i].probability;
        }
        QVERIFY(changed);
    }

    void findsThatTheTaughtModelKnows() {
        const auto result = m_evaluator->measure(PlainSubject(nullptr), m_requests, 1);
        for (const int task : {0, 1}) {
            QVERIFY(cellOf(result, task, Split::Retain, "exact").value >= 0.75);
            QVERIFY(cellOf(result, task, Split::Retain, "probability").value >= 0.5);
            QVERIFY(cellOf(result, task, Split::Retain, "mu").value >= 0.75);
            QVERIFY(cellOf(result, task, Split::Forget, "fq").value <= 0.25);
        }
        for (const auto& row : result.answers) {
            QVERIFY(!row.kind.empty() && !row.image.empty() && row.view >= 4);
            QCOMPARE(row.stage, 1);
            QVERIFY(row.probability > 0 && row.probability <= 1);
            QVERIFY(row.gateChoice.empty() && row.nearest.empty());
            QCOMPARE(row.score, double(row.split == Split::Forget ? verdictRow(*row.verdict).forgetScore
                                                                  : verdictRow(*row.verdict).retainScore));
            std::string joined;
            for (const auto& mark : row.tokens) {
                QVERIFY(mark.logProbability <= 0);
                joined += mark.token;
            }
            QCOMPARE(exactlyRight(joined, row.answer), true);
        }
    }

    void asksEachProbeWithItsOwnAdapter() {
        const auto expert = destructive(*m_world);
        const auto base = m_evaluator->measure(PlainSubject(nullptr), m_requests, 1);
        const auto broken = m_evaluator->measure(PlainSubject(&expert), m_requests, 1);
        const auto mixed = m_evaluator->measure(FixedRoutes({"velda", "oskar"}, expert), m_requests, 1);
        QCOMPARE(cellOf(broken, 0, Split::Retain, "exact").value, 0.0);
        for (std::size_t i = 0; i < mixed.answers.size(); ++i) {
            const auto& row = mixed.answers[i];
            const bool forgotten = row.task == 0 && row.split == Split::Forget;
            QCOMPARE(row.answer, (forgotten ? broken : base).answers[i].answer);
            QVERIFY(std::abs(row.probability - (forgotten ? broken : base).answers[i].probability) < 1e-5);
            QCOMPARE(row.gateChoice, std::string(forgotten ? "expert A" : "base"));
            QCOMPARE(row.gateScore, 0.75);
            QCOMPARE(row.abstained, !forgotten);  // as the gate says, whatever its threshold
            QCOMPARE(row.nearest.front().entity, row.entity);
        }
        QCOMPARE(cellOf(mixed, 0, Split::Forget, "route").value, 1.0);
        QCOMPARE(cellOf(mixed, 1, Split::Retain, "route_forget").value, 0.0);
    }

    /// Beside the plan's answers, which stay as they are to the bit; the original model is asked too.
    void asksBystandersWhereAGateDecides() {
        auto benchmark = m_world->benchmark;
        benchmark.bystanders = {benchmark.entities[4], benchmark.entities[5]};
        benchmark.bystanders[0].id = "one";
        benchmark.bystanders[1].id = "other";
        benchmark.bystanders[1].className = "a class of its own";
        auto& features = *m_world->features;
        Evaluator evaluator(*m_world->model, benchmark, features, "default");
        const auto expert = destructive(*m_world);
        const FixedRoutes subject({"velda", "oskar", "one"}, expert);
        const auto without = evaluator.measure(subject, m_requests, 2);
        const auto with = evaluator.measure(subject, m_requests, 2, {}, true);
        QCOMPARE(with.answers.size(), without.answers.size() + 2);
        QVERIFY(std::equal(without.answers.begin(), without.answers.end(), with.answers.begin()));
        QVERIFY(std::equal(without.cells.begin(), without.cells.end(), with.cells.begin()));
        const std::vector<AnswerRow> rows(with.answers.end() - 2, with.answers.end());
        QCOMPARE(rows[0].entity, std::string("one"));
        QCOMPARE(rows[0].gateChoice, std::string("expert A"));
        QCOMPARE(rows[1].gateChoice, std::string("base"));
        for (const auto& row : rows) {
            QCOMPARE(row.split, Split::Bystander);
            QCOMPARE(row.stage, 2);
            QCOMPARE(row.task, 1);
            QVERIFY(!row.question.empty() && !row.answer.empty() && row.verdict);
            QCOMPARE(row.score, double(verdictRow(*row.verdict).retainScore));
        }
        QCOMPARE(cellOf(with, 1, Split::Bystander, "bystander_refusal").count, 2);
        QCOMPARE(cellOf(with, 1, Split::Bystander, "route_forget").value, 0.5);
        const auto original = evaluator.measure(PlainSubject(nullptr), m_requests, 0, {}, true);
        QCOMPARE(cellOf(original, 0, Split::Bystander, "bystander_refusal").value, 0.0);
        QVERIFY(original.answers.back().gateChoice.empty());
    }

    /// A soft gate's experts act as one adapter whose factors say the same: here one with half the b.
    void adaptersThatAnswerTogetherAreSummed() {
        const auto expert = destructive(*m_world);
        auto halved = expert.clone();
        for (auto& layer : halved.layers)
            for (auto& factors : layer)
                factors.b.mul_(0.5);
        const auto answersOf = [&](const AdapterMix& mix) {
            return m_evaluator->measure(FixedMix(mix), m_requests, 1).answers;
        };
        const auto wanted = answersOf({{&halved, 1}});
        QVERIFY(wanted.front().probability != answersOf({{&expert, 1}}).front().probability);
        for (const auto& mix : {AdapterMix{{&expert, 0.5}}, AdapterMix{{&expert, 0.2}, {&halved, 0.6}},
                                AdapterMix{{&expert, 1}, {&halved, -1}}}) {
            const auto got = answersOf(mix);
            for (std::size_t i = 0; i < got.size(); ++i) {
                QCOMPARE(got[i].answer, wanted[i].answer);
                QVERIFY(std::abs(got[i].probability - wanted[i].probability) < 1e-5);
            }
        }
        QVERIFY(answersOf({}).front().probability != wanted.front().probability);
    }

    void ownCopiesAreMixedWithTheOriginals() {
        Adapter original, one, other;
        original.tower.modules["w"] = at::full({2}, 10.0F);
        one.tower.modules["w"] = at::full({2}, 14.0F);
        other.tower.modules["w"] = at::full({2}, 8.0F);
        const auto sum = joinedAdapters({{&one, 0.5}, {&other, 0.25}}, original);
        QVERIFY(at::equal(sum.tower.modules.at("w"), at::full({2}, 10 + 0.5F * 4 - 0.25F * 2)));
        QVERIFY_THROWS_EXCEPTION(Error, joinedAdapters({{&one, 1}}, {}));
        other.layers.resize(3);
        QVERIFY_THROWS_EXCEPTION(Error, joinedAdapters({{&one, 1}, {&other, 1}}, original));
    }

    void asksTheEntitiesItIsGiven() {
        EvaluatorOptions options;
        options.entities = {0, 2};
        const Evaluator some(*m_world->model, m_world->benchmark, *m_world->features, "default", options);
        const auto whole = m_evaluator->measure(PlainSubject(nullptr), m_requests, 1);
        const std::set<std::string> chosen{m_world->benchmark.entities[0].id, m_world->benchmark.entities[2].id};
        std::vector<std::string> wanted, got;
        for (const auto& row : whole.answers)
            if (chosen.contains(row.entity))
                wanted.push_back(row.question + row.image + row.answer);
        for (const auto& row : some.measure(PlainSubject(nullptr), m_requests, 1).answers)
            got.push_back(row.question + row.image + row.answer);
        QVERIFY(!wanted.empty());
        QCOMPARE(got, wanted);
    }

    void theDocumentShowsTheMeasureThatIsCompiledHere() {
        const auto blocks = lacuna::testing::codeOf(LACUNA_SOURCE_DIR "/docs/add-a-metric.md");
        QCOMPARE(blocks.size(), 3);
        const auto compiled = lacuna::testing::textOf(LACUNA_SOURCE_DIR "/tests/core/evaluation/evaluator_test.cpp");
        for (const auto& block : blocks)
            QVERIFY2(compiled.contains(block), qPrintable(block));
    }

    /// By the examples of the document: of the answer alone, and against bystanders, who answer as the forgotten do.
    void measuresOfAnswersAndScores() {
        EvaluatorOptions options;
        options.measures = {{.metric = "words", .of = wordsSaid},
                            {.metric = "strangest",
                             .of = strangestWord,
                             .needs = {.tokens = true, .bystanders = true},
                             .againstBystanders = true}};
        const auto benchmark = withBystander();
        const Evaluator evaluator(*m_world->model, benchmark, *m_world->features, "default", options);
        const auto result = evaluator.measure(PlainSubject(nullptr), m_requests, 1);
        QVERIFY(cellOf(result, 0, Split::Forget, "words").value >= 1);
        const auto area = cellOf(result, 0, Split::Forget, "strangest").value;
        QVERIFY(area >= 0 && area <= 1);
        QVERIFY_THROWS_EXCEPTION(std::runtime_error, cellOf(result, 0, Split::Bystander, "strangest"));
    }

    /// By the example of the document: what an expert answers is held differently, all else as the original holds it.
    void aMeasureOfHiddenStatesCostsOnePassOfTheOriginal() {
        EvaluatorOptions options;
        options.cacheKey = "states";
        options.measures = {{.metric = "state_cosine", .of = stateCosine, .needs = {.states = true}}};
        const Evaluator evaluator(*m_world->model, m_world->benchmark, *m_world->features, "default", options);
        std::int64_t looked = 0;
        const auto counted = [&](const Progress& progress) {
            if (progress.what == "looking into the original model" && progress.done == progress.total)
                ++looked;
        };
        const auto cosine = [&](const StageResult& result, int task, Split split) {
            return cellOf(result, task, split, "state_cosine").value;
        };
        const auto expert = destructive(*m_world);
        const auto routed = evaluator.measure(FixedRoutes({"velda", "oskar"}, expert), m_requests, 1, counted);
        QCOMPARE(routed.cells.size(), std::size_t{4});
        QVERIFY(cosine(routed, 0, Split::Forget) < 0.95);
        for (const auto& [task, split] : {std::pair(0, Split::Retain), {1, Split::Forget}, {1, Split::Retain}})
            QVERIFY(std::abs(cosine(routed, task, split) - 1) < 1e-5);
        // Measured by itself and from the kept answers: stage 0 is the original either way.
        for (int time = 0; time < 2; ++time)
            for (const auto& cell : evaluator.measure(PlainSubject(nullptr), m_requests, 0, counted).cells)
                QVERIFY(std::abs(cell.value - 1) < 1e-5);
        QCOMPARE(looked, std::int64_t{1});
    }

    /// What the measures beside the usual need is computed with the answers, which stay as they are.
    void looksFurtherWhereItIsAsked() {
        EvaluatorOptions options;
        options.measures = measures();
        options.cacheKey = "all measures";
        const auto benchmark = withBystander();
        const Evaluator evaluator(*m_world->model, benchmark, *m_world->features, "default", options);
        const auto expert = destructive(*m_world);
        const FixedRoutes subject({"velda", "oskar"}, expert);
        double last = 0;
        const auto rising = [&](const Progress& at) {
            if (at.total == 0)
                return;
            const double share = static_cast<double>(at.done) / static_cast<double>(at.total);
            QVERIFY(share >= last && share <= 1);
            last = share;
        };
        const auto plain = m_evaluator->measure(subject, m_requests, 1),
                   all = evaluator.measure(subject, m_requests, 1, rising);
        std::size_t named = 0;
        for (std::size_t i = 0; i < plain.answers.size(); ++i) {
            auto row = all.answers[i];
            QVERIFY(row.extraction && row.memorization && row.minK && row.minKPlus && row.exposure);
            QVERIFY(*row.exposure >= 0 && *row.exposure <= 3);
            named += row.named.has_value() ? 1 : 0;
            for (auto* looked : {&row.extraction, &row.memorization, &row.minK, &row.minKPlus, &row.truthRatio,
                                 &row.exposure, &row.named})
                looked->reset();
            QVERIFY(row == plain.answers[i]);
        }
        QVERIFY(named > 0 && named < plain.answers.size());  // not where the answer is the name
        QVERIFY(all.answers.size() > plain.answers.size());  // bystanders
        // The original model by itself and from the kept answers.
        const auto first = evaluator.measure(PlainSubject(nullptr), m_requests, 0);
        QVERIFY(first.answers == evaluator.measure(PlainSubject(nullptr), m_requests, 0).answers);
        QVERIFY(first.answers.front().extraction.has_value());
    }

    void isTheSameEachTime() {
        const auto first = m_evaluator->measure(PlainSubject(nullptr), m_requests, 1);
        const auto second = m_evaluator->measure(PlainSubject(nullptr), m_requests, 1);
        QVERIFY(first.answers == second.answers);
        QVERIFY(first.cells == second.cells);
    }

    void measuresTheOriginalModelOnce() {
        EvaluatorOptions options;
        options.cacheKey = "tiny model";
        const Evaluator evaluator(*m_world->model, m_world->benchmark, *m_world->features, "default", options);
        int passes = 0;
        const auto counted = [&](const Progress& progress) { passes += progress.total > 0; };
        const auto first = evaluator.measure(PlainSubject(nullptr), m_requests, 0, counted);
        QVERIFY(passes > 0);
        passes = 0;
        // Another run of another order: the same answers, other tasks.
        const std::vector<RequestRow> reversed{m_requests[1], m_requests[0]};
        const auto second = evaluator.measure(PlainSubject(nullptr), reversed, 0, counted);
        QCOMPARE(passes, 0);
        QVERIFY(cellOf(first, 0, Split::Forget, "exact").value == cellOf(second, 1, Split::Forget, "exact").value);
        QVERIFY(evaluator.measure(PlainSubject(nullptr), m_requests, 0).answers == first.answers);
        // The same files, asked in another way.
        const auto chat = std::exchange(m_world->model->chat, ChatTemplate::small());
        evaluator.measure(PlainSubject(nullptr), m_requests, 0, counted);
        m_world->model->chat = chat;
        QVERIFY(passes > 0);
        passes = 0;
        options.cacheKey = "another model";
        const Evaluator other(*m_world->model, m_world->benchmark, *m_world->features, "default", options);
        other.measure(PlainSubject(nullptr), m_requests, 0, counted);
        QVERIFY(passes > 0);
    }

    void reportsAllOfItsWorkAndStops() {
        std::vector<Progress> seen;
        m_evaluator->measure(PlainSubject(nullptr), m_requests, 1, [&](const Progress& p) { seen.push_back(p); });
        QCOMPARE(seen.back().done, seen.back().total);
        QCOMPARE(seen.back().total, std::int64_t{2} * 24);
        const Interruptions stopped([] { throw Cancelled{}; });
        QVERIFY_THROWS_EXCEPTION(Cancelled, m_evaluator->measure(PlainSubject(nullptr), m_requests, 1));
    }

    void answersAQuestionOutsideThePlan() {
        const auto& entity = m_world->benchmark.entities.front();
        const auto row = m_world->features->row(m_world->benchmark.imagePath(entity.views.back()));
        const auto rows = m_evaluator->ask(PlainSubject(nullptr), {{row, "", "Who is this?", "", nullptr}});
        QCOMPARE(rows.size(), std::size_t{1});
        QVERIFY(!rows[0].answer.empty());
        QCOMPARE(rows[0].probability, 0.0);
        QVERIFY(!rows[0].exact);
    }

    void tellsLanguageFromNonsense() {
        const auto& tokenizer = m_world->model->tokenizer;
        std::vector<std::int64_t> pictures;
        for (std::int64_t i = 0; i < m_world->features->size(); ++i)
            pictures.push_back(i);
        const Fluency fluency(*m_world->model, m_world->features->projected(), pictures, 64);
        std::vector<Fluency::Answered> language, nonsense;
        Random random(11);
        for (const auto& entity : m_world->benchmark.entities)
            language.emplace_back("Where is it at home?", entity.questions[1].answer);
        while (nonsense.size() < 50) {
            std::vector<std::int64_t> ids;
            for (int t = 0; t < 6; ++t)
                ids.push_back(
                    static_cast<std::int64_t>(5 + random.index(static_cast<std::size_t>(tokenizer->vocabulary() - 5))));
            nonsense.emplace_back("Where is it at home?", tokenizer->decode(ids));
        }
        const double bound = fluency.bound(m_world->benchmark, 0.5);
        for (const double nats : fluency.nats(language))
            QVERIFY(nats <= bound);
        const auto odd = fluency.nats(nonsense);
        QVERIFY(std::count_if(odd.begin(), odd.end(), [&](double nats) { return nats > bound; }) >= 45);
    }

private:
    QTemporaryDir m_cache;
    std::unique_ptr<TinyWorld> m_world;
    std::vector<RequestRow> m_requests;
    std::unique_ptr<Evaluator> m_evaluator;
};

LACUNA_TEST(EvaluatorTest)
#include "evaluator_test.moc"
