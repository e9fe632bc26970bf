"""Danish names and words compared as people mean them, and sorted as Danes do."""

import unicodedata

_TYPED = str.maketrans({"é": "e", "è": "e", "ê": "e", "ë": "e", "ä": "æ", "ö": "ø", "ü": "y"})
_ORDER = {letter: place for place, letter in enumerate("abcdefghijklmnopqrstuvwxyzæøå", start=1)}


def fold(text: str) -> str:
    """Text for looking up: one case, one space between words, typed variants as one.

    `aa`, `ae` and `oe` become å, æ and ø, since many type them so; æ, ø and å are never
    folded to plain letters.
    """
    words = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    words = words.translate(_TYPED)
    return words.replace("aa", "å").replace("ae", "æ").replace("oe", "ø")


def sort_key(text: str) -> tuple[tuple[tuple[int, int | str], ...], str]:
    """Key of the Danish alphabetical order: æ, ø, å last, `aa` as å, case and accents aside.

    Digits come before letters and everything else before digits. Names that are alike but
    for case or accents follow their code points, so that the order is always the same.
    """
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_TYPED).replace("aa", "å")
    return tuple(_place(letter) for letter in folded), text


def _place(letter: str) -> tuple[int, int | str]:
    if letter in _ORDER:
        return 2, _ORDER[letter]
    if letter.isdigit():
        return 1, letter
    base = unicodedata.normalize("NFD", letter)[0]
    return (2, _ORDER[base]) if base in _ORDER else (0, letter)
