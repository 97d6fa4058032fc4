#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/fixtures/gate/relative.json: what the gate "relative" decides, computed here by numpy alone (numpy 2).

The relative Mahalanobis distance of Ren et al. 2021 (arXiv 2106.09022): squared distance to the nearest entity's mean
under one covariance within entities, less the squared distance to the Gaussian of all known pictures, per feature;
both covariances drawn to their mean variance. The threshold comes from folds over the training views.

    python3 tests/parity/make_gate_fixture.py
"""

import json
import pathlib

import numpy

ENTITIES, WIDTH, FOLDS, CUT, SHRINKAGE = 7, 10, 4, 0.05, 0.05
VIEWS = [9, 8, 8, 7, 8, 1, 9]  # one entity has a single view: it is never left out
EXPERTS = [0, 0, 1, 1, -1, -1, 1]


def shrunk(covariance):
    return (1 - SHRINKAGE) * covariance + SHRINKAGE * numpy.trace(covariance) / WIDTH * numpy.eye(WIDTH)


def scores(views, pictures):
    """[pictures, entities]"""
    means = [v.mean(0) for v in views]
    everything = numpy.concatenate(views)
    deviations = numpy.concatenate([v - m for v, m in zip(views, means)])
    within = numpy.linalg.inv(shrunk(deviations.T @ deviations / (len(everything) - len(views))))
    around = numpy.linalg.inv(shrunk(numpy.cov(everything.T, bias=True)))
    result = numpy.empty((len(pictures), len(views)))
    for i, picture in enumerate(pictures):
        away = picture - everything.mean(0)
        for e, mean in enumerate(means):
            result[i, e] = (away @ around @ away - (picture - mean) @ within @ (picture - mean)) / WIDTH
    return result


def main():
    random = numpy.random.default_rng(20261129)
    centres = random.normal(0, 1, (ENTITIES, WIDTH))
    mix = random.normal(0, 0.3, (WIDTH, WIDTH))
    views = [numpy.float32(c + random.normal(0, 1, (n, WIDTH)) @ mix) for c, n in zip(centres, VIEWS)]
    tests = [numpy.float32(c + random.normal(0, 1, (3, WIDTH)) @ mix) for c in centres]
    strangers = numpy.float32(random.normal(0, 2, (9, WIDTH)))
    known = [v.astype(numpy.float64) for v in views]
    pictures = numpy.concatenate([*tests, strangers]).astype(numpy.float64)

    best = []
    for fold in range(FOLDS):
        kept = [v[[i for i in range(len(v)) if len(v) == 1 or i % FOLDS != fold]] for v in known]
        out = [v[[i for i in range(len(v)) if len(v) > 1 and i % FOLDS == fold]] for v in known]
        best.extend(scores(kept, numpy.concatenate(out)).max(1))
    threshold = sorted(best)[int(CUT * len(best))]

    found = scores(known, pictures)
    expected = []
    for row in found:
        nearest = int(row.argmax())
        abstains = bool(row[nearest] < threshold)
        expected.append({"nearest": nearest, "score": row[nearest], "abstains": abstains,
                         "expert": -1 if abstains else EXPERTS[nearest]})
    embeddings = numpy.concatenate([*views, *tests, strangers])
    target = pathlib.Path(__file__).parent.parent / "fixtures" / "gate" / "relative.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps({
        "embeddings": [[float(x) for x in row] for row in embeddings], "views": VIEWS, "experts": EXPERTS,
        "parameters": {"folds": FOLDS, "false_abstention": CUT, "shrinkage": SHRINKAGE},
        "threshold": threshold, "expected": expected}) + "\n")
    print(threshold, sum(e["abstains"] for e in expected), len(expected))


if __name__ == "__main__":
    main()
