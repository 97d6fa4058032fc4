# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads run.h5, as docs/file-formats.md describes it."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Union

import h5py
import numpy as np

_FORMAT = "lacuna.run"
_MAJOR = "1"


@dataclass(frozen=True)
class Run:
    """A run as it lies in a file.

    path:     the run.h5 that was read
    spec:     what was run, as in spec.json: method, parameters, model, order, seed, …
    tables:   by name ("requests", "steps", "cells", "answers", "tokens", "resources", …) the columns, by name, as arrays
              of equal length: numbers as they are stored, texts as arrays of str
    made_with: who made which stage: versions, processor, device
    """

    path: Path
    spec: Dict[str, Any]
    tables: Dict[str, Dict[str, np.ndarray]]
    made_with: List[Dict[str, Any]]

    def rows(self, table: str) -> List[Dict[str, Any]]:
        """A table row by row, as dicts: `pandas.DataFrame(run.tables["steps"])` does the same by columns."""
        columns = {name: column.tolist() for name, column in self.tables[table].items()}
        return [dict(zip(columns, row)) for row in zip(*columns.values())]


def open_run(path: Union[str, "os.PathLike[str]"]) -> Run:
    """Reads a whole run from its folder, or from a run.h5, and closes the file again.

    Raises FileNotFoundError where there is no run.h5 (a run writes it when it ends or is stopped), and ValueError for a
    file that is no run of Lacuna, or of a newer major version than this package knows.
    """
    file = Path(path)
    if file.is_dir():
        file = file / "run.h5"
        if not file.exists():
            known = (file.parent / "spec.json").exists()
            raise FileNotFoundError(
                f"{file.parent} is a run that has not ended: it has no run.h5 yet. Let it end, or stop it."
                if known else f"{file.parent} is no run folder: it has neither run.h5 nor spec.json.")
    if not file.exists():
        raise FileNotFoundError(f"{file} does not exist.")
    try:
        opened = h5py.File(file, "r")
    except OSError as error:
        raise ValueError(f"{file} cannot be read as HDF5: {error}") from error
    with opened as stored:
        _check(stored, file)
        return Run(path=file, spec=json.loads(stored.attrs["spec"]), tables=_tables(stored),
                   made_with=json.loads(stored.attrs.get("made_with", "[]")))


def _text(attribute: Any) -> str:
    """h5py gives a text of fixed length as bytes."""
    return attribute.decode() if isinstance(attribute, bytes) else str(attribute)


def _check(stored: h5py.File, file: Path) -> None:
    name = _text(stored.attrs.get("format", ""))
    version = _text(stored.attrs.get("format_version", ""))
    if name != _FORMAT:
        raise ValueError(f"{file} is no run of Lacuna: its format is {name!r}.")
    if version.split(".")[0] != _MAJOR:
        raise ValueError(f"{file} is of format {version}, and this package reads {_MAJOR}: upgrade lacuna-workbench.")


def _tables(stored: h5py.File) -> Dict[str, Dict[str, np.ndarray]]:
    return {table: {name: _column(column) for name, column in group.items()}
            for table, group in stored.items() if isinstance(group, h5py.Group)}


def _column(column: h5py.Dataset) -> np.ndarray:
    if column.dtype.kind in "SO":
        return np.array(column.asstr()[:], dtype=str)
    return column[:]
