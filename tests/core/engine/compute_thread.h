// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <chrono>
#include <cstddef>

namespace lacuna::testing {

/// The test binary's own posix_memalign stands before libc's: every tensor on the CPU comes from it. So a test can hold
/// a thread that computes in the middle of its work, or take its memory away. The main thread is left alone.

/// While one of these lives, whoever computes stands still at its next tensor.
class HeldComputation {
public:
    HeldComputation();
    ~HeldComputation();
    HeldComputation(const HeldComputation&) = delete;
    HeldComputation& operator=(const HeldComputation&) = delete;
    void waitUntilHeld() const;
};

/// What long work is made of, whatever it is.
enum class Unit { Tensor, Read, Write };

/// While one of these lives, every unit of whoever computes takes so much longer: work of an instant lasts as it does
/// for a large model.
class SlowComputation {
public:
    SlowComputation(Unit unit, std::chrono::milliseconds each);
    ~SlowComputation();
    SlowComputation(const SlowComputation&) = delete;
    SlowComputation& operator=(const SlowComputation&) = delete;
};

/// While one of these lives, the tensors are counted that whoever computes makes between two interruption points: how
/// long a command may have to wait, whatever a tensor costs. The test binary's own points stand before Lacuna's.
class UnbrokenTensors {
public:
    UnbrokenTensors();
    ~UnbrokenTensors();
    UnbrokenTensors(const UnbrokenTensors&) = delete;
    UnbrokenTensors& operator=(const UnbrokenTensors&) = delete;
    int most() const;  ///< so far
};

/// While one of these lives, there is no memory for a tensor of `bytes` or more.
class NoMemory {
public:
    explicit NoMemory(std::size_t bytes);
    ~NoMemory();
    NoMemory(const NoMemory&) = delete;
    NoMemory& operator=(const NoMemory&) = delete;
};

}  // namespace lacuna::testing
