// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/recomputed.h"

#include "core/base/interruption.h"

#include <ATen/Context.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/custom_class.h>

#include <mutex>

namespace lacuna {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct Kept : torch::CustomClassHolder {
    PartFunction part;
    at::Tensor generator;  ///< its state before the part drew; undefined when it draws nothing
};

at::Tensor generatorState(const at::Device& device) {
    at::Generator generator = at::globalContext().defaultGenerator(device);
    const std::lock_guard lock(generator.mutex());
    return generator.get_state();
}

void setGeneratorState(const at::Device& device, const at::Tensor& state) {
    at::Generator generator = at::globalContext().defaultGenerator(device);
    const std::lock_guard lock(generator.mutex());
    generator.set_state(state);
}

at::Tensor leaf(const at::Tensor& x, bool trained) {
    return x.detach().requires_grad_(trained);
}

class Recomputed : public torch::autograd::Function<Recomputed> {
public:
    static at::Tensor forward(AutogradContext* context, const at::Tensor& x, at::TensorList factors,
                              const PartFunction& part, bool draws) {
        auto kept = c10::make_intrusive<Kept>();
        kept->part = part;
        if (draws)
            kept->generator = generatorState(x.device());
        context->saved_data["kept"] = c10::IValue::make_capsule(kept);
        variable_list tensors{x};
        tensors.insert(tensors.end(), factors.begin(), factors.end());
        context->save_for_backward(tensors);
        return part(x, factors.vec());
    }

    static variable_list backward(AutogradContext* context, const variable_list& grads) {
        quietInterruptionPoint();
        const auto kept = c10::static_intrusive_pointer_cast<Kept>(context->saved_data.at("kept").toCapsule());
        const variable_list saved = context->get_saved_variables();
        const bool wantInput = context->needs_input_grad(0);
        const at::Tensor x = leaf(saved.front(), wantInput);
        variable_list factors, wanted;
        if (wantInput)
            wanted.push_back(x);
        for (auto factor = saved.begin() + 1; factor != saved.end(); ++factor) {
            factors.push_back(leaf(*factor, true));
            wanted.push_back(factors.back());
        }
        at::Tensor y;
        {
            const at::AutoGradMode differentiable(true);
            at::Tensor now;
            if (kept->generator.defined()) {
                now = generatorState(x.device());
                setGeneratorState(x.device(), kept->generator);
            }
            y = kept->part(x, factors);
            if (now.defined())
                setGeneratorState(x.device(), now);
        }
        variable_list all = torch::autograd::grad({y}, wanted, {grads[0]});
        if (!wantInput)
            all.insert(all.begin(), at::Tensor());
        all.resize(all.size() + 2);  // part, draws
        return all;
    }
};

}  // namespace

at::Tensor recomputed(const PartFunction& part, const at::Tensor& x, const std::vector<at::Tensor>& factors,
                      bool draws) {
    return Recomputed::apply(x, at::TensorList(factors), part, draws);
}

}  // namespace lacuna
