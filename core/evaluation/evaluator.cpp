// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/evaluator.h"

#include "core/base/error.h"
#include "core/base/interruption.h"
#include "core/base/sha256.h"
#include "core/benchmark/cache_folder.h"
#include "core/catalog/judges.h"
#include "core/evaluation/answer_cache.h"
#include "core/evaluation/cells.h"
#include "core/evaluation/fronted_pictures.h"
#include "core/text/rouge.h"
#include "core/text/words.h"
#include "core/training/longest_texts.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace lacuna {
namespace {

constexpr std::size_t smallBatch = 256, largeBatch = 16;
constexpr std::int64_t widestSmall = 512;
/// Of one batch's key–value cache: with a 7B base in 4 bits beside it, a 12 GB card holds it.
constexpr std::int64_t keysValuesLimitBytes = std::int64_t{4} << 30;
/// An answer may be this many tokens longer than the longest truth or refusal before it is cut.
constexpr std::int64_t spareTokens = 4;
constexpr std::int64_t fewestTokens = 16, mostTokens = 128;

std::string trimmed(const std::string& text) {
    const auto first = text.find_first_not_of(" \n\t");
    return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \n\t") - first + 1);
}

/// Counts probes over the passes of a measurement, and the time left by their rate.
class Passes {
public:
    Passes(const ProgressFunction& progress, std::size_t probes)
        : m_progress(progress),
          m_total(2 * static_cast<std::int64_t>(probes)),
          m_begun(std::chrono::steady_clock::now()) {}

    void operator()(std::int64_t more) {
        m_done += more;
        if (!m_progress)
            return;
        const double elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - m_begun).count();
        const auto left = static_cast<double>(m_total - m_done);
        m_progress({"asking", m_done, m_total, m_done > 0 ? elapsed / static_cast<double>(m_done) * left : -1});
    }

private:
    const ProgressFunction& m_progress;
    std::int64_t m_done = 0, m_total;
    std::chrono::steady_clock::time_point m_begun;
};

/// A part of a measurement as progress of the whole: `before` of `all` units are done when it begins. What counts no
/// units is passed on as it is.
ProgressFunction partOf(const ProgressFunction& progress, std::int64_t before, std::int64_t all) {
    if (!progress)
        return {};
    return [progress, before, all](Progress at) {
        if (at.total > 0) {
            if (at.secondsLeft >= 0 && at.done < at.total)
                at.secondsLeft *= static_cast<double>(all - before - at.done) / static_cast<double>(at.total - at.done);
            at.done += before;
            at.total = all;
        }
        progress(at);
    };
}

void describeRoute(AnswerRow& row, const Subject& subject, const RouteDecision& route) {
    if (!subject.hasGate())
        return;
    row.gateChoice = subject.routeName(route);
    row.gateScore = route.score;
    row.gateThreshold = route.threshold;
    row.abstained = route.abstained;
    row.nearest = route.nearest;
}

double scoreOf(const std::optional<Verdict>& verdict, Split split) {
    if (!verdict)
        return std::nan("");
    const auto& scores = verdictRow(*verdict);
    return split == Split::Forget ? scores.forgetScore : scores.retainScore;
}

/// The answers of the plan's probes as rows of every task that holds their entity; `states`, where there are any, go
/// the same way.
std::vector<AnswerRow> rowsPerTask(const std::vector<AnswerRow>& answers, const std::vector<RequestRow>& requests,
                                   int stage, std::vector<TruthStates>& states) {
    std::vector<AnswerRow> rows;
    std::vector<TruthStates> statesOfRows;
    for (std::size_t task = 0; task < requests.size(); ++task)
        for (const auto split : {Split::Forget, Split::Retain}) {
            const auto& held = split == Split::Forget ? requests[task].forgetEntities : requests[task].retainEntities;
            const std::set<std::string> entities(held.begin(), held.end());
            for (std::size_t i = 0; i < answers.size(); ++i) {
                if (!entities.contains(answers[i].entity))
                    continue;
                auto row = answers[i];
                row.stage = stage;
                row.task = static_cast<int>(task);
                row.split = split;
                row.score = scoreOf(row.verdict, split);
                rows.push_back(std::move(row));
                if (!states.empty())
                    statesOfRows.push_back(states[i]);
            }
        }
    states = std::move(statesOfRows);
    return rows;
}

