// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/progress.h"

#include <filesystem>
#include <string>

namespace lacuna {

inline constexpr const char* kProcessorFile = "processor_config.json";

/// Over the files that decide a model's answers (weights, JSON, tokenizer, Jinja): SHA-256 of a line "NAME SHA256" for
/// each, by name.
struct CheckpointHash {
    std::string now;
    /// Of runs made before processor_config.json was written beside a model: what Lacuna writes there is for other
    /// tools and decides no answer. The same as `now` where that file is not there or says more.
    std::string beforeProcessor;
};

/// Reads every file once. Throws InputError naming one that cannot be read, Cancelled.
CheckpointHash checkpointHash(const std::filesystem::path& folder, const ProgressFunction& progress = {});

}  // namespace lacuna
