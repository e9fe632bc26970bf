"""`make bench`: measure, and print a table. `python -m benchmarks import` runs one part."""

import argparse
import tempfile
from pathlib import Path

from benchmarks import importing, quality, reliability, speed

PARTS = {
    "import": importing.run,
    "quality": quality.run,
    "reliability": reliability.run,
    "speed": speed.run,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", nargs="?", choices=PARTS)
    part = parser.parse_args().part
    with tempfile.TemporaryDirectory() as folder:
        for name, run in PARTS.items():
            if part in (None, name):
                print(f"\n{name}")
                for line in run(Path(folder)):
                    print(f"  {line}", flush=True)


if __name__ == "__main__":
    main()
