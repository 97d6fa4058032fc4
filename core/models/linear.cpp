// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/linear.h"

namespace lacuna {

at::Tensor applied(const Linear& linear, const at::Tensor& x) {
    const at::Tensor y = at::linear(x, linear.weight, linear.bias);
    if (!linear.lora.a.defined())
        return y;
    const auto type = x.scalar_type();
    return y + at::linear(at::linear(x, linear.lora.a.to(type)), linear.lora.b.to(type)) * linear.lora.scale;
}

StackedLinear stackedLinear(std::int64_t in, const std::vector<std::int64_t>& outs, at::TensorOptions options,
                            WeightFormat format) {
    if (format == WeightFormat::Nf4)
        return {{}, {}, std::vector<Nf4>(outs.size())};
    std::int64_t total = 0;
    for (const std::int64_t out : outs)
        total += out;
    StackedLinear linear{at::empty({total, in}, options), {}, {}};
    std::int64_t begin = 0;
    for (const std::int64_t out : outs) {
        // Without its view's history, so that a part may require gradients as a leaf of its own.
        linear.parts.push_back(linear.whole.narrow(0, begin, out).variable_data());
        begin += out;
    }
    return linear;
}

}  // namespace lacuna
