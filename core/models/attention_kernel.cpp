// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/attention_kernel.h"

#include "core/models/vector_math.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>

#include <cmath>
#include <vector>

namespace lacuna {
namespace {

/// Rows of one head of one sample: row j at data + j · stride.
struct Rows {
    float* data = nullptr;
    std::int64_t stride = 0;
    float* operator[](std::int64_t row) const { return data + row * stride; }
};

/// y[0, n) += Σ_k weight[k · weightStride] · rows[k][0, n): four rows at a time, so that y is read and written a
/// quarter as often.
LACUNA_INLINE void accumulate(float* __restrict y, std::int64_t n, const float* __restrict rows, std::int64_t stride,
                              std::int64_t count, const float* __restrict weight, std::int64_t weightStride) {
    std::int64_t k = 0;
    for (; k + 4 <= count; k += 4, rows += 4 * stride, weight += 4 * weightStride) {
        const float a = weight[0], b = weight[weightStride], c = weight[2 * weightStride], d = weight[3 * weightStride];
        const float *ra = rows, *rb = rows + stride, *rc = rows + 2 * stride, *rd = rows + 3 * stride;
#pragma omp simd
        for (std::int64_t i = 0; i < n; ++i)
            y[i] += a * ra[i] + b * rb[i] + c * rc[i] + d * rd[i];
    }
    for (; k < count; ++k, rows += stride, weight += weightStride) {
        const float a = weight[0];
#pragma omp simd
        for (std::int64_t i = 0; i < n; ++i)
            y[i] += a * rows[i];
    }
}

/// Scores in place → probabilities; `seen` of them.
LACUNA_INLINE void softmax(float* __restrict scores, std::int64_t seen) {
    float largest = scores[0];
#pragma omp simd reduction(max : largest)
    for (std::int64_t j = 0; j < seen; ++j)
        largest = scores[j] > largest ? scores[j] : largest;
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (std::int64_t j = 0; j < seen; ++j) {
        scores[j] = vectorExp(scores[j] - largest);
        sum += scores[j];
    }
    const float inverse = 1 / sum;
#pragma omp simd
    for (std::int64_t j = 0; j < seen; ++j)
        scores[j] *= inverse;
}

/// One head of one sample.
struct Head {
    Rows queries, keys, values, out;
    const std::int64_t* positions = nullptr;
    std::int64_t queryCount = 0, size = 0;
    Rows probabilities;  ///< data null = not kept
    float scale = 0;
};

/// `keysByColumn` [size, keyCount] is scratch filled for this sample, `scores` [keyCount] scratch.
LACUNA_WIDE void headForward(const Head& head, const float* keysByColumn, std::int64_t keyCount, float* scores) {
    const std::int64_t size = head.size;
    for (std::int64_t i = 0; i < head.queryCount; ++i) {
        const std::int64_t seen = head.positions[i] + 1;
        const float* query = head.queries[i];
        float* p = head.probabilities.data ? head.probabilities[i] : scores;
        if (keysByColumn) {
            for (std::int64_t j = 0; j < seen; ++j)
                p[j] = 0;
            accumulate(p, seen, keysByColumn, keyCount, size, query, 1);
            for (std::int64_t j = 0; j < seen; ++j)
                p[j] *= head.scale;
        } else {
            for (std::int64_t j = 0; j < seen; ++j) {
                const float* key = head.keys[j];
                float dot = 0;
#pragma omp simd reduction(+ : dot)
                for (std::int64_t d = 0; d < size; ++d)
                    dot += query[d] * key[d];
                p[j] = dot * head.scale;
            }
        }
        softmax(p, seen);
        float* out = head.out[i];
        for (std::int64_t d = 0; d < size; ++d)
            out[d] = 0;
        accumulate(out, size, head.values.data, head.values.stride, seen, p, 1);
    }
}

/// [count, size] rows → [size, count], so that a query meets many keys in one vector.
LACUNA_WIDE void transposeRows(const Rows& rows, std::int64_t count, std::int64_t size, float* __restrict out) {
    for (std::int64_t j = 0; j < count; ++j)
        for (std::int64_t i = 0; i < size; ++i)
            out[i * count + j] = rows.data[j * rows.stride + i];
}

struct HeadGradients {
    Rows out, queries, keys, values;
};

/// Adds to the gradients of keys and values, which other heads may share. `gradScores` [queryCount, keyCount] and
/// `valuesByColumn` [size, keyCount] are scratch.
LACUNA_WIDE void headBackward(const Head& head, const HeadGradients& grads, const float* valuesByColumn,
                              std::int64_t keyCount, float* gradScores) {
    const std::int64_t size = head.size;
    for (std::int64_t i = 0; i < head.queryCount; ++i) {
        const std::int64_t seen = head.positions[i] + 1;
        float* __restrict ds = gradScores + i * keyCount;
        const float* __restrict p = head.probabilities[i];
        for (std::int64_t j = 0; j < seen; ++j)
            ds[j] = 0;
        accumulate(ds, seen, valuesByColumn, keyCount, size, grads.out[i], 1);
        float along = 0;
#pragma omp simd reduction(+ : along)
        for (std::int64_t j = 0; j < seen; ++j)
            along += p[j] * ds[j];
#pragma omp simd
        for (std::int64_t j = 0; j < seen; ++j)
            ds[j] = p[j] * (ds[j] - along) * head.scale;
        float* gradQuery = grads.queries[i];
        for (std::int64_t d = 0; d < size; ++d)
            gradQuery[d] = 0;
        accumulate(gradQuery, size, head.keys.data, head.keys.stride, seen, ds, 1);
    }
    std::int64_t first = 0;  // the first query that sees key j
    for (std::int64_t j = 0; j < keyCount; ++j) {
        while (first < head.queryCount && head.positions[first] < j)
            ++first;
        const std::int64_t seeing = head.queryCount - first;
        accumulate(grads.keys[j], size, head.queries[first], head.queries.stride, seeing,
                   gradScores + first * keyCount + j, keyCount);
        accumulate(grads.values[j], size, grads.out[first], grads.out.stride, seeing, head.probabilities[first] + j,
                   head.probabilities.stride);
    }
}

/// Head `head` of packed rows [n, heads, size] from row `begin` on.
Rows packedHead(const at::Tensor& rows, std::int64_t begin, std::int64_t head) {
    return {rows.data_ptr<float>() + begin * rows.stride(0) + head * rows.stride(1), rows.stride(0)};
}

/// Head `head` of sample `sample` of [batch, heads, tokens, size].
Rows sampleHead(const at::Tensor& rows, std::int64_t sample, std::int64_t head) {
    return {rows.data_ptr<float>() + sample * rows.stride(0) + head * rows.stride(1), rows.stride(2)};
}

/// All that the query heads of one key-value head share.
Head keyHeadOf(const at::Tensor& keys, const at::Tensor& values, std::int64_t sample, std::int64_t head,
               const std::int64_t* positions, std::int64_t queryCount) {
    Head shared;
    shared.keys = sampleHead(keys, sample, head);
    shared.values = sampleHead(values, sample, head);
    shared.positions = positions;
    shared.queryCount = queryCount;
    shared.size = keys.size(3);
    shared.scale = 1 / std::sqrt(static_cast<float>(shared.size));
    return shared;
}

/// Calls work(sample, keyValueHead, first query, query count, keys seen by the last) for every pair with queries.
template <typename Work>
void forEachSampleHead(const at::Tensor& keys, const PackedQueries& packed, const Work& work) {
    const std::int64_t *starts = packed.starts.const_data_ptr<std::int64_t>(),
                       *positions = packed.positions.const_data_ptr<std::int64_t>();
    const std::int64_t heads = keys.size(1);
    at::parallel_for(0, keys.size(0) * heads, 4, [&](std::int64_t begin, std::int64_t end) {
        std::vector<float> scratch, more;
        for (std::int64_t pair = begin; pair < end; ++pair) {
            const std::int64_t sample = pair / heads, first = starts[sample], count = starts[sample + 1] - first;
            if (count > 0)
                work(sample, pair % heads, first, count, positions[first + count - 1] + 1, scratch, more);
        }
    });
}

constexpr std::int64_t kFewQueries = 4;  // below, turning the keys costs more than it saves

}  // namespace

at::Tensor attentionForward(const at::Tensor& queries, const at::Tensor& keys, const at::Tensor& values,
                            const PackedQueries& packed, at::Tensor* probabilities) {
    const std::int64_t heads = queries.size(1), size = queries.size(2), group = heads / keys.size(1);
    at::Tensor out = at::empty({queries.size(0), heads, size}, queries.options());
    if (probabilities)
        *probabilities = at::empty({queries.size(0), heads, keys.size(2)}, queries.options());
    const std::int64_t* positions = packed.positions.const_data_ptr<std::int64_t>();
    forEachSampleHead(keys, packed,
                      [&](std::int64_t sample, std::int64_t keyHead, std::int64_t first, std::int64_t count,
                          std::int64_t keyCount, std::vector<float>& columns, std::vector<float>& scores) {
                          Head head = keyHeadOf(keys, values, sample, keyHead, positions + first, count);
                          scores.resize(static_cast<std::size_t>(keyCount));
                          const bool few = count < kFewQueries;
                          if (!few) {
                              columns.resize(static_cast<std::size_t>(keyCount * size));
                              transposeRows(head.keys, keyCount, size, columns.data());
                          }
                          for (std::int64_t h = keyHead * group; h < (keyHead + 1) * group; ++h) {
                              head.queries = packedHead(queries, first, h);
                              head.out = packedHead(out, first, h);
                              if (probabilities)
                                  head.probabilities = packedHead(*probabilities, first, h);
                              headForward(head, few ? nullptr : columns.data(), keyCount, scores.data());
                          }
                      });
    return out;
}

void attentionBackward(const at::Tensor& grad, const at::Tensor& queries, const at::Tensor& keys,
                       const at::Tensor& values, const at::Tensor& probabilities, const PackedQueries& packed,
                       const at::Tensor& gradQueries, const at::Tensor& gradKeys, const at::Tensor& gradValues) {
    const std::int64_t size = queries.size(2), group = queries.size(1) / keys.size(1);
    const std::int64_t* positions = packed.positions.const_data_ptr<std::int64_t>();
    gradKeys.zero_();
    gradValues.zero_();
    forEachSampleHead(keys, packed,
                      [&](std::int64_t sample, std::int64_t keyHead, std::int64_t first, std::int64_t count,
                          std::int64_t keyCount, std::vector<float>& columns, std::vector<float>& gradScores) {
                          Head head = keyHeadOf(keys, values, sample, keyHead, positions + first, count);
                          HeadGradients grads;
                          grads.keys = sampleHead(gradKeys, sample, keyHead);
                          grads.values = sampleHead(gradValues, sample, keyHead);
                          columns.resize(static_cast<std::size_t>(keyCount * size));
                          gradScores.resize(static_cast<std::size_t>(keyCount * count));
                          transposeRows(head.values, keyCount, size, columns.data());
                          for (std::int64_t h = keyHead * group; h < (keyHead + 1) * group; ++h) {
                              head.queries = packedHead(queries, first, h);
                              head.probabilities = packedHead(probabilities, first, h);
                              grads.out = packedHead(grad, first, h);
                              grads.queries = packedHead(gradQueries, first, h);
                              headBackward(head, grads, columns.data(), keyCount, gradScores.data());
                          }
                      });
}

}  // namespace lacuna
