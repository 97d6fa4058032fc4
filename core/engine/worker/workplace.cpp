// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/worker/workplace.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/benchmark/cache_folder.h"
#include "core/benchmark/drawn/drawn_benchmark.h"
#include "core/catalog/judges.h"
#include "core/catalog/methods.h"
#include "core/images/picture.h"
#include "core/models/checkpoint_hash.h"
#include "core/models/llava/llava_size.h"
#include "core/models/memory_need.h"
#include "core/tensors/device_memory.h"
#include "core/training/longest_texts.h"

#include <ATen/Parallel.h>
#include <fmt/ranges.h>
#include <torch/version.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <set>
#include <thread>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

std::string processorName() {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);)
        if (line.rfind("model name", 0) == 0)
            return line.substr(line.find(':') + 2);
    return "unknown";
}

/// An adapter may be gone: the run has a copy of it.
bool answersWhole(const fs::path& stage) {
    return isThere(stage / "config.json") && isWholeCheckpoint(stage);
}

std::string utcNow() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text;
}

}  // namespace

fs::path Workplace::modelFolder(const std::string& model) const {
    return model == "embedded" ? m_options.datasets / "small-llava" : fs::path(model);
}

void Workplace::open(RunSpec& spec, const ProgressFunction& progress) {
    if (spec.threads <= 0)
        spec.threads = m_options.threads > 0 ? m_options.threads
                                             : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    if (m_threads != spec.threads) {
        m_evaluator.reset();  // its cached results are those of another number of threads
        at::set_num_threads(spec.threads);
        m_threads = spec.threads;
    }

    m_whole.drop();
    const auto benchmarkKey = spec.benchmark + "|" + spec.images + (spec.asReleased ? "|as released" : "");
    m_open = false;
    if (!m_benchmark || m_benchmarkKey != benchmarkKey) {
        m_evaluator.reset();
        m_features.reset();
        m_benchmark =
            std::make_shared<Benchmark>(openBenchmark(spec.benchmark, spec.images, spec.asReleased, progress));
        m_benchmarkKey = benchmarkKey;
    }
    const auto run = resolvedRun(*m_benchmark, spec);  // before the model is loaded: that may take minutes
    spec.order = run.spec.order;
    const auto folder = modelFolder(spec.model);
    const auto modelKey = folder.string() + "|" + spec.device + "|" + spec.precision;
    if (!m_model || m_modelKey != modelKey) {
        m_evaluator.reset();
        m_features.reset();
        m_model.reset();
        m_device = openDevice(spec.device);
        m_precision = precisionOf(spec.precision, m_device.device);
        const auto options = at::TensorOptions(m_precision.type).device(m_device.device);
        const auto parts = readCheckpointParts(folder);
        checkMemory(run, parts.config, *parts.tokenizer, parts.chat);
        m_model = std::make_unique<LoadedModel>(LoadedModel{
            std::make_unique<Llava>(Llava::load(parts.files, parts.config, options, progress,
                                                m_precision.fourBits ? WeightFormat::Nf4 : WeightFormat::Full)),
            parts.tokenizer, parts.chat});
        m_preprocess = parts.preprocess;
        m_modelNotes = parts.notes;
        const auto hash = checkpointHash(folder, progress);
        m_modelHash = hash.now;
        m_formerHash = hash.beforeProcessor;
        m_modelKey = modelKey;
        m_modelFolder = fs::absolute(folder).lexically_normal();
    } else {
        checkMemory(run, m_model->network->config(), *m_model->tokenizer, m_model->chat);
    }
    const bool fresh = !m_features;
    if (fresh)
        m_features = std::make_unique<FeatureStore>(*m_model->network, m_preprocess);
    m_features->addBenchmark(*m_benchmark, progress, {cacheFolder() / "features", bitsKey()}, m_note);
    if (fresh)
        m_pictureNotes = pictureNotes(m_features->pictures(), progress);
    m_open = true;

    spec.device = m_device.device.str();
    spec.precision = m_precision.name;
    spec.lacunaVersion = LACUNA_VERSION;
    spec.torchVersion = TORCH_VERSION;
    spec.processor = processorName();
    if (spec.modelHash.empty() || spec.modelHash != m_formerHash)
        spec.modelHash = m_modelHash;
    spec.benchmarkHash = m_benchmark->hash;
    if (spec.createdUtc.empty())
        spec.createdUtc = utcNow();
}

