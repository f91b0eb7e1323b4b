"""A wide CSV of 100,000 units x 50 indicators in, a CSV of the scores of all 56 nodes out: whole processes, timed from outside.

The release build of the command beside Python programs that read the file, compute min-max and weighted means on two levels
and write the scores with polars and with pandas. All in one run, in changing order, and the scores of the index are compared.
Needs cargo and pip install polars pandas numpy. Usage: python benchmarks/csv_to_csv.py [ROWS] [RUNS]
"""

import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else 100_000
RUNS = int(sys.argv[2]) if len(sys.argv) > 2 and sys.argv[2].isdigit() else 5
N, GROUPS = 50, 5
ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "target" / "release" / "gradus"

NAMES = [f"x{i}" for i in range(N)]
LOWER = [i % 3 == 0 for i in range(N)]
WEIGHTS = [i % 7 + 1.0 for i in range(N)]
GROUP_WEIGHTS = [g + 1.0 for g in range(GROUPS)]
MEMBERS = [range(g * (N // GROUPS), (g + 1) * (N // GROUPS)) for g in range(GROUPS)]


def by_polars(source, target):
    import polars as pl

    scored = []
    for i, name in enumerate(NAMES):
        c = pl.col(name)
        top = c.max() - c if LOWER[i] else c - c.min()
        scored.append((top * (100.0 / (c.max() - c.min()))).alias(name))
    groups = [
        (pl.sum_horizontal([pl.col(NAMES[i]) * WEIGHTS[i] for i in members]) / sum(WEIGHTS[i] for i in members)).alias(f"g{g}")
        for g, members in enumerate(MEMBERS)
    ]
    index = pl.sum_horizontal([pl.col(f"g{g}") * w for g, w in enumerate(GROUP_WEIGHTS)]) / sum(GROUP_WEIGHTS)
    frame = pl.read_csv(source)
    frame.lazy().with_columns(scored).with_columns(groups).with_columns(index.alias("big")).collect().write_csv(target)


def by_pandas(source, target):
    import pandas as pd

    frame = pd.read_csv(source)
    for i, name in enumerate(NAMES):
        c = frame[name]
        low, high = c.min(), c.max()
        frame[name] = (high - c if LOWER[i] else c - low) * (100.0 / (high - low))
    for g, members in enumerate(MEMBERS):
        frame[f"g{g}"] = sum(frame[NAMES[i]] * WEIGHTS[i] for i in members) / sum(WEIGHTS[i] for i in members)
    frame["big"] = sum(frame[f"g{g}"] * w for g, w in enumerate(GROUP_WEIGHTS)) / sum(GROUP_WEIGHTS)
    frame.to_csv(target, index=False)


def package(folder):
    import numpy as np

    text = "format = 1\nindex = { id = 'big', name = 'Big' }\npolicy = { arithmetic = 'binary64' }\n"
    text += "defaults = { normalize = 'min-max' }\ndata = [{ file = 'figures.csv', layout = 'wide' }]\n"
    for g, weight in enumerate(GROUP_WEIGHTS):
        text += f"[[group]]\nid = 'g{g}'\nname = 'Group {g}'\nweight = {weight}\n"
    for g, members in enumerate(MEMBERS):
        for i in members:
            direction = "lower" if LOWER[i] else "higher"
            text += f"[[indicator]]\nid = 'x{i}'\nname = 'X{i}'\nparent = 'g{g}'\nweight = {WEIGHTS[i]}\ndirection = '{direction}'\n"
    (folder / "package.toml").write_text(text)
    figures = np.random.default_rng(1).standard_normal((ROWS, N)) * 10.0 + 50.0
    with open(folder / "figures.csv", "w") as file:
        file.write("unit," + ",".join(NAMES) + "\n")
        for at, row in enumerate(figures):
            file.write(f"u{at:06}," + ",".join(f"{x:.4f}" for x in row) + "\n")


def total(path):
    """The sum of the index in a table of scores."""
    import polars as pl

    return pl.read_csv(path)["big"].sum()


def main():
    build = ["cargo", "build", "--release", "-q", "-p", "gradus-cli"]
    subprocess.run(build, cwd=ROOT, check=True)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        package(folder)
        source, out = folder / "figures.csv", folder / "scores.csv"
        commands = {"gradus": [str(PROGRAM), "score", name, "--format", "csv", "--out", str(out)]}
        for other in ("polars", "pandas"):
            commands[other] = [sys.executable, __file__, f"by-{other}", str(source), str(out)]
        seconds = {other: [] for other in commands}
        sums = {}
        order = random.Random(1)
        for _ in range(RUNS):
            # Memory that one process gave back costs the next one time, so that nobody always follows the same one.
            for other, command in order.sample(list(commands.items()), len(commands)):
                out.unlink(missing_ok=True)
                start = time.perf_counter()
                done = subprocess.run(command, capture_output=True, text=True)
                seconds[other].append(time.perf_counter() - start)
                if done.returncode != 0:
                    print(f"{other} did not run: {done.stderr.strip().splitlines()[-1]}")
                    del commands[other], seconds[other]
                    break
                sums[other] = total(out)
        size = source.stat().st_size / 1e6
    print(f"{ROWS} units x {N} indicators, {size:.0f} MB of CSV, median of {RUNS} runs, whole processes")
    own = statistics.median(seconds["gradus"])
    for other, runs in seconds.items():
        assert abs(sums[other] / sums["gradus"] - 1.0) < 1e-12, f"{other}: {sums[other]}, not {sums['gradus']}"
        median = statistics.median(runs)
        print(f"{other:8} {median:8.3f} s   {median / own:5.2f} x gradus")


if len(sys.argv) > 1 and sys.argv[1] in ("by-polars", "by-pandas"):
    {"by-polars": by_polars, "by-pandas": by_pandas}[sys.argv[1]](sys.argv[2], sys.argv[3])
else:
    main()
