// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/models/lora.h"
#include "core/tensors/nf4.h"

#include <ATen/ATen.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace lacuna {

/// How the decoder's linears are held: in the type that is computed in, or in 4 bits (Nf4), from which each is made
/// anew whenever it is needed. Everything else of a model is always in the type that is computed in.
enum class WeightFormat { Full, Nf4 };

/// y = W x + b, with an adapter's factors where it has some.
struct Linear {
    at::Tensor weight, bias;  ///< bias undefined = none
    LoraFactors lora;         ///< undefined = none
};

/// x [… in] → [… out]; differentiable in everything.
at::Tensor applied(const Linear& linear, const at::Tensor& x);

/// Linears that read the same input lie under one another in one tensor, so that they are one matrix product. `parts`
/// share its memory and are what files and training know by name. A 4-bit base holds `quantised` in place of both.
struct StackedLinear {
    at::Tensor whole;  ///< [sum of outputs, in], never requires gradients itself
    std::vector<at::Tensor> parts;
    std::vector<Nf4> quantised;  ///< one per part

    std::size_t count() const { return quantised.empty() ? parts.size() : quantised.size(); }
    std::int64_t out(std::size_t part) const { return quantised.empty() ? parts[part].size(0) : quantised[part].out; }
};

/// Allocates linears [outs[i], in], uninitialised; of what is held in 4 bits, the places alone.
StackedLinear stackedLinear(std::int64_t in, const std::vector<std::int64_t>& outs, at::TensorOptions options,
                            WeightFormat format);

}  // namespace lacuna
