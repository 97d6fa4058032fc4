# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes files beside the run file given that lead a reader elsewhere or into a trap. Exit 77: h5py is not installed."""
import pathlib
import shutil
import sys

try:
    import h5py
    import numpy
except ImportError:
    sys.exit(77)

whole = pathlib.Path(sys.argv[1])


def spoilt(name, change):
    path = whole.with_name(name + ".h5")
    shutil.copy(whole, path)
    with h5py.File(path, "r+") as file:
        count = len(file["steps/loss"])
        del file["steps/loss"]
        change(file, count)


def virtual(file, count):
    layout = h5py.VirtualLayout(shape=(count,), dtype="f8")
    layout[:] = h5py.VirtualSource(str(whole), "steps/loss", shape=(count,))
    file.create_virtual_dataset("steps/loss", layout)


def soft(file, count):
    file["steps/loss"] = h5py.SoftLink("/steps/lr")


def external_link(file, count):
    file["steps/loss"] = h5py.ExternalLink(str(whole), "/steps/loss")


def external_bytes(file, count):
    file.create_dataset("steps/loss", shape=(count,), dtype="f8", external=[("/etc/passwd", 0, h5py.h5f.UNLIMITED)])


def huge(file, count):
    file.create_dataset("cells/many", shape=(2**40,), dtype="f8", chunks=(1024,))
    del file["steps"]
    for name in ("stage", "step", "loss"):
        file.create_dataset("steps/" + name, shape=(2**40,), dtype="f8", chunks=(1024,))


for name, change in {
    "virtual": virtual, "soft": soft, "external_link": external_link, "external_bytes": external_bytes, "huge": huge,
    "matrix": lambda file, count: file.create_dataset("steps/loss", data=numpy.zeros((count, 1))),
    "group": lambda file, count: file.create_group("steps/loss"),
}.items():
    spoilt(name, change)
