// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/attack_table.h"

#include "core/catalog/attacks.h"
#include "core/catalog/combination.h"
#include "core/runs/export.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace lacuna {
namespace {

using Json = nlohmann::ordered_json;

std::string percent(double share) {
    return fmt::format("{:.0f}", std::abs(share * 100) < 0.5 ? 0.0 : share * 100);  // no "-0"
}

/// Every way of every attack: what JSON and CSV hold.
Json longForm(const AttackedRun& attacked, const AttackFigure& figure, const AttackVariantFigure* variant) {
    const auto& entry = *figure.entry;
    Json row{{"run", shownName(*attacked.run)},
             {"method", combinationTitle(choicesOf(attacked.run->spec))},
             {"run_seed", attacked.run->spec.seed},
             {"stage", attacked.stage},
             {"attack", entry.attack},
             {"variant", variant ? variant->variant : ""},
             {"amount", variant ? variant->amount : 0},
             {"strongest", variant && variant == figure.best()}};
    const auto* recovered = variant && variant->recovered ? &*variant->recovered : nullptr;
    const auto number = [&](double value) { return recovered ? Json(value) : Json(); };
    row["recovered"] = recovered ? Json(recovered->share) : Json();
    row["low"] = recovered && recovered->interval ? Json(recovered->interval->low) : Json();
    row["high"] = recovered && recovered->interval ? Json(recovered->interval->high) : Json();
    row["before"] = number(recovered ? recovered->before : 0);
    row["after"] = number(recovered ? recovered->after : 0);
    row["original"] = number(recovered ? recovered->original : 0);
    row["questions"] = recovered ? recovered->questions : 0;
    row["entities"] = recovered ? recovered->entities : 0;
    row["samples"] = entry.samples;
    row["steps"] = entry.steps;
    row["seconds"] = entry.seconds;
    row["attack_seed"] = entry.seed;
    row["parameters"] = Json::parse(entry.parameters, nullptr, false);
    row["refused"] = entry.refused;
    row["note"] = entry.note;
    return row;
}

std::vector<Json> longRows(const std::vector<AttackedRun>& runs) {
    std::vector<Json> rows;
    for (const auto& run : runs)
        for (const auto& figure : run.figures) {
            if (figure.variants.empty())
                rows.push_back(longForm(run, figure, nullptr));
            for (const auto& variant : figure.variants)
                rows.push_back(longForm(run, figure, &variant));
        }
    return rows;
}

std::string csvField(const Json& value) {
    return csvText(value.is_null() ? std::string() : value.is_string() ? value.get<std::string>() : value.dump());
}

std::string cellText(const AttackFigure* figure) {
    if (!figure)
        return "-";
    if (!figure->entry->refused.empty())
        return "n/a";
    return figure->best() ? recoveredText(figure->best()->recovered) : "nothing lost";
}

std::vector<std::vector<std::string>> cells(const std::vector<AttackedRun>& runs) {
    std::vector<std::string> head{"run", "stage", "utility lost"};
    for (const auto& row : attackRows())
        head.push_back(row.name);
    std::vector<std::vector<std::string>> all{head};
    for (const auto& run : runs) {
        auto& line = all.emplace_back();
        line = {shownName(*run.run), std::to_string(run.stage),
                run.utilityLost ? percent(*run.utilityLost) + " %" : "-"};
        for (const auto& row : attackRows())
            line.push_back(cellText(run.figure(row.id)));
    }
    return all;
}

std::size_t letters(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

const AttackFigure* AttackedRun::figure(std::string_view attack) const {
    const auto found = std::find_if(figures.begin(), figures.end(),
                                    [&](const auto& figure) { return figure.entry->attack == attack; });
    return found == figures.end() ? nullptr : &*found;
}

const AttackFigure* AttackedRun::strongest() const {
    const AttackFigure* most = nullptr;
    for (const auto& figure : figures)
        if (figure.best() && (!most || figure.best()->recovered->share > most->best()->recovered->share))
            most = &figure;
    return most;
}

std::optional<double> utilityLost(const RunHistory& run, int stage) {
    std::optional<double> first, now;
    for (const auto& point : retentionCurve(run, "mu")) {
        if (point.stage == 0)
            first = point.value;
        if (point.stage == stage)
            now = point.value;
    }
    if (!first || !now || !(*first > 0))
        return std::nullopt;
    return 1 - *now / *first;
}

int attackedStage(const AttackLog& log) {
    int stage = -1;
    for (const auto& entry : log.entries)
        stage = std::max(stage, entry.stage);
    return stage;
}

AttackedRun attackedRun(const RunHistory& run, const AttackLog& log, std::optional<int> stage) {
    const int at = stage.value_or(std::max(0, attackedStage(log)));
    return {&run, &log, at, attackFigures(log, at), utilityLost(run, at)};
}

std::string recoveredText(const std::optional<RecoveredShare>& recovered) {
    if (!recovered)
        return {};
    auto text = percent(recovered->share) + " %";
    if (recovered->interval)
        text += fmt::format(" [{}, {}]", percent(recovered->interval->low), percent(recovered->interval->high));
    return text;
}

std::string attackTable(const std::vector<AttackedRun>& runs, bool markdown) {
    const auto all = cells(runs);
    std::string text;
    if (markdown) {
        for (std::size_t line = 0; line < all.size(); ++line) {
            text += fmt::format("| {} |\n", fmt::join(all[line], " | "));
            if (line == 0) {
                text += "|---|--:";
                for (std::size_t i = 2; i < all[0].size(); ++i)
                    text += "|--:";
                text += "|\n";
            }
        }
        return text;
    }
    // As many lines as attacks: runs side by side are wider than a terminal.
    std::vector<std::size_t> widths(all.size());
    for (std::size_t run = 0; run < all.size(); ++run)
        for (const auto& cell : all[run])
            widths[run] = std::max(widths[run], letters(cell));
    for (std::size_t column = 0; column < all[0].size(); ++column) {
        for (std::size_t run = 0; run < all.size(); ++run) {
            const auto& cell = all[run][column];
            const std::string gap(widths[run] - letters(cell), ' ');
            text += run == 0 ? cell + gap : "  " + gap + cell;
        }
        text += "\n";
    }
    return text;
}

std::string attackCsv(const std::vector<AttackedRun>& runs) {
    std::string text;
    for (const auto& row : longRows(runs)) {
        std::vector<std::string> head, values;
        for (const auto& [key, value] : row.items()) {
            head.push_back(key);
            values.push_back(csvField(value));
        }
        if (text.empty())
            text = fmt::format("{}\n", fmt::join(head, ","));
        text += fmt::format("{}\n", fmt::join(values, ","));
    }
    return text;
}

std::string attackJson(const std::vector<AttackedRun>& runs) {
    auto all = Json::array();
    for (const auto& run : runs) {
        Json one{{"run", shownName(*run.run)},
                 {"stage", run.stage},
                 {"utility_lost", run.utilityLost ? Json(*run.utilityLost) : Json()},
                 {"attacks", Json::array()}};
        for (const auto& row : longRows({run}))
            one["attacks"].push_back(row);
        all.push_back(std::move(one));
    }
    return all.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace lacuna
