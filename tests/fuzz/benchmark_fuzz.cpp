// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/mlubench_folder.h"
#include "tests/fuzz/fuzz_folder.h"

#include <array>
#include <cstdint>

using namespace lacuna;

namespace {

constexpr std::string_view kCut = "\n====\n";

const testing::FuzzFolder& folder() {
    static const testing::FuzzFolder made;
    static const bool prepared = [] {
        std::filesystem::create_directories(made.path() / "Entities");
        std::filesystem::create_directories(made.path() / "Tasks/TaskA");
        return true;
    }();
    (void)prepared;
    return made;
}

}  // namespace

/// The input is up to four files with a line "====" between them: the entity's records, forget and retain set, and the
/// side file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    for (const char* name : {"Entities/variants_Velda_updated.json", "Tasks/TaskA/taskA_forget.json",
                             "Tasks/TaskA/taskA_retain.json", "lacuna.json"}) {
        const auto end = rest.find(kCut);
        folder().put(name, rest.substr(0, end));
        if (rest.empty() && std::string_view(name) == "lacuna.json")
            std::filesystem::remove(folder().path() / name);
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + kCut.size());
    }
    testing::expectReadOrComplaint([] { checkFolder(folder().path()); });
    testing::expectReadOrComplaint([] {
        const auto benchmark = loadBenchmarkFolder(folder().path());
        // What it lets through can be written and read again.
        const auto copy = folder().path() / "copy";
        writeBenchmarkFolder(benchmark, copy);
        if (loadBenchmarkFolder(copy).requests.size() != benchmark.requests.size())
            std::abort();
        std::filesystem::remove_all(copy);
    });
    return 0;
}
