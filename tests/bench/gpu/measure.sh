#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
# measure.sh [PYTHON]: on a GPU machine, in the folder that pack.sh made. PYTHON holds torch 2.11 with CUDA, transformers 5
# and peft. Wants 56 GB of GPU memory, 16 GB of disk under TMPDIR and about ten minutes; SHAPE=reduced tries it in one.
# PART=1 or PART=2 runs one half, for machines that are lent for ten minutes at a time.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")"
python=${1:-python3} shape=${SHAPE:-7b} part=${PART:-12}
torch=$("$python" -c 'import importlib.util, pathlib; print(pathlib.Path(importlib.util.find_spec("torch").origin).parent)')
export LD_LIBRARY_PATH="$torch/lib:$PWD${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
work=${TMPDIR:-/tmp}/lacuna-gpu-bench

compare() {
    "$python" compare.py ./step_bench "$python" --shape "$shape" --device cuda --precision bf16 --oracle copy \
        --rounds 1 --repetitions 8 --threads 8 --keep "$work" --what gd,po,kl,npo,forward,generate,experts "$@" || failed=1
}

failed=0
nvidia-smi --query-gpu=name,memory.total,driver_version --format=csv,noheader
case $part in *1*)
    compare --tiles 1
    compare --tiles 1 --recompute --what gd,po,kl,npo ;;
esac
case $part in *2*) compare --tiles 5 --recompute ;; esac
exit $failed
