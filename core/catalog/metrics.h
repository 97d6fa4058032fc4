// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
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
};

const std::vector<MetricRow>& metricRows();
const MetricRow& metricRow(std::string_view id);  ///< throws InputError for an unknown id

}  // namespace lacuna
