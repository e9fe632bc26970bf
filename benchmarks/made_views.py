"""How lists write the same thing differently: what one source says of a made club or offer."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice

from benchmarks.made_clubs import Truth, World
from catalogue.duplicate_records import Record
from catalogue.vocabulary import load_vocabulary

SOURCES = ("a", "b")
TWICE = 0.22
"""Share of things that stand in both sources."""
AGAIN = 0.04
"""Share that stand twice in one source, as where a list was put together from others."""
_KNOWN = {
    "text": 0.6,
    "venue": 0.6,
    "address": 0.6,
    "postcode": 0.85,
    "town": 0.85,
    "phone": 0.5,
    "email": 0.45,
    "url": 0.5,
    "number": 0.3,
    "point": 0.35,
    "activities": 0.65,
    "times": 0.6,
    "ages": 0.6,
    "gender": 0.7,
    "price": 0.5,
}
"""How often a source that has a field at all fills it in."""
_OF_ORGANISATION = ("phone", "email", "url", "number")
_HAS = (0.5, 0.8, 0.95)
"""How often a source has a field at all, name and title aside: poor lists and rich ones."""
_NEIGHBOURS = {
    "a": "sqz", "b": "vn", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo",
    "k": "jl", "l": "kø", "m": "n", "n": "bm", "o": "ip", "r": "et", "s": "ad", "t": "ry",
    "u": "yi", "v": "cb", "y": "tu", "æ": "øl", "ø": "æl", "å": "p",
}  # fmt: skip
_REWORDED = (
    "{t}", "{t}", "{t}", "{t}shold", "{t} (hold)", "{t} i {v}", "{o}: {t}", "{t} hos {o}",
    "Hold: {t}", "{t} - kom og vær med", "{t} for alle", "{d}{t}", "Ugentlig {t}", "{t} {c}",
)  # fmt: skip
_DAYS = ("Mandags", "Tirsdags", "Onsdags", "Torsdags", "Fredags", "Lørdags", "Søndags")


@dataclass(frozen=True, slots=True)
class View:
    """A record, and which thing it is of."""

    truth: int
    record: Record


def views(truths: Iterable[Truth], seed: int, count: int) -> list[View]:
    """What two sources say of so many things, some of them in both; shuffled."""
    draw = random.Random(seed)
    fields = list(_KNOWN)
    has = {}
    for source in SOURCES:
        share = draw.choice(_HAS)
        has[source] = {name for name in fields if draw.random() < share} | {"town"}
    found: list[View] = []
    for truth in islice(truths, count):
        chance = draw.random()
        where = [draw.choice(SOURCES)]
        if chance < TWICE:
            where = list(SOURCES)
        elif chance < TWICE + AGAIN:
            where *= 2
        for turn, source in enumerate(where):
            # One list writes an organisation in one way, and gives or lacks its telephone for
            # all its offers. What stands twice in a list came from elsewhere the second time.
            writer = f"{seed} {truth.organisation} {source} {turn if len(set(where)) == 1 else 0}"
            record = _seen(truth, draw, random.Random(writer), is_first=turn == 0)
            of_house = random.Random(writer)
            known = {name for name in _OF_ORGANISATION if of_house.random() < _KNOWN[name]}
            kept = {
                name: getattr(record, name)
                for name in fields
                if name in has[source]
                and (name in known if name in _OF_ORGANISATION else draw.random() < _KNOWN[name])
            }
            key = f"{truth.number}-{turn}"
            bare = Record(key, source, record.name, record.title)
            found.append(View(truth.number, replace(bare, **kept)))
    draw.shuffle(found)
    return found


def made(kind: str, seed: int, count: int, places: int = 120) -> list[View]:
    """Views of so many organisations or offers of a world of their own."""
    world = World(seed, places)
    truths = world.organisations() if kind == "organisation" else world.offers()
    return views(truths, seed, count)


def _seen(truth: Truth, draw: random.Random, of_house: random.Random, *, is_first: bool) -> Record:
    """What a source saw, all fields filled; the first of two saw it as it is, half the time.

    of_house: draws alike for all offers of an organisation in one source.
    """
    record = truth.record
    if of_house.random() < 0.5 and is_first:
        return record
    if draw.random() < 0.05:
        record = truth.moved
    name, title = _name(truth, of_house), _title(truth, draw) if record.title else ""
    town = record.town
    if draw.random() < 0.12:
        town = truth.village
    elif draw.random() < 0.05:
        town = draw.choice((town.upper(), f"{town} by", _mistyped(town, draw)))
    venue = record.venue
    if draw.random() < 0.3:
        venue = _rewritten_venue(venue, truth, draw)
    return replace(
        record,
        name=name,
        title=title,
        town=town,
        postcode=_postcode(record.postcode, draw),
        venue=venue,
        text=_text(record, draw),
        address=_address(record.address, draw),
        phone=_phone(record.phone, of_house),
        email=record.email
        if draw.random() < 0.85
        else f"kasserer@{record.email.partition('@')[2]}",
        url=_url(record.url, of_house),
        activities=_activities(record, draw),
        times=_times(record, draw),
        ages=record.ages if not record.title or draw.random() < 0.85 else (18, None),
        gender=record.gender if draw.random() < 0.95 else "",
        price=record.price
        if not record.title or draw.random() < 0.8
        else str(draw.choice((50, 350, 500, 650))),
        point=_near(record.point, draw),
    )


def _name(truth: Truth, draw: random.Random) -> str:
    name = truth.record.name
    is_offer = bool(truth.record.title)
    if truth.short:
        where, long, short = truth.short.split("|")
        letters = "".join(word[0] for word in where.split()) + short
        base = draw.choice(
            (name.removesuffix(truth.department).strip(" -,") or name, f"{where} {long}",
             f"{where} {short}", letters if draw.random() < 0.4 else f"{where} {short}",
             f"{long} {where}", f"{long}en i {where}")
        )  # fmt: skip
        department = truth.department
        if is_offer:  # which level of the club a list names is a matter of taste
            department = draw.choice((department, truth.activity, ""))
        pattern = draw.choice(("{b} {d}", "{b} - {d}", "{b}, {d}", "{b} {d}afdeling"))
        name = pattern.format(b=base, d=department) if department else base
    chance = draw.random()
    if chance < 0.1:
        name = f"{name} {truth.record.town}" if truth.record.town not in name else name
    elif chance < 0.18 and len(name.split()) > 2:
        name = name.replace(f" {truth.record.town}", "")
    elif chance < 0.25:
        name = " ".join(reversed(name.split()))
    elif chance < 0.32:
        name = draw.choice(
            (name.upper(), f"Foreningen {name}", f"{name} (forening)", f"{name} I/S")
        )
    elif chance < 0.4:
        name = name.replace("klubben", "klub").replace("forening ", "foreningen ")
    elif chance < 0.45:
        name = name.replace("klub", " klub").replace("forening", " forening")
    if draw.random() < 0.12:
        name = _mistyped(name, draw)
    return name


def _title(truth: Truth, draw: random.Random) -> str:
    title = truth.record.title
    if draw.random() < 0.15 and truth.activity and (others := _synonyms().get(truth.activity)):
        title = title.replace(truth.activity, draw.choice(others).capitalize())
    weekday = min(truth.record.times)[0]
    if draw.random() < 0.12 and truth.activity:  # what it is, in place of what they call it
        title = draw.choice((truth.activity, f"{truth.activity} {truth.record.town}"))
    if draw.random() < 0.5:
        town = truth.record.town
        title = draw.choice(_REWORDED).format(
            t=title, v=draw.choice((town, truth.village)), o=truth.record.name,
            d=_DAYS[weekday] if draw.random() < 0.5 else "",
            c=draw.choice(("2026", "sæson 26/27", "efterår 2026", "hygge")),
        )  # fmt: skip
    if draw.random() < 0.08 and len(title.split()) > 1:
        title = " ".join(title.split()[:-1]).removesuffix(" for").removesuffix(" og")
    if draw.random() < 0.12:
        title = _mistyped(title, draw)
    return title


@cache
def _synonyms() -> dict[str, tuple[str, ...]]:
    return {one.name: one.synonyms[:4] for one in load_vocabulary().activities if one.synonyms}


def _mistyped(text: str, draw: random.Random) -> str:
    """One slip of the hand: a letter too many, too few, beside, or two the wrong way round."""
    at = [place for place, letter in enumerate(text) if letter.isalpha()]
    if len(at) < 4:
        return text
    place = draw.choice(at[1:])
    letter, kind = text[place], draw.random()
    if kind < 0.3:
        return text[:place] + text[place + 1 :]
    if kind < 0.5:
        return text[:place] + letter + text[place:]
    if kind < 0.75 and place + 1 < len(text):
        return text[:place] + text[place + 1] + letter + text[place + 2 :]
    other = _NEIGHBOURS.get(letter.lower(), "e")
    return text[:place] + draw.choice(other) + text[place + 1 :]


def _rewritten_venue(venue: str, truth: Truth, draw: random.Random) -> str:
    words = venue.split()
    return draw.choice(
        (words[-1], f"{venue}, sal {draw.randint(1, 4)}", f"{venue} ({truth.record.town})",
         _mistyped(venue, draw), f"Lokale {draw.randint(1, 20)}, {venue}", truth.record.town)
    )  # fmt: skip


def _text(record: Record, draw: random.Random) -> str:
    """As it is, shorter, or told anew with some of the same words."""
    sentences = [one for one in record.text.split(". ") if one]
    chance = draw.random()
    if chance < 0.15:
        return record.text
    if chance < 0.3:
        return ". ".join(draw.sample(sentences, max(1, len(sentences) - 1)))
    if chance < 0.7:
        words = record.text.replace(".", "").split()
        kept = draw.sample(words, max(1, int(len(words) * draw.uniform(0.1, 0.6))))
        return " ".join(kept).lower().capitalize() + "."
    return draw.choice(
        (f"{record.title or record.name}.", "Se vores hjemmeside for mere.",
         f"{record.name} har plads til flere.", "Kontakt os og hør nærmere.")
    )  # fmt: skip


def _address(address: str, draw: random.Random) -> str:
    chance = draw.random()
    if chance < 0.15:
        return address + draw.choice("ABC")
    if chance < 0.3:
        return f"{address}, {draw.choice(('1. sal', 'st.', 'bagindgangen'))}"
    if chance < 0.38:
        return address.rpartition(" ")[0]
    if chance < 0.45:
        return _mistyped(address, draw)
    return address


def _phone(phone: str, draw: random.Random) -> str:
    if draw.random() < 0.12:
        return str(draw.randint(20_000_000, 99_999_999))
    two = " ".join(phone[place : place + 2] for place in range(0, 8, 2))
    return draw.choice((phone, two, f"+45 {two}", f"{phone[:4]} {phone[4:]}", f"tlf. {phone}"))


def _url(url: str, draw: random.Random) -> str:
    host = url.removeprefix("https://www.").rstrip("/")
    if draw.random() < 0.12:
        return draw.choice(
            (f"https://facebook.com/{host[:10]}", f"http://{host[:6]}.other.example")
        )
    return draw.choice((url, host, f"http://{host}", f"www.{host}/hold", f"https://{host}/kontakt"))


def _activities(record: Record, draw: random.Random) -> tuple[str, ...]:
    if draw.random() < 0.6 or not record.activities:
        return record.activities
    return record.activities[:1]


def _times(record: Record, draw: random.Random) -> frozenset[tuple[int, int]]:
    if not record.times or draw.random() < 0.85:
        return record.times
    weekday, minute = min(record.times)
    others = ((weekday, minute + 30), (weekday, minute - 60), ((weekday + 1) % 7, minute))
    return frozenset({draw.choice(others)})


def _postcode(postcode: str, draw: random.Random) -> str:
    """Now and then that of the town beside, or with a slip of the hand."""
    return postcode if draw.random() < 0.95 else str(int(postcode) + draw.choice((-10, 10, 5, 20)))


def _near(point: tuple[float, float] | None, draw: random.Random) -> tuple[float, float] | None:
    if point is None:
        return None
    return point[0] + draw.gauss(0, 0.0004), point[1] + draw.gauss(0, 0.0004)


def pairs_of(held: list[View]) -> Iterator[tuple[int, int]]:
    """Rows of all pairs of the same thing, the lower first."""
    rows: dict[int, list[int]] = {}
    for row, view in enumerate(held):
        rows.setdefault(view.truth, []).append(row)
    for same in rows.values():
        for place, first in enumerate(same):
            for second in same[place + 1 :]:
                yield first, second
