#!/usr/bin/env python3
"""Holds Lacuna's step and generation against transformers + peft, in turns, each in a process of its own.

    compare.py STEP_BENCH PEER_PYTHON [--rounds 3] [--repetitions 10] [--threads 2] [--what gd,kl,…]

Prints medians, their ratio and peak memory, and fails when the two do not compute the same number.
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


def one_line(command, threads):
    environment = dict(os.environ, OMP_NUM_THREADS=str(threads), MKL_NUM_THREADS=str(threads), CUDA_VISIBLE_DEVICES="")
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stderr}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench")
    parser.add_argument("python")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--repetitions", type=int, default=10)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--what", default="gd,ga,po,kl,npo,generate")
    options = parser.parse_args()
    same = True
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([options.python, PEER, "prepare", folder], check=True, capture_output=True)
        print(f"{'':10}{'ours ms':>10}{'peer ms':>10}{'faster':>9}{'ours MiB':>11}{'peer MiB':>11}{'memory':>9}  loss")
        for what in options.what.split(","):
            times, peaks, first = {}, {}, {}
            for _ in range(options.rounds):
                for name, command in (("ours", [options.bench]), ("peer", [options.python, PEER, "run"])):
                    said = one_line([*command, folder, what, str(options.repetitions)], options.threads)
                    times.setdefault(name, []).extend(said["ms"])
                    peaks[name] = max(peaks.get(name, 0), said["peak_mib"])
                    first[name] = said["first"]
            ours, peer = statistics.median(times["ours"]), statistics.median(times["peer"])
            agree = abs(first["ours"] - first["peer"]) <= 1e-4 * max(1, abs(first["peer"]))
            same = same and agree
            print(f"{what:10}{ours:10.1f}{peer:10.1f}{peer / ours:8.2f}x{peaks['ours']:11.0f}{peaks['peer']:11.0f}"
                  f"{peaks['ours'] / peaks['peer']:8.2f}x  {'same' if agree else first}", flush=True)
    sys.exit(0 if same else 1)


if __name__ == "__main__":
    main()
