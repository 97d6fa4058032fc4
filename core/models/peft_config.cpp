// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/peft_config.h"

#include "core/base/ascii.h"
#include "core/base/checked_json.h"
#include "core/base/number.h"
#include "core/models/config_object.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <regex>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

/// Deeper nesting than fits in this many bytes would fill the stack of std::regex.
constexpr std::size_t kLongestPattern = 1000;
constexpr std::string_view kAllLinear = "all-linear";
constexpr std::size_t kMostNames = 100'000;

/// What is written alike and means something else here.
bool meansTheSame(const std::string& pattern) {
    if (pattern.size() > kLongestPattern || pattern.find("[]") != std::string::npos ||
        pattern.find("[^]") != std::string::npos || pattern.find("[:") != std::string::npos)
        return false;
    for (std::size_t i = 0; i + 1 < pattern.size(); ++i) {
        if (pattern[i] != '\\')
            continue;
        const char escaped = pattern[++i];
        const bool isLetter = asciiLower(escaped) >= 'a' && asciiLower(escaped) <= 'z';
        if ((isLetter || (escaped >= '0' && escaped <= '9')) &&
            std::string_view("dDsSwWbB").find(escaped) == std::string_view::npos)
            return false;
    }
    return true;
}

/// What changes the computation, or the base weights, beyond plain LoRA. Throws InputError.
void refuseVariants(const ConfigObject& config, const nlohmann::json& json) {
    // "fan_in_fan_out" is for GPT-2's transposed linears: `peft` takes it back on every other.
    for (const char* flag : {"use_dora", "lora_bias", "use_qalora"})
        config.expectFlag(flag, false);
    config.expectText("bias", "none");
    for (const char* key :
         {"trainable_token_indices", "target_parameters", "layer_replication", "alora_invocation_tokens", "use_bdlora",
          "arrow_config", "kasa_config", "monteclora_config", "velora_config"})
        if (config.has(key) && !json.at(key).empty() && json.at(key) != false)
            throw config.invalid(key,
                                 "is set, and Lacuna reads plain LoRA on linears alone. Train the adapter without it");
    if (config.has("init_lora_weights") && !json.at("init_lora_weights").is_boolean()) {
        const auto start = config.text("init_lora_weights", "");
        if (start != "gaussian" && start != "eva" && start != "orthogonal")
            throw config.invalid("init_lora_weights", fmt::format("is \"{}\", which changes the base weights too. Save "
                                                                  "the adapter anew as plain LoRA (PEFT's "
                                                                  "path_initial_model_for_weight_conversion)",
                                                                  start));
    }
    if (config.has("auto_mapping")) {
        const auto base = config.object("auto_mapping").text("base_model_class", "");
        if (!base.empty() && base != "LlavaForConditionalGeneration" && base != "LlavaNextForConditionalGeneration")
            throw config.invalid("auto_mapping",
                                 fmt::format("says that the adapter was made for a {}. Take one made for "
                                             "a LlavaForConditionalGeneration or a "
                                             "LlavaNextForConditionalGeneration",
                                             base));
    }
}

/// A list of names, empty where there is none. Throws InputError.
std::vector<std::string> names(const ConfigObject& config, const char* key, std::size_t fewest) {
    std::vector<std::string> all;
    if (!config.has(key))
        return all;
    for (const auto& name : config.array(key, fewest, kMostNames)) {
        if (!name.is_string() || name.get_ref<const std::string&>().empty())
            throw config.invalid(key, "is neither a pattern nor a list of names");
        all.push_back(name.get<std::string>());
    }
    return all;
}

bool isText(const nlohmann::json& json, const char* key) {
    return json.contains(key) && json.at(key).is_string();
}

