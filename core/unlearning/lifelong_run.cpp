// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/lifelong_run.h"

#include "core/base/error.h"
#include "core/base/interruption.h"
#include "core/base/random.h"
#include "core/runs/planned_steps.h"
#include "core/runs/run_folder.h"
#include "core/tensors/device_memory.h"
#include "core/training/longest_texts.h"
#include "core/unlearning/best_state.h"
#include "core/unlearning/checkpoint_pace.h"
#include "core/unlearning/serving.h"
#include "core/unlearning/unknown_pairs.h"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <set>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

/// Progress is told in ten-thousandths of the run.
constexpr std::int64_t wholeRun = 10'000;

double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

fs::path gateFile(const fs::path& run, int stage) {
    return run / stageFolder(stage) / "gate.safetensors";
}

/// What a gate knows at a stage: entities of requests ≤ stage, each sent where the latest of those that forget it says.
std::vector<KnownEntity> knownEntities(const RunInputs& inputs, const ResolvedRun& run, int stage) {
    std::vector<KnownEntity> known;
    std::map<int, std::size_t> place;
    const auto add = [&](int entity, int expert) {
        const auto [found, fresh] = place.emplace(entity, known.size());
        if (!fresh) {
            if (expert >= 0)
                known[found->second].expert = expert;
            return;
        }
        const auto& e = inputs.benchmark.entities[static_cast<std::size_t>(entity)];
        KnownEntity one{e.id, expert, {}};
        for (const auto& view : e.views)
            if (!view.heldOut)
                one.pictures.push_back(inputs.features.row(inputs.benchmark.imagePath(view)));
        known.push_back(std::move(one));
    };
    for (int t = 1; t <= stage; ++t) {
        for (const int entity : run.request(t).forgetEntities)
            add(entity, t - 1);
        for (const int entity : run.request(t).retainEntities)
            add(entity, -1);
    }
    return known;
}

GateContext gateContext(const RunInputs& inputs, const ResolvedRun& run, int stage) {
    return {.gate = run.spec.gate,
            .parameters = run.gateParameters,
            .requests = run.requestNames(stage),
            .embeddings = inputs.features.embeddings(),
            .seed = deriveSeed(run.spec.seed, "gate"),
            .model = &inputs.model,
            .benchmark = &inputs.benchmark,
            .features = &inputs.features,
            .endpoint = run.spec.endpoint,
            .endpointModel = run.spec.endpointModel,
            .journal = inputs.folder.empty() ? fs::path() : RunFolder{inputs.folder}.extra() / "remote-gate.jsonl",
            .note = inputs.note};
}

/// Of the entities that requests 1 … stage forget, each once.
std::vector<std::string> forgottenNames(const Benchmark& benchmark, const ResolvedRun& run, int stage) {
    std::vector<std::string> names;
    for (int t = 1; t <= stage; ++t)
        for (const int entity : run.request(t).forgetEntities) {
            const auto& name = benchmark.entities[static_cast<std::size_t>(entity)].name;
            if (std::find(names.begin(), names.end(), name) == names.end())
                names.push_back(name);
        }
    return names;
}

/// What request `stage` trains on: its own sets, or those of all requests so far, where nobody is kept whom one of them
/// forgets.
struct TrainedItems {
    std::vector<Item> forget, retain;
};
TrainedItems trainedItems(const ResolvedRun& run, int stage) {
    TrainedItems items;
    std::set<int> forgotten;
    for (int t = run.arrangement->trainsAllSoFar ? 1 : stage; t <= stage; ++t) {
        const auto& request = run.request(t);
        items.forget.insert(items.forget.end(), request.forget.begin(), request.forget.end());
        items.retain.insert(items.retain.end(), request.retain.begin(), request.retain.end());
        forgotten.insert(request.forgetEntities.begin(), request.forgetEntities.end());
    }
    if (run.arrangement->trainsAllSoFar)
        std::erase_if(items.retain, [&](const Item& item) { return forgotten.contains(item.entity); });
    return items;
}

