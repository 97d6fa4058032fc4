// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <ATen/ATen.h>

#include <cstdint>
#include <optional>

namespace lacuna {

/// The most memory that tensors have held on a GPU since the last call, in MiB: what decides whether a run fits. 0 on
/// the CPU, NaN where libtorch cannot tell (before 2.9).
double takePeakDeviceMib(const at::Device& device);

/// What this process holds of the machine's memory, in MiB.
double residentMib();

/// What this process holds on that device, with what torch keeps at hand, in MiB; of the machine's memory on the CPU.
/// Empty where it cannot be told.
std::optional<double> heldMib(const at::Device& device);

/// What can still be taken there, in bytes: on a GPU what nobody holds, with what torch keeps at hand; on the CPU the
/// machine's available memory. Empty where it cannot be told.
std::optional<std::int64_t> freeBytes(const at::Device& device);

}  // namespace lacuna
