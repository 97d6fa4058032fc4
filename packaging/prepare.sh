# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by ./run and ./test: brings Debian's packages, libtorch and the build up to date. Idempotent; what was interrupted is
# mended by the next call; with nothing to do it costs about a second.

say() { printf '%s\n' "lacuna: $*"; }
fail() { printf '%s\n' "lacuna: $*" >&2; exit 3; }

packages=(g++ cmake ninja-build ccache pkg-config python3 python3-venv
    qt6-base-dev libgl-dev qt6-svg-dev qt6-image-formats-plugins libqcustomplot-dev libopencv-dev libhdf5-dev
    libsentencepiece-dev zlib1g-dev libgif-dev nlohmann-json3-dev libcli11-dev libfmt-dev libssl-dev libcurl4-openssl-dev libutf8proc-dev fonts-inter)

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# install_packages NAME…: those of the names that are missing, after saying which and how large.
install_packages() {
    local missing=() name
    for name in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null || fail "these Debian packages are missing and there is no apt-get: ${missing[*]}. Install their likes by hand."
    [ "$(id -u)" = 0 ] || command -v sudo >/dev/null || fail "these Debian packages are missing: ${missing[*]}. Install them as root, or install sudo."
    say "installing from Debian: ${missing[*]}"
    as_root env DEBIAN_FRONTEND=noninteractive dpkg --configure -a >/dev/null || true
    as_root apt-get update -qq || say "apt-get update failed; going on with the lists that are there"
    LC_ALL=C apt-get install --no-install-recommends --assume-no "${missing[@]}" 2>/dev/null |
        grep -E '^(Need to get|After this operation)' || true
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
        fail "apt-get could not install ${missing[*]}. See its message above, mend it, and call again."
}

has_nvidia() { [ -e /dev/nvidiactl ] || [ -e /dev/nvidia0 ]; }

# libtorch from its PyPI wheel into build/torch. A stamp says which set is complete.
install_torch() {
    [ -z "${LACUNA_TORCH:-}" ] || return 0
    local set=cpu
    has_nvidia && set=cuda
    local stamp="build/torch/complete-2.11.0"
    if [ -f "$stamp" ] && { [ "$set" = cpu ] || [ "$(cat "$stamp")" = cuda ]; }; then return 0; fi
    rm -rf build/torch build/torch.part
    mkdir -p build
    /usr/bin/python3 -m venv build/torch || fail "python3 -m venv failed. Is the package python3-venv whole?"
    if [ "$set" = cuda ]; then
        say "fetching libtorch 2.11.0 with CUDA (2.2 GB to download, 4.7 GB on disk) into build/torch"
        build/torch/bin/pip install -q --disable-pip-version-check torch==2.11.0
    else
        say "fetching libtorch 2.11.0 (530 MB to download, 1.3 GB on disk) into build/torch"
        build/torch/bin/pip install -q --disable-pip-version-check --no-deps torch==2.11.0 nvidia-cuda-runtime==13.0.96 \
            nvidia-cuda-cupti==13.0.85
    fi || fail "libtorch could not be fetched. Check the network and call again, or name an installed one with LACUNA_TORCH=DIR."
    printf '%s' "$set" >"$stamp"
}

# build TARGET…: the release preset.
build() {
    local folder=build/release log=build/release/configure.log
    if [ ! -f $folder/build.ninja ] || [ "${LACUNA_TORCH:-}" != "$(cat $folder/torch-used 2>/dev/null)" ]; then
        mkdir -p $folder
        say "configuring"
        configure >$log 2>&1 || { rm -rf $folder/CMakeCache.txt $folder/CMakeFiles; configure >$log 2>&1; } ||
            { cat $log >&2; fail "configuring failed, see above."; }
        printf '%s' "${LACUNA_TORCH:-}" >$folder/torch-used
    fi
    cmake --build $folder --target "$@" | { grep -vE '^ninja: no work to do' || true; }
    [ "${PIPESTATUS[0]}" = 0 ] || fail "the build failed, see above. If it was interrupted before, call again; else remove build/release."
}
configure() { cmake --preset release ${LACUNA_TORCH:+-DLACUNA_TORCH="$LACUNA_TORCH"}; }

prepare() {
    [ "$(uname -s)" = Linux ] || fail "only Linux is supported so far; see README.md."
    install_packages "${packages[@]}" "$@"
    install_torch
}
