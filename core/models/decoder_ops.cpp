#include "core/models/decoder_ops.h"

#include "core/models/decoder_kernels.h"

#include <torch/csrc/autograd/custom_function.h>

namespace lacuna {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

class RmsNorm : public torch::autograd::Function<RmsNorm> {
public:
    static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight, double eps) {
        at::Tensor y = at::empty_like(x), inverse = at::empty({x.size(0)}, x.options());
        rmsNormForward(x, weight, eps, y, inverse);
        context->save_for_backward({x, weight, inverse});
        return y;
    }

    static variable_list backward(AutogradContext* context, const variable_list& grads) {
        const variable_list saved = context->get_saved_variables();
        const at::Tensor grad = grads[0].contiguous();
        at::Tensor gradX, gradWeight;
        if (context->needs_input_grad(0))
            gradX = rmsNormBackward(grad, saved[0], saved[1], saved[2]);
        if (context->needs_input_grad(1))
            gradWeight = (grad * saved[0]).mul_(saved[2].unsqueeze(1)).sum(0);
        return {gradX, gradWeight, at::Tensor()};
    }
};

class SwiGlu : public torch::autograd::Function<SwiGlu> {
public:
    static at::Tensor forward(AutogradContext* context, const at::Tensor& gateUp) {
        context->save_for_backward({gateUp});
        const std::int64_t width = gateUp.size(1) / 2;
        return at::silu(gateUp.narrow(1, 0, width)).mul_(gateUp.narrow(1, width, width));
    }

