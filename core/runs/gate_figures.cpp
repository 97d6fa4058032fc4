// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/gate_figures.h"

#include "core/base/error.h"
#include "core/runs/statistics.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <map>
#include <set>
#include <utility>

namespace lacuna {
namespace {

bool has(const std::vector<std::string>& entities, const std::string& entity) {
    return std::find(entities.begin(), entities.end(), entity) != entities.end();
}

std::size_t upTo(const std::vector<RequestRow>& requests, int stage) {
    return std::min(static_cast<std::size_t>(std::max(stage, 0)), requests.size());
}

RoutedPicture::Kind kindOf(const std::vector<RequestRow>& requests, int stage, const AnswerRow& row,
                           const std::string& right) {
    using enum RoutedPicture::Kind;
    if (row.split == Split::Bystander)
        return Bystander;
    return right != baseRoute ? Forgotten : isKnown(requests, stage, row.entity) ? Retained : Later;
}

}  // namespace

std::string rightRoute(const std::vector<RequestRow>& requests, int stage, const std::string& entity) {
    for (auto request = upTo(requests, stage); request > 0; --request)
        if (has(requests[request - 1].forgetEntities, entity))
            return expertName(requests[request - 1].name);
    return baseRoute;
}

bool isKnown(const std::vector<RequestRow>& requests, int stage, const std::string& entity) {
    const auto end = requests.begin() + static_cast<std::ptrdiff_t>(upTo(requests, stage));
    return std::any_of(requests.begin(), end, [&](const RequestRow& request) {
        return has(request.forgetEntities, entity) || has(request.retainEntities, entity);
    });
}

std::vector<RoutedPicture> routedPictures(const RunHistory& run, int stage) {
    return routedPictures(run.answers, run.requests, stage);
}

std::vector<RoutedPicture> routedPictures(const std::vector<AnswerRow>& answers,
                                          const std::vector<RequestRow>& requests, int stage) {
    std::vector<RoutedPicture> pictures;
    std::set<std::pair<std::string, int>> seen;
    for (const auto& row : answers) {
        if (row.stage != stage || row.gateChoice.empty() || !seen.emplace(row.entity, row.view).second)
            continue;
        RoutedPicture one;
        one.right = rightRoute(requests, stage, row.entity);
        one.kind = kindOf(requests, stage, row, one.right);
        one.taken = row.gateChoice;
        if (!row.nearest.empty())
            one.nearest = rightRoute(requests, stage, row.nearest.front().entity);
        one.score = row.gateScore;
        one.threshold = row.gateThreshold;
        pictures.push_back(std::move(one));
    }
    return pictures;
}

bool hasMovableThreshold(const std::vector<RoutedPicture>& pictures) {
    return !pictures.empty() && std::none_of(pictures.begin(), pictures.end(), [](const auto& picture) {
        return picture.nearest.empty() && picture.score >= picture.threshold;
    });
}

GateFigures gateFigures(const std::vector<RoutedPicture>& pictures, std::optional<double> threshold) {
    GateFigures figures;
    if (!pictures.empty())
        figures.threshold = threshold.value_or(pictures.front().threshold);
    if (threshold && !pictures.empty() && !hasMovableThreshold(pictures))
        throw inputError(
            "This gate names no nearest entity, so its threshold cannot be moved. Those of \"relative\" and "
            "\"prototype\" can.");
    for (const auto& picture : pictures) {
        figures.failed.add(picture.taken == failedRoute);
        if (picture.taken == failedRoute)
            continue;
        const bool abstains = picture.score < figures.threshold;
        const auto& taken = !threshold ? picture.taken : abstains ? std::string(baseRoute) : picture.nearest;
        const bool sent = taken != baseRoute;
        switch (picture.kind) {
            case RoutedPicture::Kind::Forgotten:
                figures.recall.add(sent);
                break;
            case RoutedPicture::Kind::Retained:
                figures.retained.add(sent);
                break;
            case RoutedPicture::Kind::Later:
                figures.later.add(sent);
                break;
            case RoutedPicture::Kind::Bystander:
                figures.bystanders.add(sent);
                break;
        }
        if (picture.known()) {
            figures.exact.add(taken == picture.right);
            figures.abstained.add(abstains);
        }
    }
    return figures;
}

double thresholdAt(const std::vector<RoutedPicture>& pictures, double share) {
    std::vector<double> scores;
    for (const auto& picture : pictures)
        if (picture.known() && picture.taken != failedRoute)
            scores.push_back(picture.score);
    if (scores.empty())
        throw inputError("No picture of a known entity was measured, so no threshold can be found by them.");
    std::sort(scores.begin(), scores.end());
    const auto cut = static_cast<std::size_t>(share * static_cast<double>(scores.size()));
    return scores[std::min(cut, scores.size() - 1)];
}

std::optional<double> rocArea(const std::vector<RoutedPicture>& pictures) {
    std::vector<double> known, strangers;
    for (const auto& picture : pictures)
        if (picture.taken != failedRoute)
            (picture.known() ? known : strangers).push_back(picture.score);
    if (known.empty() || strangers.empty())
        return std::nullopt;
    return areaUnderCurve(known, strangers).value;
}

std::vector<RocPoint> rocCurve(const std::vector<RoutedPicture>& pictures) {
    std::map<double, std::pair<int, int>, std::greater<>> byScore;  // known, strangers
    int known = 0, strangers = 0;
    for (const auto& picture : pictures) {
        auto& at = byScore[picture.score];
        ++(picture.known() ? at.first : at.second);
        ++(picture.known() ? known : strangers);
    }
    std::vector<RocPoint> curve;
    if (known == 0 || strangers == 0)
        return curve;
    curve.push_back({std::numeric_limits<double>::infinity(), 0, 0});
    int knownSoFar = 0, strangersSoFar = 0;
    for (const auto& [score, counts] : byScore) {
        knownSoFar += counts.first;
        strangersSoFar += counts.second;
        curve.push_back(
            {score, static_cast<double>(strangersSoFar) / strangers, static_cast<double>(knownSoFar) / known});
    }
    return curve;
}

}  // namespace lacuna
