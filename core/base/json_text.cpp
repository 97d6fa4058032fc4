#include "core/base/json_text.h"

#include "core/base/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <unordered_set>
#include <vector>

namespace lacuna {
namespace {

using nlohmann::json;

constexpr int deepest = 32;

/// Watches the parser's events, so that a bad text is refused before it is built.
class Guard {
public:
    explicit Guard(std::string_view where) : m_where(where), m_keys(deepest + 1) {}

    bool operator()(int depth, json::parse_event_t event, const json& parsed) {
        const bool opens = event == json::parse_event_t::object_start || event == json::parse_event_t::array_start;
        if (opens && depth >= deepest)
            throw inputError("{}: nested deeper than {} levels, which no file of this kind is. Is it the right one?",
                             m_where, deepest);
        if (event == json::parse_event_t::object_start)
            m_keys[static_cast<std::size_t>(depth) + 1].clear();
        if (event == json::parse_event_t::key) {
            const auto& key = parsed.get_ref<const std::string&>();
            if (!m_keys[static_cast<std::size_t>(depth)].insert(key).second)
                throw inputError("{}: key \"{}\" stands twice in one object. Remove one of them.", m_where, key);
        }
        return true;
    }

private:
    std::string m_where;
    std::vector<std::unordered_set<std::string>> m_keys;  // of the object open at each depth
};

Error parseFailure(std::string_view text, std::string_view where, std::size_t byte) {
    const auto before = text.substr(0, byte > 0 ? byte - 1 : 0);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const auto lineStart = before.rfind('\n');
    const auto column = 1 + before.size() - (lineStart == std::string_view::npos ? 0 : lineStart + 1);
    return inputError("{}: not valid JSON at line {}, column {}. Mend the file there.", where, line, column);
}

}  // namespace

json parseJson(std::string_view text, std::string_view where) {
    Guard guard(where);
    try {
        return json::parse(text, std::ref(guard));
    } catch (const json::parse_error& error) {
        throw parseFailure(text, where, error.byte);
    } catch (const json::exception&) {
        throw inputError("{}: holds a number that is too large. Mend the file.", where);
    }
}

}  // namespace lacuna