/// The same on every machine, so that the numbers are the same too.
std::size_t probesAtOnce(const LoadedModel& model, const PictureFeatures& projected,
                         const std::vector<std::int64_t>& pictures, std::int64_t textTokens) {
    const auto& text = model.network->text();
    if (text.hidden <= widestSmall)
        return smallBatch;
    std::int64_t picture = 0;
    for (const auto row : pictures)
        picture = std::max(picture, projected.count(row));
    const auto bytes = 2 * text.layers * text.keyWidth() * (picture + textTokens) *
                       static_cast<std::int64_t>(model.network->options().dtype().itemsize());
    return static_cast<std::size_t>(std::clamp<std::int64_t>(keysValuesLimitBytes / bytes, 1, largeBatch));
}

/// Over the tokens of all questions with their truths, a picture as one: what a template or a tokenizer makes of them
/// may change with Lacuna.
std::string tokensHash(const LoadedModel& model, const Benchmark& benchmark) {
    std::string all;
    for (const auto& entity : benchmark.entities)
        for (const auto& question : entity.questions)
            for (const auto& phrasing : question.phrasings) {
                const auto tokens = tokenise(*model.tokenizer, model.chat, phrasing, question.answer, 1);
                all += fmt::format("{} {}\n", tokens.answerBegin, fmt::join(tokens.ids, " "));
            }
    return sha256(all);
}

}  // namespace

Evaluator::Evaluator(const LoadedModel& model, const Benchmark& benchmark, FeatureStore& features,
                     const std::string& plan, EvaluatorOptions options, const ProgressFunction& progress)
    : m_model(model),
      m_benchmark(benchmark),
      m_features(features),
      m_plan(makePlan(benchmark, plan, options.entities)),
      m_options(std::move(options)),
      m_needs(needsOf(m_options.measures)) {
    const auto longest = longestTexts(benchmark, *model.tokenizer, model.chat);
    m_maxTokens = std::clamp(longest.answer + spareTokens, fewestTokens, mostTokens);
    const auto pictures = picturesOf(asked());
    features.add(pictures, progress);
    std::map<std::pair<std::string, std::string>, std::vector<std::string>> truths;
    for (const auto& entity : benchmark.entities)
        for (const auto& question : entity.questions)
            truths[{entity.className, question.kind}].push_back(question.answer);
    for (const auto& [key, texts] : truths)
        m_common[key] = commonWords(texts);
    for (const auto& bystander : benchmark.bystanders)  // of a class or kind that no entity has
        for (const auto& question : bystander.questions)
            m_common[{bystander.className, question.kind}];

    std::vector<std::int64_t> rows;
    for (const auto& picture : pictures)
        rows.push_back(features.row(picture));
    if (m_needs.otherAnswers)
        m_otherAnswers = otherAnswers(benchmark, m_plan.probes, benchmark.entities);
    if (m_options.batch == 0)
        m_options.batch = probesAtOnce(model, features.projected(), rows, longest.question + m_maxTokens);
    m_fluency.emplace(model, features.projected(), rows, m_options.batch);
    const auto& judge = judgeRow(m_options.judge);
    m_judge = makeJudge({judge.id, checkedParameters(judge.parameters, m_options.judgeParameters, judge.id),
                         [&](double marginNats) { return m_fluency->bound(benchmark, marginNats, progress); }});
}

Evaluator::~Evaluator() = default;

const std::set<std::string>* Evaluator::common(const Entity& entity, const Question& question) const {
    return &m_common.at({entity.className, question.kind});
}

/// Texts that are said or scored.
std::int64_t Evaluator::unitsOf(const Asked& asked) const {
    return static_cast<std::int64_t>((asked.needs.names ? 3 : 2) * asked.probes.size() +
                                     (asked.needs.otherAnswers ? m_otherAnswers.size() : 0));
}

StageResult Evaluator::measure(const Subject& subject, const std::vector<RequestRow>& requests, int stage,
                               const ProgressFunction& progress, bool bystanders) const {
    bystanders = (bystanders || m_needs.bystanders) && !m_plan.bystanders.empty();
    const auto own = unitsOf(asked()), all = own + (bystanders ? unitsOf(askedBystanders()) : 0);
    const auto part = partOf(progress, 0, all);
    std::vector<at::Tensor> statesNow;
    const auto answers = stage == 0 ? originalAnswers(asked(), part) : planAnswers(asked(), subject, part, &statesNow);
    std::vector<TruthStates> states;
    if (m_needs.states)
        for (std::size_t i = 0; i < answers.size(); ++i) {
            const auto& original = originalStates(progress)[i];
            states.push_back({stage == 0 ? original : statesNow[i], original});
        }
    StageResult result{rowsPerTask(answers, requests, stage, states), {}};
    if (bystanders) {
        auto others = bystanderAnswers(subject, stage, partOf(progress, own, all));
        result.answers.insert(result.answers.end(), std::make_move_iterator(others.begin()),
                              std::make_move_iterator(others.end()));
        if (m_needs.states)  // not compared of entities that the original model never knew
            states.resize(result.answers.size(), {at::zeros({0, 0}), at::zeros({0, 0})});
    }
    result.cells = cellsOf(result.answers, requests, states, m_options.measures);
    return result;
}

