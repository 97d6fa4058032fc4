// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/training_sets.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/text/refusals.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace lacuna {

StepSamples::StepSamples(const LoadedModel& model, const TrainingSets& sets, const ObjectiveNeeds& needs,
                         std::int64_t batch, std::uint64_t seed)
    : m_model(model), m_sets(sets), m_batch(batch), m_seed(seed) {
    if (sets.forget.empty())
        throw inputError("The forget set of this request is empty: there is nothing to train on.");
    for (const auto& need : needs.passes) {
        auto& samples = m_tokenised[need.pass];
        if (need.pass == Pass::ForgetRefusal) {
            m_fixedRefusals = need.wantsReference();
            for (std::size_t row = 0; row < sets.forget.size(); ++row)
                samples.push_back(refused(row, 0));
            continue;
        }
        const auto& pairs = need.pass == Pass::Unknown ? sets.unknown
                            : isRetainPass(need.pass)  ? sets.retain
                                                       : sets.forget;
        for (const auto& pair : pairs) {
            samples.push_back(sampleOf(pair, pair.answer, isTextOnly(need.pass)));
        }
    }
}

std::int64_t StepSamples::stepsPerEpoch() const {
    return (static_cast<std::int64_t>(m_sets.forget.size()) + m_batch - 1) / m_batch;
}

std::vector<std::size_t> StepSamples::order(std::size_t count, const std::string& purpose) const {
    std::vector<std::size_t> rows(count);
    std::iota(rows.begin(), rows.end(), std::size_t{0});
    Random(deriveSeed(m_seed, purpose)).shuffle(rows);
    return rows;
}

std::vector<std::size_t> StepSamples::rows(Pass pass, std::int64_t step) const {
    const auto within = static_cast<std::size_t>(step % stepsPerEpoch() * m_batch);
    const auto end = std::min(m_sets.forget.size(), within + static_cast<std::size_t>(m_batch));
    std::vector<std::size_t> picked;
    if (!isRetainPass(pass)) {
        const auto all = order(m_sets.forget.size(), fmt::format("forget epoch {}", step / stepsPerEpoch()));
        return {all.begin() + static_cast<std::ptrdiff_t>(within), all.begin() + static_cast<std::ptrdiff_t>(end)};
    }
    const auto size = m_sets.retain.size();
    std::vector<std::size_t> rows;
    std::size_t walk = std::numeric_limits<std::size_t>::max();
    for (auto position = static_cast<std::size_t>(step * m_batch); picked.size() < end - within; ++position) {
        if (position / size != walk) {
            walk = position / size;
            rows = order(size, fmt::format("retain pass {}", walk));
        }
        picked.push_back(rows[position % size]);
    }
    return picked;
}

Sample StepSamples::sampleOf(const TrainingPair& pair, const std::string& answer, bool textOnly) const {
    if (textOnly || pair.picture < 0)
        return {tokenise(*m_model.tokenizer, m_model.chat, pair.question, answer, std::vector<std::int64_t>{}), -1};
    return {tokenise(*m_model.tokenizer, m_model.chat, pair.question, answer, m_sets.projected.count(pair.picture)),
            pair.picture};
}

Sample StepSamples::refused(std::size_t row, std::int64_t epoch) const {
    Random random(deriveSeed(m_seed, fmt::format("refusal {} epoch {}", row, epoch)));
    const auto& pair = m_sets.forget[row];
    return sampleOf(pair, random.pick(refusalSentences()), false);
}

std::vector<Sample> StepSamples::samples(Pass pass, const std::vector<std::size_t>& rows, std::int64_t epoch) const {
    std::vector<Sample> some;
    some.reserve(rows.size());
    for (const auto row : rows)
        some.push_back(pass == Pass::ForgetRefusal && !m_fixedRefusals ? refused(row, epoch) : all(pass)[row]);
    return some;
}

}  // namespace lacuna
