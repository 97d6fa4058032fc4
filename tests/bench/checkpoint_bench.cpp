// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// checkpoint_bench streamed|string FOLDER: writes the training checkpoint of rank-32 adapters on a 7B decoder (factors
// and both moments in float32, 0.96 GB) once and prints seconds and the memory it took beside the tensors. "string" is
// how it was written before: the whole file in memory first. See checkpoint_peer.py.
#include "core/base/atomic_file.h"
#include "core/unlearning/run_checkpoint.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <chrono>
#include <cstring>
#include <fstream>

using namespace lacuna;

namespace {

/// Of this process, in MiB: VmRSS (now) or VmHWM (the most so far).
double memoryMib(const std::string& which) {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with(which + ":"))
            return std::stod(line.substr(which.size() + 1)) / 1024;
    return 0;
}

TrainingCheckpoint checkpointOf7b() {
    constexpr std::int64_t layers = 32, hidden = 4096, intermediate = 11008, rank = 32;
    TrainingCheckpoint checkpoint{1, 10, 1.5, {}};
    for (const char* part : {"factor", "moment1", "moment2"})
        for (std::int64_t layer = 0; layer < layers; ++layer)
            for (const auto& [in, out] : {std::pair{hidden, hidden},
                                          {hidden, hidden},
                                          {hidden, hidden},
                                          {hidden, hidden},
                                          {hidden, intermediate},
                                          {hidden, intermediate},
                                          {intermediate, hidden}})
                for (const auto& shape : {std::array{rank, in}, {out, rank}})
                    checkpoint.state.emplace_back(fmt::format("{}.{}", part, checkpoint.state.size()),
                                                  at::full(shape, 0.5));
    return checkpoint;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3)
        return 2;
    const bool streamed = std::strcmp(argv[1], "streamed") == 0;
    const std::filesystem::path folder(argv[2]);
    const auto checkpoint = checkpointOf7b();
    std::ofstream("/proc/self/clear_refs") << 5;  // VmHWM begins anew at what is held now
    const double before = memoryMib("VmRSS");
    const auto begun = std::chrono::steady_clock::now();
    if (streamed) {
        saveCheckpoint(checkpoint, folder);
    } else {
        std::string bytes;
        for (const auto& [name, tensor] : checkpoint.state)
            bytes.append(static_cast<const char*>(tensor.const_data_ptr()), tensor.nbytes());
        writeFileAtomically(folder / "whole.safetensors", bytes);
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    fmt::print("{{\"seconds\": {:.4f}, \"extra_mib\": {:.1f}}}\n", seconds, memoryMib("VmHWM") - before);
}
