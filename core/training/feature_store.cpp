// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/feature_store.h"

#include "core/base/error.h"
#include "core/base/interruption.h"
#include "core/base/sha256.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace lacuna {
namespace {

/// The same rows in a tensor with room for `rows` of them.
void grow(at::Tensor& rows, std::int64_t used, std::int64_t wanted, std::int64_t width, at::TensorOptions options) {
    if (rows.defined() && rows.size(0) >= wanted)
        return;
    auto larger = at::empty({used == 0 ? wanted : wanted + wanted / 16, width}, options);
    if (used > 0)
        larger.narrow(0, 0, used).copy_(rows.narrow(0, 0, used));
    rows = larger;
}

}  // namespace

FeatureStore::FeatureStore(const Llava& model, PreprocessConfig preprocess, std::uint64_t limitBytes)
    : m_model(model), m_preprocess(std::move(preprocess)), m_limitBytes(limitBytes) {
    reserve(1, model.config().tileTokens());
}

/// Room for so many pictures and tokens in all.
void FeatureStore::reserve(std::int64_t pictures, std::int64_t tokens) {
    const auto numbers = tokens * m_model.featureWidth() + pictures * m_model.embeddingWidth();
    const auto bytes =
        static_cast<std::uint64_t>(numbers) * c10::elementSize(c10::typeMetaToScalarType(m_model.options().dtype()));
    if (bytes > m_limitBytes)
        throw resourceError(
            "The features of {} pictures need {:.1f} GB and {:.1f} GB are allowed. Use fewer pictures, or a smaller "
            "model.",
            pictures, static_cast<double>(bytes) / 1e9, static_cast<double>(m_limitBytes) / 1e9);
    grow(m_tokens, m_begins.back(), tokens, m_model.featureWidth(), m_model.options().device(at::kCPU));
    grow(m_embeddings, m_count, pictures, m_model.embeddingWidth(), at::kFloat);
}

void FeatureStore::add(const std::vector<std::filesystem::path>& pictures, const ProgressFunction& progress) {
    std::vector<std::filesystem::path> fresh;
    std::set<std::filesystem::path> seen;
    for (const auto& picture : pictures)
        if (!has(picture) && seen.insert(picture).second)
            fresh.push_back(picture);
    const at::NoGradGuard noGrad;
    const auto& config = m_model.config();
    const auto total = static_cast<std::int64_t>(fresh.size());
    const auto all = m_count + total;
    const auto atOnce = m_model.picturesAtOnce();
    reserve(all, m_begins.back() + total * config.tileTokens());
    for (std::int64_t begin = 0; begin < total; begin += atOnce) {
        interruptionPoint();
        const auto end = std::min(begin + atOnce, total);
        const std::vector<std::filesystem::path> some(fresh.begin() + begin, fresh.begin() + end);
        const auto tiles = pictureTiles(some, m_preprocess);
        std::int64_t tokens = 0;
        for (const auto& size : tiles.sizes)
            tokens += config.pictureTokens(size);
        // Those to come are taken to be as large as these.
        reserve(all, m_begins.back() + tokens * (total - begin) / (end - begin));
        keep(some, tiles);
        if (progress)
            progress({"looking at pictures, once for all runs", end, total, -1});
    }
}

void FeatureStore::keep(const std::vector<std::filesystem::path>& pictures, const PictureTiles& tiles) {
    const auto seen = m_model.look(tiles);
    const auto& rows = seen.features.rows();
    m_tokens.narrow(0, m_begins.back(), rows.size(0)).copy_(rows);
    m_embeddings.narrow(0, m_count, seen.features.size()).copy_(seen.embeddings);
    for (std::size_t i = 0; i < pictures.size(); ++i) {
        m_rows[pictures[i]] = m_count++;
        m_paths.push_back(pictures[i]);
        m_begins.push_back(m_begins.back() + seen.features.count(static_cast<std::int64_t>(i)));
    }
}

