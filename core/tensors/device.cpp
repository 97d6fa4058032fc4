// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensors/device.h"

#include "core/base/error.h"

#include <ATen/Context.h>
#include <ATen/detail/CUDAHooksInterface.h>

#include <charconv>
#include <dlfcn.h>
#include <filesystem>
#include <thread>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

bool nvidiaDeviceIsThere() {
    return fs::exists("/dev/nvidiactl") || fs::exists("/dev/nvidia0");
}

/// Loads libtorch_cuda.so from beside libtorch_cpu.so; empty on success, else the reason.
std::string loadCudaLibrary() {
    static const std::string reason = []() -> std::string {
        Dl_info where{};
        if (dladdr(reinterpret_cast<const void*>(&at::globalContext), &where) == 0 || !where.dli_fname)
            return "libtorch's own folder cannot be told";
        const auto library = fs::path(where.dli_fname).parent_path() / "libtorch_cuda.so";
        if (!fs::exists(library))
            return fmt::format("{} is not there: this libtorch is for the CPU alone", library.filename().string());
        return dlopen(library.c_str(), RTLD_NOW | RTLD_GLOBAL) ? "" : dlerror();
    }();
    return reason;
}

/// N of "cuda:N", 0 for "auto" and "cuda".
int gpuIndex(const std::string& wanted) {
    constexpr std::string_view prefix = "cuda:";
    if (wanted == "auto" || wanted == "cuda")
        return 0;
    int index = -1;
    const auto* end = wanted.data() + wanted.size();
    if (wanted.starts_with(prefix)) {
        const auto parsed = std::from_chars(wanted.data() + prefix.size(), end, index);
        if (parsed.ec == std::errc{} && parsed.ptr == end && index >= 0)
            return index;
    }
    throw inputError("There is no device \"{}\". Use auto, cpu, cuda, or cuda:N.", wanted);
}

}  // namespace

OpenedDevice openDevice(const std::string& wanted) {
    const bool automatic = wanted == "auto";
    if (wanted != "cpu") {
        const int index = gpuIndex(wanted);
        std::string reason = "no NVIDIA device is present";
        if (nvidiaDeviceIsThere())
            reason = loadCudaLibrary();
        if (reason.empty() && !at::hasCUDA())
            reason = "the NVIDIA driver reports no usable device";
        if (reason.empty() && index >= at::detail::getCUDAHooks().deviceCount())
            reason = fmt::format("only cuda:0 to cuda:{} are there", at::detail::getCUDAHooks().deviceCount() - 1);
        if (reason.empty())
            return {at::Device(at::kCUDA, static_cast<at::DeviceIndex>(index)), fmt::format("NVIDIA GPU {}", index)};
        if (!automatic)
            throw resourceError("{} cannot be used: {}. Use --device cpu.", wanted, reason);
    }
    return {at::Device(at::kCPU), fmt::format("{} CPU cores", std::thread::hardware_concurrency())};
}

Precision precisionOf(const std::string& wanted, const at::Device& device) {
    const at::ScalarType own = device.is_cpu() ? at::kFloat : at::kBFloat16;
    if (wanted == "auto")
        return {device.is_cpu() ? "float32" : "bf16", own, false};
    if (wanted == "float32")
        return {wanted, at::kFloat, false};
    if (wanted == "bf16")
        return {wanted, at::kBFloat16, false};
    if (wanted == "fp16")
        return {wanted, at::kHalf, false};
    if (wanted == "nf4")
        return {wanted, own, true};
    throw inputError("There is no precision \"{}\". Use auto, float32, bf16, fp16 or nf4.", wanted);
}

}  // namespace lacuna
