# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts the programs of this package in place of Python."""

import importlib.util
import os
import sys
from pathlib import Path
from typing import NoReturn

_NATIVE = Path(__file__).resolve().parent / "native"


def _torch_folder() -> "str | None":
    """Of the torch that this Python would import, which need not lie beside this package; None without one."""
    found = importlib.util.find_spec("torch")
    return os.path.dirname(found.origin) if found and found.origin else None


def _start(name: str) -> NoReturn:
    program = _NATIVE / "bin" / name
    environment = dict(os.environ)
    if not environment.get("LACUNA_TORCH"):
        torch = _torch_folder()
        if torch:
            environment["LACUNA_TORCH"] = torch
    # The system's fonts, and ours where it has none.
    environment.setdefault("FONTCONFIG_FILE", str(_NATIVE / "share/lacuna/fonts/fonts.conf"))
    try:
        os.execve(program, [name, *sys.argv[1:]], environment)
    except OSError as error:
        print(f"{name}: {program} cannot be started ({error.strerror}). Install lacuna-workbench again: "
              "pip install --force-reinstall --no-deps lacuna-workbench", file=sys.stderr)
        sys.exit(3)


def command_line() -> NoReturn:
    _start("lacuna")


def workbench() -> NoReturn:
    _start("lacuna-workbench")
