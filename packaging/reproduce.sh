#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
# packaging/reproduce.sh   builds the packages of this commit a second time, in a clone in another folder and without the
# compiler cache, and holds them against those in build/packages, byte by byte.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
. packaging/common.sh
[ -z "$(git status --porcelain --untracked-files=no)" ] || fail "commit first: a commit is what is built twice"
ls build/packages/*.whl build/packages/*.deb >/dev/null 2>&1 || fail "make the packages first: packaging/build.sh"
again=$(mktemp -d "${TMPDIR:-/tmp}/lacuna-again.XXXXXX")
trap 'rm -rf "$again"' EXIT
git clone -q . "$again/lacuna"
mkdir -p "$again/lacuna/build"
[ ! -d build/torch ] || cp -a build/torch "$again/lacuna/build/torch"
[ ! -d build/wheel-tools ] || cp -a build/wheel-tools "$again/lacuna/build/wheel-tools"
CCACHE_DISABLE=${CCACHE_DISABLE-1} "$again/lacuna/packaging/build.sh"
differ=0
for file in build/packages/*; do
    other=$again/lacuna/build/packages/$(basename "$file")
    if cmp -s "$file" "$other"; then
        echo "the same: $(basename "$file")"
    else
        echo "DIFFERS: $(basename "$file")"
        ! command -v diffoscope >/dev/null || diffoscope --max-report-size 20000 "$file" "$other" || true
        differ=1
    fi
done
exit $differ
