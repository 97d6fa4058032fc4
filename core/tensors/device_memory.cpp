// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensors/device_memory.h"

#include <torch/version.h>

#include <fstream>
#include <limits>
#include <string>
#include <unistd.h>

// Newer than what the rest of the tree asks of libtorch, hence a file of its own.
#if TORCH_VERSION_MAJOR > 2 || TORCH_VERSION_MINOR >= 9
#include <ATen/DeviceAccelerator.h>
#define LACUNA_KNOWS_DEVICE_MEMORY
#endif

namespace lacuna {
namespace {

std::optional<std::int64_t> availableMachineBytes() {
    std::ifstream file("/proc/meminfo");
    std::string name, unit;
    for (std::int64_t kib = 0; file >> name >> kib; std::getline(file, unit))
        if (name == "MemAvailable:")
            return kib * 1024;
    return std::nullopt;
}

}  // namespace

double takePeakDeviceMib(const at::Device& device) {
    if (device.is_cpu())
        return 0;
#ifdef LACUNA_KNOWS_DEVICE_MEMORY
    constexpr double bytesPerMib = 1024.0 * 1024.0;
    constexpr std::size_t everySize = 0;  // the statistics' first column: small and large blocks together
    const auto stats = at::accelerator::getDeviceStats(device.index());
    at::accelerator::resetPeakStats(device.index());
    return static_cast<double>(stats.allocated_bytes[everySize].peak) / bytesPerMib;
#else
    return std::numeric_limits<double>::quiet_NaN();
#endif
}

double residentMib() {
    std::ifstream file("/proc/self/statm");
    double pages = 0, resident = 0;
    file >> pages >> resident;
    return resident * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1024 * 1024);
}

std::optional<double> heldMib(const at::Device& device) {
    if (device.is_cpu())
        return residentMib();
#ifdef LACUNA_KNOWS_DEVICE_MEMORY
    constexpr std::size_t everySize = 0;
    return static_cast<double>(at::accelerator::getDeviceStats(device.index()).reserved_bytes[everySize].current) /
           (1024 * 1024);
#else
    return std::nullopt;
#endif
}

std::optional<std::int64_t> freeBytes(const at::Device& device) {
    if (device.is_cpu())
        return availableMachineBytes();
#ifdef LACUNA_KNOWS_DEVICE_MEMORY
    constexpr std::size_t everySize = 0;
    const auto stats = at::accelerator::getDeviceStats(device.index());
    const auto atHand = stats.reserved_bytes[everySize].current - stats.allocated_bytes[everySize].current;
    return static_cast<std::int64_t>(at::accelerator::getMemoryInfo(device.index()).first) + atHand;
#else
    return std::nullopt;
#endif
}

}  // namespace lacuna
