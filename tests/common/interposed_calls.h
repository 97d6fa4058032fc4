// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <chrono>
#include <functional>

namespace lacuna::testing {

/// The test binary's own write, pwrite, rename, fsync … stand before libc's, so that a test can count them and break
/// them at the n-th: a kill or a full disk exactly there. All of the process, the HDF5 library's calls included.
enum class Break {
    Nothing,   ///< only counts
    Kill,      ///< ends the process in place of the call
    TearKill,  ///< writes the first half, then ends the process; a call that writes nothing is replaced by the end
    NoLocks,   ///< file locks fail with ENOLCK, as on some network drives; `at` means nothing
    DiskFull,  ///< this and every later write fails with ENOSPC, until the next call of breakCall
};

/// From now on every read or write of a thread that is not the main one takes so much longer.
void slowReads(std::chrono::milliseconds each);
void slowWrites(std::chrono::milliseconds each);

/// Counts from now on from 0; the call number `at` breaks.
void breakCall(Break how, long at = -1);

/// Called once, in the next rename of a file or folder, before it is done.
void duringRename(std::function<void()> work);

/// Calls since breakCall.
long countedCalls();

/// Exit status of a process that was ended so.
constexpr int killedStatus = 99;

}  // namespace lacuna::testing
