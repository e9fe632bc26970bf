"""A table of any number of offers, made of the sample catalogue's rows.

Each copy has its own kilde_id, association and wording, so that nothing folds together;
everything else, blanks included, is as unevenly filled as the sample.
"""

import argparse
import csv
import random
from pathlib import Path

SAMPLE = Path(__file__).parent.parent / "catalogue" / "data" / "sample" / "offers.csv"


def make_table(path: Path, rows: int, seed: int = 706) -> None:
    """Write `rows` offers to `path`; the same seed gives the same file."""
    draw = random.Random(seed)
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        sample = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(sample[0]))
        writer.writeheader()
        for number in range(rows):
            row = dict(draw.choice(sample))
            row["kilde_id"] = f"made-{number:07d}"
            row["forening"] = f"{row['forening']} {draw.randrange(max(1, rows // 3)):06d}"
            row["tilbud"] = f"{row['tilbud']} {number}"
            writer.writerow(row)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("rows", type=int)
    arguments = parser.parse_args()
    make_table(arguments.path, arguments.rows)


if __name__ == "__main__":
    main()
