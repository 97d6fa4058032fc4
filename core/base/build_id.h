// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/// Version and interface hash of the build that this library (liblacuna_plain) comes from: see cmake/BuildId.cmake.
extern "C" const char* lacunaPlainBuild();
