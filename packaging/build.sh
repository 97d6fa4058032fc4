#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
# packaging/build.sh [wheel] [deb] [sbom]   makes packages (all of them without an argument) in build/packages
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
. packaging/prepare.sh
. packaging/common.sh
[ $# -gt 0 ] || set -- wheel deb sbom
prepare git binutils qt6-wayland qt6-image-formats-plugins file dpkg-dev
out=build/packages
export CCACHE_BASEDIR=  # a base_dir of one's own gives headers other names within the files
mkdir -p $out

say "building Lacuna $version (build/package)"
cmake --preset package -DLACUNA_DEBIAN=ON -DLACUNA_DATE="$(date -u -d "@$SOURCE_DATE_EPOCH" +%F)" \
    -DLACUNA_DATE_RFC="$(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")" ${LACUNA_TORCH:+-DLACUNA_TORCH="$LACUNA_TORCH"} >/dev/null
nice cmake --build $package_build >$package_build/build.log || { tail -30 $package_build/build.log; fail "the build failed"; }
for package in "$@"; do
    case $package in
        wheel) packaging/wheel/build.sh $out ;;
        deb)
            rm -f $out/*.deb
            (cd $package_build && rm -rf _CPack_Packages && cpack -G DEB -B "$OLDPWD/$out" >cpack.log 2>&1) || { tail -30 $package_build/cpack.log; fail "cpack failed"; }
            rm -rf $out/_CPack_Packages
            ls -l $out/*.deb ;;
        sbom) python3 packaging/sbom.py $out ;;
        *) fail "there is no package \"$package\": wheel, deb or sbom" ;;
    esac
done
