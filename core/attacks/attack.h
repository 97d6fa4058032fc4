// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/attacks/attack_target.h"
#include "core/base/error.h"
#include "core/base/parameter.h"
#include "core/base/progress.h"
#include "core/evaluation/evaluator.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lacuna {

/// Such an attack cannot be mounted on such a run; the message says why. Not a failure: the table says it too.
class DoesNotApply : public Error {
public:
    explicit DoesNotApply(const std::string& why) : Error(ErrorKind::Input, why) {}
};

/// How an attack is to be mounted.
struct AttackOrders {
    ParameterValues parameters;  ///< of its row, complete
    std::uint64_t seed = 0;
    ProgressFunction progress = {};
};

/// One way in which it was mounted, at one amount of samples: answers to some of the target's probes.
struct AttackedAnswers {
    std::string variant;  ///< empty where an attack has one way only
    std::int64_t amount = 0;
    std::vector<std::size_t> probes;  ///< of each answer, its place among AttackTarget::probes
    std::vector<AnswerRow> answers;
};

struct AttackOutcome {
    std::vector<AttackedAnswers> variants;
    std::int64_t samples = 0, steps = 0;  ///< the price, of the dearest variant
    std::string note = {};                ///< what the reader of its numbers should know
};

/// Tries to win back what a stage was to forget. Changes nothing of the run or the target's model.
class Attack {
public:
    virtual ~Attack() = default;
    /// Throws DoesNotApply, InputError, Cancelled.
    virtual AttackOutcome mount(AttackTarget& target, const AttackOrders& orders) const = 0;
};

/// How an attack of the catalog comes to be: one row each.
struct AttackFactory {
    std::string_view attack;  ///< id in the catalog
    std::unique_ptr<Attack> (*make)();
};
const std::vector<AttackFactory>& attackFactories();

std::unique_ptr<Attack> makeAttack(std::string_view id);

/// Progress of the `part`-th of `parts` equal parts, as progress of the whole; `what` says what is done.
ProgressFunction partOfAttack(const ProgressFunction& progress, std::string what, int part, int parts);

/// The probes by their places, all of them.
std::vector<std::size_t> allPlaces(const AttackTarget& target);
/// Those whose entity is none of these ids.
std::vector<std::size_t> placesWithout(const AttackTarget& target, const std::vector<std::string>& entities);
/// Those whose true answer does not hold the entity's name, which an attack that names it would give away.
std::vector<std::size_t> placesNotNamed(const AttackTarget& target);

}  // namespace lacuna
