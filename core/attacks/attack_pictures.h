// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/images/picture.h"

#include <filesystem>
#include <string>

namespace lacuna {

/// Writes a picture of an attack's own as a PNG file into the cache, named by what it shows; it stays there, as the
/// features of a trained tower are computed from files. Throws ResourceError.
std::filesystem::path attackPicture(const Picture& picture);

}  // namespace lacuna
