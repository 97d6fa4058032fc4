// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>

namespace lacuna {

inline constexpr std::size_t kConfigLimitBytes = 16U << 20;

/// One object of a config.json; every complaint names the file and the key within it.
class ConfigObject {
public:
    /// `json` must outlive this. Throws InputError when it is no object.
    ConfigObject(const nlohmann::json& json, std::string file, std::string prefix = "")
        : m_json(json), m_file(std::move(file)), m_prefix(std::move(prefix)) {
        if (!json.is_object())
            throw inputError("{}: expected a JSON object. Take the file as it was published.", m_file);
    }

    bool has(const char* key) const { return m_json.contains(key) && !m_json.at(key).is_null(); }

    ConfigObject object(const char* key) const {
        if (!has(key))
            throw missing(key);
        if (!m_json.at(key).is_object())
            throw wrongType(key, "an object");
        return {m_json.at(key), m_file, m_prefix + key + "."};
    }

    bool isArray(const char* key) const { return m_json.contains(key) && m_json.at(key).is_array(); }

    const nlohmann::json& array(const char* key, std::size_t fewest, std::size_t most) const {
        if (!has(key))
            throw missing(key);
        const nlohmann::json& value = m_json.at(key);
        if (!value.is_array())
            throw wrongType(key, "a list");
        if (value.size() < fewest || value.size() > most)
            throw inputError("{}: \"{}{}\" has {} entries, expected {} to {}. Take the file as it was published.",
                             m_file, m_prefix, key, value.size(), fewest, most);
        return value;
    }

    std::int64_t integer(const char* key, std::int64_t low, std::int64_t high) const {
        if (!has(key))
            throw missing(key);
        const nlohmann::json& value = m_json.at(key);
        if (!value.is_number_integer())
            throw wrongType(key, "a whole number");
        const bool tooLarge =
            value.is_number_unsigned() && value.get<std::uint64_t>() > static_cast<std::uint64_t>(high);
        const std::int64_t number = tooLarge ? high : value.get<std::int64_t>();
        if (tooLarge || number < low || number > high)
            throw inputError("{}: \"{}{}\" is {}, expected {} to {}. Take the file as it was published.", m_file,
                             m_prefix, key, value.dump(), low, high);
        return number;
    }

    std::int64_t integer(const char* key, std::int64_t low, std::int64_t high, std::int64_t fallback) const {
        return has(key) ? integer(key, low, high) : fallback;
    }

    double number(const char* key, double low, double high, double fallback) const {
        if (!has(key))
            return fallback;
        const nlohmann::json& value = m_json.at(key);
        if (!value.is_number())
            throw wrongType(key, "a number");
        const auto number = value.get<double>();
        if (!(number >= low && number <= high))
            throw inputError("{}: \"{}{}\" is {}, expected {} to {}. Take the file as it was published.", m_file,
                             m_prefix, key, value.dump(), low, high);
        return number;
    }

    bool boolean(const char* key, bool fallback) const {
        if (!has(key))
            return fallback;
        if (!m_json.at(key).is_boolean())
            throw wrongType(key, "true or false");
        return m_json.at(key).get<bool>();
    }

    std::string text(const char* key, const std::string& fallback) const {
        if (!has(key))
            return fallback;
        if (!m_json.at(key).is_string())
            throw wrongType(key, "a string");
        return m_json.at(key).get<std::string>();
    }

    /// A switch this implementation knows one setting of.
    void expectText(const char* key, const std::string& only) const {
        if (const std::string value = text(key, only); value != only)
            throw unsupported(key, value, only);
    }
    void expectFlag(const char* key, bool only) const {
        if (boolean(key, only) != only)
            throw unsupported(key, only ? "false" : "true", only ? "true" : "false");
    }

    Error invalid(const char* key, const std::string& what) const {
        return inputError("{}: \"{}{}\" {}.", m_file, m_prefix, key, what);
    }

private:
    Error missing(const char* key) const {
        return inputError("{}: key \"{}{}\" is missing. Take the file as it was published.", m_file, m_prefix, key);
    }
    Error wrongType(const char* key, const char* expected) const {
        return inputError("{}: \"{}{}\" is {}, expected {}. Take the file as it was published.", m_file, m_prefix, key,
                          m_json.at(key).dump().substr(0, 60), expected);
    }
    Error unsupported(const char* key, const std::string& value, const std::string& only) const {
        return inputError("{}: \"{}{}\" is \"{}\", and Lacuna knows \"{}\" alone.", m_file, m_prefix, key, value, only);
    }

    const nlohmann::json& m_json;
    std::string m_file, m_prefix;
};

}  // namespace lacuna