void readTargets(PeftConfig& peft, const ConfigObject& config, const nlohmann::json& json) {
    if (!isText(json, "target_modules"))
        peft.targets = names(config, "target_modules", 1);
    else if (const auto text = config.text("target_modules", "");
             std::equal(text.begin(), text.end(), kAllLinear.begin(), kAllLinear.end(),
                        [](char a, char b) { return asciiLower(a) == b; }))
        peft.allLinear = true;
    else
        peft.pattern.emplace(text);
    if (isText(json, "exclude_modules"))
        peft.excludedPattern.emplace(config.text("exclude_modules", ""));
    else
        peft.excluded = names(config, "exclude_modules", 0);
    const auto addLayersPattern = [&](const std::string& name) {
        peft.layersPattern.emplace_back(name, R"((?:.*?\.)?(?:)", R"()\.(\d+)\.)");
    };
    if (isText(json, "layers_pattern"))
        addLayersPattern(config.text("layers_pattern", ""));
    else
        for (const std::string& name : names(config, "layers_pattern", 0))
            addLayersPattern(name);
    if (!config.has("layers_to_transform"))
        return;
    if (!config.isArray("layers_to_transform")) {
        peft.layers.push_back(config.integer("layers_to_transform", 0, 1 << 20));
        return;
    }
    for (const auto& layer : config.array("layers_to_transform", 0, kMostNames)) {
        if (!layer.is_number_integer())
            throw config.invalid("layers_to_transform", "is no list of whole numbers");
        peft.layers.push_back(layer.get<std::int64_t>());
    }
}

/// "rank_pattern" and "alpha_pattern". `ordered` is the file read again: where two keys fit, the first one counts.
std::vector<std::pair<PythonPattern, double>> patternNumbers(const ConfigObject& config,
                                                             const nlohmann::ordered_json& ordered, const char* key,
                                                             double low, double high) {
    std::vector<std::pair<PythonPattern, double>> all;
    if (!config.has(key))
        return all;
    const ConfigObject checked = config.object(key);
    for (const auto& [pattern, value] : ordered.at(key).items())
        all.emplace_back(PythonPattern(pattern, R"((?:.*\.)?(?:)", ")"), checked.number(pattern.c_str(), low, high, 0));
    return all;
}

/// The number `peft` takes a module's layer to be; none where it has none.
std::optional<std::int64_t> layerOf(const PeftConfig& config, const std::string& name) {
    const auto number = [](const std::optional<std::string>& digits) -> std::optional<std::int64_t> {
        return digits ? numberFrom<std::int64_t>(*digits) : std::nullopt;
    };
    if (config.layersPattern.empty()) {
        static const PythonPattern anything(R"(.*?\.[^.]*\.(\d+)\.)");
        return number(anything.lastGroup(name));
    }
    for (const PythonPattern& pattern : config.layersPattern)
        if (const auto found = pattern.lastGroup(name))
            return number(found);
    return {};
}

bool endsAtDot(const std::string& name, const std::string& end) {
    return name.size() > end.size() && name.ends_with(end) && name[name.size() - end.size() - 1] == '.';
}

std::optional<bool> isTargetBy(const PeftConfig& config, const std::string& name) {
    if (config.excludedPattern) {
        const auto excluded = config.excludedPattern->matches(name);
        if (!excluded || *excluded)
            return excluded ? std::optional(false) : std::nullopt;
    }
    const auto isEnd = [&](const std::string& end) { return name == end || endsAtDot(name, end); };
    if (std::any_of(config.excluded.begin(), config.excluded.end(), isEnd))
        return false;
    if (config.allLinear)
        return !name.ends_with("lm_head");
    if (config.pattern)
        return config.pattern->matches(name);
    if (config.targets.empty())
        return {};
    if (std::find(config.targets.begin(), config.targets.end(), name) != config.targets.end())
        return true;
    if (std::none_of(config.targets.begin(), config.targets.end(), isEnd))
        return false;
    if (config.layers.empty())
        return true;
    const auto layer = layerOf(config, name);
    return layer && std::find(config.layers.begin(), config.layers.end(), *layer) != config.layers.end();
}

