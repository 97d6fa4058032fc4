#include "core/base/checked_json.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"

#include <algorithm>
#include <unordered_set>
#include <vector>

namespace lacuna {
namespace {

constexpr int kDeepest = 64;
/// A member handed over alone must stay small, whatever the file says: nothing we read so has more values.
constexpr std::size_t kMostValuesOfMember = 100'000;

/// What the parser calls at every event; depth counts from 0 for the outermost object.
class Guard {
public:
    Guard(const std::string& source, const JsonMemberFunction& onMember) : m_source(source), m_onMember(onMember) {}

    bool operator()(int depth, nlohmann::json::parse_event_t event, nlohmann::json& parsed) {
        using Event = nlohmann::json::parse_event_t;
        if ((event == Event::object_start || event == Event::array_start) && depth >= kDeepest)
            throw inputError("{}: nested deeper than {} levels. Is it the right file?", m_source, kDeepest);
        if (event == Event::object_start) {
            m_keys.resize(static_cast<std::size_t>(depth) + 1);
            m_keys.back().clear();
        } else if (event == Event::key) {
            checkKey(depth, parsed.get_ref<const std::string&>());
        } else if (m_onMember) {
            return !handedOver(depth, event, parsed);
        }
        return true;
    }

private:
    void checkKey(int depth, const std::string& key) {
        if (!m_keys[static_cast<std::size_t>(depth) - 1].insert(key).second)
            throw inputError("{}: the key \"{}\" stands twice. Make the file again.", m_source, key.substr(0, 100));
        if (depth == 1)
            m_member = key;
    }

    bool handedOver(int depth, nlohmann::json::parse_event_t event, nlohmann::json& parsed) {
        using Event = nlohmann::json::parse_event_t;
        if (event == Event::value && ++m_values > kMostValuesOfMember)
            throw inputError("{}: \"{}\" holds over {} values. Is it the right file?", m_source,
                             m_member.substr(0, 100), kMostValuesOfMember);
        if (depth == 0 && event == Event::array_start)
            throw inputError("{}: a list, expected an object.", m_source);
        const bool ended = event == Event::value || event == Event::object_end || event == Event::array_end;
        if (depth != 1 || !ended)
            return false;
        m_values = 0;
        m_onMember(m_member, parsed);
        return true;
    }

    const std::string& m_source;
    const JsonMemberFunction& m_onMember;
    std::vector<std::unordered_set<std::string>> m_keys;  // of the objects open at each depth
    std::string m_member;
    std::size_t m_values = 0;
};

Error notJson(std::string_view text, const std::string& source, std::size_t byte) {
    const auto before = text.substr(0, byte > 0 ? byte - 1 : 0);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const auto lineStart = before.rfind('\n');
    const auto column = 1 + before.size() - (lineStart == std::string_view::npos ? 0 : lineStart + 1);
    return inputError("{}: not valid JSON at line {}, column {}. Is it cut off?", source, line, column);
}

}  // namespace

nlohmann::json parseJson(std::string_view text, const std::string& source, const JsonMemberFunction& onMember) {
    // The parser would take a NUL for the end, whatever stands behind it.
    if (const auto nul = text.find('\0'); nul != std::string_view::npos)
        throw notJson(text, source, nul + 1);
    Guard guard(source, onMember);
    try {
        auto parsed = nlohmann::json::parse(text.begin(), text.end(), std::ref(guard));
        if (onMember && !parsed.is_object())
            throw inputError("{}: expected a JSON object.", source);
        // The parser leaves a discarded mark where the last member stood.
        return onMember ? nlohmann::json::object() : parsed;
    } catch (const nlohmann::json::parse_error& problem) {
        throw notJson(text, source, problem.byte);
    } catch (const nlohmann::json::exception&) {
        throw inputError("{}: holds a number that is too large. Mend the file.", source);
    }
}

nlohmann::json readJson(const std::filesystem::path& path, std::size_t limitBytes) {
    return parseJson(readFile(path, limitBytes), path.string());
}

}  // namespace lacuna
