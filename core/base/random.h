// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace lacuna {

/// A seed of its own for one purpose ("request B", "view 3 of Halvorn"), so that adding a purpose moves no other
/// number.
std::uint64_t deriveSeed(std::uint64_t seed, std::string_view purpose);

/// SplitMix64 with plain integer and float draws: the same numbers on every platform and standard library.
class Random {
public:
    explicit Random(std::uint64_t seed) : m_state(seed) {}

    std::uint64_t bits();
    double uniform() { return static_cast<double>(bits() >> 11) * 0x1.0p-53; }  ///< in [0, 1)
    double uniform(double low, double high) { return low + (high - low) * uniform(); }
    /// In [0, count); count > 0.
    std::size_t index(std::size_t count) { return static_cast<std::size_t>(bits() % count); }
    double normal();

    template <typename T>
    const T& pick(const std::vector<T>& choices) {
        return choices[index(choices.size())];
    }

    template <typename T>
    void shuffle(std::vector<T>& values) {
        for (std::size_t i = values.size(); i > 1; --i)
            std::swap(values[i - 1], values[index(i)]);
    }

    std::uint64_t state() const { return m_state; }
    void restore(std::uint64_t state) { m_state = state; }

private:
    std::uint64_t m_state;
};

}  // namespace lacuna
