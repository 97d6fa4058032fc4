#pragma once
#include "core/models/llava_config.h"

#include <cstdint>

namespace lacuna {

/// Parameters of a model by its parts, as its config makes them.
struct ModelSize {
    std::int64_t tower = 0, projector = 0, decoder = 0;
    std::int64_t linears = 0;         ///< of the decoder: in the linears of its layers, which NF4 packs
    std::int64_t nf4LinearBytes = 0;  ///< what those take then

    std::int64_t parameters() const { return tower + projector + decoder; }
    /// All weights in a type of that many bytes.
    std::int64_t bytes(std::int64_t bytesEach) const { return parameters() * bytesEach; }
    /// The decoder's linears in NF4 (4 bits each, 8 per 64 for their scale, 32 per 256 scales), the rest in bf16.
    /// Source: Dettmers et al. 2023, arXiv 2305.14314, "double quantization".
    std::int64_t nf4Bytes() const { return nf4LinearBytes + 2 * (parameters() - linears); }
};

ModelSize modelSize(const LlavaConfig& config);

/// Parameters of an adapter on every linear of the decoder.
std::int64_t adapterParameters(const TextConfig& text, std::int64_t rank);

/// What training it takes beside the model: factors and gradients in a type of that many bytes, two float32 moments.
std::int64_t adapterTrainingBytes(const TextConfig& text, std::int64_t rank, std::int64_t bytesEach);

}  // namespace lacuna
