"""A made country of clubs and what they offer, to train and to time the finding of duplicates.

Drawn with a seed from the gazetteer, the vocabulary and lists of our own. It has what makes
finding them hard: sister clubs in neighbouring towns, departments of one club, teams of one
department, local branches of one charity, and municipal houses with many offers.
"""

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from benchmarks.made_words import (
    ADJECTIVES,
    AGES,
    BRANCHES,
    CHURCH,
    COURSES,
    DAYS,
    HOURS,
    HOUSE,
    LEVELS,
    NOUNS,
    OPEN,
    OWN,
    PRICES,
    SCHOOLS,
    SENTENCES,
    SPORTS,
    STREET_ENDS,
    STREETS,
    VENUES,
    VILLAGE_ENDS,
    VILLAGES,
)
from catalogue.duplicate_records import Record
from catalogue.duplicate_words import GENERIC, words
from catalogue.places import GAZETTEER
from catalogue.vocabulary import Activity, load_vocabulary


@dataclass(frozen=True, slots=True)
class Town:
    """Where clubs are: a postcode with the villages around it."""

    name: str
    postcode: str
    municipality: str
    point: tuple[float, float]
    villages: tuple[str, ...]
    people: float
    """How many clubs it has, relatively."""


@dataclass(frozen=True, slots=True)
class Truth:
    """One thing as it is: all that may be known of it."""

    number: int
    record: Record
    activity: str
    short: str
    """Short name of the organisation; "" = it has none."""
    department: str
    """What the department is called within the organisation; "" = none."""
    village: str
    """Another name of the place, at the same postcode."""
    organisation: int
    """Number of the organisation's own truth, the same for all its offers."""
    moved: Record
    """The same after it moved: another venue."""


