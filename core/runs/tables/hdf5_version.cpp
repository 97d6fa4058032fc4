// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/tables/hdf5_version.h"

#include "core/runs/tables/hdf5.h"

namespace lacuna {

std::string hdf5Version() {
    unsigned major = 0, minor = 0, release = 0;
    if (H5get_libversion(&major, &minor, &release) < 0)
        throw internalError("HDF5 does not tell its version. Please report this.");
    return fmt::format("{}.{}.{}", major, minor, release);
}

}  // namespace lacuna
