"""One million units x 50 indicators: min-max, then weighted means through a two-level tree, in double precision.

Gradus beside the same written by hand in numpy and in polars, in one run, in turn.
Needs numpy and polars (pip install numpy polars) and cargo. Usage: python benchmarks/million.py [ROWS] [RUNS]
"""

import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np
import polars as pl

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
RUNS = int(sys.argv[2]) if len(sys.argv) > 2 else 5
N, GROUPS = 50, 5
ROOT = pathlib.Path(__file__).resolve().parent.parent

LOWER = np.array([i % 3 == 0 for i in range(N)])
WEIGHTS = np.array([i % 7 + 1.0 for i in range(N)])
GROUP_WEIGHTS = np.arange(1.0, GROUPS + 1)
MEMBERS = [range(g * (N // GROUPS), (g + 1) * (N // GROUPS)) for g in range(GROUPS)]


def by_numpy(x):
    """x has one row per unit; every stage is kept, as Gradus keeps it."""
    low, high = x.min(axis=0), x.max(axis=0)
    z = (x - low) / (high - low) * 100.0
    z[:, LOWER] = 100.0 - z[:, LOWER]
    groups = np.empty((len(x), GROUPS))
    for g, members in enumerate(MEMBERS):
        w = WEIGHTS[members.start : members.stop]
        groups[:, g] = z[:, members.start : members.stop] @ w / w.sum()
    return z, groups, groups @ GROUP_WEIGHTS / GROUP_WEIGHTS.sum()


def by_numpy_columns(columns):
    """The same column by column, in the memory layout that numpy likes better for this."""
    z = []
    for i, x in enumerate(columns):
        low, high = x.min(), x.max()
        y = high - x if LOWER[i] else x - low
        y *= 100.0 / (high - low)
        z.append(y)
    groups = []
    for members in MEMBERS:
        total = sum(WEIGHTS[i] for i in members)
        y = WEIGHTS[members[0]] * z[members[0]]
        for i in members[1:]:
            y += WEIGHTS[i] * z[i]
        y /= total
        groups.append(y)
    index = GROUP_WEIGHTS[0] * groups[0]
    for w, group in zip(GROUP_WEIGHTS[1:], groups[1:]):
        index += w * group
    index /= GROUP_WEIGHTS.sum()
    return z, groups, index


def by_polars(frame):
    scored = []
    for i in range(N):
        c = pl.col(f"x{i}")
        top = c.max() - c if LOWER[i] else c - c.min()
        scored.append(top * (100.0 / (c.max() - c.min())))
    groups = [
        (pl.sum_horizontal([pl.col(f"x{i}") * WEIGHTS[i] for i in members]) / sum(WEIGHTS[i] for i in members)).alias(f"g{g}")
        for g, members in enumerate(MEMBERS)
    ]
    index = pl.sum_horizontal([pl.col(f"g{g}") * GROUP_WEIGHTS[g] for g in range(GROUPS)]) / GROUP_WEIGHTS.sum()
    return frame.lazy().with_columns(scored).with_columns(groups).with_columns(index.alias("index")).collect()


def timed(function, argument):
    start = time.perf_counter()
    result = function(argument)
    return time.perf_counter() - start, result


# With gaps: one figure in twenty is missing, scores are on 1 to 100, a missing part shares its weight out among those that are
# there, and the five groups make the index by a weighted geometric mean.


def gaps_by_numpy(columns):
    z = []
    for i, x in enumerate(columns):
        low, high = np.nanmin(x), np.nanmax(x)
        y = high - x if LOWER[i] else x - low
        y *= 99.0 / (high - low)
        y += 1.0
        z.append(y)
    groups = []
    for members in MEMBERS:
        total, weight = np.zeros(len(z[0])), np.zeros(len(z[0]))
        for i in members:
            there = ~np.isnan(z[i])
            total += np.where(there, WEIGHTS[i] * z[i], 0.0)
            weight += WEIGHTS[i] * there
        with np.errstate(invalid="ignore"):
            groups.append(total / weight)
    total, weight = np.zeros(len(z[0])), np.zeros(len(z[0]))
    for w, group in zip(GROUP_WEIGHTS, groups):
        there = ~np.isnan(group)
        total += np.where(there, w * np.log(group), 0.0)
        weight += w * there
    with np.errstate(invalid="ignore"):
        return z, groups, np.exp(total / weight)


def gaps_by_polars(frame):
    scored = []
    for i in range(N):
        c = pl.col(f"x{i}")
        top = c.max() - c if LOWER[i] else c - c.min()
        scored.append(top * (99.0 / (c.max() - c.min())) + 1.0)

    def mean(parts):
        total = pl.sum_horizontal([part * w for part, w in parts])
        return total / pl.sum_horizontal([part.is_not_null() * w for part, w in parts])

    groups = [mean([(pl.col(f"x{i}"), WEIGHTS[i]) for i in members]).alias(f"g{g}") for g, members in enumerate(MEMBERS)]
    # A group without any part is 0 / 0.
    groups = [group.fill_nan(None) for group in groups]
    index = mean([(pl.col(f"g{g}").log(), GROUP_WEIGHTS[g]) for g in range(GROUPS)]).exp()
    return frame.lazy().with_columns(scored).with_columns(groups).with_columns(index.alias("index")).collect()


def timed(function, argument):
    start = time.perf_counter()
    result = function(argument)
    return time.perf_counter() - start, result


def compare(title, columns, others, extra):
    """Times Gradus and the others in turn, so that a machine that slows down slows all of them down."""
    seconds = {name: [] for name, *_ in others}
    sums, gradus, memory = {}, {}, None
    with tempfile.NamedTemporaryFile(suffix=".f64") as data:
        for column in columns:
            data.write(column.tobytes())
        data.flush()
        for round in range(RUNS + 1):
            for name, function, argument in others:
                spent, result = timed(function, argument)
                if round > 0:
                    seconds[name].append(spent)
                index = result["index"].to_numpy() if name == "polars" else result[2]
                sums[name] = float(np.nansum(index))
                del result, index
            target = ROOT / "target/release/examples/million"
            # The first of two runs warms the memory up, as numpy's and polars' first round does.
            command = [str(target), data.name, str(ROWS), "2", *extra]
            lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
            memory = [int(x) for x in lines.pop().split()[1:]]
            for line in lines[1::2]:
                kind, spent, total = line.split()
                gradus.setdefault(kind, []).append(float(spent))
                if kind == "first":
                    sums["gradus"] = float(total)
    print(f"{title}: {ROWS} units x {N} indicators, median of {RUNS} runs")
    best = statistics.median(gradus["first"])
    for kind, label in (("first", "gradus, new columns"), ("again", "gradus, columns kept"), ("reweighted", "gradus, only new weights at the top")):
        median = statistics.median(gradus[kind])
        print(f"{label:38} {median:8.4f} s   {median / best:5.2f} x gradus")
    for name, runs in seconds.items():
        median = statistics.median(runs)
        assert abs(sums[name] / sums["gradus"] - 1) < 1e-9, f"{name}: {sums[name]}, not {sums['gradus']}"
        print(f"{name:38} {median:8.4f} s   {median / best:5.2f} x gradus")
    print(f"memory of a run: {memory[1] / 1e6:.0f} MB beyond a table of {memory[0] / 1e6:.0f} MB, {memory[1] / memory[0]:.2f} times the table\n")


def main():
    build = ["cargo", "build", "--release", "-q", "-p", "gradus-engine", "--example", "million"]
    subprocess.run(build, cwd=ROOT, check=True)
    rng = np.random.default_rng(1)
    rows = rng.standard_normal((ROWS, N)) * 10.0 + 50.0
    columns = [np.ascontiguousarray(rows[:, i]) for i in range(N)]
    frame = pl.DataFrame({f"x{i}": column for i, column in enumerate(columns)})
    compare(
        "without gaps, weighted means",
        columns,
        [("numpy, by rows", by_numpy, rows), ("numpy, by columns", by_numpy_columns, columns), ("polars", by_polars, frame)],
        [],
    )
    del rows, frame
    for column in columns:
        column[rng.random(ROWS) < 0.05] = np.nan
    frame = pl.DataFrame({f"x{i}": column for i, column in enumerate(columns)}, nan_to_null=True)
    compare(
        "one figure in twenty missing, geometric at the top",
        columns,
        [("numpy, by columns", gaps_by_numpy, columns), ("polars", gaps_by_polars, frame)],
        ["geometric"],
    )


main()
