"""Words of offers, and how well the words of a text are found in them."""

from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.vocabulary import load_vocabulary
from matcher.concepts import concepts_of
from matcher.rows import Rows, every
from matcher.terms import Terms

SPLITTER = concepts_of(load_vocabulary()).splitter
WORDS = ("strikke", "strikkecafé", "kaffe", "fodboldhold", "gåture", "xylofon", "hygge", "!")
TEXTS = st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join)


def terms_of(*texts: tuple[str, str]) -> Terms:
    return Terms.build(texts, SPLITTER)


def found(terms: Terms, text: str, rows: Rows) -> tuple[list[float], list[bool]]:
    share, has_word = terms.found(*terms.sought(text), rows)
    return share.tolist(), has_word.tolist()


def test_one_word_by_hand() -> None:
    """BM25 with k1 = 1.2 and b = 0.75, over what would be counted at its best."""
    terms = terms_of(("kaffe", ""), ("", "kaffe hygge"), ("sejlads", ""))
    share, has_word = found(terms, "kaffe", every(3))
    # Lengths 2, 2 and 2: a word of a title counts twice, and all are of the mean length.
    assert share == pytest.approx([2 / (2 + 1.2), 1 / (1 + 1.2), 0])
    assert has_word == [True, True, False]
    assert terms.idf[terms.numbers["kaffe"]] == pytest.approx(log(1 + 1.5 / 2.5))


def test_a_long_text_says_less_with_each_word() -> None:
    terms = terms_of(("", "kaffe hygge"), ("", "kaffe hygge sejlads fodbold badminton"))
    (short, long), _ = found(terms, "kaffe", every(2))
    assert short > long > 0


def test_a_rare_word_counts_more_than_a_common_one() -> None:
    terms = terms_of(*[("", f"kaffe {other}") for other in ("hygge", "sejlads", "badminton")])
    (one, two, _), _ = found(terms, "kaffe hygge", every(3))
    assert one > 2 * two


def test_a_part_counts_less_than_the_word_and_never_stands_for_the_whole() -> None:
    terms = terms_of(("Strikkecafé", ""), ("Strikke", ""), ("Café", ""), ("Sejlads", ""))
    whole, is_whole = found(terms, "strikkecafé", every(4))
    assert is_whole == [True, False, False, False]
    assert whole[0] > whole[1] > whole[3] == 0
    part, is_part = found(terms, "strikke", every(4))
    assert is_part == [True, True, False, False]
    assert part[1] > part[0] > 0


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [
        ("badmintonn", True),
        ("badmington", True),
        ("badning", False),  # a word of its own
        ("bad", False),
        ("krolf", False),  # of the vocabulary, if of no offer
        ("qwertyuiop", False),
    ],
)
def test_only_a_word_that_nobody_knows_is_taken_for_a_misspelling(
    typed: str, is_found: bool
) -> None:
    terms = terms_of(("Badminton", ""), ("Golf", ""), ("Kor", ""))
    assert found(terms, typed, every(3))[1] == [is_found, False, False]


def test_a_misspelling_is_shown_with_the_offers_own_word() -> None:
    terms = terms_of(("Badminton", ""))
    sought, _ = terms.sought("badmingtonn")
    assert terms.word_in(sought, "Vi spiller badminton tirsdag") == "badminton"


def test_the_word_that_was_found_is_named_also_inside_a_longer_one() -> None:
    terms = terms_of(("Strikkecafé", "kaffe"))
    assert terms.word_in(terms.sought("strikke")[0], "Kaffe i Strikkecafé") == "strikkecafe"
    assert terms.word_in(terms.sought("fodbold")[0], "Kaffe i Strikkecafé") == ""


@pytest.mark.parametrize("texts", [[], [("", "")], [("!", "?"), ("", "...")]])
def test_without_words_nothing_is_found(texts: list[tuple[str, str]]) -> None:
    terms = terms_of(*texts)
    n = len(texts)
    assert found(terms, "strikke", every(n)) == ([0.0] * n, [False] * n)
    assert found(terms, "!", every(n)) == ([0.0] * n, [False] * n)


@settings(deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=6), TEXTS, st.integers(0, 6), st.integers(0, 6))
def test_shares_lie_within_0_and_1_and_hang_on_no_other_row(
    texts: list[tuple[str, str]], text: str, one: int, other: int
) -> None:
    terms = terms_of(*texts)
    share, has_word = terms.found(*terms.sought(text), every(len(texts)))
    assert ((share >= 0) & (share <= 1)).all()
    assert (share[has_word] > 0).all()
    start, end = sorted((min(one, len(texts)), min(other, len(texts))))
    some = Rows.of_runs(np.array([start]), np.array([end]))
    part, has_one = terms.found(*terms.sought(text), some)
    assert part.tolist() == share[start:end].tolist()
    assert has_one.tolist() == has_word[start:end].tolist()
