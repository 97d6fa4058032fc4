# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Opens a run file of a million steps with Lacuna and with h5py, in turns, on the same file and machine.

    run_log_peer.py BUILD/bin/run_log_bench

Lacuna reads in a process of its own, checks every value and hands the columns over; h5py reads the columns alone.
Needs python3-h5py.
"""
import json
import os
import subprocess
import sys
import tempfile
import time

import h5py

ROUNDS = 5


def h5py_seconds(path, columns=None):
    start = time.perf_counter()
    with h5py.File(path) as file:
        steps = file["steps"]
        for name in columns or steps:
            steps[name][:]
    return time.perf_counter() - start


def lacuna_seconds(binary, name, folder):
    answer = subprocess.run(
        [binary, f"--benchmark_filter=^{name}/", "--benchmark_format=json", "--benchmark_min_time=0.01"],
        env=os.environ | {"LACUNA_BENCH_FOLDER": folder}, capture_output=True, check=True)
    return json.loads(answer.stdout)["benchmarks"][0]["real_time"] / 1000


def main():
    binary = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        lacuna_seconds(binary, "openMillionSteps", folder)  # makes the file
        path = os.path.join(folder, "million", "run.h5")
        print(f"{os.path.getsize(path) / 1e6:.1f} MB, best of {ROUNDS}, seconds")
        for title, name, columns in (("10 columns", "openMillionSteps", None),
                                     ("one curve", "readOneCurveOfMillionSteps", ["stage", "step", "loss"])):
            ours, theirs = [], []
            for _ in range(ROUNDS):
                ours.append(lacuna_seconds(binary, name, folder))
                theirs.append(h5py_seconds(path, columns))
            print(f"{title}: lacuna {min(ours):.3f}, h5py {min(theirs):.3f}")


main()
