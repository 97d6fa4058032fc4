// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/lessons/json_lines.h"

#include <nlohmann/json.hpp>

#include <cctype>
#include <cstring>

namespace lacuna {
namespace {

class Walker {
public:
    explicit Walker(std::string_view text) : m_text(text) {}

    std::map<std::string, int> walk() {
        value({});
        return std::move(m_lines);
    }

private:
    char peek() {
        for (; m_at < m_text.size() && std::isspace(static_cast<unsigned char>(m_text[m_at])); ++m_at)
            m_line += m_text[m_at] == '\n' ? 1 : 0;
        return m_at < m_text.size() ? m_text[m_at] : '\0';
    }

    /// The string that begins here, as it stands, quotes and all.
    std::string_view string() {
        const auto from = m_at++;
        while (m_at < m_text.size() && m_text[m_at] != '"')
            m_at += m_text[m_at] == '\\' ? 2 : 1;
        ++m_at;
        return m_text.substr(from, m_at - from);
    }

    void value(const std::string& pointer) {
        const char first = peek();
        m_lines[pointer] = m_line;
        if (first == '{' || first == '[')
            members(pointer, first == '{');
        else if (first == '"')
            string();
        else
            while (m_at < m_text.size() && !std::strchr(",]} \t\r\n", m_text[m_at]))
                ++m_at;
    }

    void members(const std::string& pointer, bool object) {
        ++m_at;
        for (int index = 0; peek() != '}' && peek() != ']' && peek() != '\0'; ++index) {
            auto key = std::to_string(index);
            if (object) {
                key = nlohmann::json::parse(string()).get<std::string>();
                peek();  // the colon
                ++m_at;
            }
            value(pointer + '/' + key);
            if (peek() == ',')
                ++m_at;
        }
        ++m_at;
    }

    std::string_view m_text;
    std::size_t m_at = 0;
    int m_line = 1;
    std::map<std::string, int> m_lines;
};

}  // namespace

std::map<std::string, int> jsonLines(std::string_view text) {
    return Walker(text).walk();
}

}  // namespace lacuna