double numberOf(const std::vector<std::pair<PythonPattern, double>>& patterns, double fallback,
                const ModuleNames& names, const char* key, const fs::path& path) {
    for (const auto& [pattern, number] : patterns) {
        for (const std::string& name : names) {
            const auto fits = pattern.matches(name);
            if (!fits)
                throw inputError(
                    "{}: \"{}\" has the pattern \"{}\", which Lacuna cannot run (Python's \\A and \\Z, look-behind, "
                    "named groups, flags and back references). Write it with names of modules alone.",
                    path.string(), key, pattern.text());
            if (*fits)
                return number;
        }
    }
    return fallback;
}

}  // namespace

PythonPattern::PythonPattern(std::string text, const std::string& before, const std::string& behind)
    : m_text(std::move(text)) {
    if (!meansTheSame(m_text))
        return;
    try {
        // Without backtracking: a hostile one takes no longer than its length allows.
        m_compiled = std::make_shared<const std::regex>(
            before + m_text + behind, std::regex_constants::ECMAScript | std::regex_constants::__polynomial);
    } catch (const std::regex_error&) {  // is not run
    }
}

std::optional<bool> PythonPattern::matches(const std::string& name) const {
    if (!m_compiled)
        return {};
    return std::regex_match(name, *m_compiled);
}

std::optional<std::string> PythonPattern::lastGroup(const std::string& name) const {
    std::smatch found;
    // Of several places the first counts, which is what matches the shortest beginning.
    for (std::size_t length = 1; m_compiled && length <= name.size(); ++length) {
        const std::string beginning = name.substr(0, length);
        if (std::regex_match(beginning, found, *m_compiled))
            return found[found.size() - 1].str();
    }
    return {};
}

PeftConfig readPeftConfig(const fs::path& path, std::int64_t highestRank) {
    const nlohmann::json json = readJson(path, kConfigLimitBytes);
    const ConfigObject config(json, path.string());
    if (const std::string type = config.text("peft_type", ""); type != "LORA")
        throw inputError("{}: \"peft_type\" is \"{}\", expected \"LORA\". Take a LoRA adapter.", path.string(), type);
    refuseVariants(config, json);
    PeftConfig peft;
    peft.rank = config.integer("r", 1, highestRank);
    peft.alpha = config.number("lora_alpha", -1e9, 1e9, 8);
    peft.usesRslora = config.boolean("use_rslora", false);
    if (config.has("rank_pattern") || config.has("alpha_pattern")) {
        std::ifstream file(path);
        const auto ordered = nlohmann::ordered_json::parse(file);
        peft.rankPattern = patternNumbers(config, ordered, "rank_pattern", 1, static_cast<double>(highestRank));
        peft.alphaPattern = patternNumbers(config, ordered, "alpha_pattern", -1e9, 1e9);
    }
    readTargets(peft, config, json);
    peft.modules = names(config, "modules_to_save", 0);
    return peft;
}

bool isTrainedWhole(const PeftConfig& config, const ModuleNames& names) {
    const auto isWhole = [&](std::string name) {
        for (; !name.empty(); name.resize(name.find_last_of('.') == std::string::npos ? 0 : name.find_last_of('.')))
            if (std::any_of(config.modules.begin(), config.modules.end(),
                            [&](const std::string& end) { return name.ends_with(end); }))
                return true;
        return false;
    };
    return std::any_of(names.begin(), names.end(), isWhole);
}

std::optional<bool> isTarget(const PeftConfig& config, const ModuleNames& names) {
    if (isTrainedWhole(config, names))
        return false;
    std::optional<bool> any = false;
    for (const std::string& name : names) {
        const auto one = isTargetBy(config, name);
        if (!one)
            any.reset();
        else if (*one)
            return true;
    }
    return any;
}

std::int64_t rankOf(const PeftConfig& config, const ModuleNames& names, const fs::path& path) {
    return static_cast<std::int64_t>(
        numberOf(config.rankPattern, static_cast<double>(config.rank), names, "rank_pattern", path));
}

double scaleOf(const PeftConfig& config, const ModuleNames& names, const fs::path& path) {
    const auto rank = static_cast<double>(rankOf(config, names, path));
    return numberOf(config.alphaPattern, config.alpha, names, "alpha_pattern", path) /
           (config.usesRslora ? std::sqrt(rank) : rank);
}

}  // namespace lacuna
