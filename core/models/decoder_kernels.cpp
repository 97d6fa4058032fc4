// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/decoder_kernels.h"

#include "core/models/vector_math.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>

#include <cmath>

namespace lacuna {
namespace {

/// About 16k floats a task: less costs more to hand out than to do.
std::int64_t grain(std::int64_t width) {
    return std::max<std::int64_t>(1, 16384 / width);
}

LACUNA_WIDE void normRows(const float* __restrict x, const float* __restrict weight, float eps, float* __restrict y,
                          float* __restrict inverse, std::int64_t rows, std::int64_t width) {
    for (std::int64_t row = 0; row < rows; ++row, x += width, y += width) {
        float squares = 0;
#pragma omp simd reduction(+ : squares)
        for (std::int64_t i = 0; i < width; ++i)
            squares += x[i] * x[i];
        const float scale = 1 / std::sqrt(squares / static_cast<float>(width) + eps);
        inverse[row] = scale;
#pragma omp simd
        for (std::int64_t i = 0; i < width; ++i)
            y[i] = x[i] * scale * weight[i];
    }
}

LACUNA_WIDE void normRowsBackward(const float* __restrict grad, const float* __restrict x,
                                  const float* __restrict weight, const float* __restrict inverse,
                                  float* __restrict out, std::int64_t rows, std::int64_t width) {
    for (std::int64_t row = 0; row < rows; ++row, grad += width, x += width, out += width) {
        float dot = 0;
#pragma omp simd reduction(+ : dot)
        for (std::int64_t i = 0; i < width; ++i)
            dot += grad[i] * weight[i] * x[i];
        const float scale = inverse[row];
        const float along = dot * scale * scale * scale / static_cast<float>(width);
#pragma omp simd
        for (std::int64_t i = 0; i < width; ++i)
            out[i] = grad[i] * weight[i] * scale - x[i] * along;
    }
}

LACUNA_WIDE void rotateRows(float* x, std::int64_t stride, std::int64_t heads, std::int64_t half, const float* cosine,
                            const float* sine, const std::int64_t* positions, float direction, std::int64_t begin,
                            std::int64_t end) {
    for (std::int64_t row = begin; row < end; ++row) {
        const float* c = cosine + positions[row] * half;
        const float* s = sine + positions[row] * half;
        for (std::int64_t head = 0; head < heads; ++head) {
            float* __restrict first = x + row * stride + head * 2 * half;
            float* __restrict second = first + half;
#pragma omp simd
            for (std::int64_t i = 0; i < half; ++i) {
                const float a = first[i], b = second[i], turn = direction * s[i];
                first[i] = a * c[i] - b * turn;
                second[i] = b * c[i] + a * turn;
            }
        }
    }
}

LACUNA_WIDE void swiGluRows(const float* __restrict gateUp, float* __restrict out, std::int64_t rows,
                            std::int64_t width) {
    for (std::int64_t row = 0; row < rows; ++row, gateUp += 2 * width, out += width) {
#pragma omp simd
        for (std::int64_t i = 0; i < width; ++i)
            out[i] = gateUp[i] / (1 + vectorExp(-gateUp[i])) * gateUp[width + i];
    }
}

LACUNA_WIDE void swiGluRowsBackward(const float* __restrict grad, const float* __restrict gateUp, float* __restrict out,
                                    std::int64_t rows, std::int64_t width) {
    for (std::int64_t row = 0; row < rows; ++row, grad += width, gateUp += 2 * width, out += 2 * width) {
#pragma omp simd
        for (std::int64_t i = 0; i < width; ++i) {
            const float gate = gateUp[i], sigmoid = 1 / (1 + vectorExp(-gate));
            out[i] = grad[i] * gateUp[width + i] * sigmoid * (1 + gate * (1 - sigmoid));
            out[width + i] = grad[i] * gate * sigmoid;
        }
    }
}

}  // namespace

bool servedByKernels(const at::Tensor& x) {
    return x.device().is_cpu() && x.scalar_type() == at::kFloat && x.is_contiguous();
}

void rmsNormForward(const at::Tensor& x, const at::Tensor& weight, double eps, at::Tensor& y, at::Tensor& inverse) {
    const std::int64_t width = x.size(-1), rows = x.numel() / width;
    const float *in = x.const_data_ptr<float>(), *w = weight.const_data_ptr<float>();
    float *out = y.data_ptr<float>(), *scale = inverse.data_ptr<float>();
    at::parallel_for(0, rows, grain(width), [&](std::int64_t begin, std::int64_t end) {
        normRows(in + begin * width, w, static_cast<float>(eps), out + begin * width, scale + begin, end - begin,
                 width);
    });
}

at::Tensor rmsNormBackward(const at::Tensor& grad, const at::Tensor& x, const at::Tensor& weight,
                           const at::Tensor& inverse) {
    const std::int64_t width = x.size(-1), rows = x.numel() / width;
    at::Tensor result = at::empty_like(x);
    const float *dy = grad.const_data_ptr<float>(), *in = x.const_data_ptr<float>(),
                *w = weight.const_data_ptr<float>(), *scale = inverse.const_data_ptr<float>();
    float* out = result.data_ptr<float>();
    at::parallel_for(0, rows, grain(width), [&](std::int64_t begin, std::int64_t end) {
        normRowsBackward(dy + begin * width, in + begin * width, w, scale + begin, out + begin * width, end - begin,
                         width);
    });
    return result;
}

at::Tensor swiGluForward(const at::Tensor& gateUp) {
    const std::int64_t rows = gateUp.size(0), width = gateUp.size(1) / 2;
    at::Tensor result = at::empty({rows, width}, gateUp.options());
    const float* in = gateUp.const_data_ptr<float>();
    float* out = result.data_ptr<float>();
    at::parallel_for(0, rows, grain(4 * width), [&](std::int64_t begin, std::int64_t end) {
        swiGluRows(in + begin * 2 * width, out + begin * width, end - begin, width);
    });
    return result;
}

at::Tensor swiGluBackward(const at::Tensor& grad, const at::Tensor& gateUp) {
    const std::int64_t rows = gateUp.size(0), width = gateUp.size(1) / 2;
    at::Tensor result = at::empty_like(gateUp);
    const float *dy = grad.const_data_ptr<float>(), *in = gateUp.const_data_ptr<float>();
    float* out = result.data_ptr<float>();
    at::parallel_for(0, rows, grain(4 * width), [&](std::int64_t begin, std::int64_t end) {
        swiGluRowsBackward(dy + begin * width, in + begin * 2 * width, out + begin * 2 * width, end - begin, width);
    });
    return result;
}

void rotateInPlace(at::Tensor& x, std::int64_t heads, const at::Tensor& cosine, const at::Tensor& sine,
                   const at::Tensor& positions, float direction) {
    float* data = x.data_ptr<float>();
    const float *c = cosine.const_data_ptr<float>(), *s = sine.const_data_ptr<float>();
    const std::int64_t *at = positions.const_data_ptr<std::int64_t>(), stride = x.stride(0), half = cosine.size(1);
    at::parallel_for(0, x.size(0), grain(heads * half * 2), [&](std::int64_t begin, std::int64_t end) {
        rotateRows(data, stride, heads, half, c, s, at, direction, begin, end);
    });
}

}  // namespace lacuna
