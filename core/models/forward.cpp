// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/forward.h"

namespace lacuna {

at::Tensor countedPositions(std::int64_t batch, std::int64_t tokens) {
    return at::arange(tokens, at::kLong).repeat({batch, 1});
}

}  // namespace lacuna
