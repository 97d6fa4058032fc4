// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/lifelong_run.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/catalog/methods.h"
#include "core/tensors/device_memory.h"
#include "core/unlearning/checkpoint_pace.h"
#include "core/unlearning/lumoe_subject.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <numeric>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

/// Progress is told in ten-thousandths of the run.
constexpr std::int64_t wholeRun = 10'000;

double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

fs::path stageFolder(const fs::path& run, int stage) {
    return run / "adapters" / fmt::format("stage-{:03}", stage);
}

fs::path adapterFolder(const fs::path& run, int stage, const MethodRow& method, const std::string& request) {
    return method.usesGate ? stageFolder(run, stage) / ("expert-" + request) : stageFolder(run, stage);
}

fs::path gateFile(const fs::path& run, int stage) {
    return stageFolder(run, stage) / "gate.safetensors";
}

double residentMib() {
    std::ifstream file("/proc/self/statm");
    double pages = 0;
    double resident = 0;
    file >> pages >> resident;
    return resident * 4096 / (1024 * 1024);
}

/// What a gate knows at a stage: entities of requests ≤ stage, each sent where the latest of those that forget it says.
std::vector<KnownEntity> knownEntities(const RunInputs& inputs, const std::vector<int>& order, int stage) {
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
    for (int t = 0; t < stage; ++t) {
        const auto& request = inputs.benchmark.requests[static_cast<std::size_t>(order[static_cast<std::size_t>(t)])];
        for (const int entity : request.forgetEntities)
            add(entity, t);
        for (const int entity : request.retainEntities)
            add(entity, -1);
    }
    return known;
}

std::vector<int> positions(const Benchmark& benchmark, const std::vector<std::string>& order) {
    std::vector<int> requests;
    for (const auto& name : order)
        requests.push_back(requestIndex(benchmark, name));
    if (order.empty()) {
        requests.resize(benchmark.requests.size());
        std::iota(requests.begin(), requests.end(), 0);
    }
    return requests;
}

/// Of requests 1 … `stage`.
std::vector<std::string> requestNames(const Benchmark& benchmark, const std::vector<int>& order, int stage) {
    std::vector<std::string> names;
    names.reserve(static_cast<std::size_t>(stage));
    for (int t = 0; t < stage; ++t)
        names.push_back(benchmark.requests[static_cast<std::size_t>(order[static_cast<std::size_t>(t)])].name);
    return names;
}

TrainedParts trainedParts(const std::string& name) {
    return name == "vision" ? TrainedParts::Vision : name == "both" ? TrainedParts::Both : TrainedParts::Language;
}

std::vector<TrainingPair> trainingPairs(const RunInputs& inputs, const std::vector<Item>& items, bool allPhrasings) {
    std::vector<TrainingPair> pairs;
    for (const auto& item : items) {
        const auto& entity = inputs.benchmark.entities[static_cast<std::size_t>(item.entity)];
        const auto& question = entity.questions[static_cast<std::size_t>(item.question)];
        const auto picture =
            inputs.features.row(inputs.benchmark.imagePath(entity.views[static_cast<std::size_t>(item.view)]));
        const auto count = allPhrasings ? question.phrasings.size() : 1;
        for (std::size_t p = 0; p < count; ++p)
            pairs.push_back({question.phrasings[p], question.answer, picture});
    }
    return pairs;
}

}  // namespace

std::vector<RequestRow> requestRows(const Benchmark& benchmark, const std::vector<std::string>& order) {
    std::vector<RequestRow> rows;
    const auto ids = [&](const std::vector<int>& entities) {
        std::vector<std::string> names;
        for (const int entity : entities)
            names.push_back(benchmark.entities[static_cast<std::size_t>(entity)].id);
        return names;
    };
    for (const int at : positions(benchmark, order)) {
        const auto& request = benchmark.requests[static_cast<std::size_t>(at)];
        rows.push_back({request.name, ids(request.forgetEntities), ids(request.retainEntities)});
    }
    return rows;
}

StageModel StageModel::adaptersOf(const RunInputs& inputs, const RunSpec& spec, int stage) {
    StageModel opened;
    const auto& method = methodRow(spec.method);
    const auto names = requestNames(inputs.benchmark, positions(inputs.benchmark, spec.order), stage);
    opened.m_adapters->reserve(names.size());
    for (int t = method.usesGate ? 1 : std::max(1, stage); t <= stage; ++t)
        opened.m_adapters->push_back(
            readAdapter(adapterFolder(inputs.folder, t, method, names[static_cast<std::size_t>(t) - 1]),
                        inputs.model.llava.config(), inputs.model.llava.options()));
    return opened;
}

