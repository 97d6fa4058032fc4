#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds Lacuna's steps, forward passes, generation and switching against transformers + peft, in turns.

    compare.py STEP_BENCH PEER_PYTHON [--shape embedded|reduced|7b] [--tiles 1,5] [--what gd,kl,…] [--rounds 3] …

Each side has a process of its own per round. Prints medians, their ratio and the peak memory of each kind of work (on
the CPU the process's resident size, libraries included; on a GPU what its allocator gave out), and fails when the two
do not compute the same number.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

PEER = pathlib.Path(__file__).with_name("peer_step.py")
# The same numbers: to rounding in float32; in fewer bits to what random weights leave of a loss.
TOLERANCE = {"float32": 1e-4, "bf16": 3e-2}


def lines_of(command, options):
    environment = dict(os.environ, OMP_NUM_THREADS=str(options.threads), MKL_NUM_THREADS=str(options.threads))
    if options.device == "cpu":
        environment["CUDA_VISIBLE_DEVICES"] = ""
    done = subprocess.run(list(map(str, command)), env=environment, capture_output=True, text=True)
    said = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stdout}\n{done.stderr[-4000:]}")
    return said


class Gathered:
    """What one side said about one kind of work in all rounds."""

    def __init__(self):
        self.times, self.said, self.failed = [], {}, None

    def add(self, said, clock):
        self.failed = self.failed or said.get("failed")
        if not self.failed:
            self.times += said.get(clock, said["ms"])
            peak = max(said["peak_mib"], self.said.get("peak_mib", 0))
            self.said = {**said, **self.said, "peak_mib": peak}

    def time(self):
        return statistics.median(self.times)


def measured(options, folder, kinds):
    """{(side, kind): Gathered}; sides take turns."""
    shared = ["--repetitions", options.repetitions, "--device", options.device, "--precision", options.precision]
    shared += ["--recompute"] if options.recompute else []
    sides = {"ours": [options.bench], "peer": [options.python, PEER, "run"]}
    own = {"ours": [], "peer": ["--oracle", options.oracle]}
    gathered = {(side, kind): Gathered() for side in sides for kind in kinds}
    for _ in range(options.rounds):
        for side, command in sides.items():
            for said in lines_of([*command, folder, ",".join(kinds), *shared, *own[side]], options):
                gathered[side, said["what"]].add(said, options.clock)
    return gathered


def agree(ours, peer, options):
    """None where there is nothing to hold against each other."""
    if "first" not in ours or (ours["what"] == "generate" and options.precision != "float32"):
        return None  # in bf16 near ties go either way
    return abs(ours["first"] - peer["first"]) <= TOLERANCE[options.precision] * max(1, abs(peer["first"]))


def row(kind, ours, peer, options):
    def shown(value, digits=0):
        return f"{value:.{digits}f}"

    if ours.failed or peer.failed:
        return [kind] + [side.failed or shown(side.time(), 1) for side in (ours, peer)], True
    same = agree(ours.said, peer.said, options)
    held = {None: "", True: "same", False: f"{ours.said.get('first')} {peer.said.get('first')}"}[same]
    mine, theirs = ours.said["peak_mib"], peer.said["peak_mib"]
    # A switch costs next to nothing: a ratio of it says nothing.
    cells = [kind, shown(ours.time(), 1), shown(peer.time(), 1),
             "" if kind == "experts" else f"{peer.time() / ours.time():.2f}×", shown(mine), shown(theirs),
             f"{mine / theirs:.2f}", held]
    return cells, same is not False


def extra(kind, ours, peer):
    if ours.failed or peer.failed:
        return []
    if kind == "generate":
        return [f"generation: {ours.said['tokens_per_s']:.0f} tokens/s, peer {peer.said['tokens_per_s']:.0f}"]
    if kind == "experts":
        return [f"4 experts: {ours.said['experts_mib']:.0f} MiB, peer {peer.said['experts_mib']:.0f}"]
    return []


def table(options, folder, tiles, kinds):
    gathered = measured(options, folder, kinds)
    print(f"\n{options.shape}, {tiles} tile{'s' * (tiles > 1)}, {options.device}, {options.precision}, "
          f"{'gradient checkpointing on both, ' * options.recompute}oracle {options.oracle}, "
          f"{'processor' if options.clock == 'processor_ms' else 'wall'} time")
    rows, notes, same = [["", "ours, ms", "peer, ms", "faster", "ours, MiB", "peer, MiB", "memory", "loss"]], [], True
    for kind in kinds:
        ours, peer = gathered["ours", kind], gathered["peer", kind]
        cells, fine = row(kind, ours, peer, options)
        rows.append(cells)
        notes += extra(kind, ours, peer)
        same = same and fine
    for cells in rows:
        print("".join(f"{cell:>14}" if i else f"{cell:14}" for i, cell in enumerate(cells)))
    loads = [gathered[side, kinds[0]].said.get("load_s", float("nan")) for side in ("ours", "peer")]
    print(f"load: {loads[0]:.2f} s, peer {loads[1]:.2f}", *notes, sep="\n", flush=True)
    return same


def prepare(options, folder, tiles):
    command = [options.python, PEER, "prepare", folder, "--shape", options.shape, "--tiles", str(tiles)]
    for other in folder.parent.glob(f"{options.shape}-*/data.safetensors"):
        command += ["--weights-of", other.parent]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench")
    parser.add_argument("python")
    parser.add_argument("--shape", default="embedded")
    parser.add_argument("--tiles", default="1", help="1, 5 or 1,5")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--precision", choices=TOLERANCE, default="float32")
    parser.add_argument("--recompute", action="store_true", help="gradient checkpointing on both")
    parser.add_argument("--oracle", choices=("copy", "off"), default="off",
                        help="the peer's original model: a second one in memory, or its own without adapters")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--repetitions", type=int, default=10)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--clock", choices=("ms", "processor_ms"), default="ms",
                        help="processor_ms with --threads 1: on a machine that does other work too")
    parser.add_argument("--what", default="gd,ga,po,kl,npo,simnpo,dpo,wga,undial,rmu,generate", help="also forward, forward_all, experts")
    parser.add_argument("--keep", type=pathlib.Path, help="prepare in this folder, or use what was prepared there")
    options = parser.parse_args()
    same = True
    with tempfile.TemporaryDirectory() as scratch:
        root = options.keep or pathlib.Path(scratch)
        for tiles in map(int, options.tiles.split(",")):
            folder = root / f"{options.shape}-{tiles}"
            if not (folder / "data.safetensors").exists():
                prepare(options, folder, tiles)
            same = table(options, folder, tiles, options.what.split(",")) and same
    sys.exit(0 if same else 1)


if __name__ == "__main__":
    main()
