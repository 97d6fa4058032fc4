// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/parameter.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lacuna {

/// A named set of values for some of a method's parameters.
struct Preset {
    std::string id;  ///< "small", "paper", "7b", "mlubench", "as_released"
    std::string help;
    ParameterValues values;
    std::string inputs = "both";  ///< what of a sample training sees: "text", "picture", "both"
};

/// What kind of push a method's objective is, or where its effect lives. Plots give a family one hue.
struct FamilyRow {
    std::string id;  ///< "ascent"
    std::string name;
    std::string summary;
};

const std::vector<FamilyRow>& familyRows();
const FamilyRow& familyRow(std::string_view id);  ///< throws InputError for an unknown id

/// One unlearning method: everything said about it stands here.
struct MethodRow {
    std::string id;                    ///< "npo"
    std::string name;                  ///< "NPO"
    std::string summary;               ///< one plain sentence
    std::string formula;               ///< the loss, in words and signs
    std::string source;                ///< paper; "after …" where it is read from an abstract
    std::string family;                ///< id of its row
    std::string colour;                ///< "#CC79A7"
    std::string mark;                  ///< "▼": plots draw the shape of this sign
    std::string arrangement;           ///< id of its row: where along the sequence lives what is learnt
    std::string objective = {};        ///< id of the method whose loss it trains by; empty = its own
    std::string trained = "language";  ///< id of its row: which part of the model changes
    std::string serving = "adapter";   ///< id of its row: how a question is answered
    bool reference = false;            ///< its models never saw what is to be forgotten: others are held against it
    bool inDemo = false;               ///< one of MLUBench's, which the demo comparison runs
    bool usesRetain = false;
    bool usesReference = false;  ///< needs the original model's outputs
    ParameterTable parameters = {};
    std::vector<Preset> presets;  ///< the first is the default for the embedded model
};

const std::vector<MethodRow>& methodRows();

/// Throws InputError for an unknown id, with the nearest known one.
const MethodRow& methodRow(std::string_view id);

/// Throws InputError for a preset that the method does not have, with the nearest known.
const Preset& presetOf(const MethodRow& method, std::string_view preset);

/// Of the method as it is: see combinationParameters.
ParameterValues methodParameters(const MethodRow& method, std::string_view preset, const ParameterValues& values = {});

/// Whether a parameter decides anything when this part is trained (id of a TrainedRow): each has its own learning rate.
bool parameterMatters(std::string_view parameter, std::string_view trained);

}  // namespace lacuna