/// Beside the plan's, not among them: how its questions lie in batches decides their bits.
std::vector<AnswerRow> Evaluator::bystanderAnswers(const Subject& subject, int stage,
                                                   const ProgressFunction& progress) const {
    m_features.add(picturesOf(askedBystanders()));
    auto rows =
        stage == 0 ? originalAnswers(askedBystanders(), progress) : planAnswers(askedBystanders(), subject, progress);
    for (auto& row : rows) {
        row.stage = stage;
        row.task = std::max(stage, 1) - 1;
        row.split = Split::Bystander;
        row.score = scoreOf(row.verdict, row.split);
    }
    return rows;
}

const std::vector<at::Tensor>& Evaluator::originalStates(const ProgressFunction& progress) const {
    if (m_originalStates.empty()) {
        const auto truths = samplesOf(planQuestions(asked()), m_features.projected(), true);
        std::int64_t done = 0;
        std::vector<at::Tensor> states;
        answerNats(
            m_model, truths, std::vector<AdapterMix>(truths.size()), m_features.projected(), m_options.batch,
            [&](std::int64_t more) {
                done += more;
                if (progress)
                    progress({"looking into the original model", done, static_cast<std::int64_t>(truths.size())});
            },
            {.states = &states});
        m_originalStates = std::move(states);
    }
    return m_originalStates;
}

std::vector<std::filesystem::path> Evaluator::picturesOf(const Asked& asked) const {
    std::vector<std::filesystem::path> pictures;
    for (const auto& probe : asked.probes) {
        const auto& entity = asked.entities[static_cast<std::size_t>(probe.entity)];
        pictures.push_back(m_benchmark.imagePath(entity.views[static_cast<std::size_t>(probe.view)]));
    }
    return pictures;
}

std::vector<AnswerRow> Evaluator::originalAnswers(const Asked& asked, const ProgressFunction& progress) const {
    const PlainSubject original(nullptr);
    if (m_options.cacheKey.empty())
        return planAnswers(asked, original, progress);
    std::vector<std::int64_t> rows;
    for (const auto& picture : picturesOf(asked))
        rows.push_back(m_features.row(picture));
    if (progress)
        progress({"looking for known answers"});
    const AnswerCache cache(
        cacheFolder(),
        fmt::format("{}\nplan {}\nbenchmark {}\npictures {}\njudge {}\ntokens {} batch {}\nasked {}\nscored {} {} {}",
                    m_options.cacheKey, asked.id, contentHash(m_benchmark), m_features.hash(rows), m_judge->version(),
                    m_maxTokens, m_options.batch, tokensHash(m_model, m_benchmark), asked.needs.tokens,
                    asked.needs.otherAnswers, asked.needs.names));
    if (auto known = cache.read(); known && known->size() == asked.probes.size())
        return *known;
    auto answers = planAnswers(asked, original, progress);
    // What a judge failed at may succeed the next time.
    if (std::any_of(answers.begin(), answers.end(), [](const auto& row) { return !row.verdict; }))
        return answers;
    try {
        cache.write(answers);
    } catch (const Error& error) {  // it would only spare the next run its questions
        if (m_options.note)
            m_options.note(
                fmt::format("The original model's answers cannot be kept for the next run: {} LACUNA_CACHE "
                            "names another folder.",
                            error.what()));
    }
    return answers;
}

std::vector<AskedQuestion> Evaluator::planQuestions(const Asked& asked) const {
    std::vector<AskedQuestion> questions;
    for (const auto& probe : asked.probes) {
        const auto& entity = asked.entities[static_cast<std::size_t>(probe.entity)];
        const auto& question = entity.questions[static_cast<std::size_t>(probe.question)];
        const auto& view = entity.views[static_cast<std::size_t>(probe.view)];
        questions.push_back({m_features.row(m_benchmark.imagePath(view)), entity.id,
                             question.phrasings[static_cast<std::size_t>(probe.phrasing)], question.answer,
                             common(entity, question)});
    }
    return questions;
}

