"""Times of the commands as a user feels them, and as ratios to a bare start of Python with NumPy, in one run.

python benchmarks/bench_commands.py [--repeats 5] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WINE = [str(ROOT / "proofs" / "data" / "wine.csv"), "--label", "class", "--activation", "tanh"]


def commands(folder: str) -> dict[str, list[str]]:
    """The commands; the certificate that the check reads is made by the one before it."""
    binaries, proof = Path(sys.executable).parent, os.path.join(folder, "wine.cert.jsonl")
    exactcap = str(binaries / "exactcap")
    return {
        "python with numpy": [sys.executable, "-c", "import numpy"],
        "exactcap --help": [exactcap, "--help"],
        "exactcap certify --help": [exactcap, "certify", "--help"],
        "certify wine, width 24": [exactcap, "certify", "interpolation", "--data", *WINE, "--width", "24", "-o", proof],
        "exactcap-check wine": [str(binaries / "exactcap-check"), proof],
        "bare checker, wine": [sys.executable, "-I", "-S", str(ROOT / "exactcap" / "checker"), proof],
    }


def main() -> None:
    """Print the least time of each command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    options = parser.parse_args()
    seconds: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(options.repeats):  # interleaved, so that a busy moment hits all
            for name, command in commands(folder).items():
                start = time.perf_counter()
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
                seconds[name] = min(seconds.get(name, float("inf")), time.perf_counter() - start)
    if options.json:
        print(json.dumps(seconds))
        return
    base = seconds["python with numpy"]
    for name, value in seconds.items():
        print(f"{name:<26} {value:6.2f} s  {value / base:5.1f}")


if __name__ == "__main__":
    main()
