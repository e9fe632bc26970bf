"""100,000 offers in, the same again, and out: time, CPU and memory of the command itself."""

import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.made_table import make_table

ROWS = 100_000
MAX_SECONDS = 60
MAX_MB = 600
_COMMAND = Path(sys.executable).parent / "fritidsguide"


def run(folder: Path) -> Iterator[str]:
    """One line a run: wall seconds, CPU seconds, peak memory of all children so far."""
    table, database = folder / "made.csv", f"sqlite:///{folder / 'made.sqlite'}"
    make_table(table, ROWS)
    for what, arguments in (
        (f"import {ROWS} rows (at most {MAX_SECONDS} s, {MAX_MB} MB)", ["import", str(table)]),
        ("import them again", ["import", str(table)]),
        ("export them", ["export", "csv", "--out", str(folder / "out.csv")]),
    ):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        began = time.perf_counter()
        done = subprocess.run(
            [_COMMAND, *arguments, "--database", database],
            cwd=folder,
            capture_output=True,
            text=True,
            check=True,
        )
        wall = time.perf_counter() - began
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        yield (
            f"{what}: {wall:.1f} s wall, {cpu:.1f} s CPU,"
            f" peak {after.ru_maxrss / 1000:.0f} MB ({done.stdout.strip()})"
        )
