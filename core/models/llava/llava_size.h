// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/models/llava/llava_config.h"
#include "core/models/model_size.h"

namespace lacuna {

ModelSize modelSize(const LlavaConfig& config);

}  // namespace lacuna
