// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/engine/compute_thread.h"

#include "core/base/error.h"

#include <atomic>
#include <cerrno>
#include <chrono>
#include <dlfcn.h>
#include <limits>
#include <thread>
#include <unistd.h>

namespace {

std::atomic<bool> holding = false;
std::atomic<int> held = 0;
std::atomic<std::size_t> noMemoryFrom = std::numeric_limits<std::size_t>::max();

bool onMainThread() {
    return ::gettid() == ::getpid();
}

}  // namespace

namespace lacuna::testing {

HeldComputation::HeldComputation() {
    holding = true;
}

HeldComputation::~HeldComputation() {
    holding = false;
    holding.notify_all();
}

void HeldComputation::waitUntilHeld() const {
    for (int waited = 0; held == 0; ++waited) {
        if (waited > 20'000)
            throw internalError("Nobody computes: there is nothing to hold.");
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

NoMemory::NoMemory(std::size_t bytes) {
    noMemoryFrom = bytes;
}

NoMemory::~NoMemory() {
    noMemoryFrom = std::numeric_limits<std::size_t>::max();
}

}  // namespace lacuna::testing

extern "C" int posix_memalign(void** memory, size_t alignment, size_t size) noexcept {
    using Function = int(void**, size_t, size_t);
    static auto* real = reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, "posix_memalign"));
    if (!onMainThread()) {
        if (holding) {
            ++held;
            holding.wait(true);
            --held;
        }
        if (size >= noMemoryFrom)
            return ENOMEM;
    }
    return real(memory, alignment, size);
}
