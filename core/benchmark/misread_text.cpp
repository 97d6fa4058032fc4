// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/misread_text.h"

#include "core/base/ascii.h"
#include "core/base/error.h"
#include "core/base/unicode.h"

#include <algorithm>
#include <iconv.h>
#include <optional>

namespace lacuna {
namespace {

constexpr std::string_view lostMark = "\xEF\xBF\xBD";  // U+FFFD
constexpr int mostMisreadings = 3;

bool isLatin(char c) {
    const char lower = asciiLower(c);
    return lower >= 'a' && lower <= 'z';
}

/// The bytes a text was read from, if all of it is in GBK.
std::optional<std::string> gbkBytes(const std::string& utf8) {
    struct Converter {
        iconv_t handle = iconv_open("GBK", "UTF-8");
        Converter() = default;
        Converter(const Converter&) = delete;
        Converter& operator=(const Converter&) = delete;
        ~Converter() {
            if (usable())
                iconv_close(handle);
        }
        bool usable() const { return handle != reinterpret_cast<iconv_t>(-1); }
    };
    const Converter converter;
    if (!converter.usable())
        throw resourceError(
            "The C library cannot convert from GBK, which tells wrongly decoded texts apart. Install its converters "
            "(glibc-gconv-extra), or open the benchmark --as-released.");
    std::string input = utf8, bytes(utf8.size() + 8, '\0');
    char *from = input.data(), *to = bytes.data();
    std::size_t left = input.size(), room = bytes.size();
    if (iconv(converter.handle, &from, &left, &to, &room) != 0 || left > 0)
        return std::nullopt;
    bytes.resize(bytes.size() - room);
    return bytes;
}

/// Where valid UTF-8 ends.
std::size_t validLength(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        const auto letter = letterAt(text, at);
        if (letter.code == 0xFFFD && text.substr(at, lostMark.size()) != lostMark)
            break;
        at += letter.length;
    }
    return at;
}

/// Whether nothing of a sequence but its end is missing.
bool isCutOff(std::string_view rest) {
    const auto lead = static_cast<unsigned char>(rest.empty() ? 0 : rest[0]);
    const std::size_t wanted = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
    return rest.size() < wanted && std::all_of(rest.begin() + (rest.empty() ? 0 : 1), rest.end(),
                                               [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; });
}

/// What texts in Latin script hold beyond ASCII.
bool isPlausible(char32_t code) {
    const auto within = [code](char32_t first, char32_t last) { return code >= first && code <= last; };
    return within(0xA1, 0x24F) || within(0x1E00, 0x1EFF) || within(0x2010, 0x2027) || within(0x2030, 0x203A) ||
           code == 0x20AC || code == 0x2122;
}

bool isPlausible(std::string_view text) {
    bool beyondAscii = false;
    for (std::size_t at = 0; at < text.size();) {
        const auto letter = letterAt(text, at);
        beyondAscii = beyondAscii || letter.code >= 0x80;
        if (letter.code >= 0x80 ? !isPlausible(letter.code) : letter.code < 0x20)
            return false;
        at += letter.length;
    }
    return beyondAscii;
}

struct Stretch {
    std::string_view text;  ///< beyond ASCII, all of it
    bool afterLetter = false, beforeLetter = false, beforeLoss = false;
};

MendedText judged(const Stretch& stretch) {
    const MendedText asGiven{std::string(stretch.text), Misreading::None, {}};
    if (stretch.text.find(lostMark) != std::string_view::npos)
        return {asGiven.text, Misreading::Lost, {}};
    auto text = asGiven.text;
    for (int misreadings = 1; misreadings <= mostMisreadings; ++misreadings) {
        auto bytes = gbkBytes(text);
        if (!bytes)
            return asGiven;
        const auto valid = validLength(*bytes);
        const bool touches = stretch.afterLetter || stretch.beforeLetter;
        if (valid < bytes->size()) {
            const bool lost = touches && stretch.beforeLoss && isCutOff(std::string_view(*bytes).substr(valid));
            return lost ? MendedText{asGiven.text, Misreading::Lost, {}} : asGiven;
        }
        if (bytes->find(lostMark) != std::string::npos)
            return {asGiven.text, Misreading::Lost, {}};
        text = std::move(*bytes);
        if (!isPlausible(text))
            continue;
        const bool swallowed = std::any_of(text.begin(), text.end(), isLatin);
        if (!touches && !swallowed)
            return asGiven;
        if (misreadings > 1 || swallowed || (stretch.afterLetter && stretch.beforeLetter))
            return {text, Misreading::Mended, {}};
        return {asGiven.text, Misreading::Doubtful, text};
    }
    return asGiven;
}

}  // namespace

MendedText mendMisreading(std::string_view text) {
    MendedText result;
    const auto beyond = [&](std::size_t at) { return static_cast<unsigned char>(text[at]) >= 0x80; };
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at;
        while (end < text.size() && !beyond(end))
            ++end;
        result.text += text.substr(at, end - at);
        result.doubtful += text.substr(at, end - at);
        at = end;
        while (end < text.size() && beyond(end))
            ++end;
        if (end == at)
            break;
        const auto stretch = judged({text.substr(at, end - at), at > 0 && isLatin(text[at - 1]),
                                     end < text.size() && isLatin(text[end]), end < text.size() && text[end] == '?'});
        result.text += stretch.text;
        result.doubtful += stretch.found == Misreading::Doubtful ? stretch.doubtful : stretch.text;
        result.found = std::max(result.found, stretch.found);
        at = end;
    }
    if (result.found != Misreading::Doubtful)
        result.doubtful.clear();
    return result;
}

}  // namespace lacuna
