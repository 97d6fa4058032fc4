// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/unlearning/methods/objective.h"

namespace lacuna {

// One file per objective in this folder.
std::unique_ptr<Objective> makeGradientAscent(const ParameterValues& parameters);
std::unique_ptr<Objective> makeGradientDifference(const ParameterValues& parameters);
std::unique_ptr<Objective> makeKlRetention(const ParameterValues& parameters);
std::unique_ptr<Objective> makeNegativePreference(const ParameterValues& parameters);
std::unique_ptr<Objective> makeRefusals(const ParameterValues& parameters);
std::unique_ptr<Objective> makeRetainedRefusals(const ParameterValues& parameters);
std::unique_ptr<Objective> makeSimpleNegativePreference(const ParameterValues& parameters);
std::unique_ptr<Objective> makePreferencePairs(const ParameterValues& parameters);
std::unique_ptr<Objective> makeWeightedAscent(const ParameterValues& parameters);
std::unique_ptr<Objective> makeSaturationImportance(const ParameterValues& parameters);
std::unique_ptr<Objective> makeSelfDistillation(const ParameterValues& parameters);
std::unique_ptr<Objective> makeMisdirection(const ParameterValues& parameters);
std::unique_ptr<Objective> makeMaskedAscent(const ParameterValues& parameters);
std::unique_ptr<Objective> makeBalancedAscent(const ParameterValues& parameters);
std::unique_ptr<Objective> makeActivationShift(const ParameterValues& parameters);
std::unique_ptr<Objective> makeOrthogonalRefusals(const ParameterValues& parameters);

const std::vector<ObjectiveFactory>& objectiveFactories() {
    static const std::vector<ObjectiveFactory> rows{
        {"ga", makeGradientAscent},
        {"gd", makeGradientDifference},
        {"kl", makeKlRetention},
        {"npo", makeNegativePreference},
        {"po", makeRefusals},
        {"po_retain", makeRetainedRefusals},
        {"simnpo", makeSimpleNegativePreference},
        {"dpo", makePreferencePairs},
        {"wga", makeWeightedAscent},
        {"satimp", makeSaturationImportance},
        {"undial", makeSelfDistillation},
        {"rmu", makeMisdirection},
        {"mmunlearner", makeMaskedAscent},
        {"cmju", makeBalancedAscent},
        {"asru", makeActivationShift},
        {"o3", makeOrthogonalRefusals},
    };
    return rows;
}

std::unique_ptr<Objective> makeObjective(std::string_view method, const ParameterValues& parameters) {
    for (const auto& row : objectiveFactories())
        if (row.method == method)
            return row.make(parameters);
    throw internalError("The method \"{}\" stands in the catalog without an objective. Please report this.", method);
}

}  // namespace lacuna