void FeatureStore::addBenchmark(const Benchmark& benchmark, const ProgressFunction& progress, const FeatureCache& cache,
                                const std::function<void(const std::string&)>& note) {
    std::vector<std::filesystem::path> pictures;
    std::set<std::filesystem::path> seen;
    for (const auto& entity : benchmark.entities)
        for (const auto& view : entity.views)
            if (const auto picture = benchmark.imagePath(view); seen.insert(picture).second)
                pictures.push_back(picture);
    if (m_count > 0)
        return add(pictures, progress);
    if (const auto kept = cache.read(pictures); kept && take(pictures, *kept))
        return;
    add(pictures, progress);
    try {
        cache.write(pictures, {m_tokens.narrow(0, 0, m_begins.back()), embeddings(), at::tensor(m_begins, at::kLong)});
    } catch (const Error& error) {  // it would only spare the next start the time
        if (note)
            note(
                fmt::format("What the model sees in the pictures cannot be kept for the next start: {} LACUNA_CACHE "
                            "names another folder.",
                            error.what()));
    }
}

/// Not where they are another model's by their shapes: the key should rule that out.
bool FeatureStore::take(const std::vector<std::filesystem::path>& pictures, const FeatureCache::Features& kept) {
    const auto count = static_cast<std::int64_t>(pictures.size());
    const auto& [tokens, seen, begins] = kept;
    if (begins.dim() != 1 || begins.size(0) != count + 1 || begins.scalar_type() != at::kLong)
        return false;
    const std::vector<std::int64_t> places(begins.data_ptr<std::int64_t>(),
                                           begins.data_ptr<std::int64_t>() + begins.numel());
    if (!std::is_sorted(places.begin(), places.end()) || places.front() != 0 ||
        tokens.sizes() != at::IntArrayRef({places.back(), m_model.featureWidth()}) ||
        seen.sizes() != at::IntArrayRef({count, m_model.embeddingWidth()}) ||
        tokens.scalar_type() != m_tokens.scalar_type() || seen.scalar_type() != m_embeddings.scalar_type())
        return false;
    reserve(count, places.back());
    m_tokens.narrow(0, 0, places.back()).copy_(tokens);
    m_embeddings.narrow(0, 0, count).copy_(seen);
    m_begins = places;
    m_paths = pictures;
    for (m_count = 0; m_count < count; ++m_count)
        m_rows[pictures[static_cast<std::size_t>(m_count)]] = m_count;
    return true;
}

bool FeatureStore::has(const std::filesystem::path& picture) const {
    return m_rows.contains(picture);
}

std::int64_t FeatureStore::row(const std::filesystem::path& picture) const {
    const auto found = m_rows.find(picture);
    if (found == m_rows.end())
        throw internalError("The features of {} were asked for and never computed. Please report this.",
                            picture.string());
    return found->second;
}

PictureFeatures FeatureStore::projected() const {
    return {m_tokens.narrow(0, 0, m_begins.back()), m_begins,
            [this](const Adapter& adapter, const std::vector<std::int64_t>& rows) { return through(adapter, rows); }};
}

PictureFeatures FeatureStore::through(const Adapter& adapter, const std::vector<std::int64_t>& rows) const {
    std::vector<std::filesystem::path> paths;
    for (const auto row : rows)
        paths.push_back(m_paths.at(static_cast<std::size_t>(row)));
    return m_model.features(pictureTiles(paths, m_preprocess), adapter);
}

at::Tensor FeatureStore::embeddings() const {
    return m_embeddings.narrow(0, 0, m_count);
}

std::string FeatureStore::hash(const std::vector<std::int64_t>& rows) const {
    Sha256 digest;
    const auto all = projected();
    for (const auto row : rows) {
        interruptionPoint();
        const auto one = all[row].cpu().contiguous();
        digest.add({static_cast<const char*>(one.data_ptr()), one.nbytes()});
    }
    return digest.hex();
}

}  // namespace lacuna
