"""Offers' ids for an address that is read from paper: ten letters instead of thirty-six."""

import re
from uuid import UUID

MOST = 30
"""Offers on one list: what a person looks through, and what a QR code can open."""
_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"  # no i, l, o and u, which are misread on paper
_LENGTH = 10  # letters of five bits: two of a million offers share one once in 2,000 catalogues
_SHIFT = 128 - 5 * _LENGTH
_SHORT = re.compile(f"[{_LETTERS}]{{{_LENGTH}}}")


def short_id(public_id: UUID) -> str:
    """The first 50 bits of an offer's id."""
    number = public_id.int >> _SHIFT
    return "".join(_LETTERS[number >> 5 * place & 31] for place in reversed(range(_LENGTH)))


def read_ids(text: str) -> tuple[str, ...]:
    """The ids of an address, each once; what cannot be one is passed over."""
    found = (one.strip().lower() for one in text.split(","))
    return tuple(dict.fromkeys(one for one in found if _SHORT.fullmatch(one)))


def ids_between(short: str) -> tuple[UUID, UUID]:
    """The lowest and the highest id that begins so."""
    number = 0
    for letter in short:
        number = number << 5 | _LETTERS.index(letter)
    low = number << _SHIFT
    return UUID(int=low), UUID(int=low | (1 << _SHIFT) - 1)
