// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/parameter.h"
#include "core/models/lora.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lacuna {

/// Where what is learnt lives along the sequence: which adapters the model after a stage consists of, what a request
/// trains and from what start, and what of it answers. Knows names and adapters, nothing of files' contents, the
/// trainer or who is asked.
class Arrangement {
public:
    virtual ~Arrangement() = default;
    /// The archived adapters, below the run folder, that the model after the last of `requests` consists of, in the
    /// order `mix` gets them; the last is the one that this request trained.
    virtual std::vector<std::filesystem::path> adapterFolders(const std::vector<std::string>& requests) const = 0;
    /// Does a request's adapter go on from the one before, or start at the original weights?
    virtual bool goesOn() const { return false; }
    /// Do the earlier requests' adapters act, unchanged, while a request trains?
    virtual bool trainsOnTop() const { return false; }
    /// Takes from the adapter that a request trains what it may not have, before its first step and after each; null
    /// where it may have everything. Throws InputError when the earlier ones leave it nothing.
    virtual std::function<void(Adapter&)> constraint(const std::vector<const Adapter*>& earlier) const;
    /// What answers where each request counts by its weight (1 = wholly). The adapters outlive it.
    virtual AdapterMix mix(const std::vector<Adapter>& adapters, const std::vector<double>& weights) const = 0;
};

/// How an arrangement of the catalog is made: one row each.
struct ArrangementFactory {
    std::string_view arrangement;  ///< id in the catalog
    std::unique_ptr<Arrangement> (*make)(const ParameterValues& parameters);
};
const std::vector<ArrangementFactory>& arrangementFactories();

/// `parameters` are those of the run, complete.
std::unique_ptr<Arrangement> makeArrangement(std::string_view id, const ParameterValues& parameters);

/// `adapters/stage-003` of a run folder.
std::filesystem::path stageFolder(int stage);

}  // namespace lacuna
