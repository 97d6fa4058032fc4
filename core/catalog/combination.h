// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/catalog/methods.h"

#include <string>
#include <string_view>
#include <vector>

namespace lacuna {

/// Where what is learnt lives along the sequence of requests.
struct ArrangementRow {
    std::string id;  ///< "experts"
    std::string name;
    std::string summary;
    std::vector<std::string> servings;  ///< ids of those that make sense with it, the usual one first
    std::string noOther;                ///< why no other does: one sentence
    bool trains = true;
    bool trainsAllSoFar = false;  ///< a request trains on the sets of all requests up to it, not on its own alone
    bool languageAlone = false;   ///< goes with decoder adapters alone
    ParameterTable parameters = {};
    bool given = false;  ///< its stages were made elsewhere: their folders come with the spec
};

const std::vector<ArrangementRow>& arrangementRows();
const ArrangementRow& arrangementRow(std::string_view id);  ///< throws InputError for an unknown id

/// Which part of the model changes.
struct TrainedRow {
    enum class Projector {
        Kept,    ///< as the model has it
        Copied,  ///< a copy of its own
        Sine,    ///< W + sin ΔW, ΔW from zero
    };
    std::string id;  ///< "language"
    std::string name;
    std::string summary;
    bool language = false;  ///< LoRA on every linear of the decoder
    Projector projector = Projector::Kept;
    bool tower = false;  ///< a copy of the vision tower
    bool vision() const { return tower || projector != Projector::Kept; }
};

const std::vector<TrainedRow>& trainedRows();
const TrainedRow& trainedRow(std::string_view id);  ///< throws InputError for an unknown id

/// How a question is answered at a stage.
struct ServingRow {
    std::string id;  ///< "canned"
    std::string name;
    std::string summary;
    bool usesGate = false;  ///< a gate decides per picture what answers
    ParameterTable parameters = {};
};

const std::vector<ServingRow>& servingRows();
const ServingRow& servingRow(std::string_view id);  ///< throws InputError for an unknown id

/// As a choice of a spec: what the method says.
inline constexpr const char* asTheMethod = "auto";

/// A method and what is to be otherwise than it says: ids, or asTheMethod.
struct MethodChoices {
    std::string method;
    std::string arrangement = asTheMethod;
    std::string objective = asTheMethod;  ///< id of the method whose loss is taken
    std::string serving = asTheMethod;
    std::string trained = asTheMethod;
    std::string source = {};  ///< of stages that were made elsewhere: what to call where they come from
};

/// The method whose stages were made elsewhere.
const MethodRow& givenMethod();

/// The one whose models never saw what is to be forgotten.
const MethodRow& goldMethod();

/// Is it, by its id? False for one of another version.
bool isReference(std::string_view method);

/// What a method is: four choices that make sense together.
struct Combination {
    const MethodRow* method = nullptr;
    const ArrangementRow* arrangement = nullptr;
    const MethodRow* objective = nullptr;  ///< whose loss; null where nothing is trained
    const ServingRow* serving = nullptr;
    const TrainedRow* trained = nullptr;  ///< null where nothing is trained
    ParameterTable parameters;  ///< of the method, and what objective, arrangement and serving have beyond them
};

/// Looks the choices up. Where the method's own serving makes no sense with another arrangement, that one's usual
/// serving is taken. Throws InputError for an unknown id, and, with the reason, for choices that make no sense
/// together.
Combination combinationOf(const MethodChoices& choices);

/// The preset's values completed by the table's defaults, then overlaid by `values` and checked.
/// Throws InputError for an unknown preset, name or value.
ParameterValues combinationParameters(const Combination& combination, std::string_view preset,
                                      const ParameterValues& values = {});

/// The method's name and what is otherwise than it says: "NPO · experts", "Given · theirs". A method that is not known
/// is named by its id.
std::string combinationTitle(const MethodChoices& choices);

/// The same for a folder: "npo-experts".
std::string combinationId(const MethodChoices& choices);

}  // namespace lacuna
