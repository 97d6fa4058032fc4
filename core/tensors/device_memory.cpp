#include "core/tensors/device_memory.h"

#include <torch/version.h>

#include <limits>

// Newer than what the rest of the tree asks of libtorch, hence a file of its own.
#if TORCH_VERSION_MAJOR > 2 || TORCH_VERSION_MINOR >= 9
#include <ATen/DeviceAccelerator.h>
#define LACUNA_KNOWS_DEVICE_MEMORY
#endif

namespace lacuna {

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

}  // namespace lacuna
