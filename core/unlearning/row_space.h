// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/models/lora.h"

#include <array>
#include <vector>

namespace lacuna {

/// Of one linear of each decoder layer: an orthonormal basis U [in, k] of what some adapters' first factors look at.
using RowSpaces = std::vector<std::array<at::Tensor, decoderLinearCount>>;

/// The right singular vectors that hold 99 % of the energy of the adapters' A stacked, float32. Throws InputError where
/// they span a linear's whole input, which leaves a further adapter nothing.
RowSpaces rowSpaces(const std::vector<const Adapter*>& adapters);

/// A ← A (I − U Uᵀ) in place, for the A of every linear. After arXiv 2604.12526; our reading of its abstract.
void leaveRowSpaces(Adapter& adapter, const RowSpaces& spaces);

}  // namespace lacuna
