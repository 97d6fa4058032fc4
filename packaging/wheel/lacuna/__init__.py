# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads runs of Lacuna, the workbench for lifelong unlearning, into notebooks:

    import lacuna
    run = lacuna.open_run("runs/demo/lumoe")
    run.tables["steps"]["loss"], run.tables["answers"]["verdict"], run.spec["method"]

The programs `lacuna` and `lacuna-workbench` come with this package; `python -m lacuna` starts the first of them.
"""

from lacuna._runs import Run, open_run
from lacuna._version import __version__

__all__ = ["Run", "open_run", "__version__"]
