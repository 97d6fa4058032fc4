// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/row_space.h"

#include "core/base/error.h"
#include "core/base/interruption.h"

namespace lacuna {
namespace {

constexpr double keptEnergy = 0.99;

/// As few of the right singular vectors of `rows` [n, in] as hold the energy, [in, k].
at::Tensor basisOf(const at::Tensor& rows) {
    const auto [u, singular, vh] = at::linalg_svd(rows, /*full_matrices=*/false);
    const auto energy = singular.square().cumsum(0);
    const auto enough = energy.lt(energy[-1] * keptEnergy).sum().item<std::int64_t>() + 1;
    return vh.slice(0, 0, std::min(enough, vh.size(0))).transpose(0, 1).contiguous();
}

}  // namespace

RowSpaces rowSpaces(const std::vector<const Adapter*>& adapters) {
    const at::NoGradGuard noGrad;
    RowSpaces spaces(adapters.front()->layers.size());
    for (std::size_t layer = 0; layer < spaces.size(); ++layer)
        for (std::size_t linear = 0; linear < spaces[layer].size(); ++linear) {
            interruptionPoint();
            std::vector<at::Tensor> rows;
            for (const auto* adapter : adapters)
                rows.push_back(adapter->layers[layer][linear].a.detach().to(at::kFloat));
            auto& basis = spaces[layer][linear];
            basis = basisOf(at::cat(rows));
            if (basis.size(1) >= basis.size(0))
                throw inputError(
                    "The adapters of {} earlier requests fill the whole input of a linear of width {}: nothing is left "
                    "that is orthogonal to them. Lower the rank (--set lora_rank=…).",
                    adapters.size(), basis.size(0));
        }
    return spaces;
}

void leaveRowSpaces(Adapter& adapter, const RowSpaces& spaces) {
    const at::NoGradGuard noGrad;
    for (std::size_t layer = 0; layer < spaces.size(); ++layer)
        for (std::size_t linear = 0; linear < spaces[layer].size(); ++linear) {
            auto& a = adapter.layers[layer][linear].a;
            const auto& basis = spaces[layer][linear];
            a.sub_(a.matmul(basis).matmul(basis.transpose(0, 1)));
        }
}

}  // namespace lacuna
