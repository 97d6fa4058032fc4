# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by the scripts that make packages, in the repository's root.
# PACKAGE_BUILD=build/release: from a developer's build, whose files name the folder they were built in.
package_build=${PACKAGE_BUILD:-build/package}
version=$(sed -n 's/^project(Lacuna VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
torch_series=$(sed -n 's/^TORCH_SERIES:INTERNAL=//p' $package_build/CMakeCache.txt 2>/dev/null || true)
# The time of the commit stands for "now" in everything that is packed: two builds of one commit are equal.
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
umask 022

fail() { printf '%s\n' "lacuna: $*" >&2; exit 3; }

# touch_all FOLDER: every file as old as the commit.
touch_all() { find "$1" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +; }

# refuse_build_paths FOLDER: no file may name the folder it was built in.
refuse_build_paths() {
    local found
    found=$(grep -rlF -e "$PWD" "$1" || true)
    [ -z "$found" ] || [ "$package_build" != build/package ] || fail "these files name the folder they were built in: $found"
}
