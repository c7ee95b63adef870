"""Seconds and memory to prove that an exact solution lies near trained weights, against the number of rows.

    python benchmarks/bench_nearby.py --sizes 100x10,300x10,1000x20
    python benchmarks/bench_nearby.py --sizes 1797x64,5000x50 --second-opinion

A size nxd is n random rows of d inputs with labels -1 and 1, fitted by 2 ceil(n/d) tanh neurons, an even number as the
paired start needs. Each size runs in a process of its own, whose peak memory is what the table shows; training is timed
apart and counts in no other column. The lemma's test quantity is h = 4 beta L/(1 - q0)^2, which must be below 1.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import time
from fractions import Fraction
from typing import Any

import numpy as np

from exactcap.claims import Numbers, Table
from exactcap.models.activations import parse_activation
from exactcap.provers.nearby import nearby_certificate
from exactcap.provers.newton import newton_kantorovich
from exactcap.provers.outcome import silent
from exactcap.provers.recheck import recheck_nearby
from exactcap.provers.records import read_activation
from exactcap.training.levenberg_marquardt import fit


def measure(n: int, d: int, second: bool) -> dict[str, Any]:
    """Train, prove and perhaps prove again; raises RuntimeError when the training or the proof fails."""
    rng = np.random.default_rng(n)
    X = np.round(rng.standard_normal((n, d)) * 1024) / 1024
    targets = [Fraction(int(t)) for t in rng.choice([-1, 1], n)]
    rows = [[Fraction(x) for x in row] for row in X.tolist()]
    width = 2 * -(-n // d)
    start = time.perf_counter()
    weights = fit(parse_activation("tanh"), rows, targets, width, 1, silent)
    trained = time.perf_counter()
    factors, shifts = ([Fraction(x) for x in part.tolist()] for part in (weights.factors, weights.shifts))
    inputs = [[f * (x - s) for x, f, s in zip(row, factors, shifts, strict=True)] for row in rows]
    proof = newton_kantorovich(parse_activation("tanh"), inputs, weights, targets)
    proved = time.perf_counter()
    if isinstance(proof, str):
        raise RuntimeError(f"{n}x{d}: {proof}")
    table = Table(
        tuple(f"x{c}" for c in range(d)), "y", tuple(range(1, n + 1)), tuple(tuple(map(str, r)) for r in rows)
    )
    certificate = nearby_certificate(read_activation("tanh"), table, Numbers(tuple(map(str, targets))), weights, proof)
    record = {
        "n": n,
        "d": d,
        "width": width,
        "columns": len(proof.columns),
        "training": trained - start,
        "proof": proved - trained,
        "bytes": sum(map(len, certificate.lines())),
        "h": 4 * proof.beta * proof.curvature / (1 - proof.q0) ** 2,
        "distance": float(proof.distance),
    }
    if second:
        begin = time.perf_counter()
        outcome = recheck_nearby(certificate)
        if outcome.certificate is None:
            raise RuntimeError(f"{n}x{d}: {outcome.reason}")
        record["second_opinion"] = time.perf_counter() - begin
    record["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return record


def sizes(text: str) -> list[tuple[int, int]]:
    pairs = [tuple(map(int, part.split("x"))) for part in text.split(",")]
    if not all(len(pair) == 2 and min(pair) >= 1 for pair in pairs):
        raise ValueError(text)
    return [(n, d) for n, d in pairs]


def main() -> None:
    parser = argparse.ArgumentParser(description="Time proofs of exact solutions near trained weights.")
    parser.add_argument(
        "--sizes", type=sizes, default=sizes("100x10,300x10,1000x20"), help="rows x inputs, e.g. 300x10"
    )
    parser.add_argument("--second-opinion", action="store_true", help="also time the second computation of the bounds")
    parser.add_argument("--json", action="store_true", help="print one JSON object a size")
    options = parser.parse_args()
    if not options.json:
        print(f"{'n':>6} {'d':>4} {'width':>6} {'columns':>8} {'training s':>11} {'proof s':>8} {'again s':>8}", end="")
        print(f" {'peak MiB':>9} {'file MiB':>9} {'h':>8} {'distance':>9}")
    context = multiprocessing.get_context("spawn")
    for n, d in options.sizes:
        with context.Pool(1) as pool:
            try:
                record = pool.apply(measure, (n, d, options.second_opinion))
            except RuntimeError as error:
                raise SystemExit(str(error)) from None
        if options.json:
            print(json.dumps(record), flush=True)
            continue
        again = f"{record['second_opinion']:8.2f}" if options.second_opinion else f"{'-':>8}"
        print(
            f"{n:6} {d:4} {record['width']:6} {record['columns']:8} {record['training']:11.2f} {record['proof']:8.2f} "
            f"{again} {record['peak_mib']:9.0f} {record['bytes'] / 2**20:9.2f} {record['h']:8.1e} "
            f"{record['distance']:9.1e}",
            flush=True,
        )


if __name__ == "__main__":
    main()
