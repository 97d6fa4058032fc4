// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/tokenizer.h"
#include "tests/fuzz/fuzz_folder.h"

#include <cstdint>

using namespace lacuna;

namespace {

constexpr std::string_view kCut = "\n====\n";

const testing::FuzzFolder& folder() {
    static const testing::FuzzFolder made;
    return made;
}

void use(const Tokenizer& tokenizer) {
    for (const std::string_view text : {"", " This is <image> Halvorn.</s>", "\xE2\x96\x81\xF0\x9F\xA6\x8A\xFF\n"}) {
        const auto ids = tokenizer.encode(text, true);
        for (const auto id : ids) {
            if (id < 0 || id >= tokenizer.vocabulary())
                std::abort();
            (void)tokenizer.piece(id);
        }
        (void)tokenizer.decode(ids);
    }
    for (const auto id : {tokenizer.imageToken(), tokenizer.bos(), tokenizer.eos(), tokenizer.pad()})
        if (id < 0 || id >= tokenizer.vocabulary())
            std::abort();
}

}  // namespace

/// The input is tokenizer.model and, behind a line "====", the tokenizer_config.json beside it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto cut = input.rfind(kCut);
    folder().put("tokenizer.model", input.substr(0, cut));
    folder().put("tokenizer_config.json",
                 cut == std::string_view::npos ? std::string_view("{}") : input.substr(cut + kCut.size()));
    testing::expectReadOrComplaint([] { use(*loadTokenizer(folder().path())); });
    return 0;
}