/// Throws InputError where what stands in front of a question leaves no room for it: before anything is measured.
void checkInstruction(const LoadedModel& model, const Benchmark& benchmark, const ResolvedRun& run) {
    const auto instruction = longestInstruction(run.serving->id, forgottenNames(benchmark, run, run.stages()));
    if (instruction.empty())
        return;
    const auto told = static_cast<std::int64_t>(model.tokenizer->encode(instruction, false).size());
    const auto longest = longestTexts(benchmark, *model.tokenizer, model.chat);
    const auto& config = model.network->config();
    const auto needed = told + config.mostPictureTokens() + longest.question + longest.answer;
    if (needed > config.text.maxPositions)
        throw inputError(
            "Serving {} puts an instruction of {} tokens in front of each question, {} with question, picture and "
            "answer, and the model has {} positions. Take fewer requests, or --serve gated_prompt, which names nobody.",
            run.serving->id, told, needed, config.text.maxPositions);
}

std::vector<TrainingPair> trainingPairs(const RunInputs& inputs, const RunSpec& spec, const std::vector<Item>& items) {
    std::vector<TrainingPair> pairs;
    for (const auto& item : items) {
        const auto& entity = inputs.benchmark.entities[static_cast<std::size_t>(item.entity)];
        const auto& question = entity.questions[static_cast<std::size_t>(item.question)];
        const auto picture =
            inputs.features.row(inputs.benchmark.imagePath(entity.views[static_cast<std::size_t>(item.view)]));
        const auto count = spec.trainPhrasings == "all" ? question.phrasings.size() : 1;
        for (std::size_t p = 0; p < count; ++p)
            pairs.push_back({spec.inputs == "picture" ? std::string() : question.phrasings[p], question.answer,
                             spec.inputs == "text" ? -1 : picture});
    }
    return pairs;
}

}  // namespace

StageModel::StageModel(const RunInputs& inputs, const ResolvedRun& run, int stage)
    : m_arrangement(makeArrangement(run.arrangement->id, run.parameters)) {
    for (const auto& folder : m_arrangement->adapterFolders(run.requestNames(stage)))
        m_adapters->push_back(run.arrangement->given
                                  ? readGivenStage(run.spec.stages[static_cast<std::size_t>(stage) - 1],
                                                   inputs.folder / folder, *inputs.model.network, inputs.whole)
                                  : inputs.model.network->readAdapter(inputs.folder / folder));
}

StageModel StageModel::open(const RunInputs& inputs, const ResolvedRun& run, int stage) {
    StageModel opened(inputs, run, stage);
    if (stage > 0 && run.serving->usesGate)
        opened.m_gate = readGate(
            gateFile(inputs.folder, stage), gateContext(inputs, run, stage),
            [&] { return knownEntities(inputs, run, stage); }, &opened.m_note);
    opened.serve(inputs, run, stage);
    return opened;
}

void StageModel::serve(const RunInputs& inputs, const ResolvedRun& run, int stage) {
    if (stage == 0)
        m_subject = std::make_unique<PlainSubject>(nullptr);
    else
        m_subject = makeServing(run.serving->id, {*m_arrangement, *m_adapters, m_gate.get(), run.requestNames(stage),
                                                  forgottenNames(inputs.benchmark, run, stage), run.parameters});
}

void StageModel::beginRequest(const RunInputs& inputs, const ResolvedRun& run, int stage) {
    auto& adapters = *m_adapters;
    const auto& network = *inputs.model.network;
    m_subject.reset();  // it may hold on to adapters that are about to move
    if (!run.arrangement->trains)
        return;
    if (!m_arrangement->goesOn() && m_arrangement->adapterFolders(run.requestNames(stage)).size() == 1)
        adapters.clear();  // the new one takes the place of what was trained before
    if (!m_arrangement->goesOn() || adapters.empty())
        adapters.push_back(makeAdapter(
            network.text(), static_cast<std::int64_t>(run.parameters.at("lora_rank")), run.parameters.at("lora_alpha"),
            deriveSeed(run.spec.seed, "adapter " + run.request(stage).name), network.options().dtype(at::kFloat)));
    adapters.back().convert(at::kFloat);  // trained in float32: a step is too small for the 8 bits of a bf16
}

