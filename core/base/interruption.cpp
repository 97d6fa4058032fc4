// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/interruption.h"

#include <utility>

namespace lacuna {
namespace {

thread_local Interruptions* listening = nullptr;

}  // namespace

Interruptions::Interruptions(std::function<void()> take)
    : m_take(std::move(take)), m_before(std::exchange(listening, this)) {}

Interruptions::~Interruptions() {
    listening = m_before;
}

void interruptionPoint() {
    if (listening)
        listening->m_take();
}

void quietInterruptionPoint() {
    try {
        interruptionPoint();
    } catch (const Cancelled&) {
        // The next point throws it again.
    }
}

}  // namespace lacuna
