// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QImage>

#include <filesystem>

namespace lacuna {

/// A run at a glance, for file managers: its retention over the stages, in its method's colour, within `size` pixels
/// each way. Needs a QApplication of any platform. Throws what readRun throws.
QImage runThumbnail(const std::filesystem::path& run, int size);

}  // namespace lacuna
