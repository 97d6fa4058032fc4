#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a training checkpoint of 0.96 GB in turns: streamed, from one string in memory, and with safetensors.torch.

    checkpoint_peer.py BUILD/bin/checkpoint_bench [FOLDER]

Each turn is a process of its own that holds the same tensors. All of them end with the file on the disk: save_file does
not see to that, so an fsync follows it. Needs torch and safetensors; FOLDER lies on the disk that is meant.
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = 5


def memory_mib(which):
    for line in pathlib.Path("/proc/self/status").read_text().splitlines():
        if line.startswith(which + ":"):
            return int(line.split()[1]) / 1024
    return 0


def peer(folder):
    import torch
    from safetensors.torch import save_file

    state = {}
    for part in ("factor", "moment1", "moment2"):
        for _ in range(32):
            for inner, outer in [(4096, 4096)] * 4 + [(4096, 11008)] * 2 + [(11008, 4096)]:
                for shape in ((32, inner), (outer, 32)):
                    state[f"{part}.{len(state)}"] = torch.full(shape, 0.5)
    pathlib.Path("/proc/self/clear_refs").write_text("5")
    before = memory_mib("VmRSS")
    begun = time.perf_counter()
    path = os.path.join(folder, "peer.safetensors")
    save_file(state, path, {"step": "10"})
    with open(path, "rb") as file:
        os.fsync(file.fileno())
    print(json.dumps({"seconds": time.perf_counter() - begun, "extra_mib": memory_mib("VmHWM") - before}))


def main():
    if sys.argv[1] == "--peer":
        return peer(sys.argv[2])
    ways = {"streamed": [sys.argv[1], "streamed"], "one string": [sys.argv[1], "string"],
            "safetensors.torch.save_file": [sys.executable, __file__, "--peer"]}
    taken = {way: [] for way in ways}
    for _ in range(ROUNDS):
        for way, command in ways.items():
            with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else None) as folder:
                answer = subprocess.run(command + [folder], capture_output=True, check=True, text=True)
                taken[way].append(json.loads(answer.stdout))
            os.sync()
    for way, turns in taken.items():
        seconds = statistics.median(turn["seconds"] for turn in turns)
        extra = statistics.median(turn["extra_mib"] for turn in turns)
        print(f"{way}: {seconds:.2f} s, {extra:.0f} MiB beside the tensors (medians of {ROUNDS})")


main()
