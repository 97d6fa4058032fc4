// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lacuna {

/// What a metric says of one set (forget or retain) of one task, or of a whole run.
enum class MetricScope { Cell, Run };

/// Whose answers a cell metric counts: those of forget and retain sets, of bystanders, which no request names, or of
/// entities that only later requests name.
enum class MetricOf { Sets, Bystanders, Later };

struct MetricRow {
    std::string id;    ///< as in files: "rouge_l"
    std::string name;  ///< as shown: "ROUGE-L"
    std::string formula;
    std::string help;  ///< one plain sentence
    MetricScope scope = MetricScope::Cell;
    double minimum = 0;
    double maximum = 1;
    int betterOnForget = 0;  ///< +1 higher is better, −1 lower, 0 neither
    int betterOnRetain = 0;
    MetricOf of = MetricOf::Sets;
    std::string asks = {};  ///< what an evaluation must do for it beside asking its questions, as a sentence. Empty =
                            ///< it is always measured; else where it is asked for (see chosenMetrics)
};

const std::vector<MetricRow>& metricRows();
const MetricRow& metricRow(std::string_view id);  ///< throws InputError for an unknown id

inline constexpr const char* usualMetrics = "default";
inline constexpr const char* allMetrics = "all";

/// Ids of the metrics of cells that a choice names: "default" (all that cost nothing beside the answers), "all", or
/// those and ids parted by commas; the default ones are always among them. Throws InputError for an unknown id, or one
/// of a whole run, which needs no choice.
std::set<std::string, std::less<>> chosenMetrics(const std::string& choice);

}  // namespace lacuna
