// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/low_rank.h"

#include "core/base/interruption.h"

#include <torch/csrc/autograd/custom_function.h>

#include <span>

namespace lacuna {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Parts held in 4 bits under one another, [sum of outs, in].
at::Tensor dequantised(std::span<const Nf4> parts, at::ScalarType type) {
    std::int64_t out = 0;
    for (const Nf4& part : parts)
        out += part.out;
    at::Tensor whole = at::empty({out, parts.front().in}, parts.front().codes.options().dtype(type));
    std::int64_t begin = 0;
    for (const Nf4& part : parts) {
        dequantise(part, whole.narrow(0, begin, part.out));
        begin += part.out;
    }
    return whole;
}

std::span<const Nf4> quantisedParts(const LowRankCall& call) {
    return std::span(call.linear->quantised).subspan(call.firstPart, call.partCount);
}

bool isQuantised(const LowRankCall& call) {
    return !call.linear->quantised.empty();
}

/// W's rows of the call's parts; `type` is read for a 4-bit base alone.
at::Tensor baseWeight(const LowRankCall& call, at::ScalarType type) {
    if (isQuantised(call))
        return dequantised(quantisedParts(call), type);
    std::int64_t begin = 0, count = 0;
    for (std::size_t i = 0; i < call.firstPart + call.partCount; ++i)
        (i < call.firstPart ? begin : count) += call.linear->out(i);
    return call.linear->whole.narrow(0, begin, count);
}

/// Merging costs a copy of W and a thin product over its size, and saves two thin products over the rows. Not of a
/// 4-bit base: the copy would stay until the backward pass.
bool shouldMerge(const LowRankCall& call, const at::Tensor& weight, const at::Tensor& x) {
    const std::int64_t out = weight.size(0), in = weight.size(1);
    return call.dropout == 0 && !isQuantised(call) && x.device().is_cpu() && x.scalar_type() == at::kFloat &&
           8 * out * in <= x.size(0) * (out + in);
}

at::Tensor mergedWeight(const LowRankCall& call, const at::Tensor& weight) {
    at::Tensor sum = weight.clone();
    std::int64_t begin = 0;
    for (const LoraFactors& factors : call.factors) {
        const std::int64_t out = factors.b.size(0);
        sum.narrow(0, begin, out)
            .addmm_(factors.b.to(sum.scalar_type()), factors.a.to(sum.scalar_type()), 1, factors.scale);
        begin += out;
    }
    return sum;
}

at::Tensor product(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& residual) {
    return residual.defined() ? at::addmm(residual, x, weight.t()) : at::mm(x, weight.t());
}

/// Part i's columns of a [rows, sum of outs] tensor.
at::Tensor columns(const at::Tensor& x, const std::vector<std::int64_t>& outs, std::size_t part) {
    std::int64_t begin = 0;
    for (std::size_t i = 0; i < part; ++i)
        begin += outs[i];
    return x.narrow(1, begin, outs[part]);
}

class LowRankLinear : public torch::autograd::Function<LowRankLinear> {
public:
    static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const std::optional<at::Tensor>& residual,
                              at::TensorList weightParts, at::TensorList factors, const LowRankCall& call) {
        LowRankSaved saved;
        at::Tensor y = lowRankForward(call, x, residual.value_or(at::Tensor()), &saved);
        context->save_for_backward(saved.tensors());
        context->saved_data["outs"] = saved.outs;
        context->saved_data["scales"] = saved.scales;
        context->saved_data["merged"] = saved.merged;
        context->saved_data["residual"] = residual.has_value();
        context->saved_data["weights"] = static_cast<std::int64_t>(weightParts.size());
        context->saved_data["factors"] = static_cast<std::int64_t>(factors.size());
        bool trainsWeights = false;
        for (const at::Tensor& part : weightParts)
            trainsWeights = trainsWeights || part.requires_grad();
        context->saved_data["trainsWeights"] = trainsWeights;
        return y;
    }

