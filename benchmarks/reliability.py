"""How far the estimates of blank access facts can be relied on, against the collection's truth."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.catalogues import sample_index
from benchmarks.quality import COLLECTION
from matcher.estimates import BLANK_RATE
from matcher.kernels.compiled import NO, YES


def run(folder: Path) -> Iterator[str]:
    """Blank facts by tenths of their estimate, and Brier scores (mean squared error)."""
    index = sample_index(folder)
    facts = {
        (told := json.loads(line))["kilde_id"]: told["facts"]
        for line in (COLLECTION / "truth.jsonl").read_text(encoding="utf-8").splitlines()
    }
    estimates, truths, codes = [], [], []
    for row, offer in enumerate(index.offers):
        for column, code in enumerate(index.codes):
            truth = facts[offer.source_ids[0].key].get(code)
            if truth is not None and index.columns.access[column, row] not in (YES, NO):
                estimates.append(index.columns.chance[column, row] / 255)
                truths.append(float(truth))
                codes.append(column)
    estimate, is_true, code_of = np.array(estimates), np.array(truths), np.array(codes)
    yield f"{len(estimate)} blank facts with a known truth; {is_true.mean():.2f} are yes"
    yield "estimate   facts   mean estimate   true"
    for tenth in range(10):
        held = (estimate >= tenth / 10) & (estimate < (tenth + 1) / 10)
        if held.any():
            yield (
                f"{tenth / 10:.1f}-{(tenth + 1) / 10:.1f}    {held.sum():5d}   "
                f"{estimate[held].mean():13.3f}  {is_true[held].mean():5.3f}"
            )
    share = np.bincount(code_of, is_true) / np.maximum(np.bincount(code_of), 1)
    for name, guess in (
        ("the estimates", estimate),
        ("one share for all blanks", np.full(len(is_true), BLANK_RATE)),
        ("each code's true share, which nobody knows", share[code_of]),
    ):
        yield f"Brier score of {name}: {((guess - is_true) ** 2).mean():.4f}"
