// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/interruption.h"
#include "core/unlearning/gates/gate.h"

#include <algorithm>

namespace lacuna {
namespace {

/// Of a covariance without spread: a picture that differs at all is then far away.
constexpr double leastVariance = 1e-12;
/// The threshold where there is nothing to find one by: it never abstains.
constexpr double neverBelow = -1e6;

/// A covariance [width, width], shrunk towards its mean variance, as the matrix W that makes it the identity: the
/// squared Mahalanobis distance of x is |W x|².
at::Tensor whitening(const at::Tensor& covariance, double shrinkage) {
    interruptionPoint();
    const auto width = covariance.size(0);
    const double spread = std::max(covariance.diagonal().mean().item<double>(), leastVariance);
    const auto one = at::eye(width, covariance.options());
    const auto factor = at::linalg_cholesky(covariance * (1 - shrinkage) + one * (shrinkage * spread));
    interruptionPoint();
    // In rows, as it is read back from a file: the layout decides the last bits of a product.
    return at::linalg_solve_triangular(factor, one, /*upper=*/false).contiguous();
}

/// Squared lengths of the rows.
at::Tensor squares(const at::Tensor& rows) {
    return rows.square().sum(1);
}

/// What is known of the entities' pictures. All in float64.
struct Gaussians {
    at::Tensor means;   ///< [entities, width]
    at::Tensor within;  ///< [width, width], whitening of the covariance within entities, which all share
    at::Tensor centre;  ///< [width], mean of all known pictures
    at::Tensor around;  ///< [width, width], whitening of their covariance

    /// rows [pictures, width] → [pictures, entities]: how much more likely a picture is as one of an entity than as any
    /// known picture, that is the distance to the Gaussian of all less the distance to the entity, per feature.
    at::Tensor scores(const at::Tensor& rows) const {
        const auto x = at::matmul(rows - centre, within.t()), to = at::matmul(means - centre, within.t());
        const auto toEntity = squares(x).unsqueeze(1) - 2 * at::matmul(x, to.t()) + squares(to).unsqueeze(0);
        const auto toAll = squares(at::matmul(rows - centre, around.t()));
        return (toAll.unsqueeze(1) - toEntity) / static_cast<double>(rows.size(1));
    }
};

/// `pictures` are rows of `embeddings`, by entity; no entity without one.
Gaussians fitted(const at::Tensor& embeddings, const std::vector<std::vector<std::int64_t>>& pictures,
                 double shrinkage) {
    Gaussians fit;
    std::vector<at::Tensor> rows, means, deviations;
    for (const auto& of : pictures) {
        interruptionPoint();
        rows.push_back(embeddings.index_select(0, at::tensor(of)).to(at::kCPU, at::kDouble));
        means.push_back(rows.back().mean(0));
        deviations.push_back(rows.back() - means.back());
    }
    fit.means = at::stack(means);
    const auto all = at::cat(rows), inside = at::cat(deviations);
    const auto count = all.size(0), entities = fit.means.size(0);
    fit.centre = all.mean(0);
    const auto outside = all - fit.centre;
    const auto total = at::matmul(outside.t(), outside) / static_cast<double>(count);
    interruptionPoint();
    fit.around = whitening(total, shrinkage);
    // With one picture an entity nobody knows how they spread: as all do.
    fit.within = count > entities
                     ? whitening(at::matmul(inside.t(), inside) / static_cast<double>(count - entities), shrinkage)
                     : fit.around;
    return fit;
}

/// The relative Mahalanobis distance (Ren et al. 2021, arXiv 2106.09022) between class token and mean patch of a
/// picture and each known entity; below a threshold, found by folds over the training views, it abstains.
class RelativeGate final : public Gate {
public:
    RelativeGate(Routes routes, const GateContext& context, Gaussians fit, double threshold)
        : m_routes(std::move(routes)),
          m_experts(context.experts()),
          m_embeddings(context.embeddings),
          m_fit(std::move(fit)),
          m_threshold(threshold) {}

    std::vector<RouteDecision> route(const std::vector<SeenPicture>& pictures) const override {
        if (pictures.empty())
            return {};
        const at::NoGradGuard noGrad;
        return decisionsByScore(m_fit.scores(m_embeddings.index_select(0, rowsOf(pictures)).to(at::kCPU, at::kDouble)),
                                m_routes, m_threshold, m_experts);
    }

    Routes routes() const override { return m_routes; }
    std::vector<std::pair<std::string, at::Tensor>> tensors() const override {
        return {{"means", m_fit.means},
                {"within", m_fit.within},
                {"centre", m_fit.centre},
                {"around", m_fit.around},
                {"threshold", at::scalar_tensor(m_threshold, at::kDouble)}};
    }

private:
    Routes m_routes;
    int m_experts;
    at::Tensor m_embeddings;  ///< [pictures, width]
    Gaussians m_fit;
    double m_threshold;
};

/// Where `share` of the known pictures would fall below: each view is held against Gaussians that have not seen it.
double foldedThreshold(const at::Tensor& embeddings, const std::vector<std::vector<std::int64_t>>& pictures,
                       std::size_t folds, double share, double shrinkage) {
    std::vector<at::Tensor> best;
    for (std::size_t fold = 0; fold < folds; ++fold) {
        std::vector<std::vector<std::int64_t>> kept;
        std::vector<std::int64_t> leftOut;
        for (const auto& of : pictures) {
            kept.emplace_back();
            for (std::size_t i = 0; i < of.size(); ++i)
                // A single view is prototype in every fold.
                (of.size() > 1 && i % folds == fold ? leftOut : kept.back()).push_back(of[i]);
        }
        if (leftOut.empty())
            continue;
        best.push_back(
            std::get<0>(fitted(embeddings, kept, shrinkage)
                            .scores(embeddings.index_select(0, at::tensor(leftOut)).to(at::kCPU, at::kDouble))
                            .max(1)));
    }
    if (best.empty())
        return neverBelow;
    const auto sorted = std::get<0>(at::cat(best).sort());
    return sorted[static_cast<std::int64_t>(share * static_cast<double>(sorted.size(0)))].item<double>();
}

}  // namespace

std::unique_ptr<Gate> makeRelativeGate(const std::vector<KnownEntity>& known, const GateContext& context) {
    const at::NoGradGuard noGrad;
    const double shrinkage = context.parameters.at("shrinkage");
    std::vector<std::vector<std::int64_t>> pictures;
    for (const auto& entity : known) {
        if (entity.pictures.empty())
            throw inputError("The gate has no picture of {} to learn from. Give it at least one training view.",
                             entity.id);
        pictures.push_back(entity.pictures);
    }
    const double threshold =
        foldedThreshold(context.embeddings, pictures, static_cast<std::size_t>(context.parameters.at("folds")),
                        context.parameters.at("false_abstention"), shrinkage);
    return std::make_unique<RelativeGate>(routesOf(known), context, fitted(context.embeddings, pictures, shrinkage),
                                          threshold);
}

std::unique_ptr<Gate> restoreRelativeGate(const Routes& routes, const StoredTensor& tensor,
                                          const GateContext& context) {
    const auto width = context.embeddings.size(1);
    const auto numbers = [&](const char* name, const std::vector<std::int64_t>& shape) {
        return tensor(name, shape).to(at::kDouble);
    };
    return std::make_unique<RelativeGate>(
        routes, context,
        Gaussians{numbers("means", {static_cast<std::int64_t>(routes.size()), width}),
                  numbers("within", {width, width}), numbers("centre", {width}), numbers("around", {width, width})},
        numbers("threshold", {}).item<double>());
}

}  // namespace lacuna
