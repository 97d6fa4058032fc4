#pragma once
#include <nlohmann/json_fwd.hpp>

#include <string_view>

namespace lacuna {

/// JSON from outside, hostile until checked: nesting of at most 32 levels, no key twice in an object, strings of valid
/// UTF-8. Throws InputError "<where>: …" with line and column.
nlohmann::json parseJson(std::string_view text, std::string_view where);

}  // namespace lacuna
