// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensors/nf4.h"

#include "core/base/error.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace lacuna {
namespace {

constexpr std::int64_t kBlock = 64, kOuterBlock = 256;
/// Weights worked on at once: what is needed besides the result stays under 200 MB.
constexpr std::int64_t kPiece = std::int64_t{1} << 24;

/// Quantiles of the normal distribution with a zero among them, scaled to [−1, 1].
constexpr std::array<float, 16> kLevels{-1.0F,
                                        -0.6961928009986877F,
                                        -0.5250730514526367F,
                                        -0.39491748809814453F,
                                        -0.28444138169288635F,
                                        -0.18477343022823334F,
                                        -0.09105003625154495F,
                                        0.0F,
                                        0.07958029955625534F,
                                        0.16093020141124725F,
                                        0.24611230194568634F,
                                        0.33791524171829224F,
                                        0.44070982933044434F,
                                        0.5626170039176941F,
                                        0.7229568362236023F,
                                        1.0F};

/// 256 levels in [−1, 1], sorted: seven decades, each halving the number of linear steps of the one above it.
/// Source: Dettmers 2016, arXiv 1511.04561.
std::vector<float> outerLevels() {
    std::vector<float> levels{0, 1};
    for (int decade = 0; decade < 7; ++decade) {
        const int steps = 1 << decade;
        const at::Tensor borders = at::linspace(0.1, 1, steps + 1, at::kFloat);
        const at::Tensor middles = borders.narrow(0, 0, steps).add(borders.narrow(0, 1, steps)).div(2);
        for (int i = 0; i < steps; ++i) {
            const auto level = static_cast<float>(std::pow(10.0, decade - 6)) * middles[i].item<float>();
            levels.push_back(level);
            levels.push_back(-level);
        }
    }
    std::sort(levels.begin(), levels.end());
    return levels;
}

/// Codes of values in [−1, 1]: their nearest level, the lower one half-way.
at::Tensor nearest(const at::Tensor& values, const at::Tensor& levels) {
    const std::int64_t gaps = levels.size(0) - 1;
    const at::Tensor middles = levels.narrow(0, 0, gaps).add(levels.narrow(0, 1, gaps)).div(2);
    return at::bucketize(values, middles.to(values.device()), /*out_int32=*/true).to(at::kByte);
}

/// Blocks of one length [n, length] as codes and largest magnitudes [n].
struct Blocks {
    at::Tensor codes, largest;
};

Blocks quantisedBlocks(const at::Tensor& blocks, const at::Tensor& levels) {
    const at::Tensor largest = blocks.abs().amax(1);
    const at::Tensor scaled = (blocks * largest.clamp_min(1e-38).reciprocal().unsqueeze(1)).clamp_(-1, 1);
    return {nearest(scaled, levels), largest};
}

const at::Tensor& innerTable() {
    static const at::Tensor table = at::tensor(at::ArrayRef<float>(kLevels.data(), kLevels.size()));
    return table;
}

const at::Tensor& outerTable() {
    static const at::Tensor table = at::tensor(outerLevels());
    return table;
}

/// [256, 2]: both weights of a byte.
const at::Tensor& pairTable() {
    static const at::Tensor table = at::stack({innerTable().repeat_interleave(16), innerTable().repeat({16})}, 1);
    return table;
}

/// Largest magnitude of every block, [blocks] float32.
at::Tensor magnitudesOf(const Nf4& weight) {
    const at::Tensor levels = outerTable().to(weight.codes.device()).index_select(0, weight.magnitudes.to(at::kInt));
    return levels.mul(weight.scales.repeat_interleave(kOuterBlock).narrow(0, 0, levels.size(0))).add_(weight.mean);
}

}  // namespace

Nf4 Nf4::of(std::span<const at::Tensor> tensors, std::int64_t out, std::int64_t in) {
    return {tensors[0], tensors[1], tensors[2], tensors[3], out, in};
}

Nf4 quantisedNf4(const at::Tensor& weight) {
    const at::NoGradGuard noGradients;
    const std::int64_t count = weight.numel();
    if (weight.dim() != 2 || count == 0 || count % kBlock != 0)
        throw inputError("A weight of [{}] cannot be held in 4 bits, which takes {} weights at a time. Use bf16.",
                         fmt::join(weight.sizes().vec(), ", "), kBlock);
    const at::Tensor flat = weight.contiguous().view({-1});
    std::vector<at::Tensor> codes, largest;
    for (std::int64_t begin = 0; begin < count; begin += kPiece) {
        const at::Tensor piece = flat.narrow(0, begin, std::min(kPiece, count - begin)).to(at::kFloat);
        const Blocks blocks = quantisedBlocks(piece.view({-1, kBlock}), innerTable());
        const at::Tensor pairs = blocks.codes.view({-1, 2});
        codes.push_back(pairs.select(1, 0).mul(16).add_(pairs.select(1, 1)));
        largest.push_back(blocks.largest);
    }
    const at::Tensor magnitudes = at::cat(largest);
    const at::Tensor mean = magnitudes.mean();
    const std::int64_t blocks = magnitudes.size(0), padding = (kOuterBlock - blocks % kOuterBlock) % kOuterBlock;
    const Blocks outer =
        quantisedBlocks(at::constant_pad_nd(magnitudes - mean, {0, padding}).view({-1, kOuterBlock}), outerTable());
    return {at::cat(codes), outer.codes.view({-1}).narrow(0, 0, blocks).clone(), outer.largest, mean, weight.size(0),
            weight.size(1)};
}

void dequantise(const Nf4& weight, const at::Tensor& into) {
    const at::NoGradGuard noGradients;
    const at::Tensor table = pairTable().to(weight.codes.device());
    const at::Tensor magnitudes = magnitudesOf(weight);
    const std::int64_t count = weight.out * weight.in;
    const at::Tensor flat = into.view({-1});
    for (std::int64_t begin = 0; begin < count; begin += kPiece) {
        const std::int64_t length = std::min(kPiece, count - begin);
        const at::Tensor levels =
            table.index_select(0, weight.codes.narrow(0, begin / 2, length / 2).to(at::kInt)).view({-1, kBlock});
        flat.narrow(0, begin, length)
            .view({-1, kBlock})
            .copy_(levels * magnitudes.narrow(0, begin / kBlock, length / kBlock).unsqueeze(1));
    }
}

}  // namespace lacuna
