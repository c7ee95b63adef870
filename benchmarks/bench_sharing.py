"""What matrices gain that share one elimination, all of them or in the tasks of a sweep: the same certificates."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

from exactcap.claims import Generic, Jacobian, KhatriRao, Matrix
from exactcap.models.activations import parse_activation
from exactcap.provers.rank import find_ranks
from exactcap.provers.records import activation_record
from exactcap.sweeps.plan import MAX_TASK


def seconds(work: Callable[[], object], repeats: int) -> float:
    """The least time of a few runs."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def grids() -> dict[str, list[Matrix]]:
    """Every n at one width; every width at one n; both."""
    tanh = activation_record(parse_activation("tanh"))
    return {
        "khatri-rao d=6 k=3 m=21, n = 1..126": [KhatriRao(Generic(6, n), 3, 21) for n in range(1, 127)],
        "khatri-rao d=5 k=3 n=70, m = 1..16": [KhatriRao(Generic(5, 70), 3, m) for m in range(1, 17)],
        "tanh W,b,v d=8, m = 1..12, n = 10, 20, ..., 120": [
            Jacobian(tanh, "generic", ("W", "b", "v"), Generic(8, n), m)
            for m in range(1, 13) for n in range(10, 121, 10)
        ],
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    repeats = parser.parse_args().repeats
    print(f"{'grid':<50} {'ranks':>5} {'alone s':>9} {'in tasks':>9} {'all':>9}   factors; minimum of {repeats}")
    for name, group in grids().items():
        assert [found.lower for found in find_ranks(group)] == [find_ranks([one])[0].lower for one in group]
        together = seconds(lambda group=group: find_ranks(group), repeats)
        tasks = [group[i : i + MAX_TASK] for i in range(0, len(group), MAX_TASK)]
        in_tasks = seconds(lambda tasks=tasks: [find_ranks(task) for task in tasks], repeats)
        alone = seconds(lambda group=group: [find_ranks([one]) for one in group], repeats)
        print(f"{name:<50} {len(group):>5} {alone:>9.3f} {alone / in_tasks:>9.1f} {alone / together:>9.1f}")


if __name__ == "__main__":
    main()
