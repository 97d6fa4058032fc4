#pragma once
#include <ATen/ATen.h>

namespace lacuna {

/// The most memory that tensors have held on a GPU since the last call, in MiB: what decides whether a run fits. 0 on
/// the CPU, NaN where libtorch cannot tell (before 2.9).
double takePeakDeviceMib(const at::Device& device);

}  // namespace lacuna
