// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalog/gates.h"

#include "core/catalog/row_lookup.h"

namespace lacuna {

const std::vector<GateRow>& gateRows() {
    static const std::vector<GateRow> rows{
        {"relative",
         "Relative distance",
         "The nearest known entity by Mahalanobis distance of frozen vision features, less the distance to all known "
         "pictures together; beyond a threshold found by folds over the training views it abstains.",
         "nearness",
         {{"false_abstention", "False abstention", 0.015, 0, 0.5,
           "Share of the training views of known entities that may fall below the threshold: more of it leaves more "
           "bystanders alone.",
           false},
          {"folds", "Folds", 12, 2, 100,
           "The threshold is found by leaving out one training view in so many, each in its turn.", true},
          {"shrinkage", "Shrinkage", 0.05, 0.0001, 1,
           "How far covariances are drawn to their mean variance: the fewer pictures, the more.", false}}},
        {"prototype",
         "Prototype",
         "The nearest known entity by cosine of frozen vision features; below a threshold calibrated on left-out views "
         "it abstains.",
         "similarity",
         {{"false_abstention", "False abstention", 0.01, 0, 0.5,
           "Share of the left-out views of known entities that may fall below the threshold.", false},
          {"leave_out_every", "Leave out one in", 4, 2, 100,
           "One training view in so many is left out of the prototypes to calibrate the threshold.", true}}},
        {"self",
         "Self",
         "The loaded model itself is asked, without an expert: which class, then which entity, by the likelihood of "
         "the "
         "known names; below a threshold found on training views it abstains.",
         "log-probability",
         {{"false_abstention", "False abstention", 0.02, 0, 0.5,
           "Share of the asked training views of known entities that may fall below the threshold.", false},
          {"calibration_views", "Views for the threshold", 2, 1, 100,
           "So many training views of each known entity are asked to find the threshold.", true},
          {"classes", "Classes kept", 3, 1, 1000,
           "So many of the likeliest classes are asked for their entities; where none is left out the first question "
           "is "
           "not asked.",
           true}}},
        {"remote",
         "Remote",
         "An OpenAI-compatible service with a vision model is asked, as MLUBench's code does: which of the known "
         "classes, "
         "then which of its entities. Each question is paid for once; what fails is counted apart and never guessed.",
         "",
         {{"per_minute", "Questions a minute", 60, 0, 6000, "At most so many questions a minute; 0 = no limit.", false},
          {"tries", "Tries", 5, 1, 20,
           "So many times a question is asked where the service is busy, breaks off or answers nonsense, waiting twice "
           "as "
           "long each time, or as long as it says.",
           true},
          {"timeout", "Timeout", 60, 1, 600, "Seconds that one answer may take.", false},
          {"longest_edge", "Longest edge", 768, 32, 4096, "Pixels of a picture's longer edge as it is sent.", true}},
         true},
        {"class",
         "Class",
         "Knows the class of what a picture shows and sends it where most known entities of that class go; the line to "
         "beat.",
         "",
         {}},
        {"labels",
         "Labels",
         "Routes by what another gate wrote into the benchmark's records (\"task\", \"class_type\", \"entity\"), as "
         "MLUBench's code does.",
         "",
         {}},
        {"oracle", "Oracle", "Knows which entity a picture shows: the best any gate could do.", "", {}},
    };
    return rows;
}

const GateRow& gateRow(std::string_view id) {
    return rowOf(gateRows(), id, "gate");
}

}  // namespace lacuna