void StageModel::archive(const RunInputs& inputs, const ResolvedRun& run, int stage) {
    if (run.arrangement->trains) {
        const auto& network = *inputs.model.network;
        auto& adapter = m_adapters->back();
        adapter.convert(c10::typeMetaToScalarType(network.options().dtype()));
        const auto folder = inputs.folder / m_arrangement->adapterFolders(run.requestNames(stage)).back();
        fs::create_directories(folder.parent_path());
        network.writeAdapter(adapter, folder, inputs.base.empty() ? run.spec.model : inputs.base.string());
    }
    if (run.serving->usesGate) {
        const auto context = gateContext(inputs, run, stage);
        m_gate = makeGate(knownEntities(inputs, run, stage), context);
        fs::create_directories(inputs.folder / stageFolder(stage));
        writeGate(*m_gate, context, gateFile(inputs.folder, stage));
    }
    serve(inputs, run, stage);
}

struct LifelongRun::State {
    RunInputs inputs;
    ResolvedRun run;
    RunObserver& observer;
    RunControl& control;
    std::vector<RequestRow> rows;
    std::vector<std::int64_t> steps;  ///< per request
    double begun = 0, elapsedBefore = 0;
    std::int64_t stepsDone = 0, stepsLeft = 0;  ///< of the whole run; those of a skipped request count as done
    int measuresDone = 0, measuresLeft = 0;
    // For the time left: measured in this call, and before it by a checkpoint's word.
    std::int64_t stepsHere = 0;
    int measuresHere = 0;
    double trainingS = 0, measuringS = 0, stepSBefore = 0, measureSBefore = 0;
    double share = 0;  ///< told last
    CheckpointPace pace = CheckpointPace();

    double stepS() const { return stepsHere > 0 ? trainingS / static_cast<double>(stepsHere) : stepSBefore; }
    double measureS() const { return measuresHere > 0 ? measuringS / measuresHere : measureSBefore; }

    double elapsed() const { return elapsedBefore + now() - begun; }
    TrainingSets sets(int stage) const;
    void report(int stage, RunPhase phase, std::string what, double measured = 0);
    ResourceRow memory() const {
        return {elapsed(), residentMib(), takePeakDeviceMib(inputs.model.network->options().device())};
    }
    std::unique_ptr<Trainer> makeTrainer(int stage, const Arrangement& arrangement, std::vector<Adapter>& adapters);
    bool train(int stage, const Arrangement& arrangement, std::vector<Adapter>& adapters,
               const TrainingCheckpoint* checkpoint);
    bool measure(int stage, const Subject& subject);
    bool measureArchived(int stage);  ///< trained by another run, or made elsewhere
};

TrainingSets LifelongRun::State::sets(int stage) const {
    const auto items = trainedItems(run, stage);
    return {trainingPairs(inputs, run.spec, items.forget), trainingPairs(inputs, run.spec, items.retain),
            inputs.features.projected()};
}

/// One unit of progress is a step; a measurement counts as many as it has taken so far (its first: a quarter of a
/// request).
void LifelongRun::State::report(int stage, RunPhase phase, std::string what, double measured) {
    const double step = stepS(), measure = measureS();
    double worth = steps.empty() ? 1 : std::max(1.0, 0.25 * static_cast<double>(steps.front()));
    if (step > 0 && measure > 0)
        worth = measure / step;
    const double doneUnits = static_cast<double>(stepsDone) + worth * (measuresDone + measured);
    const double leftUnits = static_cast<double>(stepsLeft) + worth * (measuresLeft - measured);
    share = std::max(share, doneUnits / (doneUnits + leftUnits));  // it waits where a new estimate would take it back
    // What was told as k / wholeRun stays k: the product may come out a hair below it.
    Progress progress{std::move(what), static_cast<std::int64_t>(share * wholeRun + 1e-6), wholeRun};
    if (measure > 0 && (step > 0 || stepsLeft == 0))
        progress.secondsLeft = step * static_cast<double>(stepsLeft) + measure * (measuresLeft - measured);
    control.progress(stage, phase, progress);
}

