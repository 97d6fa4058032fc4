// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>

namespace lacuna {

/// True where the loops below serve: float32, contiguous, on the CPU. Elsewhere the callers compose ATen's operators.
bool servedByKernels(const at::Tensor& x);

/// y = x · weight / rms(x) by row; `inverse` [rows] takes 1 / rms(x). All contiguous.
void rmsNormForward(const at::Tensor& x, const at::Tensor& weight, double eps, at::Tensor& y, at::Tensor& inverse);

/// Gradient of the above by x.
at::Tensor rmsNormBackward(const at::Tensor& grad, const at::Tensor& x, const at::Tensor& weight,
                           const at::Tensor& inverse);

/// silu(gate) · up of [rows, 2 · width] → [rows, width], and its gradient.
at::Tensor swiGluForward(const at::Tensor& gateUp);
at::Tensor swiGluBackward(const at::Tensor& grad, const at::Tensor& gateUp);

/// Turns the first `heads` heads of each row of x [rows, at least heads · head size] in place, by the angles of
/// cosine/sine's row positions[row] [·, head size / 2]; `direction` 1 turns, −1 turns back.
void rotateInPlace(at::Tensor& x, std::int64_t heads, const at::Tensor& cosine, const at::Tensor& sine,
                   const at::Tensor& positions, float direction);

}  // namespace lacuna