std::vector<std::string> Workplace::notes() const {
    auto all = m_modelNotes;
    if (const int leftOut = m_benchmark->leftOut; leftOut > 0)
        all.push_back(fmt::format("{}: {} {} missing, and what asks about {} is left out.",
                                  m_benchmark->folder.string(), leftOut, leftOut == 1 ? "picture is" : "pictures are",
                                  leftOut == 1 ? "it" : "them"));
    all.insert(all.end(), m_pictureNotes.begin(), m_pictureNotes.end());
    return all;
}

void Workplace::checkMemory(const ResolvedRun& run, const LlavaConfig& config, const Tokenizer& tokenizer,
                            const ChatTemplate& chat) {
    auto plan = memoryPlan(config, static_cast<std::int64_t>(c10::elementSize(m_precision.type)), m_precision.fourBits);
    plan.adapters = static_cast<std::int64_t>(
        makeArrangement(run.arrangement->id, run.parameters)->adapterFolders(run.requestNames(run.stages())).size());
    if (run.objective) {
        plan.rank = static_cast<std::int64_t>(run.parameters.at("lora_rank"));
        plan.samples =
            static_cast<std::int64_t>(run.parameters.at("batch")) *
            static_cast<std::int64_t>(makeObjective(run.objective->id, run.parameters)->needs().passes.size());
        plan.dropout = run.parameters.at("lora_dropout") > 0;
    }
    plan.trainsProjector = run.trained && run.trained->projector != TrainedRow::Projector::Kept;
    plan.trainsTower = run.trained && run.trained->tower;
    plan.recomputes = run.spec.gradientCheckpointing;
    if (std::any_of(run.spec.stages.begin(), run.spec.stages.end(), answersWhole))
        plan.models = 2;  // beside the original, one at a time
    const auto longest = longestTexts(*m_benchmark, tokenizer, chat);
    plan.answerTokens = longest.answer;
    plan.tokens = config.mostPictureTokens() + longest.question + longest.answer;

    const auto need = memoryNeed(plan);
    const auto free = freeBytes(m_device.device);
    m_memorySummary =
        free ? lacuna::memorySummary(need, m_model ? need.weights / plan.models : 0, *free, m_device.device.str())
             : std::string();
}

void Workplace::close() {
    m_open = false;
    m_whole.drop();
    m_evaluator.reset();
    m_features.reset();
    m_model.reset();
}

bool Workplace::serves(const RunSpec& spec) const {
    return m_open && (spec.modelHash.empty() || spec.modelHash == m_modelHash || spec.modelHash == m_formerHash) &&
           (spec.benchmarkHash.empty() || spec.benchmarkHash == m_benchmark->hash);
}

std::string Workplace::modelSummary() const {
    if (!m_model)
        return {};
    const auto& config = m_model->network->config();
    return fmt::format("LLaVA, {} decoder layers of width {}, {}{} image tokens", config.text.layers,
                       config.text.hidden, config.gridPinpoints.empty() ? "" : "at least ", config.tileTokens());
}

/// Bits depend on all of these, so results of the original model are shared only where all agree.
std::string Workplace::bitsKey() const {
    return fmt::format("{} {} {} {} {} {}", m_modelHash, m_device.device.str(), m_precision.name, at::get_num_threads(),
                       TORCH_VERSION, processorName());
}

RunInputs Workplace::inputs(const fs::path& folder, const ResolvedRun* run, const ProgressFunction& progress) {
    auto spec = run ? run->spec : RunSpec();
    const auto& judge = judgeRow(spec.judge);
    spec.judgeParameters = checkedParameters(judge.parameters, spec.judgeParameters, judge.id);
    std::set<int> entities;
    // Without own requests all of the benchmark's, whatever the order leaves out: its answers are known.
    if (run && !spec.requests.empty())
        for (const auto& request : run->requests)
            for (const auto* list : {&request.forgetEntities, &request.retainEntities})
                entities.insert(list->begin(), list->end());
    const auto key = fmt::format("{} {} {} {} {}", spec.plan, spec.judge, fmt::join(spec.judgeParameters, " "),
                                 fmt::join(entities, " "), spec.metrics);
    if (!m_evaluator || (run && m_evaluatorKey != key)) {
        m_evaluator.reset();
        const EvaluatorOptions options{.cacheKey = bitsKey(),
                                       .note = m_note,
                                       .judge = spec.judge,
                                       .judgeParameters = spec.judgeParameters,
                                       .entities = {entities.begin(), entities.end()},
                                       .measures = measuresOf(spec.metrics)};
        m_evaluator = std::make_unique<Evaluator>(*m_model, *m_benchmark, *m_features, spec.plan, options, progress);
        m_evaluatorKey = key;
    }
    return {*m_model, *m_benchmark, *m_features, *m_evaluator, folder, m_modelFolder, &m_whole, m_note};
}

}  // namespace lacuna
