// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/run_history.h"

#include <optional>
#include <string>
#include <vector>

namespace lacuna {

/// Where the gate should send an entity at `stage`: "expert B" of the latest request ≤ stage that forgets it, else
/// "base". `requests` in the order they arrive.
std::string rightRoute(const std::vector<RequestRow>& requests, int stage, const std::string& entity);

/// Does a request ≤ stage name the entity? To the gate of that stage all others are strangers.
bool isKnown(const std::vector<RequestRow>& requests, int stage, const std::string& entity);

/// One picture on which the gate of a stage decided.
struct RoutedPicture {
    /// What its entity is to that gate.
    enum class Kind { Forgotten, Retained, Later, Bystander };

    Kind kind = Kind::Forgotten;
    std::string right;    ///< where it belongs: "expert B", "base"
    std::string taken;    ///< where it was sent
    std::string nearest;  ///< where the nearest known entity is sent; empty where the gate names none
    double score = 0;
    double threshold = 0;  ///< below it the gate abstained

    bool known() const { return kind == Kind::Forgotten || kind == Kind::Retained; }
};

/// Those of a measured stage, each once, however often it was asked about; none at stage 0 or without a gate. `answers`
/// may hold those of other stages too.
std::vector<RoutedPicture> routedPictures(const std::vector<AnswerRow>& answers,
                                          const std::vector<RequestRow>& requests, int stage);
/// Of a run that holds its answers.
std::vector<RoutedPicture> routedPictures(const RunHistory& run, int stage);

/// Would these be routed otherwise at another threshold? Not where the gate names no nearest entity.
bool hasMovableThreshold(const std::vector<RoutedPicture>& pictures);

struct Share {
    int of = 0;  ///< 0 = nothing to count
    int count = 0;

    void add(bool counts) { ++of, count += counts ? 1 : 0; }
    std::optional<double> value() const {
        return of > 0 ? std::optional(static_cast<double>(count) / of) : std::nullopt;
    }
    bool operator==(const Share&) const = default;
};

/// How a gate routes at one threshold.
struct GateFigures {
    double threshold = 0;
    Share exact;       ///< known pictures sent where they belong
    Share recall;      ///< forgotten ones sent to an expert
    Share retained;    ///< retained ones sent to an expert, falsely
    Share later;       ///< entities of later requests sent to an expert
    Share bystanders;  ///< never asked about and sent to an expert
    Share abstained;   ///< known pictures below the threshold
    Share failed;      ///< of all pictures, those without a decision: no other figure counts them
};

/// `threshold`: what would follow there; nothing = as it was. Throws InputError where it cannot be moved.
GateFigures gateFigures(const std::vector<RoutedPicture>& pictures, std::optional<double> threshold = {});

/// The threshold below which `share` of the known pictures would fall. `pictures` with a known one.
double thresholdAt(const std::vector<RoutedPicture>& pictures, double share);

/// Area under the curve of known pictures accepted against strangers (later ones and bystanders) accepted, over all
/// thresholds: how likely a known picture has the higher score. Nothing without either.
std::optional<double> rocArea(const std::vector<RoutedPicture>& pictures);

/// One point of that curve: at `threshold` these shares are accepted.
struct RocPoint {
    double threshold = 0, strangers = 0, known = 0;
};

/// From nothing accepted to everything, one point per score that stands in `pictures`; empty without either kind.
std::vector<RocPoint> rocCurve(const std::vector<RoutedPicture>& pictures);

}  // namespace lacuna
