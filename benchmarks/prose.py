"""How much of what descriptions say is read, and how much of what is read is true."""

import csv
import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from api.importing import SAMPLE
from benchmarks.quality import COLLECTION
from catalogue import prose
from catalogue.vocabulary import load_vocabulary

SENTENCES = Path(__file__).parent.parent / "tests" / "catalogue" / "data" / "prose-halves.csv"
MIN_PRECISION = 0.95
MIN_RECALL = 0.50


def run(_folder: Path) -> Iterator[str]:
    """Precision and recall overall and per code, by answer, and texts read a second.

    Precision: of all that is read from offers whose truth is known, the share that is true.
    Recall: of the facts that the truth says stand in the prose, the share read as they are.
    """
    truth = {
        row["kilde_id"]: row
        for row in map(json.loads, (COLLECTION / "truth.jsonl").open(encoding="utf-8"))
    }
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        texts = {
            row["kilde_id"]: prose.own_words(row["tilbud"], row["beskrivelse"])
            for row in csv.DictReader(file)
        }
    right, wrong, said, known = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    by_answer = Counter[tuple[str, bool]]()
    for key, text in texts.items():
        facts, in_prose = truth[key]["facts"], truth[key]["prose_facts"]
        said.update(in_prose)
        for finding in prose.findings(text):
            if facts[finding.code] is None:
                continue
            is_right = facts[finding.code] == (finding.answer == "yes")
            (right if is_right else wrong)[finding.code] += 1
            by_answer[finding.answer, is_right] += 1
            known[finding.code] += is_right and finding.code in in_prose
    yield (
        f"precision {_share(right.total(), right.total() + wrong.total())} (at least"
        f" {MIN_PRECISION}), recall {_share(known.total(), said.total())} (at least {MIN_RECALL});"
        f" {len(texts)} offers, {said.total()} facts in prose"
    )
    for answer in ("yes", "no"):
        true = by_answer[answer, True]
        yield f"reliability: read as {answer} {_share(true, true + by_answer[answer, False])} true"
    for half, words in (("tune", "by which rules were tuned"), ("held", "held out")):
        yield f"sentences written apart, {words}: {_of_half(half)}"
    yield f"{'':26} {'precision':>16} {'recall':>16}"
    for code in (fact.code for fact in load_vocabulary().access_facts):
        precise = _share(right[code], right[code] + wrong[code])
        yield f"{code:26} {precise:>16} {_share(known[code], said[code]):>16}"
    yield _speed(list(texts.values()))


def _of_half(half: str) -> str:
    """Precision and recall on one half of the sentences that were written without the sample.

    What may be read as well, but need not, counts for neither.
    """
    right = wrong = wanted = 0
    with SENTENCES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["half"] == half:
                expected, also = (_said(row[name]) for name in ("expected", "also"))
                found = {f"{one.code}={one.answer}" for one in prose.findings(row["text"])}
                right += len(found & expected)
                wrong += len(found - expected - also)
                wanted += len(expected)
    return f"precision {_share(right, right + wrong)}, recall {_share(right, wanted)}"


def _said(cell: str) -> set[str]:
    return {one for one in cell.split("|") if one}


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f} ({part}/{whole})" if whole else "-"


def _speed(texts: list[str]) -> str:
    """CPU time of descriptions that were not read before."""
    fresh = [f"{text} {number}" for number in range(10) for text in texts]
    began = time.process_time()
    for text in fresh:
        prose.findings(text)
    seconds = time.process_time() - began
    return f"{len(fresh)} descriptions, all different: {1e6 * seconds / len(fresh):.0f} us CPU each"
