#include "core/models/model_size.h"

#include "core/models/llava_weights.h"

namespace lacuna {
namespace {

std::int64_t nf4Bytes(std::int64_t weights) {
    const auto blocks = (weights + 63) / 64;
    return (weights + 1) / 2 + blocks + 4 * ((blocks + 255) / 256);
}

}  // namespace

ModelSize modelSize(const LlavaConfig& config) {
    ModelSize size;
    for (const WeightRow& row : weightRows(config)) {
        std::int64_t count = 1;
        for (const std::int64_t length : row.shape)
            count *= length;
        const bool tower = row.name.starts_with("vision_tower."), decoder = row.name.starts_with("language_model.");
        (tower ? size.tower : decoder ? size.decoder : size.projector) += count;
    }
    for (const LinearShape& linear : decoderLinearShapes(config.text)) {
        size.linears += config.text.layers * linear.out * linear.in;
        size.nf4LinearBytes += config.text.layers * nf4Bytes(linear.out * linear.in);
    }
    return size;
}

std::int64_t adapterParameters(const TextConfig& text, std::int64_t rank) {
    std::int64_t perRank = 0;
    for (const LinearShape& linear : decoderLinearShapes(text))
        perRank += linear.in + linear.out;
    return text.layers * rank * perRank;
}

std::int64_t adapterTrainingBytes(const TextConfig& text, std::int64_t rank, std::int64_t bytesEach) {
    return adapterParameters(text, rank) * (2 * bytesEach + 2 * 4);
}

}  // namespace lacuna
