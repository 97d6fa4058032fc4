// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <ATen/ATen.h>

#include <functional>
#include <vector>

namespace lacuna {

/// What a part of a model computes from its input and the factors trained in it.
using PartFunction = std::function<at::Tensor(const at::Tensor& x, const std::vector<at::Tensor>& factors)>;

/// part(x, factors) as one differentiable node that keeps x and the factors alone and computes the part once more in
/// the backward pass: memory for time. Gradients go to x and the factors, to nothing else that `part` holds. `draws`:
/// the part draws from the default generator of x's device (dropout), and draws the same numbers again. Source: Chen et
/// al. 2016, arXiv 1604.06174.
at::Tensor recomputed(const PartFunction& part, const at::Tensor& x, const std::vector<at::Tensor>& factors,
                      bool draws);

}  // namespace lacuna
