#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether two builds give the same bits: hashes of every column of run.h5 (times aside) and of every adapter.

    tests/parity/same_bits.py record build/release/bin/lacuna bits.json     # before a change
    tests/parity/same_bits.py check build/release/bin/lacuna bits.json      # after it; exit 1 on a difference

Runs the six methods over the order CABD of the embedded benchmark. By default seeds 1 and 2, phrasings first and all, and
two methods that train projector and tower; --quick: seed 1 with first phrasings. Needs h5py. Columns and metrics that only the
later build writes are named and allowed.
"""

import argparse
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy

GATE = ["--gate", "prototype"]  # of every recording; the default became another one
METHODS = ["ga", "gd", "kl", "npo", "po", "lumoe"]
TIMES = {"steps/tokens_per_s", "steps/elapsed_s"}
SKIPPED_TABLES = {"resources", "provenance"}


def plans(quick):
    for method in METHODS:
        yield [method, "--seed", "1"]
    if quick:
        return
    for method in METHODS:
        yield [method, "--seed", "2", "--train-phrasings", "all"]
    for part in ("vision", "both"):
        for method in ("gd", "lumoe"):
            yield [method, "--seed", "1", "--train", part]


def digest(array):
    return hashlib.sha256(numpy.ascontiguousarray(array).tobytes()).hexdigest()[:16]


def asked_of_requests(file, table, columns):
    """Without the rows about bystanders, which only a later build asks."""
    if table in ("answers", "cells"):
        keep = numpy.char.rstrip(columns["split"].astype("S")) != b"bystander"
    elif table == "tokens":
        mine = numpy.char.rstrip(file["answers/split"][:].astype("S")) != b"bystander"
        keep = mine[columns["answer"]]
        columns["answer"] = (numpy.cumsum(mine) - 1).astype(columns["answer"].dtype)[columns["answer"]]
    else:
        return columns
    return {name: column[keep] for name, column in columns.items()}


def bits_of(folder):
    bits = {}
    with h5py.File(folder / "run.h5") as file:
        for table, group in file.items():
            if table in SKIPPED_TABLES:
                continue
            columns = asked_of_requests(file, table, {name: column[:] for name, column in group.items()})
            kept = {"": slice(None)}
            if table == "cells":  # metric by metric, so that a new one is told from a changed one
                kept = {str(m): columns["metric"] == m for m in numpy.unique(columns["metric"])}
            for metric, rows in kept.items():
                for name, column in columns.items():
                    if f"{table}/{name}" not in TIMES:
                        value = numpy.char.rstrip(column[rows].astype("S")) if column.dtype.kind == "S" else column[rows]
                        value = b"\0".join(value.tolist()) if column.dtype.kind == "S" else value
                        key = f"{table}/{name} {metric}".strip()
                        bits[key] = hashlib.sha256(value).hexdigest()[:16] if isinstance(value, bytes) else digest(value)
    for file in sorted(folder.glob("adapters/**/adapter_model.safetensors")):
        bits[str(file.relative_to(folder))] = hashlib.sha256(file.read_bytes()).hexdigest()[:16]
    return bits


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mode", choices=["record", "check"])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    known = json.loads(options.file.read_text()) if options.mode == "check" else {}
    different = 0
    with tempfile.TemporaryDirectory() as scratch:
        for number, plan in enumerate(plans(options.quick)):
            out = pathlib.Path(scratch) / f"run{number}"
            command = [options.program, "run", "--method", *plan, *GATE, "--order", "CABD", "--threads", "2", "--out", out]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            bits, name = bits_of(out), " ".join(plan)
            if options.mode == "record":
                known[name] = bits
                print(f"{name}: {len(bits)} hashes", flush=True)
                continue
            changed = sorted(key for key, value in known[name].items() if bits.get(key) != value)
            new = sorted(key for key in bits if key not in known[name])
            different += len(changed)
            print(f"{name}: {len(known[name]) - len(changed)} same, {len(changed)} different{': ' if changed else ''}"
                  f"{', '.join(changed)}{'; new: ' + ', '.join(new) if new else ''}", flush=True)
    if options.mode == "record":
        options.file.write_text(json.dumps(known, indent=1))
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
