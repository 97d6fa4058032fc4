# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`python -m lacuna` is the program `lacuna`."""

from lacuna._start import command_line

if __name__ == "__main__":
    command_line()
