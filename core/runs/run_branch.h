// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/run_folder.h"

#include <string>
#include <vector>

namespace lacuna {

/// "RUN@STAGE", or "RUN" for its last stage that is whole. Throws InputError: no run there, no such stage yet.
RunParent branchPoint(const std::string& text);

/// A spec for a run that goes on from `parent`: that run's own, with its requests up to the stage and then `more`
/// (empty: those that it still had; where it had none, the same adapters are measured otherwise).
RunSpec branchedSpec(const RunParent& parent, const std::vector<SpecRequest>& more);
/// The same where that run's spec and requests are known.
RunSpec branchedSpec(const RunParent& parent, const RunSpec& of, const std::vector<RequestRow>& requests,
                     const std::vector<SpecRequest>& more);

/// Throws InputError where `spec` (complete, as its run will be made) does not fit the stages it takes over from
/// `spec.parent`: another model, benchmark or arrangement, other requests before the branch, an adapter of another
/// shape where it goes on; or where it would repeat the parent's numbers.
void checkBranch(const RunSpec& spec);

/// The part of it that hangs on the choices alone: `parent` and `spec` as checked.
void checkBranchChoices(const RunSpec& parent, const RunSpec& spec, const std::string& where);

/// Would the same adapters give other numbers? Both as checked.
bool measuresOtherwise(const RunSpec& parent, const RunSpec& spec);

/// The requests that the parent trained, as it logged them.
std::vector<RequestRow> parentRequests(const RunParent& parent);

/// Copies the archived adapters and gates of the parent's stages into `folder`; what is there whole already stays.
/// Afterwards the run no longer needs its parent. Throws InputError when they are nowhere, ResourceError.
void copyParentStages(const RunParent& parent, const RunFolder& folder);

}  // namespace lacuna
