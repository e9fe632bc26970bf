"""A need as a code for paper: small enough for a QR code, and nothing but the need in it.

The code is text of capital letters and digits (base 32), so that a hand scanner that types
what it reads gets it right under any keyboard layout. Its first byte is the version of the
form below; `read_code` takes every version there has ever been.

Version 1, in bytes: version; two bytes that say which fields follow; the fields, each as
`_pack` writes it; what is left is the own words, deflated against a fixed list of words.
"""

import base64
import struct
import zlib
from collections.abc import Iterator
from datetime import time
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

import segno

from catalogue.errors import Invalid
from matcher.need import (
    DAYS,
    AddressHome,
    Need,
    PointHome,
    PostcodeHome,
    ReachKm,
    ReachMinutes,
    read_need,
)

OWN_LETTERS = 160
"""Letters of own words (interests, dislikes and address together) that a code has room for."""
MAX_VERSION = 10
"""Of the QR symbol: 57 modules and the quiet zone are 0.4 mm each at 26 mm, which phones read."""
ERROR = "m"
_FORM = 1
_WORDS = Path(__file__).parent / "need_code_words.txt"
_LONGEST_TEXT = 4000  # letters that a code may unfold to
_CODES = (
    "step_free wheelchair_toilet single_level accessible_parking can_sit pauses_ok hearing_loop"
    " sign_support low_vision_support assistance_dog allergy_aware calm_setting small_group"
    " same_people can_withdraw may_watch met_at_door companion_welcome free_trial drop_in"
    " no_referral beginner_friendly adapted_instruction easy_language english_ok alcohol_free"
    " similar_peers mental_health_experience public_transport pass_accepted phone_contact"
    " online_option"
).split()
"""Access facts by their number in the code. Only ever added to, at the end."""
_MODES = ("walk", "bike", "bus", "car")
_GENDERS = ("female", "male", "other")
_FIELDS = ("access", "postcode", "point", "km", "minutes", "age", "gender", "price", "times")
_TEXTS = ("interests", "dislikes", "address")
_BETWEEN_TEXTS, _BETWEEN_IDEAS = "\x1d", "\n"


class Coded(NamedTuple):
    """A need as text for a QR code."""

    text: str
    left_out: tuple[str, ...]
    """Own words that there was no room for; the last ones first."""


def code_of(need: Need) -> Coded:
    """The need without its id, as a code that fits a QR symbol of MAX_VERSION at level M.

    Places are kept to a metre, distances to 0.1 km, minutes to one, prices to an øre.
    Own words beyond OWN_LETTERS are left out, one idea at a time from the end.
    """
    left_out: list[str] = []
    while True:
        text = base64.b32encode(_pack(need)).decode().rstrip("=")
        short = sum(map(len, _own_words(need))) <= OWN_LETTERS
        if short and int(_symbol(text).version) <= MAX_VERSION:
            return Coded(text, tuple(left_out))
        fewer = _without_last(need)
        if fewer is None:
            raise Invalid("need: too large for a code")
        left_out.append(fewer[0])
        need = fewer[1]


def read_code(text: str) -> Need:
    """The need that a code holds; spaces and small letters do no harm.

    Raises Invalid for anything else than a code of a known version.
    """
    letters = "".join(text.split()).upper()
    try:
        data = base64.b32decode(letters + "=" * (-len(letters) % 8))
        if not data or data[0] != _FORM:
            raise Invalid("code: not of a known version")
        need = read_need(_unpack(data[1:]))
    except (ValueError, IndexError, struct.error, zlib.error) as error:
        raise Invalid("code: damaged, or not a need") from error
    if not isinstance(need, Need):
        raise Invalid("code: damaged, or not a need")
    return need


def qr_of(text: str) -> segno.QRCode:
    """The QR symbol of a code, at level M."""
    return _symbol(text)


def _symbol(text: str) -> segno.QRCode:
    return segno.make(text, error=ERROR, mode="alphanumeric", boost_error=False, micro=False)


def _own_words(need: Need) -> Iterator[str]:
    yield from need.interests
    yield from need.dislikes
    if isinstance(need.home, AddressHome):
        yield need.home.address


def _without_last(need: Need) -> tuple[str, Need] | None:
    """The last own words, and the need without them; a time window when there are no words."""
    for name in ("dislikes", "interests"):
        held: tuple[str, ...] = getattr(need, name)
        if held:
            return held[-1], need.model_copy(update={name: held[:-1]})
    if isinstance(need.home, AddressHome):
        return need.home.address, need.model_copy(update={"home": None})
    if need.times:
        return "", need.model_copy(update={"times": need.times[:-1]})
    return None


def _pack(need: Need) -> bytes:
    fields = {name: packed for name in _FIELDS if (packed := _packed(name, need))}
    flags = sum(1 << place for place, name in enumerate(_FIELDS) if name in fields)
    address = need.home.address if isinstance(need.home, AddressHome) else ""
    texts = [_joined(need.interests), _joined(need.dislikes), _clean(address)]
    text = _BETWEEN_TEXTS.join(texts).rstrip(_BETWEEN_TEXTS)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zdict=_words())
    own = packer.compress(text.encode()) + packer.flush() if text else b""
    return bytes([_FORM]) + struct.pack(">H", flags) + b"".join(fields.values()) + own


