# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a run.h5 as docs/file-formats.md says, and prints what is in it. Exit 77: h5py is not installed."""
import json
import sys

try:
    import h5py
except ImportError:
    sys.exit(77)

with h5py.File(sys.argv[1]) as run:
    steps = {name: column[:] for name, column in run["steps"].items()}
    answers = {name: column[:] for name, column in run["answers"].items()}
    tokens = run["tokens"]
    print("steps", len(steps["loss"]), "first", steps["stage"][0], steps["step"][0],
          "last loss", f"{steps['loss'][-1]:.6f}")
    print("answers", len(answers["answer"]), "exact", answers["exact"].sum(),
          "refuses", (answers["verdict"] == b"refuses").sum())
    print("last answer", run["answers/answer"].asstr()[-1])
    mine = tokens["answer"][:] == len(answers["answer"]) - 1
    print(f"tokens of answer {len(answers['answer']) - 1}:", list(tokens["token"].asstr()[:][mine]))
    print("requests", *run["requests/name"].asstr()[:], "method", json.loads(run.attrs["spec"])["method"])
