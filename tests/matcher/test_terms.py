"""Words of offers, and how well the words of a text are found in them."""

from collections.abc import Sequence
from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.index import Index
from matcher.seek import seek
from matcher.terms import Terms
from tests.builders import an_index, an_offer

WORDS = ("strikke", "strikkecafé", "kaffe", "fodboldhold", "gåture", "xylofon", "hygge", "!")
TEXTS = st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join)


def index_of(*texts: tuple[str, str]) -> Index:
    """Of offers with these titles and descriptions, and no other word."""
    return an_index(
        *(
            an_offer(str(number), title=title, description=text, organisation="?")
            for number, (title, text) in enumerate(texts)
        )
    )


def terms_of(*texts: tuple[str, str]) -> Terms:
    return index_of(*texts).terms


def found(index: Index, text: str, numbers: Sequence[int]) -> tuple[list[float], list[bool]]:
    """How much of a text each offer holds, and whether a word of it, by number."""
    rows = sorted(index.row_of(an_offer(str(number)).id) for number in numbers)
    at = np.array(rows, dtype=np.int64)
    idea = index.idea(text)
    wanted = idea.heard.wanted[None]
    _, (share,), (has_word,) = seek(index, [idea], wanted, index.cut(None), rows=at)
    by_number = {int(index.held[row].source_ids[0].key): place for place, row in enumerate(rows)}
    order = [by_number[number] for number in numbers]
    return share[order].tolist(), has_word[order].tolist()


def test_one_word_by_hand() -> None:
    """BM25 with k1 = 1.2 and b = 0.75, over what would be counted at its best."""
    index = index_of(("kaffe", ""), ("", "kaffe hygge"), ("sejlads", ""))
    share, has_word = found(index, "kaffe", range(3))
    # Lengths 2, 2 and 2: a word of a title counts twice, and all are of the mean length.
    assert share == pytest.approx([2 / (2 + 1.2), 1 / (1 + 1.2), 0])
    assert has_word == [True, True, False]
    terms = index.terms
    assert terms.idf[terms.numbers["kaffe"]] == pytest.approx(log(1 + 1.5 / 2.5))


def test_a_long_text_says_less_with_each_word() -> None:
    terms = index_of(("", "kaffe hygge"), ("", "kaffe hygge sejlads fodbold badminton"))
    (short, long), _ = found(terms, "kaffe", range(2))
    assert short > long > 0


def test_a_rare_word_counts_more_than_a_common_one() -> None:
    terms = index_of(*[("", f"kaffe {other}") for other in ("hygge", "sejlads", "badminton")])
    (one, two, _), _ = found(terms, "kaffe hygge", range(3))
    assert one > 2 * two


def test_a_part_counts_less_than_the_word_and_never_stands_for_the_whole() -> None:
    terms = index_of(("Strikkecafé", ""), ("Strikke", ""), ("Café", ""), ("Sejlads", ""))
    whole, is_whole = found(terms, "strikkecafé", range(4))
    assert is_whole == [True, False, False, False]
    assert whole[0] > whole[1] > whole[3] == 0
    part, is_part = found(terms, "strikke", range(4))
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
    terms = index_of(("Badminton", ""), ("Golf", ""), ("Kor", ""))
    assert found(terms, typed, range(3))[1] == [is_found, False, False]


def test_a_misspelling_is_shown_with_the_offers_own_word() -> None:
    terms = terms_of(("Badminton", ""))
    sought = terms.sought("badmingtonn")
    assert terms.word_in(sought, "Vi spiller badminton tirsdag") == "badminton"


def test_the_word_that_was_found_is_named_also_inside_a_longer_one() -> None:
    terms = terms_of(("Strikkecafé", "kaffe"))
    assert terms.word_in(terms.sought("strikke"), "Kaffe i Strikkecafé") == "strikkecafe"
    assert terms.word_in(terms.sought("fodbold"), "Kaffe i Strikkecafé") == ""


@pytest.mark.parametrize("texts", [[], [("", "")], [("!", "?"), ("", "...")]])
def test_without_words_nothing_is_found(texts: list[tuple[str, str]]) -> None:
    index = index_of(*texts)
    n = len(texts)
    assert found(index, "strikke", range(n)) == ([0.0] * n, [False] * n)
    assert found(index, "!", range(n)) == ([0.0] * n, [False] * n)


@settings(deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=6), TEXTS, st.sets(st.integers(0, 5)))
def test_shares_lie_within_0_and_1_and_hang_on_no_other_row(
    texts: list[tuple[str, str]], text: str, some: set[int]
) -> None:
    index = index_of(*texts)
    share, has_word = found(index, text, range(len(texts)))
    assert all(0 <= one <= 1 for one in share)
    assert all(one > 0 for one, is_whole in zip(share, has_word, strict=True) if is_whole)
    numbers = sorted(number for number in some if number < len(texts))
    assert found(index, text, numbers) == (
        [share[number] for number in numbers],
        [has_word[number] for number in numbers],
    )
