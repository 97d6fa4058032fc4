// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/engine/compute_thread.h"

#include "core/base/error.h"
#include "core/base/interruption.h"
#include "tests/common/interposed_calls.h"

#include <atomic>
#include <cerrno>
#include <chrono>
#include <dlfcn.h>
#include <limits>
#include <string_view>
#include <thread>
#include <unistd.h>

namespace {

std::atomic<bool> holding = false;
std::atomic<int> held = 0;
std::atomic<int> tensorMs = 0;
std::atomic<std::size_t> noMemoryFrom = std::numeric_limits<std::size_t>::max();

std::atomic<bool> counting = false;
std::atomic<int> mostUnbroken = 0;
thread_local int unbroken = -1;  ///< −1 = a thread that never comes to such a point

/// oneDNN asks for memory too, many times in one operation.
bool isTensorLibrary(const void* caller) {
    Dl_info info{};
    return ::dladdr(caller, &info) != 0 && std::string_view(info.dli_fname).ends_with("/libc10.so");
}

void countTensor(const void* caller) {
    if (!counting || unbroken < 0 || !isTensorLibrary(caller))
        return;
    const int now = ++unbroken;
    if (now > mostUnbroken)
        mostUnbroken = now;
}

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

UnbrokenTensors::UnbrokenTensors() {
    mostUnbroken = 0;
    counting = true;
}

UnbrokenTensors::~UnbrokenTensors() {
    counting = false;
}

int UnbrokenTensors::most() const {
    return mostUnbroken;
}

NoMemory::NoMemory(std::size_t bytes) {
    noMemoryFrom = bytes;
}

NoMemory::~NoMemory() {
    noMemoryFrom = std::numeric_limits<std::size_t>::max();
}

}  // namespace lacuna::testing

namespace lacuna {

void interruptionPoint() {
    static auto* real = reinterpret_cast<void (*)()>(::dlsym(RTLD_NEXT, "_ZN6lacuna17interruptionPointEv"));
    unbroken = 0;
    real();
    unbroken = 0;
}

}  // namespace lacuna

extern "C" int posix_memalign(void** memory, size_t alignment, size_t size) noexcept {
    using Function = int(void**, size_t, size_t);
    static auto* real = reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, "posix_memalign"));
    if (!onMainThread()) {
        countTensor(__builtin_return_address(0));
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
