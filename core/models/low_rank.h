// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/models/linear.h"

#include <ATen/ATen.h>

namespace lacuna {

/// Some neighbouring parts of a StackedLinear with their LoRA factors: what one matrix product works with.
struct LowRankCall {
    const StackedLinear* linear = nullptr;
    std::size_t firstPart = 0, partCount = 0;
    std::vector<LoraFactors> factors;  ///< one per part, or empty
    double dropout = 0;

    std::vector<at::Tensor> weightParts() const;  ///< none of a 4-bit base: it is never trained
    std::vector<at::Tensor> factorList() const;   ///< a, b, a, b, …
};

/// What the backward pass reads, as forward left it.
struct LowRankSaved {
    at::Tensor input;            ///< [rows, in]
    at::Tensor weight;           ///< [out, in]: the base's own, or with the factors added when they were merged
    std::vector<Nf4> quantised;  ///< in place of `weight`: made anew from 4 bits where it is needed
    at::Tensor factorA;          ///< [sum of ranks, in], undefined without factors
    at::Tensor hidden;           ///< [rows, sum of ranks], undefined when merged
    at::Tensor mask;             ///< dropout's, undefined without
    std::vector<at::Tensor> factorB;
    std::vector<std::int64_t> outs;  ///< rows of weight per part
    std::vector<double> scales;      ///< per part, as factorB
    bool merged = false;

    std::vector<at::Tensor> tensors() const;  ///< in a fixed order, for save_for_backward
    static LowRankSaved of(const std::vector<at::Tensor>& tensors, std::vector<std::int64_t> outs,
                           std::vector<double> scales, bool merged);
};

struct LowRankGradients {
    at::Tensor input;
    std::vector<at::Tensor> weightParts, factors;
};

/// (residual +) x Wᵀ + scale · (drop(x) Aᵀ) Bᵀ, each part with its own A, B and scale, [rows, sum of outs]; `saved`
/// null when nothing will be differentiated. On small float32 models W + scale · B A is formed for the one product
/// instead: it is fewer, fuller products.
at::Tensor lowRankForward(const LowRankCall& call, const at::Tensor& x, const at::Tensor& residual,
                          LowRankSaved* saved);

/// Gradients by what is wanted; undefined or empty elsewhere.
LowRankGradients lowRankBackward(const LowRankSaved& saved, const at::Tensor& grad, bool wantInput, bool wantWeights);

/// The same as one differentiable node. Gradients go to x, residual, A, B, and the parts of W that require them.
at::Tensor lowRankLinear(const LowRankCall& call, const at::Tensor& x, const at::Tensor& residual = {});

/// The base's weight with the factors added, for many small products with the same adapter (generation).
StackedLinear mergedLinear(const LowRankCall& call);

}  // namespace lacuna