def _joined(ideas: tuple[str, ...]) -> str:
    return _BETWEEN_IDEAS.join(map(_clean, ideas))


def _clean(text: str) -> str:
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _packed(name: str, need: Need) -> bytes:
    """One field in its bytes; empty = the need does not have it."""
    home, reach = need.home, need.reach
    match name:
        case "access":
            held = [_CODES.index(code) * 2 + 1 for code in need.requires]
            held += [_CODES.index(code) * 2 for code in need.wishes]
            return bytes([len(held), *held]) if held else b""
        case "postcode" if isinstance(home, PostcodeHome):
            return struct.pack(">H", int(home.postcode))
        case "point" if isinstance(home, PointHome):
            return struct.pack(">ii", round(home.lat * 1e5), round(home.lon * 1e5))
        case "km" if isinstance(reach, ReachKm):
            return struct.pack(">H", max(1, round(reach.km * 10)))
        case "minutes" if isinstance(reach, ReachMinutes):
            return struct.pack(">BH", _MODES.index(reach.mode), max(1, round(reach.minutes)))
        case "age" if need.age is not None:
            return bytes([need.age])
        case "gender" if need.gender is not None:
            return bytes([_GENDERS.index(need.gender)])
        case "price" if need.max_kr_per_month is not None:
            oere = (need.max_kr_per_month * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP)
            return struct.pack(">I", int(oere))
        case "times" if need.times:
            windows = [
                sum(1 << DAYS.index(day) for day in set(one.days)).to_bytes(1, "big")
                + (_minute(one.from_) << 12 | _minute(one.to)).to_bytes(3, "big")
                for one in need.times
            ]
            return bytes([len(windows)]) + b"".join(windows)
    return b""


def _minute(clock: time) -> int:
    return clock.hour * 60 + clock.minute


class _Reader:
    """Takes bytes off the front; raises struct.error when there are too few."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def take(self, form: str) -> tuple[int, ...]:
        size = struct.calcsize(form)
        head, self.data = self.data[:size], self.data[size:]
        return struct.unpack(form, head)


def _unpack(data: bytes) -> dict[str, object]:
    """The need as its JSON."""
    reader = _Reader(data)
    (flags,) = reader.take(">H")
    if flags >> len(_FIELDS):
        raise ValueError("unknown field")
    need: dict[str, object] = {}
    for place, name in enumerate(_FIELDS):
        if flags >> place & 1:
            need |= _unpacked(name, reader)
    if reader.data:
        texts = _text(reader.data).split(_BETWEEN_TEXTS)
        if len(texts) > len(_TEXTS):
            raise ValueError("too many texts")
        for name, text in zip(_TEXTS, texts, strict=False):
            if text and name == "address":
                need["home"] = {"address": text}
            elif text:
                need[name] = text.split(_BETWEEN_IDEAS)
    return need


def _text(data: bytes) -> str:
    unpacker = zlib.decompressobj(-15, zdict=_words())
    text = unpacker.decompress(data, _LONGEST_TEXT)
    if not unpacker.eof or unpacker.unused_data:
        raise ValueError("more than one text")
    return text.decode()


def _unpacked(name: str, reader: _Reader) -> dict[str, object]:
    match name:
        case "access":
            (count,) = reader.take(">B")
            held = reader.take(f">{count}B")
            return {
                "requires": [_CODES[one // 2] for one in held if one % 2],
                "wishes": [_CODES[one // 2] for one in held if not one % 2],
            }
        case "postcode":
            return {"home": {"postcode": f"{reader.take('>H')[0]:04}"}}
        case "point":
            lat, lon = reader.take(">ii")
            return {"home": {"lat": lat / 1e5, "lon": lon / 1e5}}
        case "km":
            return {"reach": {"km": reader.take(">H")[0] / 10}}
        case "minutes":
            mode, minutes = reader.take(">BH")
            return {"reach": {"minutes": minutes, "mode": _MODES[mode]}}
        case "age":
            return {"age": reader.take(">B")[0]}
        case "gender":
            return {"gender": _GENDERS[reader.take(">B")[0]]}
        case "price":
            return {"max_kr_per_month": str(Decimal(reader.take(">I")[0]) / 100)}
    (count,) = reader.take(">B")
    windows = []
    for _ in range(count):
        days, high, low = reader.take(">BBH")
        both = high << 16 | low
        windows.append(
            {
                "days": [day for place, day in enumerate(DAYS) if days >> place & 1],
                "from": _clock(both >> 12),
                "to": _clock(both & 0xFFF),
            }
        )
    return {"times": windows}


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@cache
def _words() -> bytes:
    """The fixed list of words that version 1 is deflated against. It must never change."""
    return _WORDS.read_bytes()
