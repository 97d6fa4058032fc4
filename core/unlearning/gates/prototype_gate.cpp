// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/interruption.h"
#include "core/base/random.h"
#include "core/unlearning/gates/gate.h"

#include <algorithm>

namespace lacuna {
namespace {

/// The nearest entity by cosine between a picture's class token and one prototype per entity (mean of its training
/// views, all centred on the mean of the known pictures); below a threshold it abstains to the base model.
class PrototypeGate final : public Gate {
public:
    /// What decides, beside who is known.
    struct Numbers {
        at::Tensor prototypes;  ///< [entities, hidden], of length 1
        at::Tensor centre;      ///< [1, hidden]
        double threshold = 0;
    };

    PrototypeGate(Routes routes, const GateContext& context, Numbers numbers)
        : m_routes(std::move(routes)),
          m_experts(context.experts()),
          m_embeddings(context.classTokens()),
          m_centre(std::move(numbers.centre)),
          m_prototypes(std::move(numbers.prototypes)),
          m_threshold(numbers.threshold) {}

    PrototypeGate(const std::vector<KnownEntity>& known, const GateContext& context)
        : m_routes(routesOf(known)), m_experts(context.experts()), m_embeddings(context.classTokens()) {
        const at::NoGradGuard noGrad;
        const auto leaveOutEvery = static_cast<std::size_t>(context.parameters.at("leave_out_every"));
        std::vector<std::int64_t> learnt;
        std::vector<std::vector<std::int64_t>> perEntity;
        std::vector<std::int64_t> leftOut;
        for (const auto& entity : known) {
            auto pictures = entity.pictures;
            Random(deriveSeed(context.seed, "gate views of " + entity.id)).shuffle(pictures);
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
        prototypes.reserve(perEntity.size());
        for (const auto& rows : perEntity) {
            interruptionPoint();
            prototypes.push_back(directions(at::tensor(rows)).mean(0));
        }
        m_prototypes = at::stack(prototypes);
        m_prototypes = m_prototypes / m_prototypes.norm(2, {1}, true).clamp_min(1e-6);
        if (leftOut.empty()) {
            m_threshold = -1;  // nothing to calibrate on: never abstains
            return;
        }
        interruptionPoint();
        auto best = std::get<0>(similarities(at::tensor(leftOut)).max(1));
        best = std::get<0>(best.sort());
        const auto cut = context.parameters.at("false_abstention") * static_cast<double>(best.size(0));
        m_threshold = best[static_cast<std::int64_t>(cut)].item<double>();
    }

    std::vector<RouteDecision> route(const std::vector<SeenPicture>& pictures) const override {
        if (pictures.empty())
            return {};
        const at::NoGradGuard noGrad;
        return decisionsByScore(similarities(rowsOf(pictures)), m_routes, m_threshold, m_experts);
    }

    Routes routes() const override { return m_routes; }
    std::vector<std::pair<std::string, at::Tensor>> tensors() const override {
        return {{"prototypes", m_prototypes},
                {"centre", m_centre},
                {"threshold", at::scalar_tensor(m_threshold, at::kDouble)}};
    }

private:
    at::Tensor directions(const at::Tensor& rows) const {
        const auto centred = m_embeddings.index_select(0, rows.to(m_embeddings.device())) - m_centre;
        return centred / centred.norm(2, {1}, true).clamp_min(1e-6);
    }
    at::Tensor similarities(const at::Tensor& rows) const {
        return at::matmul(directions(rows), m_prototypes.t()).cpu();
    }

    Routes m_routes;
    int m_experts;
    at::Tensor m_embeddings;  ///< [pictures, hidden]
    at::Tensor m_centre;      ///< [1, hidden]
    at::Tensor m_prototypes;  ///< [entities, hidden], of length 1
    double m_threshold = 0;
};

}  // namespace

std::unique_ptr<Gate> makePrototypeGate(const std::vector<KnownEntity>& known, const GateContext& context) {
    return std::make_unique<PrototypeGate>(known, context);
}

std::unique_ptr<Gate> restorePrototypeGate(const Routes& routes, const StoredTensor& tensor,
                                           const GateContext& context) {
    const auto hidden = context.classTokens().size(1);
    PrototypeGate::Numbers numbers;
    numbers.prototypes =
        tensor("prototypes", {static_cast<std::int64_t>(routes.size()), hidden}).to(context.embeddings.options());
    numbers.centre = tensor("centre", {1, hidden}).to(context.embeddings.options());
    numbers.threshold = tensor("threshold", {}).to(at::kDouble).item<double>();
    return std::make_unique<PrototypeGate>(routes, context, std::move(numbers));
}

}  // namespace lacuna