/// Throws Cancelled.
std::unique_ptr<Trainer> LifelongRun::State::makeTrainer(int stage, const Arrangement& arrangement,
                                                         std::vector<Adapter>& adapters) {
    const auto& name = run.request(stage).name;
    report(stage, RunPhase::Preparing, fmt::format("preparing request {}", name));
    const Interruptions taken([this] { control.within(); });
    std::vector<const Adapter*> earlier;
    for (std::size_t i = 0; i + 1 < adapters.size(); ++i)
        earlier.push_back(&adapters[i]);
    auto objective = makeObjective(run.objective->id, run.parameters);
    std::vector<TrainingPair> unknown;
    if (objective->needs().find(Pass::Unknown))
        unknown = unknownPairs(inputs.benchmark, inputs.features, run.spec.seed);
    auto trainingSets = sets(stage);
    trainingSets.unknown = std::move(unknown);
    return std::make_unique<Trainer>(inputs.model, std::move(trainingSets), std::move(objective), run.parameters,
                                     adapters.back(),
                                     TrainerOptions{.method = run.method->name,
                                                    .seed = deriveSeed(run.spec.seed, "request " + name),
                                                    .part = *run.trained,
                                                    .recomputes = run.spec.gradientCheckpointing,
                                                    .earlier = earlier,
                                                    .onTop = arrangement.trainsOnTop(),
                                                    .constraint = arrangement.constraint(earlier)});
}

