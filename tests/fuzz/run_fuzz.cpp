// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/child_reader.h"
#include "core/runs/export.h"
#include "core/runs/run_reader.h"
#include "tests/fuzz/fuzz_folder.h"

#include <cstdint>
#include <cstring>

using namespace lacuna;

namespace {

std::string_view said;  // by the child

const testing::FuzzFolder& folder() {
    static const testing::FuzzFolder made;
    return made;
}

}  // namespace

/// In place of the child process: HDF5 is behind that wall because it cannot be trusted with such files, and what comes
/// over the wall is the input here.
std::vector<TableFileResult> lacuna::readTableFiles(const std::vector<std::filesystem::path>& files,
                                                    const std::vector<TableSpec>& /*wanted*/,
                                                    std::chrono::milliseconds /*timeLimit*/) {
    std::vector<TableFileResult> results(files.size());
    auto rest = said;
    for (auto& result : results) {
        result = readFromWire([&](void* bytes, std::size_t count) {
            if (count > rest.size())
                throw inputError("The reader ended.");
            std::memcpy(bytes, rest.data(), count);
            rest.remove_prefix(count);
        });
        if (result.error)  // the child's own words, of any kind and length
            result.error = inputError("The reader complained.");
    }
    return results;
}

/// A run file as its reader gets it from the child process: to a history, and to the tables made of that.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    said = {reinterpret_cast<const char*>(data), size};
    folder().put("run.h5", std::string_view("\x89HDF\r\n\x1a\n", 8));
    testing::expectReadOrComplaint([] {
        const auto run = readRun(folder().path() / "run.h5");
        (void)compareCsv(compareRuns({&run}));
    });
    testing::expectReadOrComplaint([] { readSteps(folder().path() / "run.h5", {"loss"}); });
    return 0;
}
