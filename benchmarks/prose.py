"""How much of what descriptions say is read, how much of what is read is true, and how fast."""

import csv
import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from api.importing import SAMPLE
from benchmarks.quality import COLLECTION
from catalogue import prose
from catalogue.vocabulary import load_vocabulary

MIN_PRECISION = 0.95
MIN_RECALL = 0.50
SENTENCES = Path(__file__).parent.parent / "tests" / "catalogue" / "data" / "prose-halves.csv"
"""Sentences of clubs anywhere; rules are tuned to the half "tune", never to the half "held"."""
TIMED = 20_000  # descriptions
_UNMISTAKABLE = {
    "wheelchair_toilet": r"toilet|wc",
    "hearing_loop": r"slynge|hør",
    "no_referral": r"visit|henvis|bevil|kommune|læge|sagsbehandler",
    "phone_contact": r"ring|telefon|tlf|opkald",
    "pass_accepted": r"fritidspas|kontingent|støtte|penge|råd|økonomi",
    "free_trial": r"gratis|regning|betal|kost|prøv",
}
"""Words of which one must stand in a text that says the fact."""


def run(_folder: Path) -> Iterator[str]:
    """Precision and recall overall and per code, by answer, and time a description.

    Precision: of all that is read from offers whose truth is known, the share that is true.
    Recall: of the facts that the truth says stand in the prose, the share read as they are.
    The truth lists some that the text does not hold a word of; the recall without them is
    given beside, and counts for nothing.
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
    unsaid = 0
    for key, text in texts.items():
        facts, in_prose = truth[key]["facts"], truth[key]["prose_facts"]
        said.update(in_prose)
        unsaid += sum(_not_a_word_of(code, text) for code in in_prose)
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
    yield (
        f"of those, {unsaid} have not a word in their text ({', '.join(_UNMISTAKABLE)} alone were"
        f" looked up); recall without them {_share(known.total(), said.total() - unsaid)}"
    )
    for answer in ("yes", "no"):
        true = by_answer[answer, True]
        yield f"reliability: read as {answer} {_share(true, true + by_answer[answer, False])} true"
    for half, says in (("tune", "tuned to"), ("held", "held out")):
        yield f"single sentences {says}: {_on_sentences(half, whole=False)}"
        yield f"whole descriptions {says}: {_on_sentences(half, whole=True)}"
    yield f"{'':26} {'precision':>16} {'recall':>16}"
    for code in (fact.code for fact in load_vocabulary().access_facts):
        precise = _share(right[code], right[code] + wrong[code])
        yield f"{code:26} {precise:>16} {_share(known[code], said[code]):>16}"
    yield _speed([text for text in texts.values() if text.strip()])


def _not_a_word_of(code: str, text: str) -> bool:
    return code in _UNMISTAKABLE and not re.search(_UNMISTAKABLE[code], text.lower())


def _on_sentences(half: str, *, whole: bool) -> str:
    right = wrong = missed = rows = 0
    with SENTENCES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["half"] != half or (row["kind"] == "description") is not whole:
                continue
            expected = set(row["expected"].split("|")) - {""}
            read = {f"{one.code}={one.answer}" for one in prose.findings(row["text"])}
            read -= set(row["also"].split("|")) - expected
            rows += 1
            right += len(read & expected)
            wrong += len(read - expected)
            missed += len(expected - read)
    return (
        f"precision {_share(right, right + wrong)}, recall {_share(right, right + missed)};"
        f" {rows} texts"
    )


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f} ({part}/{whole})" if whole else "-"


def _speed(texts: list[str]) -> str:
    """CPU time of descriptions none of whose sentences was read before."""
    fresh = [
        re.sub(r"([.!?])(?=\s|$)", rf" {number}\1", texts[number % len(texts)]) + f" {number}"
        for number in range(TIMED)
    ]
    began = time.process_time()
    for text in fresh:
        prose.findings(text)
    seconds = time.process_time() - began
    return (
        f"{TIMED} descriptions, no sentence twice: {seconds:.2f} s CPU,"
        f" {1e6 * seconds / TIMED:.0f} us each"
    )
