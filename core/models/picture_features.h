// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/models/lora.h"

#include <ATen/ATen.h>

#include <cstdint>
#include <functional>
#include <vector>

namespace lacuna {

/// What a model makes of some pictures, one after another: for each of their image tokens a row of numbers. What is in
/// a row is the model's own affair (in a LLaVA, what its decoder reads in place of the token); others pick, keep and
/// hand on.
class PictureFeatures {
public:
    /// Some pictures anew, as an adapter's own tower and projector see them; differentiable.
    using Through = std::function<PictureFeatures(const Adapter&, const std::vector<std::int64_t>& pictures)>;

    PictureFeatures() = default;  ///< no pictures
    /// rows [image tokens of all pictures, width]; `begins`: where each picture's rows begin, and where the last one's
    /// end. Throws InternalError when the two do not agree.
    PictureFeatures(at::Tensor rows, std::vector<std::int64_t> begins, Through through = {});
    /// Pictures of one length: [pictures, tokens, width]; undefined = none.
    PictureFeatures(const at::Tensor& even);

    std::int64_t size() const { return static_cast<std::int64_t>(m_begins.size()) - 1; }
    std::int64_t count(std::int64_t picture) const;  ///< its image tokens
    /// Those of `pictures` in this order, as `adapter` (may be null) sees them; differentiable. Throws InternalError
    /// where it sees them otherwise and there is no `through`.
    PictureFeatures of(const std::vector<std::int64_t>& pictures, const Adapter* adapter = nullptr) const;

    const at::Tensor& rows() const { return m_rows; }   ///< undefined without pictures
    at::Tensor operator[](std::int64_t picture) const;  ///< [its tokens, width]
    const std::vector<std::int64_t>& begins() const { return m_begins; }

private:
    at::Tensor m_rows;
    std::vector<std::int64_t> m_begins{0};
    Through m_through;
};

}  // namespace lacuna
