// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/methods/objective.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lacuna {
namespace {

/// Ascent on the forget set with and without its pictures, the two paths' gradients balanced, and α·L(R) in all:
/// - A tensor's saliency on a path is the root mean square of its gradient over that forget set at the request's start,
///   as a share of the path's sum over all tensors. The `kept` share of the tensors with the largest sum of both
///   forget.
/// - Ratio text / (text + picture) > .65: it forgets by its text gradient g_u. Below .35: by its picture gradient g_m,
///   scaled by ‖g_u‖ / ‖g_m‖ (over all kept tensors). Between, shared: by both, doubled.
/// - The four retain steps after each forget step are one gradient of weight α = 4 here.
/// After the abstract of CMJU; what it leaves open is our reading.
class BalancedAscent final : public Objective {
public:
    explicit BalancedAscent(const ParameterValues& parameters)
        : m_forgetWeight(parameters.at("forget_weight")),
          m_retainWeight(parameters.at("retain_weight")),
          m_kept(parameters.at("kept")) {}

    ObjectiveNeeds needs() const override {
        return {.passes = {{.pass = Pass::ForgetTruth}, {.pass = Pass::ForgetTextOnly}, {.pass = Pass::Retain}},
                .gradientsOfParts = true};
    }

    void prepare(ObjectiveSets& sets) override {
        const auto text = saliency(sets, Pass::ForgetTextOnly), picture = saliency(sets, Pass::ForgetTruth);
        std::vector<std::size_t> order(text.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::stable_sort(order.begin(), order.end(),
                         [&](std::size_t a, std::size_t b) { return text[a] + picture[a] > text[b] + picture[b]; });
        const auto kept = static_cast<std::size_t>(std::ceil(m_kept * static_cast<double>(order.size())));
        m_groups.assign(text.size(), Group::None);
        for (std::size_t k = 0; k < std::min(kept, order.size()); ++k) {
            const auto i = order[k];
            const double sum = text[i] + picture[i];
            if (sum > 0)
                m_groups[i] = text[i] / sum > 0.65   ? Group::Text
                              : text[i] / sum < 0.35 ? Group::Picture
                                                     : Group::Shared;
        }
    }

    ObjectiveLoss loss(const ObjectiveInput& input) const override {
        const auto text = -meanLoss(input, Pass::ForgetTextOnly), picture = -meanLoss(input, Pass::ForgetTruth);
        const auto retain = meanLoss(input, Pass::Retain);
        const auto forget = text + picture;
        const auto kept = m_retainWeight * retain;
        return {
            m_forgetWeight * forget + kept, forget, retain, {m_forgetWeight * text, m_forgetWeight * picture, kept}};
    }

    Gradients transform(std::vector<Gradients> parts) override {
        const auto &text = parts[0], &picture = parts[1];
        auto& step = parts[2];
        const double pictureNorm = normOfKept(picture);
        const double balance = pictureNorm > 0 ? normOfKept(text) / pictureNorm : 0;
        for (std::size_t i = 0; i < m_groups.size(); ++i) {
            if (m_groups[i] == Group::None || !step[i].defined())
                continue;
            const double doubled = m_groups[i] == Group::Shared ? 2 : 1;
            if (m_groups[i] != Group::Picture && text[i].defined())
                step[i] = step[i] + doubled * text[i];
            if (m_groups[i] != Group::Text && picture[i].defined())
                step[i] = step[i] + doubled * balance * picture[i];
        }
        return step;
    }

private:
    enum class Group { None, Text, Picture, Shared };

    static std::vector<double> saliency(ObjectiveSets& sets, Pass pass) {
        Gradients squares;
        for (const auto& parameter : sets.parameters())
            squares.push_back(at::zeros({}, parameter.options().requires_grad(false)));
        eachGradient(sets, pass, [&](const Gradients& gradients, std::int64_t count) {
            for (std::size_t i = 0; i < squares.size(); ++i)
                if (gradients[i].defined())
                    squares[i] += static_cast<double>(count) * gradients[i].square().mean();
        });
        std::vector<double> shares;
        for (const auto& square : squares)
            shares.push_back(std::sqrt(square.item<double>()));
        const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
        for (auto& share : shares)
            share /= sum > 0 ? sum : 1;
        return shares;
    }

    double normOfKept(const Gradients& gradients) const {
        double squares = 0;
        for (std::size_t i = 0; i < m_groups.size(); ++i)
            if (m_groups[i] != Group::None && gradients[i].defined())
                squares += gradients[i].square().sum().item<double>();
        return std::sqrt(squares);
    }

    double m_forgetWeight, m_retainWeight, m_kept;
    std::vector<Group> m_groups;  ///< of each trained tensor
};

}  // namespace

std::unique_ptr<Objective> makeBalancedAscent(const ParameterValues& parameters) {
    return std::make_unique<BalancedAscent>(parameters);
}

}  // namespace lacuna
