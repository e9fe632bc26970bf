"""Facts that a description says in words, each with the words that say it.

The ways of saying a fact are data (`prose_rules`); the grammar around them, which tells what
a "not" reaches and when a sentence says nothing for certain, is `prose_grammar`. When in doubt
nothing is read, since what is wrongly read may send somebody in vain, and what is not read is
asked about.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from catalogue.prose_grammar import Hit, Sentence
from catalogue.prose_rules import load_rules

LONGEST_QUOTE = 160
"""Characters."""
_REMEMBERED = 2048  # descriptions; twins, and the same table again

_SENTENCE_END = re.compile(r"(?:[.!?…]+[)\"”»]*(?=\s|$)|\n+|\s[•·*–-]\s(?=[A-ZÆØÅ]))")
_SHORT = re.compile(
    r"(?:\b(?:kl|ca|f\.eks|eks|fx|bl\.a|bl|evt|tlf|nr|max|maks|pr|d|st|inkl|min|kr|hhv|dvs)|\d)\.$"
)
_WORD = re.compile(r"[\w-]+")
_WORRY = re.compile(
    r"(?:ingen|aldrig|uden|ikke|ny|er du|har du|kan du|mangler du)\b[^?]*\?", re.IGNORECASE
)
"""A question that the reader may have; what follows may take it away."""
_COMFORT = re.compile(
    r"\s*(?:intet problem|ikke noget problem|bare rolig|fortvivl ikke|frygt ej|pyt|slap af"
    r"|det gør (?:ikke|intet)|så)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A fact that a text states."""

    code: str
    """Of the vocabulary's access facts."""
    answer: str
    """yes or no."""
    quote: str
    """The words of the text that say it, at most LONGEST_QUOTE characters."""


def own_words(title: str, description: str) -> str:
    """The text that is read of an offer: many a fact stands in the title alone."""
    return f"{title}\n{description}"


@lru_cache(maxsize=_REMEMBERED)
def findings(text: str) -> tuple[Finding, ...]:
    """What a Danish description says for certain of access facts, ordered by code.

    At most one per code; a text that says both yes and no of one says nothing of it.
    """
    found: dict[str, list[Finding]] = {}
    for sentence in _sentences(text):
        for finding in _in_sentence(sentence):
            found.setdefault(finding.code, []).append(finding)
    return tuple(
        said[0] for _, said in sorted(found.items()) if len({one.answer for one in said}) == 1
    )


def _sentences(text: str) -> Iterator[str]:
    """The sentences of a text as they stand in it, questions left out.

    A worry and its comfort ("Ingen erfaring? Intet problem.") are one sentence.
    """
    start = 0
    for end in _SENTENCE_END.finditer(text):
        before = text[start : end.end()]
        following = text[end.end() :].lstrip()[:1]
        if _SHORT.search(before) and not (following.isupper() and "\n" not in end[0]):
            continue
        if "?" in end[0] and _WORRY.match(before.strip()) and _COMFORT.match(text, end.end()):
            continue
        if "?" not in end[0] and before.strip():
            yield before.strip()
        start = end.end()
    if text[start:].strip():
        yield text[start:].strip()


@lru_cache(maxsize=_REMEMBERED)
def _in_sentence(sentence: str) -> tuple[Finding, ...]:
    lower = sentence.lower()
    if len(lower) != len(sentence):  # a letter of another alphabet; places would not agree
        return ()
    words = set(_WORD.findall(lower))
    words |= {part for word in words if "-" in word for part in word.split("-")}
    hits = [
        Hit(rule, match)
        for rule in load_rules().for_words(words)
        if (match := rule.pattern.search(lower)) is not None
    ]
    if not hits:
        return ()
    read = Sentence(sentence, hits)
    return tuple(
        Finding(hit.rule.code, answer, _quote(read, hit)) for hit, answer in read.answers()
    )


def _quote(sentence: Sentence, hit: Hit) -> str:
    """The sentence if it is short, else the clause, else what stands around the words."""
    text = sentence.text
    if len(text) <= LONGEST_QUOTE:
        return text
    first, last = sentence.clause(hit.match)
    if last - first > LONGEST_QUOTE:
        spare = max(0, LONGEST_QUOTE - len(hit.match[0])) // 2
        first = max(first, hit.match.start() - spare)
        last = min(last, first + LONGEST_QUOTE)
        if first and text[first - 1].isalnum():
            first += len(re.match(r"\S*\s*", text[first:])[0])  # type: ignore[index]  # matches whatever stands there
        if last < len(text) and text[last].isalnum():
            last = first + len(text[first:last].rpartition(" ")[0])
    return text[first:last].strip(" ,;:")