/// True when the request is trained; false when it was stopped: what was trained of it is in a checkpoint.
bool LifelongRun::State::train(int stage, const Arrangement& arrangement, std::vector<Adapter>& adapters,
                               const TrainingCheckpoint* checkpoint) {
    const auto& name = run.request(stage).name;
    std::unique_ptr<Trainer> trainer;
    try {
        trainer = makeTrainer(stage, arrangement, adapters);
    } catch (const Cancelled&) {
        return false;
    }
    BestState best(inputs.evaluator, inputs.benchmark, run, stage);
    if (checkpoint) {
        auto state = checkpoint->state;
        const auto its = std::stable_partition(state.begin(), state.end(), [](const auto& entry) {
            return !entry.first.starts_with(BestState::statePrefix);
        });
        best.restore({its, state.end()});
        trainer->restore({state.begin(), its}, checkpoint->step);
    }
    const auto save = [&](bool trained) {
        const double before = now();
        observer.beforeCheckpoint();
        auto state = trainer->state();
        if (!trained)
            for (auto& entry : best.state())
                state.push_back(std::move(entry));
        saveCheckpoint({stage, trainer->stepsDone(), elapsed(), std::move(state), trained, stepS(), measureS(), share},
                       inputs.folder / "checkpoint");
        pace.written(now() - before);
    };
    // What is trained, as it would answer for whom the request forgets.
    const auto look = [&] {
        const Interruptions taken([this] { control.within(); });
        std::vector<double> weights(static_cast<std::size_t>(stage), 0);
        weights.back() = 1;
        const PlainSubject subject(arrangement.mix(adapters, weights));
        observer.rowsCame({.looks = {best.look(subject, trainer->trained(), trainer->stepsDone())}});
    };
    const bool trained = checkpoint && checkpoint->trained;
    bool toldUntrained = false;
    while (!trained) {
        if (best.due(trainer->stepsDone(), trainer->totalSteps())) {
            try {
                look();
            } catch (const Cancelled&) {
                save(false);
                return false;
            }
            if (best.patienceIsOver()) {
                control.note(fmt::format("Request {}: {} looks found nothing better than step {}; its training ends.",
                                         name, run.parameters.at("patience"), best.bestSteps()));
                break;
            }
        }
        if (trainer->stepsDone() == trainer->totalSteps())
            break;
        const auto decision = control.betweenSteps();
        if (decision == RunControl::Decision::Stop) {
            save(false);
            return false;
        }
        if (decision == RunControl::Decision::Checkpoint) {
            save(false);
            continue;
        }
        if (decision == RunControl::Decision::NextRequest)
            break;
        const double before = now();
        StepRow row;
        const auto made = trainer->stepsDone();
        try {
            row = trainer->step();
        } catch (const Diverged& error) {
            const auto takenBack = made - trainer->stepsDone();
            stepsDone -= takenBack;
            stepsLeft += takenBack;
            if (best.hasBest()) {
                control.note(error.what());
                break;
            }
            if (trainer->stepsDone() == 0)
                throw;
            save(true);
            throw Diverged(error.kind(), fmt::format("{} Or resume this one: it goes on with the state after step {}.",
                                                     error.what(), trainer->stepsDone()));
        }
        row.stage = stage;
        row.elapsedS = elapsed();
        trainingS += now() - before;
        ++stepsHere;
        ++stepsDone;
        --stepsLeft;
        observer.rowsCame({.steps = StepColumns::of({row})});
        report(stage, RunPhase::Training, fmt::format("training on request {}", name));
        if (const auto missed = trainer->untrained(); !missed.empty() && !std::exchange(toldUntrained, true))
            control.note(fmt::format("Request {}: {}", name, missed));
        pace.worked(now() - before);
        if (pace.due())
            save(false);
    }
    if (best.hasBest() && best.bestSteps() != trainer->stepsDone()) {
        trainer->put(best.parameters());
        control.note(fmt::format("Request {}: the state after step {} of {} is kept, the best of its looks ({:.3f}).",
                                 name, best.bestSteps(), trainer->stepsDone(), best.bestValue()));
    }
    const auto skipped = trainer->totalSteps() - trainer->stepsDone();
    stepsDone += skipped;
    stepsLeft -= skipped;
    observer.requestTrained(stage, trainer->stepsDone(), trainer->totalSteps());
    observer.rowsCame({.resources = {memory()}});
    // The finished training too: a kill while it is being measured costs the measuring alone.
    save(true);
    return true;
}

bool LifelongRun::State::measure(int stage, const Subject& subject) {
    const auto what = stage == 0 ? std::string("testing the original model")
                                 : fmt::format("testing the model after {}", run.request(stage).name);
    report(stage, RunPhase::Measuring, what);
    const double before = now();
    bool asked = false;
    StageResult result;
    try {
        const Interruptions taken([this] { control.within(); });
        const auto progress = [&](const Progress& at) {
            asked = asked || at.total > 0;  // not while it is looked for among known answers
            report(stage, RunPhase::Measuring, what,
                   at.total > 0 ? static_cast<double>(at.done) / static_cast<double>(at.total) : 0);
        };
        result = inputs.evaluator.measure(subject, rows, stage, progress, run.serving->usesGate);
    } catch (const Cancelled&) {
        return false;
    }
    if (asked) {  // what is known of the original model from an earlier run says nothing of the time
        measuringS += now() - before;
        ++measuresHere;
    }
    ++measuresDone;
    --measuresLeft;
    observer.rowsCame(
        {.cells = std::move(result.cells), .answers = std::move(result.answers), .resources = {memory()}});
    observer.stageDone(stage);
    report(stage, RunPhase::Measuring, what);
    return true;
}

bool LifelongRun::State::measureArchived(int stage) {
    std::optional<StageModel> model;
    try {
        const Interruptions taken([this] { control.within(); });
        model = StageModel::open(inputs, run, stage);
    } catch (const Cancelled&) {
        return false;
    }
    return measure(stage, model->subject());
}

