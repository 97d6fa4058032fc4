// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/recipe_checkpoint.h"

#include "core/base/error.h"
#include "core/base/number.h"
#include "core/tensors/safetensors.h"

namespace lacuna {
namespace {

double secondsSince(std::chrono::steady_clock::time_point then) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - then).count();
}

}  // namespace

RecipeCheckpoint::RecipeCheckpoint(std::filesystem::path file, std::string identity, double everyS)
    : m_file(std::move(file)),
      m_identity(std::move(identity)),
      m_everyS(everyS),
      m_begun(std::chrono::steady_clock::now()),
      m_saved(m_begun) {
    if (!std::filesystem::exists(m_file))
        return;
    const SafetensorsFile stored(m_file);
    const auto& about = stored.metadata();
    if (!about.contains("identity") || about.at("identity") != m_identity)
        throw inputError(
            "{}: belongs to the making of another model (other data, size or seed). Choose another folder, or "
            "remove the file to start anew.",
            m_file.string());
    const auto says = [&](const char* key) {
        const auto found = about.find(key);
        return found == about.end() ? std::string() : found->second;
    };
    const auto step = numberFrom<std::int64_t>(says("step"));
    const auto before = numberFrom<double>(says("seconds"));
    if (!step || *step < 0 || !before)
        throw inputError("{}: does not say how far it is. Remove the file to start anew.", m_file.string());
    m_phase = says("phase");
    m_step = *step;
    m_secondsBefore = *before;
    for (const auto& [name, entry] : stored.entries())
        m_stored[name] = stored.read(name);
}

double RecipeCheckpoint::seconds() const {
    return m_secondsBefore + secondsSince(m_begun);
}

void RecipeCheckpoint::restore(const std::map<std::string, at::Tensor*>& weights, AdamW* optimizer) const {
    const at::NoGradGuard noGrad;
    for (const auto& [name, tensor] : weights)
        if (const auto found = m_stored.find(name); found != m_stored.end())
            tensor->copy_(found->second);
    if (!optimizer || m_step == 0)
        return;
    auto state = optimizer->state();
    for (auto& [name, tensor] : state)
        tensor = m_stored.at("moment." + name);
    optimizer->restore(state, m_step);
}

void RecipeCheckpoint::save(const std::string& phase, std::int64_t step,
                            const std::map<std::string, at::Tensor*>& weights, const AdamW* optimizer, bool now) {
    if (!now && secondsSince(m_saved) < m_everyS)
        return;
    std::vector<std::pair<std::string, at::Tensor>> tensors;
    for (const auto& [name, tensor] : weights)
        tensors.emplace_back(name, tensor->detach());
    if (optimizer)
        for (const auto& [name, tensor] : optimizer->state())
            tensors.emplace_back("moment." + name, tensor);
    writeSafetensors(m_file, tensors,
                     {{"identity", m_identity},
                      {"phase", phase},
                      {"step", std::to_string(step)},
                      {"seconds", fmt::format("{:.3f}", seconds())}});
    m_phase = phase;
    m_step = step;
    m_saved = std::chrono::steady_clock::now();
}

void RecipeCheckpoint::remove() {
    std::filesystem::remove(m_file);
}

}  // namespace lacuna
