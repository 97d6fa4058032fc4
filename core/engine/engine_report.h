// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace lacuna {

/// What the engine's library finds on this machine, for `lacuna doctor`: JSON with "torch" (the version it was compiled
/// for), "processor" (the instructions its kernels use), "threads", "opencv", "device" ("cpu", "cuda:0"),
/// "device_name", "device_problem" (why there is no GPU; absent when there is one), "gpu_free" (bytes, where it can be
/// told). The text stays until the next call from the same thread.
extern "C" const char* lacunaEngineReport();

}  // namespace lacuna
