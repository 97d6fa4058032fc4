// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/engine/compute_thread.h"

#include "core/base/error.h"
#include "tests/common/interposed_calls.h"

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
std::atomic<int> tensorMs = 0;
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

SlowComputation::SlowComputation(Unit unit, std::chrono::milliseconds each) {
    switch (unit) {
        case Unit::Tensor:
            tensorMs = static_cast<int>(each.count());
            break;
        case Unit::Read:
            slowReads(each);
            break;
        case Unit::Write:
            slowWrites(each);
            break;
    }
}

SlowComputation::~SlowComputation() {
    tensorMs = 0;
    slowReads({});
    slowWrites({});
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
        if (tensorMs > 0)
            std::this_thread::sleep_for(std::chrono::milliseconds(tensorMs));
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
