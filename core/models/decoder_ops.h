#pragma once
#include "core/models/llava_weights.h"
#include "core/models/lora.h"

#include <ATen/ATen.h>

namespace lacuna {

/// The LoRA factors of the linears joined in one JoinedLinear, in the same order; empty = none.
struct JoinedFactors {
    std::vector<LoraFactors> parts;
    double scale = 0;
    double dropout = 0;
};

/// Slice of a layer's factors. `adapter` null gives none.
JoinedFactors joinedFactors(const Adapter* adapter, std::size_t layer, DecoderLinear first, DecoderLinear last,
                            double dropout);

/// y = x Wᵀ + scale · (drop(x) Aᵀ) Bᵀ for all joined parts at once: x [rows, in] → [rows, sum of outputs].
/// Parts [firstPart, firstPart + partCount) only. Gradients go to x, A, B, and to the parts of W that require them.
at::Tensor lowRankLinear(const at::Tensor& x, const JoinedLinear& linear, const JoinedFactors& factors,
                         std::size_t firstPart, std::size_t partCount);

/// x · weight / rms(x), computed in float32. Source: Zhang and Sennrich 2019, arXiv 1910.07467.
at::Tensor rmsNorm(const at::Tensor& x, const at::Tensor& weight, double eps);

/// silu(gate) · up, the two halves of x [rows, 2 · width]. Source: Shazeer 2020, arXiv 2002.05202.
at::Tensor swiGlu(const at::Tensor& gateUp);

/// cos and sin by position, [positions, head size / 2] each in float32.
struct RotaryTable {
    at::Tensor cosine, sine;
};
RotaryTable rotaryTable(std::int64_t positions, std::int64_t headSize, double theta, at::Device device);

/// Turns x [batch, tokens, heads, head size] by the table's rows [tokens] or [batch, tokens], halves paired as
/// `transformers` does. Source: Su et al. 2021, arXiv 2104.09864.
at::Tensor rotated(const at::Tensor& x, const RotaryTable& rows);

}  // namespace lacuna