    static variable_list backward(AutogradContext* context, const variable_list& grads) {
        const at::Tensor gateUp = context->get_saved_variables()[0];
        const std::int64_t width = gateUp.size(1) / 2;
        const at::Tensor gate = gateUp.narrow(1, 0, width), up = gateUp.narrow(1, width, width);
        at::Tensor result = at::empty_like(gateUp);
        at::Tensor gradGate = result.narrow(1, 0, width), gradUp = result.narrow(1, width, width);
        at::silu_out(gradUp, gate);
        gradUp.mul_(grads[0]);
        at::silu_backward_out(gradGate, grads[0] * up, gate);
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

/// Queries, keys and values as the attention kernel wants them, all views into one [rows, 3 · heads · size].
struct Views {
    at::Tensor queries, keys, values;
};

Views views(const at::Tensor& joined, const AttentionShape& shape) {
    const at::Tensor heads =
        joined.view({shape.batch, joined.size(0) / shape.batch, shape.heads + 2 * shape.keyValueHeads, shape.headSize})
            .transpose(1, 2);
    return {heads.narrow(1, 0, shape.heads), heads.narrow(1, shape.heads, shape.keyValueHeads),
            heads.narrow(1, shape.heads + shape.keyValueHeads, shape.keyValueHeads)};
}

/// Linear, rotation and attention in one node: the rotation works in place both ways, and no gradient is put together
/// from slices.
class SelfAttention : public torch::autograd::Function<SelfAttention> {
public:
    static at::Tensor forward(AutogradContext* context, const at::Tensor& x, at::TensorList weightParts,
                              at::TensorList factors, const LowRankCall& call, const RotaryTable& table,
                              const at::Tensor& positions, const AttentionShape& shape) {
        LowRankSaved saved;
        at::Tensor joined = lowRankForward(call, x, {}, &saved);
        rotateInPlace(joined, 2 * shape.heads, table.cosine, table.sine, positions, 1);
        const Views split = views(joined, shape);
        auto [mixed, logSums] =
            at::_scaled_dot_product_flash_attention_for_cpu(split.queries, split.keys, split.values, 0, true);
        variable_list tensors{joined, mixed, logSums, table.cosine, table.sine, positions};
        for (const at::Tensor& tensor : saved.tensors())
            tensors.push_back(tensor);
        context->save_for_backward(tensors);
        auto& data = context->saved_data;
        data["outs"] = saved.outs;
        data["scale"] = saved.scale;
        data["merged"] = saved.merged;
        data["shape"] = std::vector<std::int64_t>{shape.batch, shape.heads, shape.keyValueHeads, shape.headSize};
        data["weights"] = static_cast<std::int64_t>(weightParts.size());
        data["factors"] = static_cast<std::int64_t>(factors.size());
        bool trainsWeights = false;
        for (const at::Tensor& part : weightParts)
            trainsWeights = trainsWeights || part.requires_grad();
        data["trainsWeights"] = trainsWeights;
        return mixed.transpose(1, 2).reshape({joined.size(0), -1});
    }

    static variable_list backward(AutogradContext* context, const variable_list& grads) {
        auto& data = context->saved_data;
        const variable_list tensors = context->get_saved_variables();
        const std::vector<std::int64_t> sizes = data.at("shape").toIntVector();
        const AttentionShape shape{sizes[0], sizes[1], sizes[2], sizes[3]};
        const Views split = views(tensors[0], shape);
        const at::Tensor gradMixed = grads[0].reshape({shape.batch, -1, shape.heads, shape.headSize}).transpose(1, 2);
        auto [gradQueries, gradKeys, gradValues] = at::_scaled_dot_product_flash_attention_for_cpu_backward(
            gradMixed, split.queries, split.keys, split.values, tensors[1], tensors[2], 0, true);
        at::Tensor grad = at::empty_like(tensors[0]);
        const Views gradSplit = views(grad, shape);
        gradSplit.queries.copy_(gradQueries);
        gradSplit.keys.copy_(gradKeys);
        gradSplit.values.copy_(gradValues);
        rotateInPlace(grad, 2 * shape.heads, tensors[3], tensors[4], tensors[5], -1);

        const LowRankSaved saved = LowRankSaved::of({tensors.begin() + 6, tensors.end()}, data.at("outs").toIntVector(),
                                                    data.at("scale").toDouble(), data.at("merged").toBool());
        LowRankGradients gradients =
            lowRankBackward(saved, grad, context->needs_input_grad(0), data.at("trainsWeights").toBool());
        gradients.weightParts.resize(static_cast<std::size_t>(data.at("weights").toInt()));
        gradients.factors.resize(static_cast<std::size_t>(data.at("factors").toInt()));
        variable_list all{gradients.input};
        all.insert(all.end(), gradients.weightParts.begin(), gradients.weightParts.end());
        all.insert(all.end(), gradients.factors.begin(), gradients.factors.end());
        all.resize(all.size() + 4);  // call, table, positions, shape
        return all;
    }
};

/// The same from ATen's operators: for other devices and types, and for grouped heads.
at::Tensor composedAttention(const LowRankCall& call, const at::Tensor& x, const RotaryTable& table,
                             const at::Tensor& positions, const AttentionShape& shape, KeysValues* keep) {
    const at::Tensor joined = lowRankLinear(call, x);
    const std::int64_t turning = (shape.heads + shape.keyValueHeads) * shape.headSize;
    const at::Tensor turned = rotated(joined.narrow(1, 0, turning), table, positions);
    const auto byHead = [&](const at::Tensor& part) {
        return part.unflatten(0, {shape.batch, -1}).unflatten(-1, {-1, shape.headSize}).transpose(1, 2);
    };
    const std::int64_t queryWidth = shape.heads * shape.headSize;
    const at::Tensor queries = byHead(turned.narrow(1, 0, queryWidth));
    const at::Tensor keys = byHead(turned.narrow(1, queryWidth, turning - queryWidth));
    const at::Tensor values = byHead(joined.narrow(1, turning, joined.size(1) - turning));
    if (keep)
        *keep = {keys, values};
    const at::Tensor mixed = at::scaled_dot_product_attention(queries, forEachQueryHead(keys, shape),
                                                              forEachQueryHead(values, shape), {}, 0, true);
    return mixed.transpose(1, 2).reshape({x.size(0), -1});
}

}  // namespace

at::Tensor rmsNorm(const at::Tensor& x, const at::Tensor& weight, double eps) {
    if (servedByKernels(x) && servedByKernels(weight))
        return RmsNorm::apply(x, weight, eps);
    const at::Tensor wide = x.to(at::kFloat);
    const at::Tensor inverse = at::rsqrt(wide.square().mean(-1, true) + eps);
    return weight * (wide * inverse).to(x.scalar_type());
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

at::Tensor forEachQueryHead(const at::Tensor& x, const AttentionShape& shape) {
    return shape.heads == shape.keyValueHeads ? x : x.repeat_interleave(shape.heads / shape.keyValueHeads, 1);
}

at::Tensor selfAttention(const LowRankCall& queryKeyValue, const at::Tensor& x, const RotaryTable& table,
                         const at::Tensor& positions, const AttentionShape& shape, KeysValues* keep) {
    if (keep || shape.heads != shape.keyValueHeads || !servedByKernels(x))
        return composedAttention(queryKeyValue, x, table, positions, shape, keep);
    const std::vector<at::Tensor> weights = queryKeyValue.weightParts(), factors = queryKeyValue.factorList();
    return SelfAttention::apply(x, at::TensorList(weights), at::TensorList(factors), queryKeyValue, table, positions,
                                shape);
}

}  // namespace lacuna
