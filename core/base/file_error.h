// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"

#include <filesystem>
#include <string_view>
#include <system_error>

namespace lacuna {

/// What a disk refused to do, as a ResourceError: "PATH: cannot be written (No space left on device). Free some space
/// on that disk and try again." The remedy follows from the reason.
Error fileError(const std::filesystem::path& path, const std::error_code& reason,
                std::string_view what = "cannot be written");

/// The same of an exception that std::filesystem threw.
Error fileError(const std::filesystem::filesystem_error& error);

/// The same of any other refusal by the system that came as an exception: a stream, a thread that cannot be started.
Error systemError(const std::system_error& error);

}  // namespace lacuna
