// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/images/preprocess.h"
#include "core/models/llava/adapter_files.h"
#include "core/models/llava/llava_size.h"
#include "core/text/tokenizer_files.h"
#include "tests/fuzz/fuzz_folder.h"

#include <cstdint>

using namespace lacuna;

namespace {

/// One file under the names of all that a checkpoint or adapter says in JSON.
const testing::FuzzFolder& folder() {
    static const testing::FuzzFolder made;
    static const bool linked = [] {
        for (const char* name : {"config.json", "preprocessor_config.json", "adapter_config.json", "added_tokens.json",
                                 "tokenizer_config.json", "special_tokens_map.json", "tokenizer.json"})
            std::filesystem::create_symlink("input", made.path() / name);
        return true;
    }();
    (void)linked;
    return made;
}

/// What is computed from a config before the weights' headers can speak against it.
void use(const LlavaConfig& config) {
    for (const PictureSize size : {PictureSize{1, 1}, PictureSize{480, 640}, PictureSize{1, 30'000}}) {
        const auto tokens = config.pictureTokens(size), tiles = config.pictureTiles(size);
        if (tokens < 1 || tiles < 1 || tiles > 257)
            std::abort();
    }
    if (config.text.layers > 8 || config.vision.layers > 8)
        return;  // the rows of a thousand layers take long
    if (modelSize(config).parameters() < 1 || adapterParameters(config.text, 8) < 1)
        std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    folder().put("input", {reinterpret_cast<const char*>(data), size});
    const auto& path = folder().path();
    testing::expectReadOrComplaint([&] { use(readLlavaConfig(path)); });
    testing::expectReadOrComplaint([&] { readPreprocessConfig(path); });
    testing::expectReadOrComplaint([&] { readAddedTokens(path); });
    testing::expectReadOrComplaint([&] { checkAdapter(path, LlavaConfig{}); });
    return 0;
}
