// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/models/llava/llava.h"
#include "core/training/recipe.h"
#include "core/training/recipe_checkpoint.h"

namespace lacuna {

/// Pictures with the class each one shows: entities first, then distractors.
struct NamedPictures {
    at::Tensor pixels;   ///< [pictures, 3, size, size] normalised
    at::Tensor classes;  ///< [pictures] int64
    std::int64_t classCount = 0;
};

/// Teaches the tower to tell names apart, from its class token and from the mean of its patches (the decoder reads
/// those), by two linear heads that are thrown away afterwards. Leaves the tower frozen; returns its accuracy on
/// `heldOut`.
double pretrainTower(Llava& model, const NamedPictures& training, const NamedPictures& heldOut,
                     const RecipeOptions& options, RecipeCheckpoint& checkpoint, const ProgressFunction& progress);

/// Moves (by up to a sixteenth), lights and grains a batch of pictures, [n, 3, size, size] → the same shape.
at::Tensor shifted(const at::Tensor& pixels, std::uint64_t seed);

}  // namespace lacuna
