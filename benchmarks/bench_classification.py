"""Seconds to decide which rows a given network gives their class, of the prover and of the independent checker.

    python benchmarks/bench_classification.py --sizes 1797x64-128-10 --activations relu,tanh,gelu

A size nxd-u-...-K is n random rows of d whole numbers and a random network of hidden widths u, ... and K outputs, with
float32 weights; the labels are random, so about 1 in K rows is right. The time does not depend on that.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np

from exactcap.certificates.format import write_certificate
from exactcap.checker.main import check_file
from exactcap.models.activations import parse_unit
from exactcap.models.datasets import Dataset
from exactcap.provers.classifies import prove_classifies
from exactcap.provers.given_network import classification_claim
from exactcap.training.deep_files import IDENTITY, DenseLayer, DenseNetwork


def measure(n: int, widths: list[int], activation: str) -> tuple[float, float, int, int]:
    """Seconds of prover and checker, bits of the evaluation, bytes of the certificate."""
    rng, d, count = np.random.default_rng(n), widths[0], len(widths) - 1
    layers = tuple(
        DenseLayer(
            parse_unit(activation) if k < count else IDENTITY,
            (rng.standard_normal((after, before)) / before**0.5).astype(np.float32).astype(np.float64),
            rng.standard_normal(after).astype(np.float32).astype(np.float64),
            f"W{k}",
        )
        for k, (before, after) in enumerate(pairwise(widths), start=1)
    )
    rows = tuple(tuple(map(Fraction, row)) for row in rng.integers(0, 17, (n, d)).tolist())
    labels = tuple(f"k{k}" for k in [*range(widths[-1]), *rng.integers(0, widths[-1], n).tolist()][:n])
    data = Dataset(tuple(f"x{c}" for c in range(d)), "y", tuple(range(1, n + 1)), rows, (), labels)
    claim = classification_claim(DenseNetwork(layers, np.ones(d), np.zeros(d)), data)
    start = time.perf_counter()
    outcome = prove_classifies(claim)
    proved = time.perf_counter()
    if outcome.certificate is None:
        raise SystemExit(outcome.reason)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "c.cert.jsonl"
        write_certificate(outcome.certificate, path)
        begin = time.perf_counter()
        if not check_file(str(path)).verified:
            raise SystemExit("the checker rejects it")
        checked = time.perf_counter()
        return proved - start, checked - begin, outcome.certificate.evidence[0]["bits"], path.stat().st_size


def main() -> None:
    parser = argparse.ArgumentParser(description="Time claims about the classes that given networks give.")
    parser.add_argument("--sizes", default="300x10-32-3,1797x64-128-10", help="rows x inputs-widths-outputs")
    parser.add_argument("--activations", default="relu,tanh")
    options = parser.parse_args()
    print(f"{'size':>20} {'psi':>8} {'proof s':>8} {'check s':>8} {'bits':>5} {'file MiB':>9}")
    for size in options.sizes.split(","):
        n, _, widths = size.partition("x")
        for activation in options.activations.split(","):
            proof, check, bits, length = measure(int(n), list(map(int, widths.split("-"))), activation)
            print(f"{size:>20} {activation:>8} {proof:8.2f} {check:8.2f} {bits:5} {length / 2**20:9.2f}", flush=True)


if __name__ == "__main__":
    main()
