// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/agreement.h"

#include "core/runs/statistics.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <numeric>

namespace lacuna {
namespace {

using Value = std::optional<double>;

std::optional<std::size_t> columnNamed(const CompareTable& table, std::string_view id) {
    for (std::size_t i = 0; i < table.columns.size(); ++i)
        if (table.columns[i].id == id)
            return i;
    return std::nullopt;
}

/// Of each row that counts; empty where one of them lacks it.
std::vector<double> valuesOf(const std::vector<const CompareRow*>& rows, std::size_t column, int direction) {
    std::vector<double> values;
    for (const auto* row : rows)
        if (const auto& value = row->values[column])
            values.push_back(*value * direction);
    return values.size() == rows.size() ? values : std::vector<double>();
}

std::string number(const Value& value) {
    return value ? fmt::format("{:.2f}", *value) : "-";
}

}  // namespace

Agreement agreementOf(const CompareTable& table) {
    std::vector<const CompareRow*> rows;
    for (const auto& row : table.rows)
        if (row.published.empty() && !row.reference)
            rows.push_back(&row);
    Agreement agreement;
    agreement.runs = static_cast<int>(rows.size());
    std::vector<std::vector<double>> values;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const auto& column = table.columns[i];
        if (column.metric.empty() || column.better == 0)
            continue;
        auto own = valuesOf(rows, i, column.better);
        if (own.empty())
            continue;
        agreement.columns.push_back({column, {}, {}, {}});
        values.push_back(std::move(own));
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
        auto& measured = agreement.columns[i];
        double sum = 0;
        int count = 0;
        for (std::size_t j = 0; j < values.size(); ++j) {
            measured.tau.push_back(i == j ? std::nullopt : kendallTau(values[i], values[j]));
            if (const auto& tau = measured.tau.back()) {
                sum += *tau;
                ++count;
            }
        }
        if (count > 0)
            measured.meanTau = sum / count;
        const auto distance = columnNamed(
            table, measured.column.split == Split::Forget ? "gold_distance_forget" : "gold_distance_retain");
        if (distance)
            if (const auto nearness = valuesOf(rows, *distance, -1); !nearness.empty())
                measured.rhoGold = spearmanRho(values[i], nearness);
    }
    return agreement;
}

std::string agreementText(const Agreement& agreement, bool markdown) {
    std::string text;
    std::size_t longest = 6;
    for (const auto& measured : agreement.columns)
        longest = std::max(longest, measured.column.id.size());
    const bool gold = std::any_of(agreement.columns.begin(), agreement.columns.end(),
                                  [](const auto& measured) { return measured.rhoGold; });
    const auto line = [&](const std::string& name, const std::vector<std::string>& cells) {
        text += markdown ? fmt::format("| {} |", name) : fmt::format("{:{}}", name, longest);
        for (const auto& cell : cells)
            text += markdown ? fmt::format(" {} |", cell) : fmt::format(" {:>7}", cell);
        text += "\n";
    };
    std::vector<std::string> heads;
    for (std::size_t i = 0; i < agreement.columns.size(); ++i)
        heads.push_back(fmt::format("({})", i + 1));
    heads.emplace_back("mean");
    if (gold)
        heads.emplace_back("to gold");
    line("metric", heads);
    if (markdown) {
        text += "|---|";
        for (std::size_t i = 0; i < heads.size(); ++i)
            text += "--:|";
        text += "\n";
    }
    for (std::size_t i = 0; i < agreement.columns.size(); ++i) {
        const auto& measured = agreement.columns[i];
        std::vector<std::string> cells;
        for (std::size_t j = 0; j < measured.tau.size(); ++j)
            cells.push_back(i == j ? fmt::format("({})", i + 1) : number(measured.tau[j]));
        cells.push_back(number(measured.meanTau));
        if (gold)
            cells.push_back(number(measured.rhoGold));
        line(measured.column.id, cells);
    }
    text += fmt::format(
        "{}Kendall's tau-b over {} runs, metrics turned so that higher is better: 1 = they rank the runs alike, 0 = "
        "not "
        "at all.{}\n",
        markdown ? "\n" : "", agreement.runs, gold ? " to gold: Spearman's rho with nearness to gold." : "");
    return text;
}

std::string agreementCsv(const Agreement& agreement) {
    std::string text = "metric,other,kendall_tau,runs\n";
    const auto row = [&](const std::string& id, const std::string& other, const Value& value) {
        text += fmt::format("{},{},{},{}\n", csvText(id), csvText(other), value ? fmt::format("{}", *value) : "",
                            agreement.runs);
    };
    for (const auto& measured : agreement.columns)
        for (std::size_t j = 0; j < measured.tau.size(); ++j)
            if (measured.column.id != agreement.columns[j].column.id)
                row(measured.column.id, agreement.columns[j].column.id, measured.tau[j]);
    text += "metric,,spearman_rho_gold,runs\n";
    for (const auto& measured : agreement.columns)
        row(measured.column.id, "", measured.rhoGold);
    return text;
}

std::string agreementJson(const Agreement& agreement) {
    auto all = nlohmann::ordered_json{{"runs", agreement.runs}, {"metrics", nlohmann::ordered_json::array()}};
    const auto written = [](const Value& value) { return value ? nlohmann::ordered_json(*value) : nullptr; };
    for (const auto& measured : agreement.columns) {
        auto taus = nlohmann::ordered_json::object();
        for (std::size_t j = 0; j < measured.tau.size(); ++j)
            if (measured.column.id != agreement.columns[j].column.id)
                taus[agreement.columns[j].column.id] = written(measured.tau[j]);
        all["metrics"].push_back({{"id", measured.column.id},
                                  {"kendall_tau", taus},
                                  {"mean_tau", written(measured.meanTau)},
                                  {"spearman_rho_gold", written(measured.rhoGold)}});
    }
    return all.dump(2);
}

}  // namespace lacuna
