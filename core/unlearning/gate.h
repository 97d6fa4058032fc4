// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/evaluation/subject.h"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace lacuna {

/// A known entity as a gate learns it: its training pictures and where it is to be sent.
struct KnownEntity {
    std::string id;
    int expert = -1;                     ///< of the request that forgot it, −1 = base (retained)
    std::vector<std::int64_t> pictures;  ///< rows of the feature store, training views alone
};

/// Decides per picture which expert answers, or the base model. At stage t it knows the entities of requests ≤ t.
class Gate {
public:
    virtual ~Gate() = default;
    virtual std::vector<RouteDecision> route(const std::vector<SeenPicture>& pictures) const = 0;

    /// Who is known, in the order of the tensors, and the expert of each.
    virtual std::vector<std::pair<std::string, int>> routes() const = 0;
    /// Every other number that decides: with `routes` they make the same gate again.
    virtual std::vector<std::pair<std::string, at::Tensor>> tensors() const { return {}; }
};

/// The gate named `id` in the catalog, for `experts` experts. `embeddings` [pictures, hidden] are the frozen tower's,
/// by row of the feature store. `seed` decides which views calibrate the threshold.
std::unique_ptr<Gate> makeGate(const std::string& id, const std::vector<KnownEntity>& known, int experts,
                               const at::Tensor& embeddings, std::uint64_t seed);

/// What a gate file belongs to, and what it routes.
struct GateContext {
    std::string id;                     ///< in the catalog
    std::vector<std::string> requests;  ///< names of requests 1 … stage, one expert each
    at::Tensor embeddings;              ///< as for makeGate
};

/// `gate.safetensors`: routes and tensors, with the gate's id, the file's version and the requests in its metadata.
void writeGate(const Gate& gate, const GateContext& context, const std::filesystem::path& file);

/// The archived gate, which routes as it did whatever makeGate makes today. Throws InputError for a file that is
/// missing, damaged, of another gate, run or model. Files of an older Lacuna hold no names: these are `known()`'s, in
/// whose order the file's numbers were written, and `*note` says so; InputError where file and `known()` do not agree.
std::unique_ptr<Gate> readGate(const std::filesystem::path& file, const GateContext& context,
                               const std::function<std::vector<KnownEntity>()>& known, std::string* note = nullptr);

}  // namespace lacuna
