"""Names of private persons are found; streets, halls and clubs called after somebody stay."""

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.personnames import find_names, without_names


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Kontakt Bente Hansen på 86 33 00 00", "Kontakt på 86 33 00 00"),
        ("Træner: Lone og Peter", "Træner: og"),
        ("Instruktør Anne-Mette Sørensen.", "Instruktør."),
        ("Formand: Hans Chr. Møller", "Formand:"),
        ("Ring til Bodil", "Ring til"),
        ("Dans med Lene Thomsen og Kim Olsen", "Dans med og"),
        ("Pia og Ole tager imod", "og tager imod"),
        ("Tilmelding hos Grethe A. Holm", "Tilmelding hos"),
        ("Lone Madsen", ""),
    ],
)
def test_a_person_is_left_out(text: str, left: str) -> None:
    assert without_names(text)[0] == left
    assert without_names(text)[1] > 0


@pytest.mark.parametrize(
    "text",
    [
        "Vi mødes på Niels Ebbesens Vej 3",
        "Karen Blixen Museet",
        "Ved Grenaa Hallen",
        "Anna Ancher Skolen",
        "Hver tirsdag i Maria Hjemmet",
        "Mørke Idrætsforening",
        "Maj Juni Juli",
        "Ebeltoft Strand",
        "Sangkoret Syng Sammen i Thorsager",
        "Hans Hansens Gård",
        "",
    ],
)
def test_a_place_that_is_called_after_somebody_stays(text: str) -> None:
    assert without_names(text) == (text, 0)


@given(st.text(max_size=200))
def test_any_text_is_searched_and_what_is_found_lies_inside_it(text: str) -> None:
    found = find_names(text)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))


@pytest.mark.parametrize("part", ["Anne ", "Anne-Mette ", "Anne A. ", "kontakt: Anne, ", "A"])
def test_a_long_text_is_searched_in_little_time(part: str) -> None:
    began = time.perf_counter()
    find_names(part * 4000)
    assert time.perf_counter() - began < 2