    static variable_list backward(AutogradContext* context, const variable_list& grads) {
        quietInterruptionPoint();
        const auto& data = context->saved_data;
        const LowRankSaved saved = LowRankSaved::of(context->get_saved_variables(), data.at("outs").toIntVector(),
                                                    data.at("scales").toDoubleVector(), data.at("merged").toBool());
        const at::Tensor grad = grads[0].contiguous();
        LowRankGradients gradients =
            lowRankBackward(saved, grad, context->needs_input_grad(0), data.at("trainsWeights").toBool());
        gradients.weightParts.resize(static_cast<std::size_t>(data.at("weights").toInt()));
        gradients.factors.resize(static_cast<std::size_t>(data.at("factors").toInt()));
        variable_list all{gradients.input, data.at("residual").toBool() ? grad : at::Tensor()};
        all.insert(all.end(), gradients.weightParts.begin(), gradients.weightParts.end());
        all.insert(all.end(), gradients.factors.begin(), gradients.factors.end());
        all.emplace_back();  // the call itself
        return all;
    }
};

}  // namespace

std::vector<at::Tensor> LowRankCall::weightParts() const {
    if (isQuantised(*this))
        return {};
    const auto begin = linear->parts.begin() + static_cast<std::ptrdiff_t>(firstPart);
    return {begin, begin + static_cast<std::ptrdiff_t>(partCount)};
}

std::vector<at::Tensor> LowRankCall::factorList() const {
    std::vector<at::Tensor> list;
    for (const LoraFactors& part : factors) {
        list.push_back(part.a);
        list.push_back(part.b);
    }
    return list;
}

std::vector<at::Tensor> LowRankSaved::tensors() const {
    std::vector<at::Tensor> all{input, weight, factorA, hidden, mask};
    for (const Nf4& part : quantised)
        for (const at::Tensor& tensor : part.tensors())
            all.push_back(tensor);
    all.insert(all.end(), factorB.begin(), factorB.end());
    return all;
}

LowRankSaved LowRankSaved::of(const std::vector<at::Tensor>& tensors, std::vector<std::int64_t> outs,
                              std::vector<double> scales, bool merged) {
    LowRankSaved saved{tensors[0],      tensors[1],        {},    tensors[2], tensors[3], tensors[4], {},
                       std::move(outs), std::move(scales), merged};
    std::span<const at::Tensor> rest = std::span(tensors).subspan(5);
    if (!saved.weight.defined()) {
        for (const std::int64_t out : saved.outs) {
            saved.quantised.push_back(Nf4::of(rest, out, saved.input.size(1)));
            rest = rest.subspan(Nf4::tensorCount);
        }
    }
    saved.factorB.assign(rest.begin(), rest.end());
    return saved;
}

at::Tensor lowRankForward(const LowRankCall& call, const at::Tensor& x, const at::Tensor& residual,
                          LowRankSaved* saved) {
    quietInterruptionPoint();  // also on the way back, where a layer is computed again
    LowRankSaved kept;
    kept.input = x;
    at::Tensor weight = baseWeight(call, x.scalar_type());
    for (std::size_t i = 0; i < call.partCount; ++i)
        kept.outs.push_back(call.linear->out(call.firstPart + i));
    for (const LoraFactors& part : call.factors) {
        kept.factorB.push_back(part.b.to(x.scalar_type()));
        kept.scales.push_back(part.scale);
    }
    at::Tensor y;
    if (!call.factors.empty()) {
        std::vector<at::Tensor> a;
        for (const LoraFactors& part : call.factors)
            a.push_back(part.a.to(x.scalar_type()));
        kept.factorA = a.size() == 1 ? a.front() : at::cat(a);
        kept.merged = shouldMerge(call, weight, x);
        if (kept.merged)
            weight = mergedWeight(call, weight);
    }
    y = product(x, weight, residual);
    if (isQuantised(call))
        kept.quantised.assign(quantisedParts(call).begin(), quantisedParts(call).end());
    else
        kept.weight = weight;
    if (!call.factors.empty() && !kept.merged) {
        at::Tensor dropped = x;
        if (call.dropout > 0) {
            // One mask for all joined parts, from torch's default generator of the device.
            kept.mask = at::empty_like(x).bernoulli_(1 - call.dropout).div_(1 - call.dropout);
            dropped = x * kept.mask;
        }
        kept.hidden = at::mm(dropped, kept.factorA.t());
        std::int64_t begin = 0;
        for (std::size_t i = 0; i < call.partCount; ++i) {
            const std::int64_t rank = kept.factorB[i].size(1);
            columns(y, kept.outs, i).addmm_(kept.hidden.narrow(1, begin, rank), kept.factorB[i].t(), 1, kept.scales[i]);
            begin += rank;
        }
    }
    if (saved)
        *saved = std::move(kept);
    return y;
}

