// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/published_figures.h"

#include "core/base/checked_json.h"
#include "core/base/error.h"
#include "core/catalog/metrics.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

constexpr const char* format = "lacuna.reference-results";
constexpr std::size_t largestFile = std::size_t{16} << 20, mostRuns = 1000, mostRequests = 100;

using Json = nlohmann::json;

std::string textOf(const Json& object, const char* key, const std::string& where, bool required = true) {
    const auto found = object.find(key);
    if (found == object.end() && !required)
        return {};
    if (found == object.end() || !found->is_string() || (required && found->get_ref<const std::string&>().empty()))
        throw inputError("{}: \"{}\" is to be a text.", where, key);
    return *found;
}

const Json& listOf(const Json& object, const char* key, const std::string& where, std::size_t most) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_array() || found->empty() || found->size() > most)
        throw inputError("{}: \"{}\" is to be a list of 1 to {} entries.", where, key, most);
    return *found;
}

CellRow cellOf(const Json& from, const std::vector<RequestRow>& requests, const std::string& where) {
    if (!from.is_object())
        throw inputError("{}: a cell is to be an object.", where);
    CellRow cell;
    const auto task = textOf(from, "task", where);
    const auto named =
        std::find_if(requests.begin(), requests.end(), [&](const auto& row) { return row.name == task; });
    if (named == requests.end())
        throw inputError("{}: task \"{}\" is not in the order.", where, task);
    cell.task = static_cast<int>(named - requests.begin());
    const auto stage = from.find("stage");
    if (stage == from.end() || !stage->is_number_integer() || *stage < 0 || *stage > requests.size())
        throw inputError("{}: \"stage\" is to be a number from 0 to {}.", where, requests.size());
    cell.stage = *stage;
    const auto split = splitFromId(textOf(from, "split", where));
    if (!split)
        throw inputError("{}: \"split\" is to be one of forget, retain, bystander.", where);
    cell.split = *split;
    cell.metric = metricRow(textOf(from, "metric", where)).id;
    const auto value = from.find("value");
    if (value == from.end() || !value->is_number() || !std::isfinite(value->get<double>()))
        throw inputError("{}: \"value\" is to be a number.", where);
    cell.value = *value;
    return cell;
}

RunHistory runOf(const Json& from, const std::string& source, const std::string& where) {
    if (!from.is_object())
        throw inputError("{}: is to be an object.", where);
    RunHistory run;
    run.spec.method = textOf(from, "method", where);
    run.spec.model = textOf(from, "model", where);
    run.spec.parameters.clear();
    for (const auto& name : listOf(from, "order", where, mostRequests)) {
        if (!name.is_string())
            throw inputError("{}: \"order\" is to be a list of names.", where);
        run.spec.order.push_back(name);
        run.requests.push_back({name, {}, {}});
    }
    if (std::set(run.spec.order.begin(), run.spec.order.end()).size() != run.spec.order.size())
        throw inputError("{}: \"order\" names a request twice.", where);
    const auto& cells = listOf(from, "cells", where, 1'000'000);
    for (std::size_t i = 0; i < cells.size(); ++i)
        run.cells.push_back(cellOf(cells[i], run.requests, fmt::format("{}, cell {}", where, i + 1)));
    std::stable_sort(run.cells.begin(), run.cells.end(),
                     [](const CellRow& a, const CellRow& b) { return a.stage < b.stage; });
    run.stages = run.stageCount();
    run.status = RunStatus::Finished;
    const auto note = textOf(from, "note", where, false);
    run.published = source + (note.empty() ? "" : fmt::format("; {}", note));
    return run;
}

}  // namespace

bool holdsPublishedFigures(const fs::path& file) {
    try {
        const auto json = readJson(file, largestFile);
        return json.is_object() && json.value("format", "") == format;
    } catch (const std::exception&) {
        return false;
    }
}

std::vector<RunHistory> readPublishedFigures(const fs::path& file) {
    const auto name = file.string();
    const auto json = readJson(file, largestFile);
    if (!json.is_object() || !json.contains("format") || json["format"] != format)
        throw inputError("{}: is no file of published figures; its \"format\" is to be \"{}\".", name, format);
    auto source = fmt::format("{}; judge: {}", textOf(json, "source", name), textOf(json, "judge", name));
    if (const auto about = textOf(json, "about", name, false); !about.empty())
        source += "; " + about;
    std::vector<RunHistory> runs;
    const auto& list = listOf(json, "runs", name, mostRuns);
    for (std::size_t i = 0; i < list.size(); ++i) {
        auto run = runOf(list[i], source, fmt::format("{}, run {}", name, i + 1));
        run.name = fmt::format("published {} {}", run.spec.method, run.spec.model);
        run.spec.name = run.name;
        run.source = file;
        runs.push_back(std::move(run));
    }
    return runs;
}

}  // namespace lacuna
