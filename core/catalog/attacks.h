// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/parameter.h"

#include <string>
#include <string_view>
#include <vector>

namespace lacuna {

/// A way to win back what was to be forgotten, tried on the model of a stage as its run serves it.
struct AttackRow {
    std::string id;       ///< "soft_prompt"
    std::string name;     ///< "Soft prompt"
    std::string summary;  ///< what is done: one plain sentence
    std::string assumes;  ///< what the attacker must have for it: one plain sentence
    ParameterTable parameters = {};
    bool trains = false;      ///< takes steps of an optimizer
    bool hasCurve = false;    ///< its answers come at several amounts of samples
    double cost = 1;          ///< about as long as so many askings of all forget questions: foretells its time
    std::string source = {};  ///< paper, where there is one
};

/// In the order they are mounted and shown.
const std::vector<AttackRow>& attackRows();
const AttackRow& attackRow(std::string_view id);  ///< throws InputError for an unknown id

}  // namespace lacuna
