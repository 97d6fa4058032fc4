#include "core/training/feature_store.h"

#include "core/base/error.h"
#include "core/base/sha256.h"

#include <algorithm>
#include <set>

namespace lacuna {
namespace {

constexpr std::int64_t picturesAtOnce = 128;

/// The same rows in a tensor with room for `rows` of them.
at::Tensor grown(const at::Tensor& old, std::int64_t used, std::int64_t rows, at::IntArrayRef rest,
                 at::TensorOptions options) {
    std::vector<std::int64_t> shape{rows};
    shape.insert(shape.end(), rest.begin(), rest.end());
    auto larger = at::empty(shape, options);
    if (used > 0)
        larger.narrow(0, 0, used).copy_(old.narrow(0, 0, used));
    return larger;
}

}  // namespace

FeatureStore::FeatureStore(const Llava& model, PreprocessConfig preprocess, std::uint64_t limitBytes)
    : m_model(model), m_preprocess(std::move(preprocess)), m_limitBytes(limitBytes) {
    reserve(1);
}

void FeatureStore::reserve(std::int64_t pictures) {
    if (m_projected.defined() && m_projected.size(0) >= pictures)
        return;
    const auto& config = m_model.config();
    const auto tokens = config.vision.patches() + (config.dropsClassToken ? 0 : 1);
    const auto numbers = static_cast<std::uint64_t>(tokens * config.text.hidden + config.vision.hidden);
    const auto bytes = static_cast<std::uint64_t>(pictures) * numbers *
                       c10::elementSize(c10::typeMetaToScalarType(m_model.options().dtype()));
    if (bytes > m_limitBytes)
        throw resourceError(
            "The features of {} pictures need {:.1f} GB and {:.1f} GB are allowed. Use fewer pictures, or a smaller "
            "model.",
            pictures, static_cast<double>(bytes) / 1e9, static_cast<double>(m_limitBytes) / 1e9);
    const auto rows = m_count == 0 ? pictures : pictures + pictures / 16;
    m_projected = grown(m_projected, m_count, rows, {tokens, config.text.hidden}, m_model.options());
    m_embeddings = grown(m_embeddings, m_count, rows, {config.vision.hidden}, m_model.options());
}

void FeatureStore::add(const std::vector<std::filesystem::path>& pictures, const ProgressFunction& progress,
                       const std::stop_token& stop) {
    std::vector<std::filesystem::path> fresh;
    std::set<std::filesystem::path> seen;
    for (const auto& picture : pictures)
        if (!has(picture) && seen.insert(picture).second)
            fresh.push_back(picture);
    const at::NoGradGuard noGrad;
    const auto total = static_cast<std::int64_t>(fresh.size());
    reserve(m_count + total);
    for (std::int64_t begin = 0; begin < total; begin += picturesAtOnce) {
        throwIfCancelled(stop);
        const auto end = std::min(begin + picturesAtOnce, total);
        const std::vector<std::filesystem::path> some(fresh.begin() + begin, fresh.begin() + end);
        const auto outputs = m_model.towerOutputs(pixelValues(some, m_preprocess).to(m_model.options()));
        m_projected.narrow(0, m_count, end - begin).copy_(m_model.project(outputs.features));
        m_embeddings.narrow(0, m_count, end - begin).copy_(outputs.embedding);
        for (const auto& picture : some)
            m_rows[picture] = m_count++;
        if (progress)
            progress({"looking at pictures", end, total, -1});
    }
}

void FeatureStore::addBenchmark(const Benchmark& benchmark, const ProgressFunction& progress,
                                const std::stop_token& stop) {
    std::vector<std::filesystem::path> pictures;
    for (const auto& entity : benchmark.entities)
        for (const auto& view : entity.views)
            pictures.push_back(benchmark.imagePath(view));
    add(pictures, progress, stop);
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

at::Tensor FeatureStore::projected() const {
    return m_projected.narrow(0, 0, m_count);
}

at::Tensor FeatureStore::embeddings() const {
    return m_embeddings.narrow(0, 0, m_count);
}

std::string FeatureStore::hash(const std::vector<std::int64_t>& rows) const {
    const auto some = projected().index_select(0, at::tensor(rows).to(m_projected.device())).cpu().contiguous();
    return sha256({static_cast<const char*>(some.data_ptr()), some.nbytes()});
}

}  // namespace lacuna
