// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensors/safetensors.h"
#include "tests/fuzz/fuzz_folder.h"

#include <cstdint>
#include <cstring>

using namespace lacuna;

namespace {

const testing::FuzzFolder& folder() {
    static const testing::FuzzFolder made;
    return made;
}

void read(std::string_view bytes) {
    folder().put("model.safetensors", bytes);
    testing::expectReadOrComplaint([] {
        const SafetensorsFile file(folder().path() / "model.safetensors");
        for (const auto& [name, entry] : file.entries()) {
            // Found only by the reader's own promise: every byte belongs to one tensor.
            if (entry.end < entry.begin)
                std::abort();
            testing::expectReadOrComplaint([&, tensor = name] { file.read(tensor); });  // NaN
        }
    });
}

}  // namespace

/// Reads the input as it stands, and as header and data under a right length: nothing would guess the eight bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    read(input);
    const auto end = input.rfind('}');
    const std::uint64_t headerBytes = end == std::string_view::npos ? size : end + 1;
    std::string framed(8, '\0');
    std::memcpy(framed.data(), &headerBytes, 8);
    read(framed.append(input));
    return 0;
}
