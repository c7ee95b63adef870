"""Seconds, memory, units and bits of exact memorizing networks, and of checking them, against the number of rows.

    python benchmarks/bench_memorize.py --sizes 100x10,300x10,1000x20
    python benchmarks/bench_memorize.py --sizes 2000x50 --methods baum,tent,shifts

A size nxd is n random rows of d integers below 2^20 with two classes at random, the hardest labels for a given n. Each
method runs in a process of its own, whose peak memory is what the table shows.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

from exactcap.certificates.format import write_certificate
from exactcap.checker.main import check_file
from exactcap.claims import Classes, Table
from exactcap.constructions.catalogue import METHODS
from exactcap.provers.memorizes import memorize


def measure(n: int, d: int, method: str, limit: int) -> dict[str, Any]:
    """Build, write and check one network."""
    draw = random.Random(n)
    rows = tuple(tuple(str(draw.randrange(-(2**20), 2**20)) for _ in range(d)) for _ in range(n))
    table = Table(tuple(f"x{c}" for c in range(d)), "y", tuple(range(1, n + 1)), rows)
    labels = Classes(("no", "yes"), (("0",), ("1",)), tuple(draw.randrange(2) for _ in range(n)))
    start = time.perf_counter()
    found = memorize(table, labels, [method], 0, limit)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if found.best is None or found.best.claim is None or found.certificate is None:
        return {"method": method, "reason": found.attempts[0].reason}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "net.cert.jsonl"
        write_certificate(found.certificate, path)
        start = time.perf_counter()
        verdict = check_file(str(path))
        checked = time.perf_counter() - start
    assert verdict.verified, verdict.reason
    return {
        "method": method, "seconds": seconds, "peak": peak, "units": found.best.units, "bits": found.best.claim.bits,
        "checked": checked,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="100x10,300x10,1000x20")
    parser.add_argument("--methods", default=",".join(METHODS))
    parser.add_argument("--limit", type=int, default=120, help="seconds for one method at one size")
    options = parser.parse_args()
    print(f"{'n':>6} {'d':>4} {'method':<13} {'seconds':>8} {'peak MiB':>9} {'units':>6} {'bits':>6} {'checker s':>10}")
    context = multiprocessing.get_context("spawn")
    for size in options.sizes.split(","):
        n, d = map(int, size.split("x"))
        for method in options.methods.split(","):
            with context.Pool(1) as pool:
                row = pool.apply(measure, (n, d, method, options.limit))
            head = f"{n:>6} {d:>4} {method:<13} "
            if "reason" in row:
                print(head + row["reason"], flush=True)
            else:
                print(
                    head + f"{row['seconds']:>8.2f} {row['peak']:>9.0f} {row['units']:>6} {row['bits']:>6} "
                    f"{row['checked']:>10.2f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
