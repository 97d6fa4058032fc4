// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/engine_report.h"

#include "core/tensors/device.h"
#include "core/tensors/device_memory.h"
#include "core/tensors/torch_errors.h"

#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <nlohmann/json.hpp>
#include <opencv2/core/version.hpp>
#include <torch/version.h>

#include <string>

namespace lacuna {
namespace {

nlohmann::json describeDevice() {
    nlohmann::json told{{"device", "cpu"}};
    try {
        const auto opened = openDevice("cuda");
        told["device"] = opened.device.str();
        told["device_name"] = opened.name;
        if (const auto free = freeBytes(opened.device))
            told["gpu_free"] = *free;
    } catch (const std::exception& error) {
        told["device_problem"] = unforeseen(error).message;
    }
    return told;
}

}  // namespace

const char* lacunaEngineReport() {
    static thread_local std::string text;
    auto told = describeDevice();
    told["torch"] = TORCH_VERSION;
    told["processor"] = at::get_cpu_capability();
    told["threads"] = at::get_num_threads();
    told["opencv"] = CV_VERSION;
    text = told.dump();
    return text.c_str();
}

}  // namespace lacuna
