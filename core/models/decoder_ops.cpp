// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/decoder_ops.h"

#include "core/models/decoder_kernels.h"

#include <torch/csrc/autograd/custom_function.h>

namespace lacuna {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// x / rms(x) in float32, and 1 / rms(x) [rows, 1], from ATen's operators.
std::pair<at::Tensor, at::Tensor> normalised(const at::Tensor& x, double eps) {
    const at::Tensor wide = x.to(at::kFloat);
    at::Tensor inverse = wide.square().mean(-1, true).add_(eps).rsqrt_();
    return {wide * inverse, inverse};
}

/// Keeps x alone for its backward pass, in x's own type.
class RmsNorm : public torch::autograd::Function<RmsNorm> {
public:
    static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight, double eps) {
        at::Tensor y, inverse;
        if (servedByKernels(x) && servedByKernels(weight)) {
            y = at::empty_like(x);
            inverse = at::empty({x.size(0)}, x.options());
            rmsNormForward(x, weight, eps, y, inverse);
        } else {
            auto [whole, scale] = normalised(x, eps);
            y = whole.to(x.scalar_type()).mul_(weight);
            inverse = scale.squeeze(1);
        }
        context->save_for_backward({x, weight, inverse});
        return y;
    }

    static variable_list backward(AutogradContext* context, const variable_list& grads) {
        const variable_list saved = context->get_saved_variables();
        const at::Tensor &x = saved[0], &weight = saved[1], grad = grads[0].contiguous(),
                         inverse = saved[2].unsqueeze(1);
        at::Tensor gradX, gradWeight;
        if (context->needs_input_grad(0))
            gradX = servedByKernels(x) && servedByKernels(weight) ? rmsNormBackward(grad, x, weight, saved[2])
                                                                  : composedBackward(grad, x, weight, inverse);
        if (context->needs_input_grad(1))
            gradWeight = (x.to(at::kFloat) * inverse).mul_(grad).sum(0).to(weight.scalar_type());
        return {gradX, gradWeight, at::Tensor()};
    }

private:
    static at::Tensor composedBackward(const at::Tensor& grad, const at::Tensor& x, const at::Tensor& weight,
                                       const at::Tensor& inverse) {
        const at::Tensor whole = x.to(at::kFloat).mul_(inverse);
        at::Tensor direction = grad.to(at::kFloat) * weight;
        const at::Tensor along = (direction * whole).mean(-1, true);
        return direction.addcmul_(whole, along, -1).mul_(inverse).to(x.scalar_type());
    }
};

/// Keeps its input alone for its backward pass.
class SwiGlu : public torch::autograd::Function<SwiGlu> {
public:
    static at::Tensor forward(AutogradContext* context, const at::Tensor& gateUp) {
        context->save_for_backward({gateUp});
        if (servedByKernels(gateUp))
            return swiGluForward(gateUp);
        const std::vector<at::Tensor> halves = gateUp.chunk(2, 1);
        return at::silu(halves[0]).mul_(halves[1]);
    }

    static variable_list backward(AutogradContext* context, const variable_list& grads) {
        const at::Tensor gateUp = context->get_saved_variables()[0], grad = grads[0].contiguous();
        if (servedByKernels(gateUp))
            return {swiGluBackward(grad, gateUp)};
        const std::vector<at::Tensor> halves = gateUp.chunk(2, 1);
        at::Tensor result = at::empty_like(gateUp);
        std::vector<at::Tensor> into = result.chunk(2, 1);
        at::silu_backward_out(into[0], grad * halves[1], halves[0]);
        at::mul_out(into[1], grad, at::silu(halves[0]));
        return {result};
    }
};

class Rotate : public torch::autograd::Function<Rotate> {
public:
    static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const RotaryTable& table,
                              const at::Tensor& positions) {
        context->save_for_backward({table.cosine, table.sine, positions});
        return turned(x, table.cosine, table.sine, positions, 1);
    }

    static variable_list backward(AutogradContext* context, const variable_list& grads) {
        const variable_list saved = context->get_saved_variables();
        return {turned(grads[0], saved[0], saved[1], saved[2], -1), at::Tensor(), at::Tensor()};
    }

private:
    static at::Tensor turned(const at::Tensor& x, const at::Tensor& cosine, const at::Tensor& sine,
                             const at::Tensor& positions, float direction) {
        at::Tensor copy = x.clone(at::MemoryFormat::Contiguous);
        rotateInPlace(copy, copy.size(1) / (2 * cosine.size(1)), cosine, sine, positions, direction);
        return copy;
    }
};

}  // namespace

at::Tensor rmsNorm(const at::Tensor& x, const at::Tensor& weight, double eps) {
    return RmsNorm::apply(x, weight, eps);
}

at::Tensor swiGlu(const at::Tensor& gateUp) {
    return SwiGlu::apply(gateUp);
}

RotaryTable rotaryTable(std::int64_t positions, std::int64_t headSize, double theta, at::Device device) {
    const auto options = at::TensorOptions().dtype(at::kFloat).device(device);
    const at::Tensor exponents = at::arange(0, headSize, 2, options) / static_cast<double>(headSize);
    const at::Tensor frequencies = at::pow(theta, exponents).reciprocal();
    const at::Tensor angles = at::outer(at::arange(positions, options), frequencies);
    return {angles.cos(), angles.sin()};
}

at::Tensor rotated(const at::Tensor& x, const RotaryTable& table, const at::Tensor& positions) {
    if (x.device().is_cpu() && x.scalar_type() == at::kFloat)
        return Rotate::apply(x, table, positions);
    const at::Tensor cosine = table.cosine.index_select(0, positions).unsqueeze(1).to(x.scalar_type());
    const at::Tensor sine = table.sine.index_select(0, positions).unsqueeze(1).to(x.scalar_type());
    const std::vector<at::Tensor> halves = x.unflatten(-1, {-1, 2 * table.cosine.size(1)}).chunk(2, -1);
    return at::cat({halves[0] * cosine - halves[1] * sine, halves[1] * cosine + halves[0] * sine}, -1).flatten(1);
}

}  // namespace lacuna