StageModel StageModel::open(const RunInputs& inputs, const RunSpec& spec, int stage) {
    auto opened = adaptersOf(inputs, spec, stage);
    if (stage == 0 || !methodRow(spec.method).usesGate) {
        opened.m_subject = std::make_unique<PlainSubject>(stage == 0 ? nullptr : &opened.m_adapters->front());
        return opened;
    }
    const auto order = positions(inputs.benchmark, spec.order);
    const auto names = requestNames(inputs.benchmark, order, stage);
    opened.m_gate = readGate(
        gateFile(inputs.folder, stage), {spec.gate, names, inputs.features.embeddings()},
        [&] { return knownEntities(inputs, order, stage); }, &opened.m_note);
    opened.m_subject = std::make_unique<LumoeSubject>(*opened.m_gate, *opened.m_adapters, names);
    return opened;
}

struct LifelongRun::State {
    RunInputs inputs;
    RunSpec spec;
    RunObserver& observer;
    RunControl& control;
    const MethodRow& method;
    ParameterValues parameters;
    std::vector<int> order;
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
    const Request& request(int stage) const {
        return inputs.benchmark.requests[static_cast<std::size_t>(order[static_cast<std::size_t>(stage) - 1])];
    }
    TrainingSets sets(int stage) const;
    void report(int stage, RunPhase phase, std::string what, double measured = 0);
    void reportMemory() {
        observer.resourcesMeasured(
            {elapsed(), residentMib(), takePeakDeviceMib(inputs.model.llava.options().device())});
    }
    bool train(int stage, Adapter& adapter, const TrainingCheckpoint* checkpoint);
    bool measure(int stage, const Subject& subject);
};

