// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/progress.h"
#include "core/benchmark/benchmark.h"
#include "core/engine/engine.h"
#include "core/evaluation/evaluator.h"
#include "core/tensors/device.h"
#include "core/training/feature_store.h"
#include "core/unlearning/lifelong_run.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace lacuna {

/// What the engine has open: one model on one device, one benchmark, and the features of its pictures. Opening the same
/// again costs nothing, so six runs in a row load once.
class Workplace {
public:
    /// `note` takes what the user should know.
    Workplace(EngineOptions options, std::function<void(const std::string&)> note)
        : m_options(std::move(options)), m_note(std::move(note)) {}

    /// Opens what the spec names and fills in its provenance (device, threads, versions, hashes, processor).
    /// Throws Error, Cancelled; ResourceError before the weights are read when they cannot fit.
    void open(RunSpec& spec, const ProgressFunction& progress);

    /// Gives the model's memory back; the next open loads it again.
    void close();
    bool isOpen() const { return m_open; }
    /// True when what is open is what a run of this spec worked on; anything open will do for a spec without hashes.
    bool serves(const RunSpec& spec) const;

    const LoadedModel& model() const { return *m_model; }
    const Benchmark& benchmark() const { return *m_benchmark; }
    const std::shared_ptr<const Benchmark>& sharedBenchmark() const { return m_benchmark; }
    const OpenedDevice& device() const { return m_device; }
    const std::string& modelHash() const { return m_modelHash; }
    std::string modelSummary() const;
    /// "The run needs about 17.3 GB on cuda:0, 22.1 GB are free." of the last open; empty for a run so small that
    /// nobody asks.
    const std::string& memorySummary() const { return m_memorySummary; }
    /// Of the loaded checkpoint (see CheckpointParts) and the benchmark's pictures (see pictureNotes).
    std::vector<std::string> notes() const;
    /// What a run works on. Valid until the next open, or the next call with another plan, judge or entities: a probe
    /// between two steps of a run takes what is at hand (`run` null).
    RunInputs inputs(const std::filesystem::path& folder, const ResolvedRun* run, const ProgressFunction& progress);
    FeatureStore& features() { return *m_features; }

    std::filesystem::path modelFolder(const std::string& model) const;

private:
    EngineOptions m_options;
    std::function<void(const std::string&)> m_note;
    OpenedDevice m_device;
    Precision m_precision;
    std::string m_modelKey, m_benchmarkKey, m_modelHash, m_formerHash;
    std::filesystem::path m_modelFolder;
    int m_threads = 0;
    bool m_open = false;  ///< whole: an open that failed half-way leaves nothing to work with
    std::unique_ptr<LoadedModel> m_model;
    std::shared_ptr<const Benchmark> m_benchmark;
    PreprocessConfig m_preprocess;
    std::unique_ptr<FeatureStore> m_features;
    std::unique_ptr<Evaluator> m_evaluator;
    WholeStage m_whole;
    std::string m_evaluatorKey, m_memorySummary;
    std::vector<std::string> m_modelNotes, m_pictureNotes;

    std::string bitsKey() const;
    void checkMemory(const ResolvedRun& run, const LlavaConfig& config, const Tokenizer& tokenizer,
                     const ChatTemplate& chat);
};

}  // namespace lacuna
