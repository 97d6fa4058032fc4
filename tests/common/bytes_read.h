// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstdint>
#include <fstream>
#include <string>

namespace lacuna::testing {

/// Bytes that this process has read from files until now, as the kernel counts them (/proc/self/io: rchar).
inline std::int64_t bytesRead() {
    std::ifstream stream("/proc/self/io");
    std::string name;
    std::int64_t count = -1;
    stream >> name >> count;
    return name == "rchar:" ? count : -1;
}

}  // namespace lacuna::testing