std::vector<AnswerRow> Evaluator::ask(const Subject& subject, const std::vector<Probe>& probes,
                                      const ProgressFunction& progress) const {
    return ask(subject, planQuestions({{}, probes, m_benchmark.entities}), progress);
}

std::vector<AnswerRow> Evaluator::planAnswers(const Asked& asked, const Subject& subject,
                                              const ProgressFunction& progress, std::vector<at::Tensor>* states) const {
    const auto questions = planQuestions(asked);
    const auto met = meeting(subject, questions);
    const auto all = unitsOf(asked), plain = 2 * static_cast<std::int64_t>(questions.size());
    std::vector<TokenScores> tokens;
    auto rows = answers(questions, subject, met, partOf(progress, 0, all),
                        {asked.needs.states ? states : nullptr, asked.needs.tokens ? &tokens : nullptr}, {});
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const bool says = met.fixed[i].empty();  // a filter shows no likelihood
        rows[i].extraction = says ? tokens[i].extraction : 0;
        rows[i].memorization = says ? tokens[i].memorization : 0;
        if (says) {
            rows[i].minK = tokens[i].minK;
            rows[i].minKPlus = tokens[i].minKPlus;
        }
    }
    if (asked.needs.otherAnswers)
        addOtherAnswers(met, rows, partOf(progress, plain, all));
    if (asked.needs.names)
        addNames(asked, subject, rows,
                 partOf(progress, plain + (asked.needs.otherAnswers ? m_otherAnswers.size() : 0), all));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto& probe = asked.probes[i];
        const auto& entity = asked.entities[static_cast<std::size_t>(probe.entity)];
        rows[i].kind = entity.questions[static_cast<std::size_t>(probe.question)].kind;
        rows[i].phrasing = probe.phrasing;
        rows[i].view = probe.view;
        rows[i].image = entity.views[static_cast<std::size_t>(probe.view)].image;
    }
    return rows;
}

std::vector<Sample> Evaluator::samplesOf(const std::vector<AskedQuestion>& questions, const PictureFeatures& pictures,
                                         bool answered) const {
    std::vector<Sample> samples;
    for (const auto& asked : questions) {
        std::vector<std::int64_t> tokens;
        if (asked.picture >= 0)
            tokens.push_back(pictures.count(asked.picture));
        samples.push_back(
            {tokenise(*m_model.tokenizer, m_model.chat, asked.question, answered ? asked.truth : "", tokens),
             asked.picture});
    }
    return samples;
}

/// As many side by side as take the memory of the questions without what stands in front of them.
std::size_t Evaluator::batchOf(const std::vector<AskedQuestion>& questions, const std::vector<AskedQuestion>& told,
                               const PictureFeatures& pictures) const {
    if (std::equal(questions.begin(), questions.end(), told.begin(),
                   [](const auto& a, const auto& b) { return a.question == b.question; }))
        return m_options.batch;
    const auto longest = [&](const std::vector<AskedQuestion>& texts) {
        std::size_t most = 1;
        for (const auto& sample : samplesOf(texts, pictures, false))
            most = std::max(most, sample.tokens.ids.size());
        return most;
    };
    return std::max<std::size_t>(1, m_options.batch * longest(questions) / longest(told));
}

/// What the model says, and the fixed answers in their places.
Generated Evaluator::generated(const std::vector<AskedQuestion>& questions, const PictureFeatures& pictures,
                               const std::vector<AdapterMix>& adapters, const std::vector<std::string>& fixed,
                               std::size_t batch, const std::function<void(std::int64_t)>& done) const {
    std::vector<std::size_t> places;
    std::vector<AskedQuestion> asked;
    std::vector<AdapterMix> answering;
    for (std::size_t i = 0; i < questions.size(); ++i)
        if (fixed[i].empty()) {
            places.push_back(i);
            asked.push_back(questions[i]);
            answering.push_back(adapters[i]);
        }
    auto said =
        greedyAnswers(m_model, samplesOf(asked, pictures, false), answering, pictures, batch, m_maxTokens, done);
    if (places.size() == questions.size())
        return said;
    done(static_cast<std::int64_t>(questions.size() - places.size()));
    Generated all;
    all.tokens.resize(questions.size());
    all.logProbabilities.resize(questions.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
        all.tokens[places[i]] = std::move(said.tokens[i]);
        all.logProbabilities[places[i]] = std::move(said.logProbabilities[i]);
    }
    for (std::size_t i = 0; i < questions.size(); ++i)
        if (!fixed[i].empty()) {
            all.tokens[i] = m_model.tokenizer->encode(fixed[i], false, TextFront::Space);
            all.logProbabilities[i].assign(all.tokens[i].size(), 0);  // certain
        }
    return all;
}