LowRankGradients lowRankBackward(const LowRankSaved& saved, const at::Tensor& grad, bool wantInput, bool wantWeights) {
    quietInterruptionPoint();
    LowRankGradients gradients;
    if (wantInput)
        gradients.input =
            at::mm(grad, saved.weight.defined() ? saved.weight : dequantised(saved.quantised, grad.scalar_type()));
    if (wantWeights) {
        const at::Tensor whole = at::mm(grad.t(), saved.input);
        std::int64_t begin = 0;
        for (const std::int64_t out : saved.outs) {
            gradients.weightParts.push_back(whole.narrow(0, begin, out));
            begin += out;
        }
    }
    if (!saved.factorA.defined())
        return gradients;
    const at::Tensor dropped = saved.mask.defined() ? saved.input * saved.mask : saved.input;
    const at::Tensor hidden = saved.hidden.defined() ? saved.hidden : at::mm(dropped, saved.factorA.t());
    at::Tensor gradHidden = at::empty({grad.size(0), saved.factorA.size(0)}, grad.options());
    std::int64_t begin = 0;
    for (std::size_t i = 0; i < saved.factorB.size(); ++i) {
        const std::int64_t rank = saved.factorB[i].size(1);
        at::Tensor part = gradHidden.narrow(1, begin, rank);
        // Laid out by rank: MKL takes a narrow matrix twice as fast this way round, and the product below five times.
        at::mm_out(part, columns(grad, saved.outs, i), saved.factorB[i].t().contiguous().t());
        part.mul_(saved.scales[i]);
        begin += rank;
    }
    const at::Tensor gradA = at::mm(gradHidden.t(), dropped);
    begin = 0;
    for (std::size_t i = 0; i < saved.factorB.size(); ++i) {
        const std::int64_t rank = saved.factorB[i].size(1);
        gradients.factors.push_back(gradA.narrow(0, begin, rank));
        gradients.factors.push_back(at::mm(hidden.narrow(1, begin, rank).t(), columns(grad, saved.outs, i))
                                        .mul_(saved.scales[i])
                                        .t()
                                        .contiguous());
        begin += rank;
    }
    if (wantInput && !saved.merged) {
        if (saved.mask.defined())
            gradients.input.addcmul_(at::mm(gradHidden, saved.factorA), saved.mask);
        else
            gradients.input.addmm_(gradHidden, saved.factorA);
    }
    return gradients;
}

at::Tensor lowRankLinear(const LowRankCall& call, const at::Tensor& x, const at::Tensor& residual) {
    const std::vector<at::Tensor> weights = call.weightParts(), factors = call.factorList();
    const auto requiresGrad = [](const at::Tensor& t) { return t.defined() && t.requires_grad(); };
    if (!at::GradMode::is_enabled() ||
        (!requiresGrad(x) && !requiresGrad(residual) && std::none_of(weights.begin(), weights.end(), requiresGrad) &&
         std::none_of(factors.begin(), factors.end(), requiresGrad)))
        return lowRankForward(call, x, residual, nullptr);
    return LowRankLinear::apply(x, residual.defined() ? std::optional<at::Tensor>(residual) : std::nullopt,
                                at::TensorList(weights), at::TensorList(factors), call);
}

StackedLinear mergedLinear(const LowRankCall& call) {
    const at::Tensor whole = mergedWeight(call, baseWeight(call, call.factors.front().a.scalar_type()));
    StackedLinear merged{whole, {}, {}};
    std::int64_t begin = 0;
    for (std::size_t i = 0; i < call.partCount; ++i) {
        const std::int64_t out = call.linear->out(call.firstPart + i);
        merged.parts.push_back(whole.narrow(0, begin, out));
        begin += out;
    }
    return merged;
}

}  // namespace lacuna
