"""Draws of weights and variance-based sensitivity of an index: Gradus beside numpy and SALib, in one run.

10,000 draws of any weights on 50 units x 10 indicators, with quantiles of ranks, and with quantiles of ranks and scores; and
first-order and total indices of every unit's score and rank for 12 inputs, N = 1024 (14,336 runs). Everything runs on one thread.
numpy is written as a careful programmer would: one product of matrices, two sorts of places, no loop. SALib analyzes results that
numpy computed for its sample. Of numpy and SALib processor time is taken, of Gradus the fastest of many samples by the clock, so that
a machine with other work on it can be used. The Gradus side is `crates/audit/benches/audit.rs`.
Needs cargo and pip install numpy SALib. Usage: python benchmarks/audit.py [RUNS]
"""

import os

# One thread each: Gradus is given one for the draws.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pathlib
import re
import statistics
import subprocess
import sys
import time

import numpy as np

RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 7
UNITS, INDICATORS, DRAWS, BASE = 50, 10, 10_000, 1024
ROOT = pathlib.Path(__file__).resolve().parent.parent
SHARES = [0.05, 0.5, 0.95]

figures = np.random.default_rng(1).uniform(0, 100, (UNITS, INDICATORS))
low, high = figures.min(axis=0), figures.max(axis=0)
scores_01 = (figures - low) / (high - low)
scored = 1 + 99 * scores_01
ranked = 1 + 99 * figures.argsort(axis=0).argsort(axis=0) / (UNITS - 1)


def places(scores):
    """Ranks of each row, 1 the highest."""
    order = np.argsort(-scores, axis=1)
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(1, scores.shape[1] + 1)[None, :], axis=1)
    return ranks


def draws():
    weights = np.random.default_rng(1).dirichlet(np.ones(INDICATORS), DRAWS)
    return weights @ scored.T


def ranks_by_numpy():
    ranks = places(draws())
    return np.quantile(ranks, SHARES, axis=0), ranks.mean(axis=0)


def scores_by_numpy():
    scores = draws()
    ranks = places(scores)
    return np.quantile(ranks, SHARES, axis=0), np.quantile(scores, SHARES, axis=0), ranks.mean(axis=0)


def model(sample):
    """Scores of all units: ten weights within 25 %, one of two normalizations, one of two means."""
    weights = 0.1 * (0.75 + 0.5 * sample[:, :INDICATORS])
    weights /= weights.sum(axis=1, keepdims=True)
    out = np.empty((len(sample), UNITS))
    for by_rank in (False, True):
        for geometric in (False, True):
            rows = ((sample[:, 10] >= 0.5) == by_rank) & ((sample[:, 11] >= 0.5) == geometric)
            base = ranked if by_rank else scored
            out[rows] = np.exp(weights[rows] @ np.log(base).T) if geometric else weights[rows] @ base.T
    return out


def sobol_by_salib():
    from SALib.analyze import sobol as analyze
    from SALib.sample import sobol as sample

    names = [f"w{i}" for i in range(INDICATORS)] + ["normalization", "aggregation"]
    problem = {"num_vars": len(names), "names": names, "bounds": [[0, 1]] * len(names)}
    results = model(sample.sample(problem, BASE, calc_second_order=False, seed=1))
    outputs = np.hstack([results, places(results)])
    return [
        analyze.analyze(problem, outputs[:, unit], calc_second_order=False, num_resamples=200, seed=1)
        for unit in range(outputs.shape[1])
        if outputs[:, unit].std() > 0
    ]


def seconds(function, runs):
    """Median and fastest processor time."""
    function()
    taken = []
    for _ in range(runs):
        start = time.process_time()
        function()
        taken.append(time.process_time() - start)
    return statistics.median(taken), min(taken)


UNIT = {"ns": 1e-9, "µs": 1e-6, "us": 1e-6, "ms": 1e-3, "s": 1.0}


def gradus():
    """Median and fastest of each bench, in seconds, on one thread."""
    found = {}
    command = ["cargo", "bench", "-q", "-p", "gradus-audit", "--bench", "audit"]
    environment = dict(os.environ, RAYON_NUM_THREADS="1")
    text = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
    for line in text.splitlines():
        times = re.findall(r"([\d.]+) (ns|µs|us|ms|s)\b", line)
        name = re.search(r"[a-z]\w+", line)
        if len(times) >= 4 and name:
            fastest, _, median, _ = (float(x) * UNIT[unit] for x, unit in times[:4])
            found[name.group()] = (median, fastest)
    return found


if __name__ == "__main__":
    ours = gradus()
    rivals = {
        "simplex_ranks_50_x_10": ("numpy, quantiles of ranks", *seconds(ranks_by_numpy, RUNS)),
        "simplex_scores_50_x_10": ("numpy, quantiles of ranks and scores", *seconds(scores_by_numpy, RUNS)),
        "sobol_50_x_10_x_12": ("SALib, 12 inputs, 100 results", *seconds(sobol_by_salib, 1)),
    }
    print(f"{'what':40} {'median s':>10} {'fastest s':>10}")
    for name, (median, fastest) in ours.items():
        print(f"{'gradus, ' + name:40} {median:10.4f} {fastest:10.4f}")
    for name, (label, median, fastest) in rivals.items():
        print(f"{label:40} {median:10.4f} {fastest:10.4f}  {fastest / ours[name][1]:.1f} times {name}")
    cells = DRAWS * UNITS * INDICATORS
    print(f"{ours['simplex_ranks_50_x_10'][1] / cells * 1e9:.2f} ns per draw, unit and indicator")
