// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <unistd.h>

namespace lacuna::testing {

/// A folder in memory for what the readers, which read files, are to read; gone when the process ends.
class FuzzFolder {
public:
    FuzzFolder() : m_path("/dev/shm/lacuna-fuzz-" + std::to_string(::getpid())) {
        std::filesystem::create_directories(m_path);
    }
    ~FuzzFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(m_path, ignored);
    }
    FuzzFolder(const FuzzFolder&) = delete;
    FuzzFolder& operator=(const FuzzFolder&) = delete;

    const std::filesystem::path& path() const { return m_path; }
    void put(const std::filesystem::path& name, std::string_view bytes) const {
        std::ofstream(m_path / name, std::ios::binary) << bytes;
    }

private:
    std::filesystem::path m_path;
};

/// A reader may do what it promises: read, or throw an InputError of a readable length. Anything else is a finding.
template <typename Work>
void expectReadOrComplaint(Work work) {
    try {
        work();
    } catch (const Error& error) {
        const std::string_view message = error.what();
        if (error.kind() == ErrorKind::Input && message.size() < 4096)
            return;
        std::fprintf(stderr, "not an input error, or a boundless one: %s\n", error.what());
        std::abort();
    }
}

}  // namespace lacuna::testing
