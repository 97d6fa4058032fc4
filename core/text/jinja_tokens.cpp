// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/jinja_tokens.h"

#include "core/base/number.h"

#include <algorithm>
#include <array>
#include <optional>

namespace lacuna {
namespace {

using Kind = JinjaToken::Kind;

bool isSpace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}
bool isDigit(char c) {
    return c >= '0' && c <= '9';
}
bool startsName(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/// As Jinja reads a template: one kind of line end, and none behind the last line.
std::string withPlainLineEnds(std::string_view source) {
    std::string text;
    for (std::size_t i = 0; i < source.size(); ++i) {
        if (source[i] != '\r')
            text += source[i];
        else if (i + 1 == source.size() || source[i + 1] != '\n')
            text += '\n';
    }
    if (text.ends_with('\n'))
        text.pop_back();
    return text;
}

class Lexer {
public:
    Lexer(std::string_view source, const std::string& file) : m_text(withPlainLineEnds(source)) {
        m_place.source = std::make_shared<std::string>(file);
    }

    std::vector<JinjaToken> tokens() {
        while (m_at < m_text.size()) {
            const auto begin = nextTag();
            plain(begin);
            if (begin == m_text.size())
                break;
            const char kind = m_text[begin + 1];
            advance(begin + 2);
            if (m_at < m_text.size() && (m_text[m_at] == '-' || m_text[m_at] == '+'))
                advance(m_at + 1);
            if (kind == '#')
                comment();
            else
                inside(kind == '%');
        }
        push(Kind::End);
        return std::move(m_tokens);
    }

private:
    std::size_t nextTag() const {
        for (auto at = m_text.find('{', m_at); at != m_text.npos; at = m_text.find('{', at + 1))
            if (at + 1 < m_text.size() && (m_text[at + 1] == '%' || m_text[at + 1] == '{' || m_text[at + 1] == '#'))
                return at;
        return m_text.size();
    }

    /// The text up to a tag, less what the tag strips.
    void plain(std::size_t end) {
        auto text = m_text.substr(m_at, end - m_at);
        const char kind = end < m_text.size() ? m_text[end + 1] : '{';
        const char sign = end + 2 < m_text.size() ? m_text[end + 2] : ' ';
        if (end < m_text.size() && sign == '-') {
            while (!text.empty() && isSpace(text.back()))
                text.pop_back();
        } else if (kind != '{' && sign != '+') {
            const auto line = text.rfind('\n') == text.npos ? 0 : text.rfind('\n') + 1;
            if ((line > 0 || m_lineStarts) &&
                std::all_of(text.begin() + static_cast<std::ptrdiff_t>(line), text.end(), isSpace))
                text.erase(line);
        }
        if (!text.empty())
            push(Kind::Text, std::move(text));
        advance(end);
    }

    /// Behind a tag: what "-" strips, or the line end that trim_blocks takes.
    void behind(char sign, bool trims) {
        auto end = m_at;
        if (sign == '-')
            while (end < m_text.size() && isSpace(m_text[end]))
                ++end;
        else if (trims && sign != '+' && end < m_text.size() && m_text[end] == '\n')
            ++end;
        m_lineStarts = end > m_at && m_text[end - 1] == '\n';
        advance(end);
    }

    void comment() {
        const auto end = m_text.find("#}", m_at);
        if (end == m_text.npos)
            throw m_place.wrong("a comment is not closed");
        const char sign = end > m_at ? m_text[end - 1] : ' ';
        advance(end + 2);
        behind(sign, true);
    }

    void inside(bool block) {
        push(block ? Kind::BlockBegin : Kind::PrintBegin);
        const std::string close = block ? "%}" : "}}";
        for (std::vector<char> open;;) {
            while (m_at < m_text.size() && isSpace(m_text[m_at]))
                advance(m_at + 1);
            if (m_at == m_text.size())
                throw m_place.wrong("a tag is not closed");
            if (open.empty()) {
                const char c = m_text[m_at];
                const bool sign = c == '-' || (block && c == '+');
                if (m_text.compare(m_at + (sign ? 1 : 0), 2, close) == 0) {
                    push(block ? Kind::BlockEnd : Kind::PrintEnd);
                    advance(m_at + (sign ? 3 : 2));
                    behind(sign ? c : ' ', block);
                    return;
                }
            }
            one(open);
        }
    }

    void one(std::vector<char>& open) {
        const char c = m_text[m_at];
        const auto begin = m_at;
        auto end = m_at + 1;
        if (c == '\'' || c == '"')
            return quoted(c);
        if (startsName(c)) {
            while (end < m_text.size() && (startsName(m_text[end]) || isDigit(m_text[end])))
                ++end;
            push(Kind::Name, m_text.substr(begin, end - begin));
        } else if (isDigit(c)) {
            while (end < m_text.size() && isDigit(m_text[end]))
                ++end;
            const auto number = numberFrom<std::int64_t>(m_text.substr(begin, end - begin));
            const bool goesOn =
                end < m_text.size() && (startsName(m_text[end]) ||
                                        (m_text[end] == '.' && end + 1 < m_text.size() && isDigit(m_text[end + 1])));
            if (!number || goesOn)
                throw m_place.beyond("a number that is not a whole one");
            push(Kind::Literal);
            m_tokens.back().value = *number;
        } else {
            static constexpr std::array<std::string_view, 6> kPairs{"==", "!=", "<=", ">=", "//", "**"};
            const auto pair = std::string_view(m_text).substr(begin, 2);
            if (std::find(kPairs.begin(), kPairs.end(), pair) != kPairs.end())
                ++end;
            else if (std::string_view("+-*/%~|()[]{}.,:=<>").find(c) == std::string_view::npos)
                throw m_place.wrong("a tag holds a character that Jinja does not know");
            if (c == '(' || c == '[' || c == '{')
                open.push_back(c == '(' ? ')' : c == '[' ? ']' : '}');
            if (c == ')' || c == ']' || c == '}') {
                if (open.empty() || open.back() != c)
                    throw m_place.wrong("brackets do not match");
                open.pop_back();
            }
            push(Kind::Sign, m_text.substr(begin, end - begin));
        }
        advance(end);
    }

    void quoted(char quote) {
        std::string text;
        auto at = m_at + 1;
        for (; at < m_text.size() && m_text[at] != quote; ++at) {
            if (m_text[at] != '\\' || at + 1 == m_text.size()) {
                text += m_text[at];
                continue;
            }
            static constexpr std::string_view kEscapes = "ntr\\'\"\n", kMeant = "\n\t\r\\'\"";
            const char escaped = m_text[++at];
            const auto known = kEscapes.find(escaped);
            if (known == kEscapes.npos && (startsName(escaped) || isDigit(escaped)))
                throw m_place.beyond(fmt::format("\"\\{}\" in a text", escaped));
            if (known == kEscapes.npos)
                text += {'\\', escaped};
            else if (known < kMeant.size())
                text += kMeant[known];
        }
        if (at == m_text.size())
            throw m_place.wrong("a text is not closed");
        push(Kind::Literal);
        m_tokens.back().value = std::move(text);
        advance(at + 1);
    }

    void push(Kind kind, std::string text = {}) { m_tokens.push_back({kind, std::move(text), {}, m_place}); }
    void advance(std::size_t to) {
        m_place.line += static_cast<std::size_t>(std::count(m_text.begin() + static_cast<std::ptrdiff_t>(m_at),
                                                            m_text.begin() + static_cast<std::ptrdiff_t>(to), '\n'));
        m_at = to;
    }

    std::string m_text;
    std::size_t m_at = 0;
    bool m_lineStarts = true;
    JinjaPlace m_place;
    std::vector<JinjaToken> m_tokens;
};

}  // namespace

std::vector<JinjaToken> jinjaTokens(std::string_view source, const std::string& file) {
    return Lexer(source, file).tokens();
}

}  // namespace lacuna
