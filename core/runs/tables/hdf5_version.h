// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <string>

namespace lacuna {

/// Of the HDF5 library that is loaded, such as "1.10.8".
std::string hdf5Version();

}  // namespace lacuna