void checkRun(const LoadedModel& model, const Benchmark& benchmark, const ResolvedRun& run) {
    if (run.objective) {
        const auto needs = makeObjective(run.objective->id, run.parameters)->needs();
        for (int stage = run.spec.parent.stage + 1; stage <= run.stages(); ++stage)
            checkNeeds(needs, run.method->name, !trainedItems(run, stage).retain.empty(), !benchmark.bystanders.empty(),
                       model.network->text().layers);
    }
    checkInstruction(model, benchmark, run);
}

LifelongRun::LifelongRun(RunInputs inputs, ResolvedRun run, RunObserver& observer, RunControl& control)
    : m_state(std::make_unique<State>(State{inputs, std::move(run), observer, control, {}, {}})) {
    auto& s = *m_state;
    s.rows = requestRows(s.inputs.benchmark, s.run.requests);
    checkRun(s.inputs.model, s.inputs.benchmark, s.run);
    auto checked = s.run.spec;
    checked.parameters = s.run.parameters;
    std::vector<std::int64_t> pairs;
    for (const auto& request : s.run.requests)
        pairs.push_back(forgetPairs(s.inputs.benchmark, request, checked.trainPhrasings == "all"));
    s.steps = plannedSteps(pairs, checked);
    const auto taken = std::min<std::size_t>(s.steps.size(), static_cast<std::size_t>(s.run.spec.parent.stage));
    std::fill_n(s.steps.begin(), taken, 0);
}

LifelongRun::~LifelongRun() = default;

LifelongRun::Outcome LifelongRun::run(int firstStage, const std::optional<TrainingCheckpoint>& checkpoint,
                                      double elapsedS, double toldShare, std::optional<int> lastStage) {
    auto& s = *m_state;
    s.begun = now();
    const bool inTheMiddle = checkpoint && checkpoint->stage == firstStage;
    s.elapsedBefore = std::max(elapsedS, inTheMiddle ? checkpoint->elapsedS : 0);
    const int last = lastStage.value_or(s.run.stages());
    const int firstRequest = std::max(firstStage, 1);
    const auto stepsOf = [&](auto from, auto to) { return std::accumulate(from, to, std::int64_t{0}); };
    s.stepsDone = stepsOf(s.steps.begin(), s.steps.begin() + (firstRequest - 1)) + (inTheMiddle ? checkpoint->step : 0);
    s.stepsLeft = stepsOf(s.steps.begin(), s.steps.begin() + last) - s.stepsDone;
    s.measuresDone = firstStage;
    s.measuresLeft = last + 1 - firstStage;
    s.share = toldShare;
    if (checkpoint && checkpoint->stage <= firstStage) {
        s.stepSBefore = checkpoint->stepS;
        s.measureSBefore = checkpoint->measureS;
        s.share = std::max(s.share, checkpoint->share);
    }
    if (firstStage == 0 && !s.measure(0, PlainSubject(nullptr)))
        return Outcome::Stopped;
    const int madeBefore = s.run.arrangement->given ? last : std::min(s.run.spec.parent.stage, last);
    for (int stage = firstRequest; stage <= madeBefore; ++stage)
        if (!s.measureArchived(stage))
            return Outcome::Stopped;
    const int firstTrained = std::max(firstRequest, madeBefore + 1);
    if (firstTrained > last)
        return Outcome::Finished;
    StageModel model(s.inputs, s.run, firstTrained - 1);
    for (int stage = firstTrained; stage <= last; ++stage) {
        model.beginRequest(s.inputs, s.run, stage);
        if (s.run.arrangement->trains && !s.train(stage, *model.m_arrangement, *model.m_adapters,
                                                  inTheMiddle && stage == firstStage ? &*checkpoint : nullptr))
            return Outcome::Stopped;
        model.archive(s.inputs, s.run, stage);
        if (!s.measure(stage, model.subject()))
            return Outcome::Stopped;
    }
    return Outcome::Finished;
}

}  // namespace lacuna
