// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/models/lora.h"
#include "core/training/loaded_model.h"

#include <functional>
#include <string>

namespace lacuna {

/// A model of its own with the adapters in its weights, as an adapter that answers in the original's place: W + Σ
/// weight · scale · B A, formed in float32, and W + Σ weight · (own − W) where an adapter has a copy. `change` (may be
/// empty) then sees each weight by its name in files and may change it in place; `isLinear`: it is one of the decoder's
/// linears. Needs the memory of a second model. A whole
/// checkpoint, which may only stand first, takes the base's place. Throws InputError for weights held in 4 bits, and
/// for a whole checkpoint behind others; Cancelled.
Adapter mergedModel(const LoadedModel& model, const AdapterMix& mix,
                    const std::function<void(const std::string& name, at::Tensor& weight, bool isLinear)>& change = {});

}  // namespace lacuna
