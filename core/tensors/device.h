// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <ATen/ATen.h>

#include <string>

namespace lacuna {

/// A device opened for computing.
struct OpenedDevice {
    at::Device device{at::kCPU};
    std::string name;  ///< for people: "NVIDIA H100", "2 CPU cores"
};

/// What a model is computed in, and whether its decoder's linears are held in 4 bits meanwhile (see Nf4).
struct Precision {
    std::string name;  ///< "float32", "bf16", "fp16", or "nf4"
    at::ScalarType type = at::kFloat;
    bool fourBits = false;
};

/// "auto": float32 on the CPU, bf16 on a GPU; "nf4" computes in those too. Throws InputError for another name.
Precision precisionOf(const std::string& wanted, const at::Device& device);

/// "auto" (a GPU where one works, else the CPU), "cpu", "cuda" or "cuda:1". libtorch's CUDA library is loaded only when
/// an NVIDIA device is there. Throws ResourceError that says why when a GPU is asked for and cannot be had.
OpenedDevice openDevice(const std::string& wanted);

}  // namespace lacuna
