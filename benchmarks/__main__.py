"""`make bench`: measure, and print a table. `python -m benchmarks import` runs one part."""

import argparse
import tempfile
from pathlib import Path

from benchmarks import (
    changing,
    duplicates,
    importing,
    lighthouse,
    pages,
    prose,
    quality,
    reliability,
    serving,
    speed,
)

PARTS = {
    "changing": changing.run,
    "duplicates": duplicates.run,
    "import": importing.run,
    "lighthouse": lighthouse.run,
    "pages": pages.run,
    "prose": prose.run,
    "quality": quality.run,
    "reliability": reliability.run,
    "serving": serving.run,
    "speed": speed.run,
}
TOLD = {"quality": ("collection",), "speed": ("size",)}
"""Which options a part takes."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", nargs="?", choices=PARTS)
    parser.add_argument("--collection", type=Path, help="quality: folder of another collection")
    parser.add_argument("--size", type=int, choices=speed.SIZES, help="speed: of one size only")
    arguments = parser.parse_args()
    for name, run in PARTS.items():
        if arguments.part in (None, name):
            print(f"\n{name}")
            with tempfile.TemporaryDirectory() as folder:
                told = {option: getattr(arguments, option) for option in TOLD.get(name, ())}
                for line in run(Path(folder), **told):
                    print(f"  {line}", flush=True)


if __name__ == "__main__":
    main()
