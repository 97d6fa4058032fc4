# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/fixtures/measures.json: what scipy, scikit-learn, zlib and numpy say of small examples, for
core/runs/statistics.cpp, core/runs/intervals.cpp, core/runs/answer_values.cpp and core/evaluation/scoring.cpp.

    python tests/parity/make_measure_fixture.py
"""
import json
import pathlib
import zlib

import numpy as np
from scipy.spatial.distance import jensenshannon
from scipy.stats import kendalltau, ks_2samp, spearmanr
from sklearn.metrics import roc_auc_score

from make_interval_fixture import Random, derive_seed

rng = np.random.default_rng(11)


def rounded(values):
    return [round(float(v), 3) for v in values]


def two_samples():
    cases = []
    for a, b in ((rng.normal(0, 1, 12), rng.normal(.5, 1, 9)), (rng.normal(0, 1, 40), rng.normal(0, 1, 40)),
                 (rng.integers(0, 4, 30), rng.integers(1, 5, 17)), (rng.normal(0, 1, 200), rng.normal(3, 1, 200)),
                 ([1.0], [2.0, 3.0])):
        a, b = rounded(a), rounded(b)
        test = ks_2samp(a, b, method="exact")
        cases.append({"a": a, "b": b, "distance": float(test.statistic), "p": float(test.pvalue),
                      "area": float(roc_auc_score([1] * len(a) + [0] * len(b), a + b))})
    return cases


def pairs():
    cases = []
    for a, b in ((rng.normal(0, 1, 8), rng.normal(0, 1, 8)), (rng.integers(0, 3, 24), rng.integers(0, 4, 24))):
        a, b = rounded(a), rounded(b)
        cases.append({"a": a, "b": b, "tau": float(kendalltau(a, b).statistic), "rho": float(spearmanr(a, b).statistic)})
    return cases


def coins():
    return [{"p": p, "q": q, "bits": float(jensenshannon([p, 1 - p], [q, 1 - q], base=2) ** 2)}
            for p, q in ((.5, .25), (1, 0), (.9, .9), (.001, .2))]


def area_interval():
    """The mean of two areas of six entities against five others, whole entities drawn on both sides."""
    members = [[rounded(rng.normal(1, 1, rng.integers(1, 4))) for _ in range(2)] for _ in range(6)]
    others = [rounded(rng.normal(0, 1, rng.integers(1, 3))) for _ in range(5)]

    def draws(count, seed):
        draw = Random(derive_seed(seed, "interval"))
        return np.array([draw.bits() % count for _ in range(1000 * count)]).reshape(1000, count)

    figures = []
    for mine, theirs in zip(draws(6, 3), draws(5, derive_seed(3, "others"))):
        against = [v for j in theirs for v in others[j]]
        areas = []
        for which in range(2):
            own = [v for i in mine for v in members[i][which]]
            areas.append(roc_auc_score([1] * len(own) + [0] * len(against), own + against))
        figures.append(np.mean(areas))
    low, high = np.percentile(figures, [2.5, 97.5])
    return {"members": members, "others": others, "seed": 3, "low": float(low), "high": float(high)}


def tokens():
    """Two samples, of seven and of three tokens, over a vocabulary of five."""
    logits = np.round(rng.normal(0, 2, (10, 5)), 3)
    targets = np.array([0, 3, 2, 1, 4, 2, 2, 1, 1, 0])
    targets[4:7] = logits[4:7].argmax(1)
    logs = logits - np.log(np.exp(logits).sum(1, keepdims=True))
    shares = np.exp(logs)
    mean = (shares * logs).sum(1)
    deviation = np.sqrt((shares * (logs - mean[:, None]) ** 2).sum(1))
    own = logs[np.arange(10), targets]
    right = logits.argmax(1) == targets

    def lowest(values):
        return float(np.sort(values)[:max(1, len(values) // 5)].mean())

    def of(some):
        wrong = np.flatnonzero(~right[some])
        first = 0 if len(wrong) == 0 else wrong[-1] + 1
        return {"extraction": 1 - first / len(right[some]), "memorization": float(right[some].mean()),
                "min_k": lowest(own[some]), "min_k_plus": lowest(((own - mean) / deviation)[some])}

    return {"logits": logits.tolist(), "targets": targets.tolist(), "sample": [0] * 7 + [1] * 3,
            "scores": [of(slice(0, 7)), of(slice(7, 10))]}


def packed():
    return [{"truth": text, "bytes": len(zlib.compress(text.encode()))}
            for text in ("It lives in the reed beds.", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "Это Эйфелева башня.")]


if __name__ == "__main__":
    out = pathlib.Path(__file__).parent.parent / "fixtures" / "measures.json"
    out.write_text(json.dumps({"two_samples": two_samples(), "pairs": pairs(), "coins": coins(),
                               "area_interval": area_interval(), "tokens": tokens(), "packed": packed()}, indent=1) + "\n")
