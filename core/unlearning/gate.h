#pragma once
#include "core/evaluation/subject.h"

#include <filesystem>
#include <map>
#include <memory>
#include <string>
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
    /// What `gate.safetensors` holds; empty for a gate without numbers.
    virtual std::vector<std::pair<std::string, at::Tensor>> tensors() const { return {}; }
};

/// The gate named `id` in the catalog, for `experts` experts. `embeddings` [pictures, hidden] are the frozen tower's,
/// by row of the feature store. `seed` decides which views calibrate the threshold.
std::unique_ptr<Gate> makeGate(const std::string& id, const std::vector<KnownEntity>& known, int experts,
                               const at::Tensor& embeddings, std::uint64_t seed);

}  // namespace lacuna