@cache
def towns(seed: int = 1) -> tuple[Town, ...]:
    """The postcodes of the gazetteer outside Copenhagen's streets, sizes drawn by Zipf's law."""
    draw = random.Random(seed)
    with (GAZETTEER / "dk-postnumre.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if len(row["postnr"]) == 4]
    draw.shuffle(rows)
    return tuple(
        Town(
            row["navn"],
            row["postnr"],
            row["kommune"],
            (float(row["lat_centroid"]), float(row["lon_centroid"])),
            tuple(
                draw.choice(VILLAGES) + " " + draw.choice(OWN)[:4] + draw.choice(VILLAGE_ENDS)
                if draw.random() < 0.3
                else draw.choice(OWN)[:4] + draw.choice(VILLAGE_ENDS)
                for _ in range(5)
            ),
            1 / (rank + 3) ** 0.8,
        )
        for rank, row in enumerate(rows)
    )


@cache
def _own_words() -> tuple[str, ...]:
    """Words that descriptions may hold: those of everyday expressions."""
    held = {
        word
        for one in load_vocabulary().expressions
        for word in one.text.replace(",", " ").split()
        if len(word) > 3 and "{" not in word
    }
    return tuple(sorted(held))


@cache
def _named(groups: tuple[str, ...]) -> tuple[Activity, ...]:
    return tuple(one for one in load_vocabulary().activities if one.main_group in groups)


class World:
    """Draws organisations and offers, one after the other, for as long as one asks."""

    def __init__(self, seed: int, places: int = 120) -> None:
        self.draw = random.Random(seed)
        held = list(towns())
        self.draw.shuffle(held)
        self.towns = held[:places]
        self._weights = [town.people for town in self.towns]
        self._number = 0
        self._before: dict[int, Record] = {}
        """By organisation: the team that was drawn last."""
        self._houses: dict[tuple[str, int], dict[str, object]] = {}
        self._names: set[tuple[str, frozenset[str]]] = set()

    def organisations(self) -> Iterator[Truth]:
        """Clubs and others, without end; no two of a postcode have the same name."""
        for one in self._organisations():
            if self._is_new(one.record.postcode, one.record.name):
                yield one

    def _is_new(self, postcode: str, name: str) -> bool:
        """Whether no other of the place is called so, written in full or short."""
        held = (postcode, frozenset(words(name)) - GENERIC)
        if held in self._names:
            return False
        self._names.add(held)
        return True

    def _organisations(self) -> Iterator[Truth]:
        """Each club is followed by its departments at times."""
        first: Truth | None
        while True:
            town = self._town()
            kind = self.draw.random()
            if kind < 0.35:
                club, short = self._club_name(town)
                main = self._truth(club, "", town, short=short)
                yield main
                if self.draw.random() < 0.5:
                    for one in self.draw.sample(_named(SPORTS), self.draw.randint(1, 4)):
                        name = self.draw.choice(("{c} {a}", "{c} - {a}", "{c}, {a}afdelingen"))
                        name = name.format(c=club, a=one.name)
                        yield self._truth(
                            name, "", town, one, short=short, department=one.name, like=main
                        )
            elif kind < 0.6:
                yield self._truth(*self._single(town))
            elif kind < 0.78:  # the same club in the villages around, often in one hall
                one = self.draw.choice(load_vocabulary().activities)
                pattern = self.draw.choice(("{w} {a}klub", "{a}klubben i {w}", "{w} {a}"))
                first = None
                for where in self.draw.sample((town.name, *town.villages), self.draw.randint(2, 4)):
                    name = pattern.format(w=where, a=one.name)
                    sister = self._truth(name, "", town, one)
                    if first is not None and self.draw.random() < 0.7:
                        sister = self._in_the_house_of(sister, first)
                    first = first or sister
                    yield sister
            elif kind < 0.9:
                where = self.draw.choice((town.name, town.municipality, town.villages[0]))
                first = None
                for name in self.draw.sample(BRANCHES, self.draw.randint(1, 4)):
                    branch = self._truth(f"{name} {where}".replace("_", " "), "", town)
                    if first is not None and self.draw.random() < 0.5:
                        branch = self._in_the_house_of(branch, first)
                    first = first or branch
                    yield branch
            else:
                own = self.draw.choice(OWN)
                name = self.draw.choice(("Kulturhuset {o}", "Café {o}", "Værestedet {o}", "{o}"))
                yield self._truth(name.format(o=own), "", town)

    def offers(self) -> Iterator[Truth]:
        """What is offered, without end, organisation by organisation."""
        while True:
            town, kind = self._town(), self.draw.random()
            if kind < 0.3:
                club, short = self._club_name(town)
                if not self._is_new(town.postcode, club):
                    continue
                first = self._truth(club, "", town, short=short)
                for one in self.draw.sample(_named(SPORTS), self.draw.randint(1, 5)):
                    yield from self._teams(first, town, one, self.draw.randint(1, 5))
            elif kind < 0.6:
                name, _, _, one = self._single(town)
                first = self._truth(name, "", town, one)
                yield from self._teams(first, town, one, self.draw.choice((1, 1, 1, 2, 3)))
            elif kind < 0.72:
                branch = self.draw.choice(BRANCHES).replace("_", " ")
                first = self._truth(f"{branch} {town.name}", "", town)
                for one in self.draw.sample(_named(HOUSE), self.draw.randint(1, 4)):
                    yield self._offer(first, town, one, self.draw.choice(OPEN))
            elif kind < 0.82:
                own = self.draw.choice(OWN)
                owner = self.draw.choice((f"{town.municipality} Kommune", f"Kulturhuset {own}"))
                if not self._is_new(town.municipality, owner):
                    continue
                first = self._truth(owner, "", town)
                for one in self.draw.sample(_named(HOUSE), self.draw.randint(6, 30)):
                    yield self._offer(first, town, one, self.draw.choice(OPEN))
            elif kind < 0.92:
                school = self.draw.choice(SCHOOLS)
                first = self._truth(f"{school} {town.name}", "", town)
                for one in self.draw.sample(_named(COURSES), self.draw.randint(4, 12)):
                    yield from self._teams(first, town, one, self.draw.choice((1, 1, 2)))
            else:
                first = self._truth(
                    f"{self.draw.choice((town.name, *town.villages))} Kirke", "", town
                )
                for title in self.draw.sample(CHURCH, self.draw.randint(1, 4)):
                    one = self.draw.choice(_named(("tro", "samvaer", "musik")))
                    yield self._offer(first, town, one, title)

    def _teams(self, first: Truth, town: Town, one: Activity, count: int) -> Iterator[Truth]:
        department = ""
        if first.short and self.draw.random() < 0.5:
            department = one.name
        for level in self.draw.sample(LEVELS, count) if count > 1 else [self._level()]:
            title = f"{{a}} {level}".strip()
            yield self._offer(first, town, one, title, department)

    def _level(self) -> str:
        return self.draw.choice(LEVELS) if self.draw.random() < 0.4 else ""

    def _offer(
        self, first: Truth, town: Town, one: Activity, title: str, department: str = ""
    ) -> Truth:
        name = f"{first.record.name} {department}".strip()
        return self._truth(
            name,
            self._own_title(one) if self.draw.random() < 0.35 else title.format(a=one.name),
            town,
            one,
            short=first.short,
            department=department,
            like=first,
        )

    def _own_title(self, one: Activity) -> str:
        """What people call their team when they do not call it by what it does."""
        draw = self.draw
        day = draw.choice(("Mandags", "Tirsdags", "Onsdags", "Torsdags", "Fredags"))
        noun, adjective = draw.choice(NOUNS), draw.choice(ADJECTIVES)
        word = draw.choice((one.name, *one.synonyms[:3])).split()[0]
        return draw.choice(
            ("De {j} {n}", "{d}{l}", "{n}", "{n} og {m}", "{w} og {l}", "{w} med {n}", "{d}{w}",
             "{j} {n}", "{n} på {w}", "Klub {n}", "{d}klubben", "{w} i det {j}")
        ).format(j=adjective, n=noun, d=day, w=word,
            l=noun.lower(), m=draw.choice(NOUNS).lower())  # fmt: skip

    def _town(self) -> Town:
        return self.draw.choices(self.towns, self._weights)[0]

    def _club_name(self, town: Town) -> tuple[str, str]:
        where = self.draw.choice((town.name, town.name, *town.villages))
        long, short = self.draw.choice(
            (
                ("Idrætsforening", "IF"),
                ("Gymnastik- og Idrætsforening", "GIF"),
                ("Sportsforening", "SF"),
                ("Gymnastikforening", "GF"),
                ("Ungdoms- og Idrætsforening", "UIF"),
                ("Boldklub", "BK"),
                ("Idrætsklub", "IK"),
            )
        )
        return f"{where} {self.draw.choice((long, short))}", f"{where}|{long}|{short}"

    def _single(self, town: Town) -> tuple[str, str, Town, Activity]:
        one = self.draw.choice(load_vocabulary().activities)
        where = self.draw.choice((town.name, town.name, *town.villages))
        own = self.draw.choice(OWN)
        pattern = self.draw.choice(
            ("{w} {a}klub", "{a}klubben {o}", "{w} {a}forening", "{a}klubben i {w}", "{o}",
             "{w} {a}", "Foreningen {o}", "{a} {w}", "{w} {a}laug")
        )  # fmt: skip
        return pattern.format(w=where, a=one.name, o=own), "", town, one

    def _truth(
        self,
        name: str,
        title: str,
        town: Town,
        one: Activity | None = None,
        *,
        short: str = "",
        department: str = "",
        like: Truth | None = None,
    ) -> Truth:
        """A thing of its own. like: whose contacts it shares, and its house most times."""
        draw = self.draw
        self._number += 1
        own = draw.choice(OWN)
        site = "".join(c for c in name.lower() if c.isalpha())[:18]
        begins = draw.choice(HOURS) * 60 + draw.choice((0, 0, 0, 0, 30, 30, 15))
        village = draw.choice(town.villages)
        record = Record(
            key=str(self._number),
            name=name,
            title=title,
            text=self._text(one, title),
            phone=str(draw.randint(20_000_000, 99_999_999)),
            email=f"{draw.choice(('post', 'info', 'kontakt', 'formand'))}@{site}.example",
            url=f"https://www.{site}.example/",
            number=str(draw.randint(10_000_000, 49_999_999)),
            activities=self._activities(one),
            times=frozenset({(draw.choice(DAYS), begins)}),
            ages=draw.choice(AGES),
            gender=draw.choice(("", "", "", "", "", "", "", "women", "men")),
            price=str(draw.choice(PRICES)),
            **self._place(town, village, own),
        )
        if like is not None:
            shared = like.record
            before = self._before.get(like.number)
            if before is not None and draw.random() < 0.3:  # two halls, or two halves of one
                record = replace(record, times=before.times, price=before.price)
            self._before[like.number] = record
            record = replace(
                record, phone=shared.phone, email=shared.email, url=shared.url, number=shared.number
            )
            if draw.random() < 0.75:
                record = replace(
                    record,
                    venue=shared.venue,
                    address=shared.address,
                    postcode=shared.postcode,
                    town=shared.town,
                    point=shared.point,
                )
        if not title:  # a club as such meets at no time and costs nothing
            record = replace(
                record, times=frozenset(), ages=(None, None), gender="", price="", activities=()
            )
        if like is None and draw.random() < 0.4:  # many meet in the same few houses of a town
            record = replace(record, **self._shared_house(town))
        new_town = self._town() if draw.random() < 0.4 else town
        moved = replace(record, **self._place(new_town, village, draw.choice(OWN)))
        return Truth(
            self._number,
            record,
            one.name if one else "",
            short,
            department,
            village,
            self._number if like is None or not title else like.number,
            moved,
        )

    def _in_the_house_of(self, one: Truth, other: Truth) -> Truth:
        there = other.record
        record = replace(
            one.record,
            venue=there.venue,
            address=there.address,
            postcode=there.postcode,
            town=there.town,
            point=there.point,
        )
        return replace(one, record=record)

    def _shared_house(self, town: Town) -> dict[str, object]:
        """One of three houses of a town, at times with the house's own telephone and page."""
        at = (town.postcode, self.draw.randint(0, 2))
        if at not in self._houses:
            house = self._place(town, self.draw.choice(town.villages), self.draw.choice(OWN))
            self._houses[at] = house | {
                "phone": str(self.draw.randint(20_000_000, 99_999_999)),
                "url": f"https://www.hus{len(self._houses)}.example/",
                "email": f"post@hus{len(self._houses)}.example",
            }
        house = dict(self._houses[at])
        if self.draw.random() < 0.8:
            for own in ("phone", "url", "email"):
                del house[own]
        return house

    def _place(self, town: Town, village: str, own: str) -> dict[str, object]:
        draw = self.draw
        lat, lon = town.point
        return {
            "venue": draw.choice(VENUES).format(town=draw.choice((town.name, village)), own=own),
            "address": f"{draw.choice(STREETS)}{draw.choice(STREET_ENDS)} {draw.randint(1, 90)}",
            "postcode": town.postcode,
            "town": town.name,
            "point": (lat + draw.uniform(-0.05, 0.05), lon + draw.uniform(-0.05, 0.05)),
        }

    def _activities(self, one: Activity | None) -> tuple[str, ...]:
        if one is None:
            return ()
        words = (one.code, one.name.lower(), *one.synonyms[:2])
        return tuple(self.draw.sample(words, min(len(words), self.draw.randint(1, 2))))

    def _text(self, one: Activity | None, title: str) -> str:
        """Some sentences that every club writes, and some that only this one does."""
        activity = one.name.lower() if one else ""
        chosen = self.draw.sample(SENTENCES, self.draw.randint(1, 3))
        for _ in range(self.draw.randint(1, 3)):
            own = " ".join(self.draw.sample(_own_words(), self.draw.randint(3, 7)))
            chosen.append(f"{own.capitalize()}.")
        self.draw.shuffle(chosen)
        who = self.draw.choice(("voksne", "alle", "ældre", "unge", "dem, der har tid"))
        return " ".join(
            sentence.format(a=activity or title.lower() or "det", w=who) for sentence in chosen
        )
