// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/interruption.h"
#include "core/models/llava/llava.h"
#include "core/training/optimizer.h"

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace lacuna {

/// Where the making of a small model stands, in one file beside the model: phase, step, weights and moments.
class RecipeCheckpoint {
public:
    /// `identity` names benchmark and options: a checkpoint of another making is not taken.
    RecipeCheckpoint(std::filesystem::path file, std::string identity, double everyS);

    const std::string& phase() const { return m_phase; }  ///< empty = from the start
    std::int64_t step() const { return m_step; }
    double seconds() const;  ///< worked so far, this time included

    /// Puts stored values into weights (and moments, where `optimizer` is given).
    void restore(const std::map<std::string, at::Tensor*>& weights, AdamW* optimizer) const;
    /// Saves when `everyS` passed since the last time, or at once when `now`.
    void save(const std::string& phase, std::int64_t step, const std::map<std::string, at::Tensor*>& weights,
              const AdamW* optimizer, bool now);
    /// What `work` gives; when it is cancelled, all stands in the checkpoint before Cancelled goes on.
    template <typename Work>
    auto keptWhenCancelled(const std::string& phase, std::int64_t step,
                           const std::map<std::string, at::Tensor*>& weights, const AdamW& optimizer,
                           const Work& work) {
        try {
            return work();
        } catch (const Cancelled&) {
            save(phase, step, weights, &optimizer, true);
            throw;
        }
    }
    void remove();

private:
    std::filesystem::path m_file;
    std::string m_identity, m_phase;
    double m_everyS, m_secondsBefore = 0;
    std::int64_t m_step = 0;
    std::map<std::string, at::Tensor> m_stored;
    std::chrono::steady_clock::time_point m_begun, m_saved;
};

}  // namespace lacuna
