#include "core/unlearning/gate.h"

#include "core/base/error.h"
#include "core/base/random.h"

#include <algorithm>

namespace lacuna {
namespace {

constexpr std::size_t nearestShown = 5;
/// Share of left-out views of known entities that may fall below the threshold.
constexpr double falseAbstention = 0.01;
/// One view in so many is left out of the prototypes to calibrate the threshold.
constexpr std::size_t leaveOutEvery = 4;

RouteDecision decision(int expert, int experts) {
    RouteDecision made;
    made.expert = expert;
    made.weights.assign(static_cast<std::size_t>(experts), 0.0);
    if (expert >= 0)
        made.weights[static_cast<std::size_t>(expert)] = 1;
    return made;
}

/// Knows which entity a picture shows: the best any gate could do.
class OracleGate final : public Gate {
public:
    OracleGate(const std::vector<KnownEntity>& known, int experts) : m_experts(experts) {
        for (const auto& entity : known)
            m_expertOf[entity.id] = entity.expert;
    }
    std::vector<RouteDecision> route(const std::vector<SeenPicture>& pictures) const override {
        std::vector<RouteDecision> made;
        for (const auto& picture : pictures) {
            const auto found = m_expertOf.find(picture.entity);
            made.push_back(decision(found == m_expertOf.end() ? -1 : found->second, m_experts));
            made.back().abstained = found == m_expertOf.end();
            made.back().score = made.back().abstained ? 0 : 1;
            made.back().threshold = 0.5;
            if (found != m_expertOf.end())
                made.back().nearest = {{picture.entity, 1.0}};
        }
        return made;
    }

private:
    int m_experts;
    std::map<std::string, int> m_expertOf;
};

/// The nearest entity by cosine between a picture's embedding and one prototype per entity (mean of its training views,
/// all centred on the mean of the known pictures); below a threshold it abstains to the base model.
class PrototypeGate final : public Gate {
public:
    PrototypeGate(const std::vector<KnownEntity>& known, int experts, at::Tensor embeddings, std::uint64_t seed)
        : m_known(known), m_experts(experts), m_embeddings(std::move(embeddings)) {
        const at::NoGradGuard noGrad;
        std::vector<std::int64_t> learnt;
        std::vector<std::vector<std::int64_t>> perEntity;
        std::vector<std::int64_t> leftOut;
        for (const auto& entity : m_known) {
            auto pictures = entity.pictures;
            Random(deriveSeed(seed, "gate views of " + entity.id)).shuffle(pictures);
            // A single view is prototype and nothing else.
            const auto out = pictures.size() / leaveOutEvery;
            leftOut.insert(leftOut.end(), pictures.begin(), pictures.begin() + static_cast<std::ptrdiff_t>(out));
            perEntity.emplace_back(pictures.begin() + static_cast<std::ptrdiff_t>(out), pictures.end());
            if (perEntity.back().empty())
                throw inputError("The gate has no picture of {} to learn from. Give it at least one training view.",
                                 entity.id);
            learnt.insert(learnt.end(), perEntity.back().begin(), perEntity.back().end());
        }
        m_centre = m_embeddings.index_select(0, at::tensor(learnt)).mean(0, true);
        std::vector<at::Tensor> prototypes;
        for (const auto& rows : perEntity)
            prototypes.push_back(directions(at::tensor(rows)).mean(0));
        m_prototypes = at::stack(prototypes);
        m_prototypes = m_prototypes / m_prototypes.norm(2, {1}, true).clamp_min(1e-6);
        if (leftOut.empty()) {
            m_threshold = -1;  // nothing to calibrate on: never abstains
            return;
        }
        auto best = std::get<0>(similarities(at::tensor(leftOut)).max(1));
        best = std::get<0>(best.sort());
        m_threshold =
            best[static_cast<std::int64_t>(falseAbstention * static_cast<double>(best.size(0)))].item<double>();
    }

    std::vector<RouteDecision> route(const std::vector<SeenPicture>& pictures) const override {
        if (pictures.empty())
            return {};
        const at::NoGradGuard noGrad;
        std::vector<std::int64_t> rows;
        for (const auto& picture : pictures)
            rows.push_back(picture.picture);
        const auto shown = std::min<std::int64_t>(nearestShown, static_cast<std::int64_t>(m_known.size()));
        auto [scores, which] = similarities(at::tensor(rows)).topk(shown, 1);
        scores = scores.contiguous();
        which = which.contiguous();
        std::vector<RouteDecision> made;
        for (std::size_t i = 0; i < pictures.size(); ++i) {
            const auto* score = scores.data_ptr<float>() + static_cast<std::ptrdiff_t>(i) * shown;
            const auto* entity = which.data_ptr<std::int64_t>() + static_cast<std::ptrdiff_t>(i) * shown;
            const bool abstains = score[0] < m_threshold;
            made.push_back(decision(abstains ? -1 : m_known[static_cast<std::size_t>(entity[0])].expert, m_experts));
            made.back().abstained = abstains;
            made.back().score = score[0];
            made.back().threshold = m_threshold;
            for (std::int64_t k = 0; k < shown; ++k)
                made.back().nearest.push_back({m_known[static_cast<std::size_t>(entity[k])].id, score[k]});
        }
        return made;
    }

    std::vector<std::pair<std::string, at::Tensor>> tensors() const override {
        std::vector<std::int64_t> experts;
        for (const auto& entity : m_known)
            experts.push_back(entity.expert);
        return {{"prototypes", m_prototypes},
                {"centre", m_centre},
                {"experts", at::tensor(experts)},
                {"threshold", at::scalar_tensor(m_threshold)}};
    }

private:
    at::Tensor directions(const at::Tensor& rows) const {
        const auto centred = m_embeddings.index_select(0, rows.to(m_embeddings.device())) - m_centre;
        return centred / centred.norm(2, {1}, true).clamp_min(1e-6);
    }
    at::Tensor similarities(const at::Tensor& rows) const {
        return at::matmul(directions(rows), m_prototypes.t()).cpu();
    }

    std::vector<KnownEntity> m_known;
    int m_experts;
    at::Tensor m_embeddings;  ///< [pictures, hidden]
    at::Tensor m_centre;      ///< [1, hidden]
    at::Tensor m_prototypes;  ///< [entities, hidden], of length 1
    double m_threshold = 0;
};

}  // namespace

std::unique_ptr<Gate> makeGate(const std::string& id, const std::vector<KnownEntity>& known, int experts,
                               const at::Tensor& embeddings, std::uint64_t seed) {
    if (id == "oracle")
        return std::make_unique<OracleGate>(known, experts);
    if (id == "prototype")
        return std::make_unique<PrototypeGate>(known, experts, embeddings, seed);
    throw internalError("The gate \"{}\" stands in the catalog without code. Please report this.", id);
}

}  // namespace lacuna
