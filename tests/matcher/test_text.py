"""Danish words as needs and offers are compared by them."""

import pytest

from matcher.text import stem, words


def test_words_are_folded_and_small_words_dropped() -> None:
    assert words("Noget med HÆNDERNE på en Café i Aarhus") == ["hænderne", "cafe", "århus"]


@pytest.mark.parametrize(
    "forms",
    [
        ("hund", "hunde", "hunden", "hundene"),
        ("kort", "kortene", "kortet"),
        ("dans", "danse", "dansen"),
        ("dyr", "dyret", "dyrene"),
        ("due", "duer", "duerne"),
        ("cykel", "cykler", "cyklen"),
        ("tand", "tænder", "tænderne"),
        ("hånd", "hænder", "hænderne"),
        ("forening", "forenings", "foreningen"),
    ],
)
def test_forms_of_a_word_share_their_stem(forms: tuple[str, ...]) -> None:
    assert len({stem(form) for form in forms}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("sang", "seng"), ("løb", "leg"), ("kor", "kort"), ("ler", "le"), ("bad", "bede")],
)
def test_other_words_do_not(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_a_short_word_is_left_whole() -> None:
    assert stem("øl") == "øl"
    assert stem("spil") == "spil"
