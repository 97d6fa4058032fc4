// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <regex>
#include <string>
#include <utility>
#include <vector>

namespace lacuna {

/// The names a module goes by, one per generation of `transformers` ("model.language_model.layers.0.mlp.up_proj",
/// "language_model.model.layers.0.mlp.up_proj").
using ModuleNames = std::vector<std::string>;

/// A pattern of Python's `re`, as adapter_config.json holds them, run where it means the same here. It is not run with
/// \A or \Z, look-behind, named groups, flags or back references, or over 1,000 bytes.
class PythonPattern {
public:
    /// `before` and `behind` stand around it as they are.
    explicit PythonPattern(std::string text, const std::string& before = {}, const std::string& behind = {});

    const std::string& text() const { return m_text; }
    /// `re.fullmatch`; none for a pattern that is not run.
    std::optional<bool> matches(const std::string& name) const;
    /// What the last group of `re.match` holds; none where it does not match, or is not run.
    std::optional<std::string> lastGroup(const std::string& name) const;

private:
    std::string m_text;
    std::shared_ptr<const std::regex> m_compiled;  ///< null = is not run
};

/// What adapter_config.json says of a LoRA adapter, as `peft` 0.21 reads it (tuners/tuners_utils.py).
struct PeftConfig {
    std::int64_t rank = 0;
    double alpha = 0;
    bool usesRslora = false;  ///< scale is alpha / √rank, not alpha / rank
    std::vector<std::pair<PythonPattern, double>> rankPattern, alphaPattern;  ///< in the file's order: the first counts
    std::optional<PythonPattern> pattern;                                     ///< "target_modules" where it is a string
    std::vector<std::string> targets;  ///< where it is a list: ends of names, or whole ones
    bool allLinear = false;            ///< where it is "all-linear": every linear but the head
    std::optional<PythonPattern> excludedPattern;
    std::vector<std::string> excluded;
    std::vector<std::int64_t> layers;          ///< "layers_to_transform", for lists alone; empty = all
    std::vector<PythonPattern> layersPattern;  ///< what stands before a layer's number; empty = anything
    std::vector<std::string> modules;          ///< "modules_to_save": ends of the names of what is trained as a whole
};

/// Throws InputError, also for what changes the computation beyond plain LoRA on linears.
PeftConfig readPeftConfig(const std::filesystem::path& path, std::int64_t highestRank);

/// Has the linear factors? None where a pattern says it that is not run.
std::optional<bool> isTarget(const PeftConfig& config, const ModuleNames& names);
/// Is it a module that is trained as a whole, or within one?
bool isTrainedWhole(const PeftConfig& config, const ModuleNames& names);
/// Throw InputError naming `path` for a pattern that is not run.
std::int64_t rankOf(const PeftConfig& config, const ModuleNames& names, const std::filesystem::path& path);
double scaleOf(const PeftConfig& config, const ModuleNames& names, const std::filesystem::path& path);

}  // namespace lacuna
