// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/benchmark/benchmark.h"
#include "core/runs/run_spec.h"

#include <QString>

#include <string>
#include <vector>

namespace lacuna {

/// What a request does with an entity.
enum class RequestSide { Forget, Keep };

/// The requests of a sequence in the order they arrive, by entity ids.
using RequestList = std::vector<SpecRequest>;

/// The benchmark's own.
RequestList requestsOf(const Benchmark& benchmark);

/// Each gives back the list with one change; the others stay. An entity stands on one side of a request, once.
RequestList withNew(RequestList list, const std::string& name, const std::vector<std::string>& forget);
RequestList withEntities(RequestList list, std::size_t request, const std::vector<std::string>& entities,
                         RequestSide side);
RequestList withoutEntities(RequestList list, std::size_t request, const std::vector<std::string>& entities);
/// The later half of those it forgets becomes a request behind it, named `name`; both keep the same.
RequestList withSplit(RequestList list, std::size_t request, const std::string& name);
/// It and the next become one that forgets both, and keeps what either keeps and neither forgets.
RequestList withMerged(RequestList list, std::size_t request);
RequestList withName(RequestList list, std::size_t request, const std::string& name);
/// It keeps every other entity of the classes it forgets from that no request of the list forgets.
RequestList keepingClassmates(RequestList list, std::size_t request, const Benchmark& benchmark);

/// The first letter that names none of these, then "R27" and on.
std::string freeRequestName(const std::vector<std::string>& taken);

/// Why `name` cannot name the request, empty when it can.
QString requestNameProblem(RequestList list, std::size_t request, const QString& name);
/// What keeps a run of the list from starting, as its card says it; empty when nothing does.
QString requestProblem(const RequestList& list, std::size_t request, const Benchmark& benchmark);
/// What contradicts another request and may be meant: "A forgets Robin too". Empty = nothing.
QString requestNote(const RequestList& list, std::size_t request, const Benchmark& benchmark);

}  // namespace lacuna
