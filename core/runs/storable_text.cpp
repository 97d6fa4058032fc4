// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/storable_text.h"

#include <algorithm>
#include <string_view>

namespace lacuna {
namespace {

/// Length of the UTF-8 character at the start of `text`, 0 when there is none.
std::size_t characterLength(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto lead = byte(0);
    if (lead < 0x80)
        return lead != 0 ? 1 : 0;
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < length)
        return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((byte(i) & 0xC0) != 0x80)
            return 0;
    const bool overlong = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xF0 && byte(1) < 0x90);
    const bool outside = (lead == 0xED && byte(1) > 0x9F) || (lead == 0xF4 && byte(1) > 0x8F);
    return overlong || outside ? 0 : length;
}

}  // namespace

void makeStorable(std::string& text) {
    std::string good;
    std::size_t kept = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto length = characterLength(std::string_view(text).substr(at));
        if (length == 0) {
            good.append(text, kept, at - kept).append("\uFFFD");
            kept = at + 1;
        }
        at += std::max<std::size_t>(1, length);
    }
    if (kept > 0)
        text = good.append(text, kept, std::string::npos);
}

}  // namespace lacuna
