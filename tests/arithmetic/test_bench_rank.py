import json
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "bench_rank.py"


def test_the_benchmark_prints_json_without_its_peers(tmp_path: Path) -> None:
    """With an empty search path neither g++ nor gp is found; python-flint is always there."""
    command = [sys.executable, str(SCRIPT), "--sizes", "200,80", "--repeats", "2", "--json"]
    run = subprocess.run(command, capture_output=True, text=True, env={"PATH": str(tmp_path)}, check=True)
    records = [json.loads(line) for line in run.stdout.splitlines()]
    assert [record["n"] for record in records] == [200, 80]
    for record in records:
        assert set(record["seconds"]) == {"exactcap", "python-flint"}
        assert all(seconds > 0 for seconds in record["seconds"].values())
        expected = record["seconds"]["python-flint"] / record["seconds"]["exactcap"]
        assert record["ratios"] == {"python-flint": expected}
    assert "apt-get install g++ fflas-ffpack libopenblas-dev" in run.stderr
    assert "apt-get install pari-gp" in run.stderr
