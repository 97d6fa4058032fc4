# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/fixtures/intervals/intervals.json: 95 % intervals by resampling entities, computed by numpy from the
same draws as core/runs/intervals.cpp (SplitMix64 from the same seed). Needs numpy.

    python tests/parity/make_interval_fixture.py
"""
import json
import pathlib

import numpy as np

MASK = (1 << 64) - 1


class Random:
    def __init__(self, state):
        self.state = state & MASK

    def bits(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)


def derive_seed(seed, purpose):
    state = 0xCBF29CE484222325
    for byte in purpose.encode():
        state = ((state ^ byte) * 0x100000001B3) & MASK
    mixed = Random(seed ^ state)
    mixed.bits()
    return mixed.bits()


def interval(parts, wholes, seed, resamplings=1000):
    draw = Random(derive_seed(seed, "interval"))
    entities = len(parts)
    drawn = np.array([draw.bits() % entities for _ in range(resamplings * entities)]).reshape(resamplings, entities)
    part, whole = np.asarray(parts)[drawn].sum(1), np.asarray(wholes)[drawn].sum(1)
    figures = part[whole > 0] / whole[whole > 0]
    return [float(x) for x in np.percentile(figures, [2.5, 97.5])]


def main():
    rng = np.random.default_rng(7)
    cases = []
    for entities, seed in ((2, 0), (5, 3), (20, 0), (77, 11)):
        wholes = rng.integers(1, 11, entities).astype(float)
        parts = np.round(wholes * rng.random(entities), 3)
        cases.append({"parts": parts.tolist(), "wholes": wholes.tolist(), "seed": seed,
                      "interval": interval(parts, wholes, seed)})
    # A difference won over a difference lost: parts below zero, wholes that may come to nothing.
    wholes = rng.integers(-1, 4, 12).astype(float)
    parts = rng.integers(-2, 3, 12).astype(float)
    cases.append({"parts": parts.tolist(), "wholes": wholes.tolist(), "seed": 5, "interval": interval(parts, wholes, 5)})

    # The mean of three such figures; most entities are in one of them, some in two.
    entities, figures = 30, 3
    wholes = np.zeros((entities, figures))
    for one in range(entities):
        wholes[one, rng.integers(figures)] = rng.integers(1, 11)
        if one % 5 == 0:
            wholes[one, rng.integers(figures)] = rng.integers(1, 11)
    parts = np.round(wholes * rng.random((entities, figures)), 3)
    draw = Random(derive_seed(9, "interval"))
    drawn = np.array([draw.bits() % entities for _ in range(1000 * entities)]).reshape(1000, entities)
    part, whole = parts[drawn].sum(1), wholes[drawn].sum(1)
    counts = (whole > 0).all(1)
    means = (part[counts] / whole[counts]).mean(1)
    mean = {"parts": parts.tolist(), "wholes": wholes.tolist(), "seed": 9,
            "interval": [float(x) for x in np.percentile(means, [2.5, 97.5])]}

    folder = pathlib.Path(__file__).parents[1] / "fixtures" / "intervals"
    folder.mkdir(exist_ok=True)
    (folder / "intervals.json").write_text(json.dumps(cases, indent=1) + "\n")
    (folder / "mean.json").write_text(json.dumps(mean, indent=1) + "\n")


if __name__ == "__main__":
    main()
