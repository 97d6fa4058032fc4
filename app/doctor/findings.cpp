// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/doctor/findings.h"

#include "app/doctor/child_output.h"
#include "app/doctor/folders.h"
#include "core/base/build_id.h"
#include "core/base/error.h"
#include "core/benchmark/cache_folder.h"
#include "core/engine/engine_report.h"
#include "core/installation/installation.h"
#include "core/installation/torch_library.h"
#include "core/runs/tables/hdf5_version.h"

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <dlfcn.h>
#include <unistd.h>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

bool isThere(const fs::path& path) {
    std::error_code code;
    return fs::exists(path, code);
}

Finding examineProgram() {
    return {"lacuna", "Lacuna", fmt::format("{}, libraries in {}", lacunaPlainBuild(), libraryFolder().string()), {}};
}

Finding examineData() {
    const auto folder = installedDatasets();
    Finding finding{"data", "embedded model", folder.string(), {}};
    if (!isThere(folder / "small-llava/model.safetensors"))
        finding.problem =
            fmt::format("{} does not hold the embedded model (small-llava). Install Lacuna again{}.", folder.string(),
                        std::getenv("LACUNA_DATASETS") ? ", or unset LACUNA_DATASETS" : "");
    return finding;
}

/// A Finding per place that has a libtorch which cannot serve would be noise: the one that serves, or all that is
/// wrong.
Finding examineTorch() {
    Finding finding{"libtorch", "libtorch", "none", {}};
    try {
        const auto library = loadTorch();
        finding.found = library.string();
        for (const auto& place : torchPlaces())
            if (place.serves && place.library == library)
                finding.found = fmt::format("{} in {} ({})", place.version, place.folder.string(), place.what);
    } catch (const TorchMissing& error) {
        finding.problem = error.what();
    }
    return finding;
}

/// What the engine's library says of this machine; `problem` filled where it cannot be asked.
nlohmann::json askEngine(Finding& finding) {
    const auto library = libraryFolder() / "liblacuna_engine.so";
    void* handle = ::dlopen(library.c_str(), RTLD_NOW | RTLD_GLOBAL);
    if (!handle) {
        finding.problem = fmt::format("The engine cannot be loaded: {}. Install Lacuna again.", ::dlerror());
        return nlohmann::json::object();
    }
    const auto build = reinterpret_cast<decltype(&lacunaPlainBuild)>(::dlsym(handle, "lacunaEngineBuild"));
    const auto report = reinterpret_cast<decltype(&lacunaEngineReport)>(::dlsym(handle, "lacunaEngineReport"));
    if (!build || !report || build() != std::string(lacunaPlainBuild())) {
        finding.problem = fmt::format("{} is of another build of Lacuna. Install Lacuna again.", library.string());
        return nlohmann::json::object();
    }
    return nlohmann::json::parse(report());
}

Finding examineGpu(const nlohmann::json& told) {
    constexpr double bytesPerGb = 1e9;
    Finding finding{"gpu", "GPU", "none: runs use the processor", {}};
    if (told.value("device", "cpu") != "cpu") {
        finding.found = fmt::format("{}, {}", told.value("device", ""), told.value("device_name", ""));
        if (told.contains("gpu_free"))
            finding.found += fmt::format(", {:.1f} GB free", told["gpu_free"].get<double>() / bytesPerGb);
    } else if (isThere("/dev/nvidiactl") || isThere("/dev/nvidia0")) {
        finding.found = "one that cannot be used";
        finding.problem =
            "There is an NVIDIA device. " + told.value("device_problem", "The engine is not there to ask.");
        if (!told.empty())
            finding.problem +=
                " For the GPU install a libtorch with CUDA (lacuna-get-torch --cuda, or pip install torch).";
    }
    return finding;
}

void examineEngine(std::vector<Finding>& findings) {
    findings.push_back(examineTorch());
    Finding engine{"engine", "engine", "not loaded", {}};
    auto told = nlohmann::json::object();
    if (findings.back().problem.empty())
        told = askEngine(engine);
    if (!told.empty())
        engine.found = fmt::format("made for libtorch {}, {} kernels on {} threads, OpenCV {}", told.value("torch", ""),
                                   told.value("processor", ""), told.value("threads", 0), told.value("opencv", ""));
    findings.push_back(engine);
    findings.push_back(examineGpu(told));
}

Finding examineWindow() {
    Finding finding{"window", "window", "", {}};
    auto program = libraryFolder().parent_path() / "bin/lacuna-workbench";
    if (!isThere(program))
        program = libraryFolder().parent_path().parent_path() / "bin/lacuna-workbench";
    const auto set = [](const char* name) { return std::getenv(name) && *std::getenv(name); };
    if (!isThere(program))
        finding.found = "lacuna-workbench is not installed";
    else if (!set("DISPLAY") && !set("WAYLAND_DISPLAY") && !set("QT_QPA_PLATFORM"))
        finding.found = "no display here; the command line needs none";
    else {
        const auto answer = childOutput({program.string(), "--check-display"});
        (answer.code == 0 ? finding.found : finding.problem) = answer.text;
        if (answer.code != 0)
            finding.found = "cannot be shown";
        if (answer.code != 0 && answer.text.empty())
            finding.problem = fmt::format("{} cannot be started. Install it again.", program.string());
    }
    return finding;
}

Finding examineHdf5() {
    Finding finding{"hdf5", "HDF5", hdf5Version(), {}};
    const auto reader = libraryFolder() / "lacuna-reader";
    if (::access(reader.c_str(), X_OK) != 0)
        finding.problem =
            fmt::format("{} cannot be started, so no run can be read. Install Lacuna again.", reader.string());
    return finding;
}

Finding examineCache() {
    constexpr const char* remedy = "Name another with LACUNA_CACHE.";
    fs::path folder;
    try {
        folder = cacheFolder();
    } catch (const Error&) {
    }
    auto finding = examineFolder("cache", "cached pictures", folder, remedy);
    if (!folder.empty())
        finding.found +=
            isThere(drawnBenchmarkFolder()) ? ", pictures are drawn" : ", pictures are drawn at the first start";
    return finding;
}

fs::path settingsFolder() {
    if (const char* xdg = std::getenv("XDG_CONFIG_HOME"); xdg && fs::path(xdg).is_absolute())
        return fs::path(xdg) / "lacuna";
    const char* home = std::getenv("HOME");
    return home && *home ? fs::path(home) / ".config/lacuna" : fs::path();
}

fs::path windowRuns() {
    if (const char* named = std::getenv("LACUNA_RUNS"); named && *named)
        return fs::absolute(named);
    const auto own = userDataFolder();
    return own.empty() ? own : own / "runs";
}

}  // namespace

std::vector<Finding> examine() {
    std::vector<Finding> findings{examineProgram(), examineData()};
    examineEngine(findings);
    findings.push_back(examineHdf5());
    findings.push_back(examineWindow());
    findings.push_back(
        examineFolder("settings", "the window's settings", settingsFolder(), "Name another with XDG_CONFIG_HOME."));
    findings.push_back(examineFolder("runs", "the window's runs", windowRuns(), "Name another with LACUNA_RUNS."));
    findings.push_back(examineCache());
    return findings;
}

}  // namespace lacuna
