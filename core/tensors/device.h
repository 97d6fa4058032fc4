#pragma once
#include <ATen/ATen.h>

#include <string>

namespace lacuna {

/// A device opened for computing.
struct OpenedDevice {
    at::Device device{at::kCPU};
    std::string name;                  ///< for people: "NVIDIA H100", "2 CPU cores"
    at::ScalarType type = at::kFloat;  ///< bf16 on a GPU, float32 on the CPU
};

/// "auto" (a GPU where one works, else the CPU), "cpu", "cuda" or "cuda:1". libtorch's CUDA library is loaded only when
/// an NVIDIA device is there. Throws ResourceError that says why when a GPU is asked for and cannot be had.
OpenedDevice openDevice(const std::string& wanted);

}  // namespace lacuna
