// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace lacuna {

/// Before a QApplication is made: where the session names no runtime folder (a container, a job of a cluster), names
/// the one that Qt would take, which says so on standard error otherwise.
void nameRuntimeFolder();

}  // namespace lacuna
