// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_spec.h"
#include "tests/fuzz/fuzz_folder.h"

#include <cstdint>

using namespace lacuna;

/// The input is a spec.json: as somebody's wish and as that of a run that was made, each written and read back.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    testing::expectReadOrComplaint([&] {
        const auto spec = runSpecFromJson(text, "spec.json");
        if (runSpecFromJson(toJson(spec), "written") != spec)
            std::abort();
        testing::expectReadOrComplaint([&] {
            const auto checked = checkedRunSpec(spec);
            if (checkedRunSpec(checked) != checked)
                std::abort();
        });
    });
    testing::expectReadOrComplaint([&] {
        const auto spec = storedRunSpec(text, "spec.json");
        if (storedRunSpec(toJson(spec), "written") != spec)
            std::abort();
        requirePlaces(located(spec, "/nowhere/run"), "/nowhere/run");
    });
    return 0;
}
