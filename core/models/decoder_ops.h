// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/models/low_rank.h"

#include <ATen/ATen.h>

namespace lacuna {

/// x · weight / rms(x) by row of [rows, width], computed in float32; differentiable in both.
/// Source: Zhang and Sennrich 2019, arXiv 1910.07467.
at::Tensor rmsNorm(const at::Tensor& x, const at::Tensor& weight, double eps);

/// silu(gate) · up, the two halves of [rows, 2 · width]. Source: Shazeer 2020, arXiv 2002.05202.
at::Tensor swiGlu(const at::Tensor& gateUp);

/// Angles by position, [positions, head size / 2] float32. Source: Su et al. 2021, arXiv 2104.09864.
struct RotaryTable {
    at::Tensor cosine, sine;
};
RotaryTable rotaryTable(std::int64_t positions, std::int64_t headSize, double theta, at::Device device);

/// Turns x [rows, heads · head size] by the table's rows `positions` [rows], halves paired as `transformers` does.
at::Tensor rotated(const at::Tensor& x, const RotaryTable& table, const at::Tensor& positions);

}  // namespace lacuna
