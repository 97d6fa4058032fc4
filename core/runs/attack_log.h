// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/parameter.h"
#include "core/runs/run_records.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace lacuna {

/// Beside the ids of the catalog's attacks: the forget questions as the stage answers them, and as the original model
/// does. Every attack is held against these two.
inline constexpr std::string_view unattacked = "none", originalModel = "original";

/// One attack that was mounted, to its end, on the model of one stage.
struct AttackEntry {
    static constexpr std::string_view table = "attacks";
    std::string attack;      ///< id in the catalog, or one of the two above
    std::string parameters;  ///< JSON object, complete
    int stage = 0;
    std::int64_t seed = 0;
    // Its price: samples and steps of its dearest variant, seconds of the whole.
    std::int64_t samples = 0, steps = 0;
    double seconds = 0;
    std::string refused = {};  ///< why it cannot be mounted on such a run: then it has no answers
    std::string note = {};     ///< what the reader of its numbers should know; mostly empty
    std::string madeWith;      ///< version of Lacuna
    bool operator==(const AttackEntry&) const = default;

    template <typename Visit>
    static void columns(Visit&& visit) {
        visit("attack", &AttackEntry::attack, true);
        visit("parameters", &AttackEntry::parameters, true);
        visit("stage", &AttackEntry::stage, true);
        visit("seed", &AttackEntry::seed, true);
        visit("samples", &AttackEntry::samples, false);
        visit("steps", &AttackEntry::steps, false);
        visit("seconds", &AttackEntry::seconds, false);
        visit("refused", &AttackEntry::refused, false);
        visit("note", &AttackEntry::note, false);
        visit("lacuna_version", &AttackEntry::madeWith, false);
    }
};

/// One answer under an attack. `probe` counts the forget questions of the stage: rows of one number ask the same thing
/// of the same entity.
struct AttackAnswer {
    static constexpr std::string_view table = "attacked";
    std::int64_t entry = 0;   ///< row of the attacks
    std::string variant;      ///< "crop"; empty where an attack has one way only
    std::int64_t amount = 0;  ///< of samples, along a curve
    std::int64_t probe = 0;
    std::string entity, kind, question, image, truth, answer;
    std::optional<Verdict> verdict;  ///< nothing = the judge had none to give
    bool exact = false;
    double probability = 0;  ///< of the true answer
    std::string gateChoice;
    bool operator==(const AttackAnswer&) const = default;

    template <typename Visit>
    static void columns(Visit&& visit) {
        visit("attack", &AttackAnswer::entry, true);
        visit("variant", &AttackAnswer::variant, true);
        visit("amount", &AttackAnswer::amount, true);
        visit("probe", &AttackAnswer::probe, true);
        visit("entity", &AttackAnswer::entity, true);
        visit("kind", &AttackAnswer::kind, false);
        visit("question", &AttackAnswer::question, false);
        visit("image", &AttackAnswer::image, false);
        visit("truth", &AttackAnswer::truth, false);
        visit("answer", &AttackAnswer::answer, true);
        visit("verdict", &AttackAnswer::verdict, true);
        visit("exact", &AttackAnswer::exact, false);
        visit("probability", &AttackAnswer::probability, false);
        visit("gate_choice", &AttackAnswer::gateChoice, false);
    }
};

/// All attacks on one run, in the order they ended.
struct AttackLog {
    std::vector<AttackEntry> entries;
    std::vector<AttackAnswer> answers;

    bool empty() const { return entries.empty(); }
    /// The latest of these, or null.
    const AttackEntry* find(std::string_view attack, int stage) const;
    const AttackEntry* find(std::string_view attack, int stage, const std::string& parameters, std::int64_t seed) const;
    std::vector<const AttackAnswer*> answersOf(const AttackEntry& entry) const;
    /// At the end; an earlier entry of the same attack, parameters, stage and seed goes.
    void append(AttackLog more);
    bool operator==(const AttackLog&) const = default;
};

/// As AttackEntry::parameters has them.
std::string parametersText(const ParameterValues& values);

/// extra/attacks.h5 of a run folder.
std::filesystem::path attackFile(const std::filesystem::path& folder);

/// All of it; an empty one when there is none. Throws InputError for a damaged file, another format or major version.
AttackLog readAttackLog(const std::filesystem::path& folder);

/// Adds to what the file holds now, which is replaced as a whole; one process at a time, also while the run works.
/// Throws ResourceError with the old file untouched, InputError when that is damaged or of a foreign version.
void keepAttacks(const std::filesystem::path& folder, const AttackLog& more);

}  // namespace lacuna
