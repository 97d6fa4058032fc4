// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalog/gates.h"

#include "core/catalog/row_lookup.h"

namespace lacuna {

const std::vector<GateRow>& gateRows() {
    static const std::vector<GateRow> rows{
        {"prototype",
         "Prototype",
         "The nearest known entity by cosine of frozen vision features; below a threshold calibrated on left-out views "
         "it abstains.",
         {{"false_abstention", "False abstention", 0.01, 0, 0.5,
           "Share of the left-out views of known entities that may fall below the threshold.", false},
          {"leave_out_every", "Leave out one in", 4, 2, 100,
           "One training view in so many is left out of the prototypes to calibrate the threshold.", true}}},
        {"oracle", "Oracle", "Knows which entity a picture shows: the best any gate could do.", {}},
    };
    return rows;
}

const GateRow& gateRow(std::string_view id) {
    return rowOf(gateRows(), id, "gate");
}

}  // namespace lacuna
