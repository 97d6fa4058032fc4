// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/text/jinja_run.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lacuna {

/// A place among a template's tokens, which the parsers of statements and expressions share.
class JinjaCursor {
public:
    using Kind = JinjaToken::Kind;

    explicit JinjaCursor(std::vector<JinjaToken> tokens) : m_tokens(std::move(tokens)) {}

    const JinjaToken& now() const { return m_tokens[m_at]; }
    /// The one behind it, or the last.
    const JinjaToken& next() const { return m_tokens[m_at + 1 < m_tokens.size() ? m_at + 1 : m_at]; }
    const JinjaToken& take() { return m_tokens[m_at + 1 < m_tokens.size() ? m_at++ : m_at]; }
    const JinjaPlace& place() const { return now().place; }
    bool isSign(std::string_view text) const { return is(Kind::Sign, text); }
    bool isName(std::string_view text) const { return is(Kind::Name, text); }
    bool acceptSign(std::string_view text) { return accept(Kind::Sign, text); }
    bool acceptName(std::string_view text) { return accept(Kind::Name, text); }
    void expectSign(std::string_view text) {
        if (!acceptSign(text))
            throw place().wrong(fmt::format("expected \"{}\"", text));
    }
    /// Of a tag.
    void expectEnd() {
        if (now().kind != Kind::BlockEnd)
            throw place().beyond(fmt::format("\"{}\" at this place of a tag", now().text));
        take();
    }
    std::string name() {
        if (now().kind != Kind::Name)
            throw place().wrong("expected a name");
        return take().text;
    }

    /// While it lives, what is read nests one deeper; throws InputError where that is too deep.
    class Deeper {
    public:
        explicit Deeper(JinjaCursor& cursor) : m_depth(cursor.m_depth) {
            if (++m_depth > kDeepestJinja)
                throw cursor.place().beyond("a template that nests so deep");
        }
        ~Deeper() { --m_depth; }
        Deeper(const Deeper&) = delete;
        Deeper& operator=(const Deeper&) = delete;

    private:
        std::size_t& m_depth;
    };

private:
    bool is(Kind kind, std::string_view text) const { return now().kind == kind && now().text == text; }
    bool accept(Kind kind, std::string_view text) {
        const bool there = is(kind, text);
        if (there)
            take();
        return there;
    }

    std::vector<JinjaToken> m_tokens;
    std::size_t m_at = 0, m_depth = 0;
};

}  // namespace lacuna
