// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Inside of this room: what each file of it makes.
#include "core/unlearning/gates/gate.h"

namespace lacuna {

/// Throws InternalError for a gate without a row.
const GateFactory& gateFactory(std::string_view gate);

std::unique_ptr<Gate> makePrototypeGate(const std::vector<KnownEntity>& known, const GateContext& context);
std::unique_ptr<Gate> restorePrototypeGate(const Routes& routes, const StoredTensor& tensor,
                                           const GateContext& context);

std::unique_ptr<Gate> makeOracleGate(const std::vector<KnownEntity>& known, const GateContext& context);
std::unique_ptr<Gate> restoreOracleGate(const Routes& routes, const StoredTensor& tensor, const GateContext& context);

}  // namespace lacuna
