#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes torch-wheels.txt, the list that lacuna-get-torch goes by, from a folder of wheels:
    pip download torch==VERSION -d FOLDER && python3 make_list.py FOLDER >torch-wheels.txt
"cpu" are those without which libtorch_cpu.so does not load; "cuda" what a GPU needs besides."""

import hashlib
import importlib.util
import sys
import zipfile
from importlib.machinery import SourceFileLoader
from pathlib import Path

CPU = ("torch", "nvidia_cuda_runtime", "nvidia_cuda_cupti")

here = Path(__file__).resolve().parent
loader = SourceFileLoader("get_torch", str(here / "lacuna-get-torch.in"))
get_torch = importlib.util.module_from_spec(importlib.util.spec_from_loader("get_torch", loader))
loader.exec_module(get_torch)


def line(path):
    project = path.name.split("-")[0]
    kind = "cpu" if project in CPU else "cuda"
    with zipfile.ZipFile(path) as archive:
        unpacked = [sum(entry.file_size for entry in archive.infolist() if get_torch.kept(entry.filename, cuda))
                    for cuda in (False, True)]
    return f"{kind} {path.name} {path.stat().st_size} {unpacked[0]} {unpacked[1]} {hashlib.sha256(path.read_bytes()).hexdigest()}"


def main():
    wheels = [path for path in Path(sys.argv[1]).glob("*.whl") if path.name.startswith(("torch-", "nvidia_"))]
    wheels.sort(key=lambda path: (path.name.split("-")[0] not in CPU, not path.name.startswith("torch-"), path.name))
    print("# Wheels that lacuna-get-torch fetches, made by packaging/torch/make_list.py: set, file, bytes, bytes unpacked\n"
          "# without CUDA and with it, SHA-256. The first is torch itself.")
    for path in wheels:
        print(line(path))


main()
