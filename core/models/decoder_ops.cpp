#include "core/models/decoder_ops.h"

#include <cmath>

namespace lacuna {

JoinedFactors joinedFactors(const Adapter* adapter, std::size_t layer, DecoderLinear first, DecoderLinear last,
                            double dropout) {
    JoinedFactors factors;
    if (!adapter)
        return factors;
    factors.scale = adapter->scale();
    factors.dropout = dropout;
    for (int i = static_cast<int>(first); i <= static_cast<int>(last); ++i)
        factors.parts.push_back(adapter->layers.at(layer).at(static_cast<std::size_t>(i)));
    return factors;
}

at::Tensor lowRankLinear(const at::Tensor& x, const JoinedLinear& linear, const JoinedFactors& factors,
                         std::size_t firstPart, std::size_t partCount) {
    std::vector<at::Tensor> outputs;
    for (std::size_t i = firstPart; i < firstPart + partCount; ++i) {
        at::Tensor y = at::linear(x, linear.parts[i]);
        if (!factors.parts.empty()) {
            const at::Tensor dropped = factors.dropout > 0 ? at::dropout(x, factors.dropout, true) : x;
            y = y + at::linear(at::linear(dropped, factors.parts[i].a), factors.parts[i].b) * factors.scale;
        }
        outputs.push_back(y);
    }
    return outputs.size() == 1 ? outputs.front() : at::cat(outputs, -1);
}

at::Tensor rmsNorm(const at::Tensor& x, const at::Tensor& weight, double eps) {
    const at::Tensor wide = x.to(at::kFloat);
    const at::Tensor inverse = at::rsqrt(wide.square().mean(-1, true) + eps);
    return weight * (wide * inverse).to(x.scalar_type());
}

at::Tensor swiGlu(const at::Tensor& gateUp) {
    const std::vector<at::Tensor> halves = gateUp.chunk(2, -1);
    return at::silu(halves[0]) * halves[1];
}

RotaryTable rotaryTable(std::int64_t positions, std::int64_t headSize, double theta, at::Device device) {
    const auto options = at::TensorOptions().dtype(at::kFloat).device(device);
    const at::Tensor exponents = at::arange(0, headSize, 2, options) / static_cast<double>(headSize);
    const at::Tensor frequencies = at::pow(theta, exponents).reciprocal();
    const at::Tensor angles = at::outer(at::arange(positions, options), frequencies);
    return {angles.cos(), angles.sin()};
}

at::Tensor rotated(const at::Tensor& x, const RotaryTable& rows) {
    const at::Tensor cosine = rows.cosine.unsqueeze(-2).to(x.scalar_type());
    const at::Tensor sine = rows.sine.unsqueeze(-2).to(x.scalar_type());
    const std::vector<at::Tensor> halves = x.chunk(2, -1);
    return at::cat({halves[0] * cosine - halves[1] * sine, halves[1] * cosine + halves[0] * sine}, -1);
}

}  // namespace lacuna
