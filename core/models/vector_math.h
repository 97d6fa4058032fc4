// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <bit>
#include <cstdint>

// Wider vectors where the processor has them, without asking for them of every machine. Sanitizers do not get along
// with the resolver behind it.
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define LACUNA_WIDE __attribute__((target_clones("arch=x86-64-v3", "default")))
#else
#define LACUNA_WIDE
#endif
/// For helpers of a LACUNA_WIDE function: called, they would be compiled for the oldest machine.
#define LACUNA_INLINE inline __attribute__((always_inline))

namespace lacuna {

/// e^x for x ≤ 88 within two units in the last place, e^−87 (1.6e-38) below −87; without calls or branches, so that
/// loops become vector code. Source: Cephes' expf (Moshier), the polynomial and the split of ln 2.
LACUNA_INLINE float vectorExp(float x) {
    const float clamped = x < -87.0F ? -87.0F : x;
    const float shifted = clamped * 1.44269504F + 12582912.0F;  // 1.5 · 2^23: adding it rounds to whole numbers
    const float whole = shifted - 12582912.0F;
    const float rest = clamped - whole * 0.693359375F + whole * 2.12194440e-4F;
    float p = 1.9875691500e-4F;
    p = p * rest + 1.3981999507e-3F;
    p = p * rest + 8.3334519073e-3F;
    p = p * rest + 4.1665795894e-2F;
    p = p * rest + 1.6666665459e-1F;
    p = p * rest + 5.0000001201e-1F;
    const float power = std::bit_cast<float>((static_cast<std::int32_t>(whole) + 127) << 23);
    return (p * rest * rest + rest + 1.0F) * power;
}

}  // namespace lacuna
