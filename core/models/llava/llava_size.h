// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/models/llava/llava_config.h"
#include "core/models/memory_need.h"
#include "core/models/model_size.h"

namespace lacuna {

ModelSize modelSize(const LlavaConfig& config);

/// Of such a model, computed with numbers of so many bytes; what a run makes of it stands at its defaults.
MemoryPlan memoryPlan(const LlavaConfig& config, std::int64_t typeBytes, bool fourBits);

}  // namespace lacuna
