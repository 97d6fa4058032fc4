// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <ATen/ATen.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace lacuna {

/// A matrix in 4-bit NormalFloat: every 64 weights are 16 levels times their largest magnitude, which is itself kept in
/// 8 bits (double quantisation); 4.127 bits per weight in all. Layout, levels and rounding are those of `bitsandbytes`,
/// so that both say the same weights. Source: Dettmers et al. 2023, arXiv 2305.14314.
struct Nf4 {
    at::Tensor codes;       ///< [out · in / 2] uint8, the earlier weight in the upper half
    at::Tensor magnitudes;  ///< [blocks] uint8: codes of each block's largest magnitude less `mean`
    at::Tensor scales;      ///< [blocks / 256, rounded up] float32: what the codes of 256 blocks are multiplied by
    at::Tensor mean;        ///< [] float32
    std::int64_t out = 0, in = 0;

    static constexpr std::size_t tensorCount = 4;
    std::array<at::Tensor, tensorCount> tensors() const { return {codes, magnitudes, scales, mean}; }
    static Nf4 of(std::span<const at::Tensor> tensors, std::int64_t out, std::int64_t in);
};

/// weight [out, in] of any floating type, on any device; works through it piece by piece. Throws InputError when
/// out · in is no multiple of 64.
Nf4 quantisedNf4(const at::Tensor& weight);

/// The weights again, written into `into` [out, in] (rows of a larger matrix, on the same device, of any floating
/// type).
void dequantise(const Nf4& weight, const at::Tensor& into);

}  // namespace lacuna