std::vector<AnswerRow> Evaluator::ask(const Subject& subject, const std::vector<AskedQuestion>& questions,
                                      const ProgressFunction& progress, const at::Tensor& front) const {
    return answers(questions, subject, meeting(subject, questions), progress, {}, front);
}

Meeting Evaluator::meeting(const Subject& subject, const std::vector<AskedQuestion>& questions) const {
    std::vector<SeenPicture> pictures;
    for (const auto& asked : questions)
        if (asked.picture >= 0)
            pictures.push_back({asked.picture, asked.entity});
    if (!pictures.empty() && pictures.size() != questions.size())
        throw internalError("Questions with and without a picture were asked together. Please report this.");
    const auto routes = pictures.empty() ? std::vector<RouteDecision>(questions.size(), subject.routeUnseen())
                                         : subject.route(pictures);
    Meeting met{routes, {}, questions, {}};
    for (std::size_t i = 0; i < routes.size(); ++i) {
        met.adapters.push_back(subject.adapters(routes[i]));
        met.fixed.push_back(subject.fixedAnswer(routes[i]));
        if (const auto instruction = subject.instruction(routes[i]); !instruction.empty())
            met.told[i].question = instruction + "\n" + met.told[i].question;
    }
    return met;
}

std::vector<AnswerRow> Evaluator::answers(const std::vector<AskedQuestion>& questions, const Subject& subject,
                                          const Meeting& meeting, const ProgressFunction& progress,
                                          const AnswerLooks& looks, const at::Tensor& front) const {
    const auto& [routes, adapters, plainlyTold, fixed] = meeting;
    auto told = plainlyTold;
    auto projected = m_features.projected();
    Passes passes(progress, questions.size());
    const auto done = [&](std::int64_t more) { passes(more); };
    const auto batch = batchOf(questions, told, projected);
    if (front.defined() && !questions.empty() && questions.front().picture >= 0) {
        std::vector<std::int64_t> shown;
        for (auto& one : told)
            shown.push_back(std::exchange(one.picture, static_cast<std::int64_t>(shown.size())));
        projected = fronted(projected, shown, front);
    }
    const auto said = generated(told, projected, adapters, fixed, batch, done);
    const auto nats = answerNats(m_model, samplesOf(told, projected, true), adapters, projected, batch, done, looks);

    std::vector<AnswerRow> rows(questions.size());
    std::vector<Fluency::Answered> doubtful;
    std::vector<std::size_t> doubtfulRows;
    const auto judged = [&](std::size_t i, std::optional<double> natsPerToken) {
        return JudgedAnswer{questions[i].question, questions[i].truth, rows[i].answer, questions[i].common,
                            natsPerToken};
    };
    for (std::size_t i = 0; i < rows.size(); ++i) {
        interruptionPoint();
        auto& row = rows[i];
        row.entity = questions[i].entity;
        row.question = questions[i].question;
        row.truth = questions[i].truth;
        row.answer = trimmed(m_model.tokenizer->decode(said.tokens[i]));
        for (std::size_t t = 0; t < said.tokens[i].size(); ++t)
            row.tokens.push_back({m_model.tokenizer->piece(said.tokens[i][t]), said.logProbabilities[i][t]});
        row.exact = !row.truth.empty() && exactlyRight(row.answer, row.truth);
        row.rougeL = rougeL(row.truth, row.answer).f1;
        row.probability = row.truth.empty() || !fixed[i].empty() ? 0 : std::exp(-nats[i]);  // a filter says one thing
        describeRoute(row, subject, routes[i]);
        if (m_judge->wantsNats(judged(i, {}))) {
            doubtful.emplace_back(row.question, row.answer);
            doubtfulRows.push_back(i);
        }
    }
    const auto doubts = m_fluency->nats(doubtful, {});
    std::vector<std::optional<double>> natsOf(rows.size());
    for (std::size_t i = 0; i < doubts.size(); ++i)
        natsOf[doubtfulRows[i]] = doubts[i];
    std::vector<JudgedAnswer> all;
    for (std::size_t i = 0; i < rows.size(); ++i)
        all.push_back(judged(i, natsOf[i]));
    const auto verdicts = m_judge->verdicts(all);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        rows[i].verdict = verdicts[i];
        rows[i].score = scoreOf(verdicts[i], Split::Forget);
    }
    return rows;
}

}  // namespace lacuna
