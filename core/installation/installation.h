// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <filesystem>

namespace lacuna {

/// Where liblacuna_plain.so lies, and with it Lacuna's other libraries: `lib/lacuna` of an installation, `lib` of a
/// build tree. Throws InternalError when the linker does not tell.
std::filesystem::path libraryFolder();

/// `share/lacuna` of the installation or build tree that this library belongs to. Need not exist.
std::filesystem::path shareFolder();

/// The embedded model's folder: `$LACUNA_DATASETS`, else in `shareFolder()`.
std::filesystem::path installedDatasets();

/// Where Lacuna keeps what belongs to a user, such as runs and a fetched libtorch: `$XDG_DATA_HOME/lacuna`, else
/// `~/.local/share/lacuna`; empty when neither XDG_DATA_HOME nor HOME is set. Not created here.
std::filesystem::path userDataFolder();

/// The same for all users of this machine: what lacuna-get-torch --system fetched.
inline const std::filesystem::path systemDataFolder = "/var/lib/lacuna";

}  // namespace lacuna