TrainingSets LifelongRun::State::sets(int stage) const {
    const bool all = spec.trainPhrasings == "all";
    return {trainingPairs(inputs, request(stage).forget, all), trainingPairs(inputs, request(stage).retain, all),
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
    Progress progress{std::move(what), static_cast<std::int64_t>(share * wholeRun), wholeRun};
    if (measure > 0 && (step > 0 || stepsLeft == 0))
        progress.secondsLeft = step * static_cast<double>(stepsLeft) + measure * (measuresLeft - measured);
    control.progress(stage, phase, progress);
}

/// True when the request is trained; false when it was stopped: what was trained of it is in a checkpoint.
bool LifelongRun::State::train(int stage, Adapter& adapter, const TrainingCheckpoint* checkpoint) {
    const auto& name = request(stage).name;
    report(stage, RunPhase::Preparing, fmt::format("preparing request {}", name));
    std::optional<Trainer> trainer;
    try {
        control.within();
        trainer.emplace(inputs.model, sets(stage), makeObjective(method.id, parameters), parameters, adapter,
                        TrainerOptions{.method = method.name,
                                       .seed = deriveSeed(spec.seed, "request " + name),
                                       .parts = trainedParts(spec.train),
                                       .between = [this] { control.within(); },
                                       .recomputes = spec.gradientCheckpointing});
    } catch (const Cancelled&) {
        return false;
    }
    if (checkpoint)
        trainer->restore(checkpoint->state, checkpoint->step);
    const auto save = [&](bool trained) {
        const double before = now();
        observer.beforeCheckpoint();
        saveCheckpoint({stage, trainer->stepsDone(), elapsed(), trainer->state(), trained, stepS(), measureS(), share},
                       inputs.folder / "checkpoint");
        pace.written(now() - before);
    };
    const bool trained = checkpoint && checkpoint->trained;
    while (!trained && trainer->stepsDone() < trainer->totalSteps()) {
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
        auto row = trainer->step();
        row.stage = stage;
        row.elapsedS = elapsed();
        trainingS += now() - before;
        ++stepsHere;
        ++stepsDone;
        --stepsLeft;
        observer.stepDone(row);
        report(stage, RunPhase::Training, fmt::format("training on request {}", name));
        pace.worked(now() - before);
        if (pace.due())
            save(false);
    }
    const auto skipped = trainer->totalSteps() - trainer->stepsDone();
    stepsDone += skipped;
    stepsLeft -= skipped;
    observer.requestTrained(stage, trainer->stepsDone(), trainer->totalSteps());
    reportMemory();
    // The finished training too: a kill while it is being measured costs the measuring alone.
    save(true);
    return true;
}

bool LifelongRun::State::measure(int stage, const Subject& subject) {
    const auto what = stage == 0 ? std::string("testing the original model")
                                 : fmt::format("testing the model after {}", request(stage).name);
    report(stage, RunPhase::Measuring, what);
    const double before = now();
    bool asked = false;
    StageResult result;
    try {
        result = inputs.evaluator.measure(subject, rows, stage, [&](const Progress& at) {
            asked = asked || at.total > 0;  // not while it is looked for among known answers
            report(stage, RunPhase::Measuring, what,
                   at.total > 0 ? static_cast<double>(at.done) / static_cast<double>(at.total) : 0);
            control.within();
        });
    } catch (const Cancelled&) {
        return false;
    }
    if (asked) {  // what is known of the original model from an earlier run says nothing of the time
        measuringS += now() - before;
        ++measuresHere;
    }
    ++measuresDone;
    --measuresLeft;
    observer.answersMeasured(result.answers);
    observer.cellsMeasured(result.cells);
    reportMemory();
    observer.stageDone(stage);
    report(stage, RunPhase::Measuring, what);
    return true;
}

LifelongRun::LifelongRun(RunInputs inputs, RunSpec spec, RunObserver& observer, RunControl& control)
    : m_state(std::make_unique<State>(State{inputs,
                                            spec,
                                            observer,
                                            control,
                                            methodRow(spec.method),
                                            methodParameters(methodRow(spec.method), spec.preset, spec.parameters),
                                            positions(inputs.benchmark, spec.order),
                                            requestRows(inputs.benchmark, spec.order),
                                            {}})) {
    auto& s = *m_state;
    const auto batch = static_cast<std::int64_t>(s.parameters.at("batch"));
    for (const int at : s.order) {
        const auto& request = s.inputs.benchmark.requests[static_cast<std::size_t>(at)];
        if (request.forget.empty())
            throw inputError("Request {} has an empty forget set: there is nothing to train on.", request.name);
        const auto count =
            static_cast<std::int64_t>(trainingPairs(s.inputs, request.forget, s.spec.trainPhrasings == "all").size());
        s.steps.push_back((count + batch - 1) / batch * static_cast<std::int64_t>(s.parameters.at("epochs")));
    }
}

LifelongRun::~LifelongRun() = default;

LifelongRun::Outcome LifelongRun::run(int firstStage, const std::optional<TrainingCheckpoint>& checkpoint,
                                      double elapsedS, double toldShare) {
    auto& s = *m_state;
    s.begun = now();
    const bool inTheMiddle = checkpoint && checkpoint->stage == firstStage;
    s.elapsedBefore = std::max(elapsedS, inTheMiddle ? checkpoint->elapsedS : 0);
    const int last = static_cast<int>(s.order.size());
    const int firstRequest = std::max(firstStage, 1);
    const auto stepsOf = [&](auto from, auto to) { return std::accumulate(from, to, std::int64_t{0}); };
    s.stepsDone = stepsOf(s.steps.begin(), s.steps.begin() + (firstRequest - 1)) + (inTheMiddle ? checkpoint->step : 0);
    s.stepsLeft = stepsOf(s.steps.begin(), s.steps.end()) - s.stepsDone;
    s.measuresDone = firstStage;
    s.measuresLeft = last + 1 - firstStage;
    s.share = toldShare;
    if (checkpoint && checkpoint->stage <= firstStage) {
        s.stepSBefore = checkpoint->stepS;
        s.measureSBefore = checkpoint->measureS;
        s.share = std::max(s.share, checkpoint->share);
    }
    const auto rank = static_cast<std::int64_t>(s.parameters.at("lora_rank"));
    const auto& llava = s.inputs.model.llava;

    if (firstStage == 0 && !s.measure(0, PlainSubject(nullptr)))
        return Outcome::Stopped;
    auto model = StageModel::adaptersOf(s.inputs, s.spec, firstRequest - 1);
    model.m_adapters->reserve(static_cast<std::size_t>(last));  // `adapter` below is held by reference
    auto names = requestNames(s.inputs.benchmark, s.order, firstRequest - 1);
    for (int stage = firstRequest; stage <= last; ++stage) {
        const auto& name = s.request(stage).name;
        names.push_back(name);
        // Experts begin at the original weights; the other methods go on with the one adapter they have.
        if (s.method.usesGate || model.m_adapters->empty())
            model.m_adapters->push_back(makeAdapter(llava.config().text, rank, s.parameters.at("lora_alpha"),
                                                    deriveSeed(s.spec.seed, "adapter " + name),
                                                    llava.options().dtype(at::kFloat)));
        auto& adapter = model.m_adapters->back();
        adapter.convert(at::kFloat);  // trained in float32: a step is too small for the 8 bits of a bf16
        if (!s.train(stage, adapter, inTheMiddle && stage == firstStage ? &*checkpoint : nullptr))
            return Outcome::Stopped;
        adapter.convert(c10::typeMetaToScalarType(llava.options().dtype()));
        const auto folder = adapterFolder(s.inputs.folder, stage, s.method, name);
        fs::create_directories(folder.parent_path());
        writeAdapter(adapter, folder, llava.config(), s.inputs.base.empty() ? s.spec.model : s.inputs.base.string());
        if (s.method.usesGate) {
            model.m_gate = makeGate(s.spec.gate, knownEntities(s.inputs, s.order, stage), stage,
                                    s.inputs.features.embeddings(), deriveSeed(s.spec.seed, "gate"));
            writeGate(*model.m_gate, {s.spec.gate, names, {}}, gateFile(s.inputs.folder, stage));
            model.m_subject = std::make_unique<LumoeSubject>(*model.m_gate, *model.m_adapters, names);
        } else {
            model.m_subject = std::make_unique<PlainSubject>(&adapter);
        }
        if (!s.measure(stage, model.subject()))
            return Outcome::Stopped;
    }
    return Outcome::Finished;
}

}  // namespace lacuna
