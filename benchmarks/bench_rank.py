"""Seconds for the rank of a random dense n x n matrix modulo p = 2097143: exactcap against its peers, one thread each.

    python benchmarks/bench_rank.py --sizes 1000,2000,4000 --repeats 5

The tools take turns within one run, and the minimum of every tool counts, so that other load on the machine touches all
alike. What is timed: exactcap from an int64 array to the rank, conversion included; FFLAS-FFPACK and PARI the rank
alone, on a matrix already in their own format; python-flint the rank alone, too, although building an nmod_mat from a
list costs about as much again. Ratios are peer seconds / exactcap seconds: above 1, exactcap is faster.
"""

import exactcap.arithmetic  # noqa: F401, I001 - before NumPy: it asks for one BLAS thread, here and in child processes

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from flint import nmod_mat

from exactcap.arithmetic.modular import rank_mod
from exactcap.arithmetic.modulus import DEFAULT_PRIME
from exactcap.arithmetic.residues import Residues

PARI_MAX = 1000
FFPACK_SOURCE = Path(__file__).with_name("ffpack_rank.cpp")
FFPACK_LIBRARIES = ("-lgivaro", "-lgmpxx", "-lgmp", "-lopenblas")
PARI_SCRIPT = """
default(nbthreads, 1); default(parisizemax, 8 * 10^9);
A = Mod(1, {p}) * matconcat(readvec("{rows}")~);
start = getwalltime(); r = matrank(A); printf("%d %.3f\\n", r, (getwalltime() - start) / 1000.);
quit
"""

Timer = Callable[[], tuple[int, float]]
"""One run of one tool on one matrix: the rank and the seconds."""


def time_exactcap(A: Residues) -> tuple[int, float]:
    start = time.perf_counter()
    rank = rank_mod(A, DEFAULT_PRIME)
    return rank, time.perf_counter() - start


def time_flint(matrix: nmod_mat) -> tuple[int, float]:
    start = time.perf_counter()
    rank = matrix.rank()
    return rank, time.perf_counter() - start


def time_child(command: list[str]) -> tuple[int, float]:
    """Run a program that prints a rank and seconds."""
    rank, seconds = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return int(rank), float(seconds)


def compile_ffpack(folder: Path) -> Path | None:
    """The FFLAS-FFPACK driver, or None, with a note on standard error, if it cannot be built here."""
    driver = folder / "ffpack_rank"
    command = ["g++", "-O3", "-march=native", str(FFPACK_SOURCE), "-o", str(driver), *FFPACK_LIBRARIES]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (FileNotFoundError, subprocess.CalledProcessError):
        note("FFLAS-FFPACK is missing; to compare: apt-get install g++ fflas-ffpack libopenblas-dev")
        return None
    return driver


def has_pari() -> bool:
    """Whether gp runs; if not, a note on standard error says so."""
    try:
        subprocess.run(["gp", "--version-short"], check=True, capture_output=True)
    except (FileNotFoundError, subprocess.CalledProcessError):
        note("PARI is missing; to compare: apt-get install pari-gp")
        return False
    return True


def timers(A: Residues, ffpack: Path | None, pari: bool, folder: Path) -> dict[str, Timer]:
    """The tools that are here, on one matrix."""
    n = A.shape[0]
    tools: dict[str, Timer] = {"exactcap": partial(time_exactcap, A)}
    if ffpack is not None:
        A.tofile(folder / "entries")
        tools["fflas-ffpack"] = partial(time_child, [str(ffpack), str(folder / "entries"), str(n), str(DEFAULT_PRIME)])
    tools["python-flint"] = partial(time_flint, nmod_mat(n, n, A.reshape(-1).tolist(), DEFAULT_PRIME))
    if pari and n <= PARI_MAX:
        (folder / "rows").write_text("".join(f"{row}\n" for row in A.tolist()))
        (folder / "script").write_text(PARI_SCRIPT.format(p=DEFAULT_PRIME, rows=folder / "rows"))
        tools["pari"] = partial(time_child, ["gp", "-q", "-f", str(folder / "script")])
    elif pari:
        note(f"n = {n}: PARI is left out above n = {PARI_MAX}, where it takes too long")
    return tools


def fastest(tools: dict[str, Timer], repeats: int) -> dict[str, float]:
    """The minimum of the seconds of every tool over the repeats, in turns; all must find the same rank."""
    runs: list[dict[str, tuple[int, float]]] = [
        {tool: timer() for tool, timer in tools.items()} for _ in range(repeats)
    ]
    ranks = {tool: rank for run in runs for tool, (rank, _) in run.items()}
    if len(set(ranks.values())) > 1:
        raise SystemExit(f"the tools disagree about the rank: {ranks}")
    return {tool: min(run[tool][1] for run in runs) for tool in tools}


def note(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def sizes(text: str) -> list[int]:
    """The sizes in "2000,4000"."""
    numbers = [int(part) for part in text.split(",")]
    if min(numbers) < 1:
        raise ValueError(text)
    return numbers


def positive(text: str) -> int:
    return sizes(text)[0]


def main() -> None:
    parser = argparse.ArgumentParser(description="Time ranks modulo p of random n x n matrices, one thread.")
    parser.add_argument("--sizes", type=sizes, default=[1000, 2000, 4000], help="comma-separated n, as in 2000,4000")
    parser.add_argument("--repeats", type=positive, default=5, help="runs of every tool, of which the minimum counts")
    parser.add_argument("--json", action="store_true", help="print one JSON object a size")
    options = parser.parse_args()
    generator = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ffpack, pari = compile_ffpack(folder), has_pari()
        if not options.json:
            print(
                f"{'n':>6} {'tool':<14} {'seconds':>9} {'ratio':>7}   minimum of {options.repeats}, p = {DEFAULT_PRIME}"
            )
        for n in options.sizes:
            A = generator.integers(0, DEFAULT_PRIME, (n, n))
            seconds = fastest(timers(A, ffpack, pari, folder), options.repeats)
            ratios = {tool: value / seconds["exactcap"] for tool, value in seconds.items() if tool != "exactcap"}
            if options.json:
                record = {
                    "n": n,
                    "modulus": DEFAULT_PRIME,
                    "repeats": options.repeats,
                    "seconds": seconds,
                    "ratios": ratios,
                }
                print(json.dumps(record), flush=True)
                continue
            for tool, value in seconds.items():
                ratio = f"{ratios[tool]:7.2f}" if tool in ratios else ""
                print(f"{n:6} {tool:<14} {value:9.4f} {ratio}", flush=True)


if __name__ == "__main__":
    main()
