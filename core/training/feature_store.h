// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/progress.h"
#include "core/benchmark/benchmark.h"
#include "core/images/preprocess.h"
#include "core/models/llava/llava.h"
#include "core/training/feature_cache.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace lacuna {

/// What the frozen tower and projector make of each picture, computed once per path and kept in the machine's memory in
/// the model's type: a step takes its few pictures to the device. Memory: pictures × (image tokens × hidden + 2 ×
/// vision hidden) numbers; 36 MB for the 4,064 of the embedded benchmark, 11.6 GB in bf16 for MLUBench's 2,453 in
/// LLaVA 1.5 7B, and two to five times that in 1.6.
class FeatureStore {
public:
    /// `limitBytes`: add throws ResourceError, before it computes, when the features would need more. How many tokens a
    /// picture takes in LLaVA-1.6 is known only once it is read: there the tiles of a few are looked at, then refused.
    FeatureStore(const Llava& model, PreprocessConfig preprocess, std::uint64_t limitBytes = std::uint64_t{24} << 30);

    /// Computes what is not there yet; rows of earlier pictures stay. Throws InputError for a missing or broken
    /// picture, Cancelled (what is done stays).
    void add(const std::vector<std::filesystem::path>& pictures, const ProgressFunction& progress = {});
    /// Every view of every entity of the requests; into an empty store from `cache` where that has them, else into it.
    /// What cannot be kept is no error: `note` says it.
    void addBenchmark(const Benchmark& benchmark, const ProgressFunction& progress = {}, const FeatureCache& cache = {},
                      const std::function<void(const std::string&)>& note = {});

    bool has(const std::filesystem::path& picture) const;
    /// Throws InternalError for a picture that was never added.
    std::int64_t row(const std::filesystem::path& picture) const;
    std::int64_t size() const { return m_count; }
    const PreprocessConfig& preprocess() const { return m_preprocess; }
    const std::vector<std::filesystem::path>& pictures() const { return m_paths; }  ///< by row

    /// A view that `add` does not extend, valid while the store lives. Through an adapter's own tower and projector the
    /// pictures' files are read again.
    PictureFeatures projected() const;
    /// [pictures, embedding width] float32, for gates: as SeenPictures::embeddings.
    at::Tensor embeddings() const;
    /// SHA-256 over the projected features of `rows`: pictures, preprocessing, tower and projector all decide it.
    std::string hash(const std::vector<std::int64_t>& rows) const;

private:
    void reserve(std::int64_t pictures, std::int64_t tokens);
    bool take(const std::vector<std::filesystem::path>& pictures, const FeatureCache::Features& kept);

    void keep(const std::vector<std::filesystem::path>& pictures, const PictureTiles& tiles);
    PictureFeatures through(const Adapter& adapter, const std::vector<std::int64_t>& rows) const;

    const Llava& m_model;
    PreprocessConfig m_preprocess;
    std::uint64_t m_limitBytes;
    std::map<std::filesystem::path, std::int64_t> m_rows;
    std::vector<std::filesystem::path> m_paths;  ///< by row
    at::Tensor m_tokens, m_embeddings;           ///< with room for more rows than are used
    std::vector<std::int64_t> m_begins{0};
    std::int64_t m_count = 0;
};

}  // namespace lacuna
