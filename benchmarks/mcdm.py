"""TOPSIS and VIKOR on 100,000 units x 50 parts, in double precision, on one thread.

Gradus beside the same written by hand in numpy, in one run: once with a matrix of one row per unit, as the libraries for
multi-criteria decisions do it, and once column by column in place, as a careful programmer would.
Needs numpy (pip install numpy) and cargo. Usage: python benchmarks/mcdm.py [ROWS] [RUNS]
"""

import os

# One thread each: Gradus gives a method one.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pathlib
import statistics
import subprocess
import sys
import time

import numpy as np

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
RUNS = int(sys.argv[2]) if len(sys.argv) > 2 else 9
N = 50
ROOT = pathlib.Path(__file__).resolve().parent.parent

WEIGHTS = np.array([k % 7 + 1.0 for k in range(N)])
WEIGHTS /= WEIGHTS.sum()


def topsis_by_matrix(x):
    v = x / np.sqrt((x * x).sum(axis=0)) * WEIGHTS
    to_ideal = np.sqrt(((v - v.max(axis=0)) ** 2).sum(axis=1))
    to_anti = np.sqrt(((v - v.min(axis=0)) ** 2).sum(axis=1))
    return to_anti / (to_ideal + to_anti)


def topsis_by_columns(columns):
    ideal, anti = np.zeros(ROWS), np.zeros(ROWS)
    v, d = np.empty(ROWS), np.empty(ROWS)
    for x, w in zip(columns, WEIGHTS):
        np.multiply(x, w / np.sqrt(x @ x), out=v)
        for end, total in ((v.max(), ideal), (v.min(), anti)):
            np.subtract(v, end, out=d)
            np.multiply(d, d, out=d)
            total += d
    ideal, anti = np.sqrt(ideal), np.sqrt(anti)
    return anti / (ideal + anti)


def vikor(short):
    s, r = short
    q = 0.5 * (s - s.min()) / (s.max() - s.min()) + 0.5 * (r - r.min()) / (r.max() - r.min())
    return 1.0 - q


def vikor_by_matrix(x):
    best, worst = x.max(axis=0), x.min(axis=0)
    short = WEIGHTS * (best - x) / (best - worst)
    return vikor((short.sum(axis=1), short.max(axis=1)))


def vikor_by_columns(columns):
    s, r, d = np.zeros(ROWS), np.zeros(ROWS), np.empty(ROWS)
    for x, w in zip(columns, WEIGHTS):
        best = x.max()
        np.subtract(best, x, out=d)
        np.multiply(d, w / (best - x.min()), out=d)
        s += d
        np.maximum(r, d, out=r)
    return vikor((s, r))


def timed(function, argument):
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        scores = function(argument)
        times.append((time.perf_counter() - start) * 1e3)
    return times, scores.sum()


def gradus(method):
    program = ROOT / "target" / "release" / "examples" / "time_columns"
    result = subprocess.run([program, method, str(ROWS), str(RUNS)], check=True, capture_output=True, text=True)
    times, total = result.stdout.splitlines()
    return [float(t) for t in times.split()], float(total)


def main():
    build = ["cargo", "build", "--release", "-q", "-p", "gradus-aggregate", "--example", "time_columns"]
    subprocess.run(build, cwd=ROOT, check=True)
    i = np.arange(ROWS)
    columns = [1.0 + (i * (2 * k + 1) % 9973) / 7.0 for k in range(N)]
    matrix = np.ascontiguousarray(np.column_stack(columns))
    print(f"{ROWS} units x {N} parts, {RUNS} runs, median (fastest) in milliseconds")
    for method, by_matrix, by_columns in (
        ("topsis", topsis_by_matrix, topsis_by_columns),
        ("vikor", vikor_by_matrix, vikor_by_columns),
    ):
        own, total = gradus(method)
        print(f"{method:8} Gradus           {statistics.median(own):8.1f} ({min(own):.1f})")
        for name, function, argument in (
            ("numpy, matrix", by_matrix, matrix),
            ("numpy, columns", by_columns, columns),
        ):
            times, other = timed(function, argument)
            assert abs(other - total) <= 1e-9 * abs(total), f"{method} by {name}: {other}, not {total}"
            ratio = statistics.median(times) / statistics.median(own)
            print(f"{method:8} {name:16} {statistics.median(times):8.1f} ({min(times):.1f})  {ratio:.1f} times Gradus")


if __name__ == "__main__":
    main()
