// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/common/workspace.h"

#include <QString>

#include <vector>

namespace lacuna {

/// A run's method with what is otherwise than that says: "NPO · experts".
QString methodTitle(const RunSpec& spec);

/// What a run is called in every view: its method with what is otherwise than that says ("NPO · experts"), and what
/// sets it apart: the name that somebody gave it, else what it has alone of the open runs of that method (gate, order,
/// preset, parameters, seed; where they do not, its folder's name without the method's).
struct RunName {
    QString method, mark;  ///< the mark is empty where the method says enough
    QString whole() const { return mark.isEmpty() ? method : method + ' ' + mark; }
};

/// One per run of the workspace. Hidden ones count too: hiding a run renames no other.
std::vector<RunName> runNames(const Workspace& workspace);
QString runName(const Workspace& workspace, int run);  ///< of one of them, as a text

/// What the model before any request is called wherever somebody reads; the short form stands over narrow columns.
QString originalName();
QString originalShort();

/// "A" … while the shown runs agree about the order, else numbers; the original's short name first.
QStringList stageLabels(const Workspace& workspace);

/// A run's own name, as somebody gave it or its folder has it, for files, details and lists of folders; with so much of
/// the way to it as tells it from open runs of the same name.
QString runTitle(const Workspace& workspace, int run);

/// One name for runs that differ in nothing but their seed; that of the run where it is one.
QString groupName(const std::vector<RunName>& names, const Workspace& workspace, const std::vector<int>& runs);

/// Does the run speak of another benchmark than the open one? An entity's name may mean somebody else there.
bool ofOtherBenchmark(const Workspace& workspace, const RunHistory& run);

/// Does a gate decide per picture what answers? False for a spec of another version.
bool usesGate(const RunSpec& spec);

/// "run ended after A" of a run that measures no further stage; empty while more are to come.
QString endedText(const RunHistory& run);

}  // namespace lacuna
