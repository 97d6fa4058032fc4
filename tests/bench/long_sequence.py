#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Twenty requests of five entities each on the embedded benchmark: does a request cost more the later it comes?

    python tests/bench/long_sequence.py build/release/bin/lacuna [--choices "lumoe" "gd --arrangement experts" …]

Needs h5py and numpy. Prints per run the seconds of training and testing per request (medians of the first and of the last five)
and the memory at the end of the first and of the last request.
"""

import argparse
import json
import pathlib
import shlex
import subprocess
import tempfile

import h5py
import numpy

USUAL = ["lumoe", "gd", "npo --arrangement experts", "merge", "ortho", "canned", "shared"]


def entities(program):
    """Of the embedded benchmark, in the order of a run's requests."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "ids"
        subprocess.run([program, "run", "--method", "canned", "--out", out], check=True, capture_output=True)
        with h5py.File(out / "run.h5") as run:
            lists = [json.loads(text) for name in ("forget_entities", "retain_entities") for text in run["requests"][name].asstr()[:]]
    seen = []
    for ids in lists:
        seen += [one for one in ids if one not in seen]
    return seen


def requests(ids, count=20, size=5):
    """Each keeps five of those that none forgets."""
    kept = ids[count * size:]
    return [{"name": f"R{i + 1:02}", "forget": ids[i * size:(i + 1) * size],
             "retain": [kept[(i * size + k) % len(kept)] for k in range(size)]} for i in range(count)]


def measured(folder, count=20):
    with h5py.File(folder / "run.h5") as run:
        at, memory = run["resources/elapsed_s"][:], run["resources/cpu_mib"][:]
        stages = run["steps/stage"][:]
        steps = {stage: run["steps/elapsed_s"][:][stages == stage] for stage in set(stages)}
    # One row of memory after each request's training and one after its test; without training, the test's alone.
    per = (len(at) - 1) // count
    ends = at[per::per]
    whole = numpy.diff(numpy.concatenate([[at[0]], ends]))
    training = [float(steps[s][-1] - steps[s][0]) if s in steps else 0.0 for s in range(1, count + 1)]
    return whole, training, memory[per::per]


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("program")
    arguments.add_argument("--choices", nargs="*", default=USUAL)
    options = arguments.parse_args()
    program = str(pathlib.Path(options.program).resolve())
    with tempfile.TemporaryDirectory() as folder:
        asked = pathlib.Path(folder) / "requests.json"
        asked.write_text(json.dumps(requests(entities(program))))
        print(f"{'run':28} {'s/request, first 5':>19} {'last 5':>8} {'ratio':>6} {'of it training':>15} {'MiB, first':>11} {'last':>6}")
        for number, choice in enumerate(options.choices):
            out = pathlib.Path(folder) / f"run{number}"
            subprocess.run([program, "run", "--method", *shlex.split(choice), "--requests", asked, "--out", out], check=True,
                           capture_output=True)
            whole, training, memory = measured(out)
            first, last = numpy.median(whole[:5]), numpy.median(whole[-5:])
            share = f"{numpy.median(training[:5]):.2f} → {numpy.median(training[-5:]):.2f}"
            print(f"{choice:28} {first:19.2f} {last:8.2f} {last / first:6.2f} {share:>15} {memory[0]:11.0f} {memory[-1]:6.0f}", flush=True)


if __name__ == "__main__":
    main()
