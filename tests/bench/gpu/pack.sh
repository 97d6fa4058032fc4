#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
# pack.sh [FOLDER]: gathers what measure.sh needs on a GPU machine (about 2 MB), from a build with -DLACUNA_BENCH=ON.
# The binary built on a machine without a GPU is the one that runs there: it loads libtorch's CUDA half at run time.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../../.."
folder=${1:-build/gpu-bench} bench=build/release/bin/step_bench
cmake --build build/release --target step_bench >&2
mkdir -p "$folder"
cp "$bench" tests/bench/compare.py tests/bench/peer_step.py tests/bench/gpu/measure.sh "$folder"
# Everything else it needs is libtorch's, or on any Linux of the same age or younger.
ldd "$bench" | awk '/libfmt/ {print $3}' | while read -r library; do cp -L "$library" "$folder"; done
ls -l "$folder"
