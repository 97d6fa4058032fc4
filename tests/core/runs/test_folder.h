// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QTemporaryDir>

#include <filesystem>
#include <unistd.h>

namespace lacuna::testing {

/// An empty folder that goes with the object; in memory where the system has such a place, so that a thousand syncs
/// cost nothing.
class TestFolder {
public:
    TestFolder() : m_folder(::access("/dev/shm", W_OK) == 0 ? "/dev/shm/lacuna-test-XXXXXX" : QString()) {}
    std::filesystem::path path() const { return m_folder.path().toStdString(); }

private:
    QTemporaryDir m_folder;
};

}  // namespace lacuna::testing
