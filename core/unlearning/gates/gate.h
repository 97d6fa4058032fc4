// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/parameter.h"
#include "core/evaluation/subject.h"
#include "core/runs/run_spec.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lacuna {

struct Benchmark;
struct LoadedModel;
class FeatureStore;

/// A known entity as a gate learns it: its training pictures and where it is to be sent.
struct KnownEntity {
    std::string id;
    int expert = -1;                     ///< of the request that forgot it, −1 = base (retained)
    std::vector<std::int64_t> pictures;  ///< rows of the feature store, training views alone
};

/// Who is known and the expert of each, −1 = base, in the order of a gate's tensors.
using Routes = std::vector<std::pair<std::string, int>>;

/// Decides per picture which expert answers, or the base model. At stage t it knows the entities of requests ≤ t.
class Gate {
public:
    virtual ~Gate() = default;
    /// One decision per picture.
    virtual std::vector<RouteDecision> route(const std::vector<SeenPicture>& pictures) const = 0;

    virtual Routes routes() const = 0;
    /// Every other number that decides: with `routes` they make the same gate again.
    virtual std::vector<std::pair<std::string, at::Tensor>> tensors() const { return {}; }
};

/// What a gate may look at, when it is made and when it routes; all of it outlives the gate.
struct GateContext {
    std::string gate;                   ///< id in the catalog
    ParameterValues parameters;         ///< of its row, complete
    std::vector<std::string> requests;  ///< names of requests 1 … stage, one expert each
    at::Tensor embeddings;              ///< [pictures, 2 · hidden], as FeatureStore::embeddings, by its rows
    std::uint64_t seed = 0;             ///< decides which views calibrate a threshold
    /// The model itself, its questions and pictures, for gates that ask it: null in tests of others alone.
    const LoadedModel* model = nullptr;
    const Benchmark* benchmark = nullptr;
    const FeatureStore* features = nullptr;
    /// For gates that ask a service: see RunSpec, and where its answers are kept (empty = nowhere).
    std::string endpoint = {}, endpointModel = {};
    std::filesystem::path journal = {};
    std::function<void(const std::string&)> note = {};  ///< takes what the user should know; may be empty

    int experts() const { return static_cast<int>(requests.size()); }
    at::Tensor classTokens() const { return embeddings.narrow(1, 0, embeddings.size(1) / 2); }  ///< [pictures, hidden]
};

/// One tensor of an archived gate by name; InputError unless it is there and of this shape.
using StoredTensor = std::function<at::Tensor(const std::string& name, const std::vector<std::int64_t>& shape)>;

/// How a gate of the catalog comes to be: one row per gate.
struct GateFactory {
    std::string_view gate;  ///< id in the catalog
    std::unique_ptr<Gate> (*make)(const std::vector<KnownEntity>& known, const GateContext& context);
    /// Of what `Gate::routes` and `Gate::tensors` gave.
    std::unique_ptr<Gate> (*restore)(const Routes& routes, const StoredTensor& tensor, const GateContext& context);
    /// Throws InputError, before anything is trained, for a benchmark that lacks what the gate routes by.
    void (*check)(const Benchmark& benchmark) = nullptr;
    /// Throws InputError, before a run begins or goes on, where this machine lacks what the gate needs then.
    void (*ready)(const RunSpec& spec) = nullptr;
};
const std::vector<GateFactory>& gateFactories();
const GateFactory& gateFactory(std::string_view gate);  ///< throws InternalError for a gate without code

/// The gate of `context` that knows `known`. Throws InputError for an entity it cannot learn.
std::unique_ptr<Gate> makeGate(const std::vector<KnownEntity>& known, const GateContext& context);

/// `gate.safetensors`: routes and tensors, with the gate's id, the file's version and the requests in its metadata.
void writeGate(const Gate& gate, const GateContext& context, const std::filesystem::path& file);

/// The archived gate, which routes as it did whatever makeGate makes today. Throws InputError for a file that is
/// missing, damaged, of another gate, run or model. Files of an older Lacuna hold no names: these are `known()`'s, in
/// whose order the file's numbers were written, and `*note` says so; InputError where file and `known()` do not agree.
std::unique_ptr<Gate> readGate(const std::filesystem::path& file, const GateContext& context,
                               const std::function<std::vector<KnownEntity>()>& known, std::string* note = nullptr);

Routes routesOf(const std::vector<KnownEntity>& known);

/// Known entities that a decision names, best first.
inline constexpr std::size_t nearestShown = 5;

/// Rows of the feature store, int64.
at::Tensor rowsOf(const std::vector<SeenPicture>& pictures);

/// By how near each picture is to each known entity, `scores` [pictures, routes], higher = nearer: the best one's
/// route, or none where it is below the threshold.
std::vector<RouteDecision> decisionsByScore(const at::Tensor& scores, const Routes& routes, double threshold,
                                            int experts);

/// A hard gate's decision: all weight on one of so many experts, −1 = none.
RouteDecision hardDecision(int expert, int experts);

}  // namespace lacuna
