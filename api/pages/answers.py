"""What somebody has answered on the way through "Find noget til mig", and the need it makes.

It lives in the fields of the form alone: each page carries what was answered before as hidden
fields, so that nothing is kept here, in a cookie or in an address.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time
from types import MappingProxyType

from api.homes import home_point
from api.pages.interests import INTERESTS
from api.wording import sentence
from catalogue.danish import fold
from catalogue.errors import Invalid
from catalogue.persondata import scrub_own_words
from catalogue.places import Gazetteer
from catalogue.reading import read_times
from catalogue.schedules import Schedule, format_times, parse_times
from catalogue.vocabulary import Vocabulary, load_vocabulary
from matcher.need import (
    DAYS,
    AddressHome,
    Need,
    PostcodeHome,
    ReachKm,
    ReachMinutes,
    TimeWindow,
    read_need,
)

MANY = ("interest", "topic", "need", "asked", "must", "day", "part")
"""Fields that hold several choices."""
WORDS = ("words", "avoid", "need_words", "place", "when", "other")
"""Fields in which somebody writes in their own words."""
ONE = (*WORDS, "mode", "far", "far_own", "age", "gender", "price")
LONGEST = 300
"""Letters in one field of own words; 200 in one line, as a need has it."""
_LONGEST_LINE = 200
_POINT = re.compile(r"([0-9]{2}\.[0-9]{1,6}), ([0-9]{1,2}\.[0-9]{1,6})")

MODES = MappingProxyType({"walk": "1F6B6", "bike": "1F6B2", "bus": "1F68C", "car": "1F697"})
USUAL_MINUTES = MappingProxyType({"walk": 30, "bike": 30, "bus": 45, "car": 30})
"""Of a picture that says both how and how far: half an hour, and the waiting for a bus."""
PARTS = MappingProxyType(
    {
        "morning": (time(6), time(12)),
        "afternoon": (time(12), time(17)),
        "evening": (time(17), time(23, 59)),
    }
)
GENDERS = ("female", "male", "other")
NECESSARY = frozenset(
    """
    step_free wheelchair_toilet single_level can_sit hearing_loop sign_support
    low_vision_support assistance_dog english_ok
    """.split()
)
"""Taken for necessary where nobody was asked: without it one cannot be there at all."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What must be corrected in a field: a wording and its values."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything answered so far, as text."""

    one: Mapping[str, str] = field(default_factory=dict)
    many: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        return self.one.get(name, "")

    def chosen(self, name: str) -> tuple[str, ...]:
        return self.many.get(name, ())

    def pairs(self) -> list[tuple[str, str]]:
        """As fields of a form; nothing for what is not answered."""
        found = [(name, value) for name, value in self.one.items() if value]
        return found + [(name, value) for name, held in self.many.items() for value in held]

    def having(self, **changes: str | tuple[str, ...]) -> "Answers":
        """The same with some answers in place of those there were."""
        one, many = dict(self.one), dict(self.many)
        for name, value in changes.items():
            if isinstance(value, str):
                one[name] = value
            else:
                many[name] = value
        return replace(self, one=one, many=many)


@dataclass(frozen=True, slots=True)
class Told:
    """The need that the answers make."""

    need: Need
    unread: tuple[str, ...]
    """Own words about needs and times that could not be searched by; for the guide to hear."""


def read_answers(
    sent: Iterable[tuple[str, str]], vocabulary: Vocabulary, on: date
) -> tuple[Answers, dict[str, Fault]]:
    """Answers from the fields of a form, and which of them held personal data.

    What is no choice of ours is dropped; numbers and addresses that tell who somebody is are
    cut out of the own words, whatever page they came from.
    """
    one: dict[str, str] = {}
    many: dict[str, list[str]] = {name: [] for name in MANY}
    known = _known(vocabulary)
    trip = ""
    for name, value in sent:
        if name in MANY:
            if value in known[name] and value not in many[name]:
                many[name].append(value)
        elif name in ONE and value.strip():
            one[name] = value.replace("\r\n", "\n").strip()
        elif name == "trip" and value in MODES:
            trip = value
    if trip:  # chosen just now, so it beats what came along
        one["mode"], one["far"] = trip, f"min-{USUAL_MINUTES[trip]}"
    if one.get("gender") not in GENDERS:
        one.pop("gender", None)
    if one.get("mode") not in MODES:
        one.pop("mode", None)
    personal: dict[str, Fault] = {}
    for name in WORDS:
        scrubbed = scrub_own_words(one.get(name, ""), on)
        if scrubbed.dropped:
            one[name] = scrubbed.text
            cpr = any(finding.key == "form.cpr" for finding in scrubbed.dropped)
            personal[name] = Fault("find.personal.cpr" if cpr else "find.personal")
    answers = Answers(one, {name: tuple(held) for name, held in many.items() if held})
    return _with_own_distance(answers), personal


def _known(vocabulary: Vocabulary) -> dict[str, frozenset[str]]:
    codes = frozenset(fact.code for fact in vocabulary.access_facts)
    groups = frozenset(fact.group for fact in vocabulary.access_facts)
    return {
        "interest": frozenset(INTERESTS),
        "topic": groups,
        "need": codes,
        "asked": codes,
        "must": codes,
        "day": frozenset(DAYS),
        "part": frozenset(PARTS),
    }


def _with_own_distance(answers: Answers) -> Answers:
    """A distance that was written beats one that was chosen."""
    own = answers.text("far_own")
    if not _whole(own) or not 0 < int(own) <= 600:
        return answers
    unit = "min" if answers.text("mode") else "km"
    return answers.having(far=f"{unit}-{int(own)}", far_own="")


def faults(answers: Answers, gazetteer: Gazetteer) -> dict[str, Fault]:
    """What must be corrected, by field."""
    found: dict[str, Fault] = {}
    for name in WORDS:
        text = answers.text(name)
        longest = max((len(line) for line in text.split("\n")), default=0)
        if len(text) > LONGEST:
            found[name] = Fault("form.too_long", {"count": len(text), "max": LONGEST})
        elif longest > _LONGEST_LINE:
            found[name] = Fault("form.too_long", {"count": longest, "max": _LONGEST_LINE})
    place = _place_fault(answers.text("place"), gazetteer)
    if place is not None and "place" not in found:
        found["place"] = place
    if answers.text("far_own"):
        found["far_own"] = Fault("form.number.range", {"min": 1, "max": 600})
    for name, highest, key in (("age", 120, "form.age"), ("price", 100_000, "form.number")):
        text = answers.text(name)
        if text and not _whole(text):
            found[name] = Fault(key)
        elif text and int(text) > highest:
            found[name] = Fault("form.number.range", {"min": 0, "max": highest})
    return found


def _whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 9


def _place_fault(text: str, gazetteer: Gazetteer) -> Fault | None:
    if not text:
        return None
    if text.isdigit():
        if not _is_postcode(text):
            return Fault("form.postcode")
        if gazetteer.municipality_of(text) is None:
            return Fault("form.postcode.unknown", {"postcode": text})
        return None
    try:
        home_point(read_need_of({"home": _home(text)}), gazetteer)
    except Invalid:
        return Fault("form.address.unknown")
    return None


def _home(text: str) -> dict[str, object]:
    """A postcode, a point as a saved need may have it (`56.13, 10.52`), or an address."""
    if _is_postcode(text):
        return {"postcode": text}
    if point := _POINT.fullmatch(text):
        return {"lat": float(point[1]), "lon": float(point[2])}
    return {"address": text[:_LONGEST_LINE]}


def _is_postcode(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) == 4


def read_need_of(fields: Mapping[str, object]) -> Need:
    """One person's need from its JSON. Raises Invalid, also for a group."""
    need = read_need(dict(fields))
    if not isinstance(need, Need):
        raise Invalid("need: must be one person's")
    return need


def told(answers: Answers, vocabulary: Vocabulary) -> Told:
    """The need of answers without faults."""
    fields: dict[str, object] = {
        "interests": [
            *(idea for code in answers.chosen("interest") for idea in ideas(code)),
            *lines(answers.text("words")),
        ],
        "dislikes": lines(answers.text("avoid")),
    }
    own = "\n".join(answers.text(name) for name in ("need_words", "other"))
    understood, unread = _needs_in(own, vocabulary)
    must = [code for code in answers.chosen("need") if is_must(answers, code)]
    wishes = [code for code in (*answers.chosen("need"), *understood) if code not in must]
    fields |= {"requires": must, "wishes": list(dict.fromkeys(wishes))}
    if place := answers.text("place"):
        fields["home"] = _home(place)
    if reach := _reach(answers):
        fields["reach"] = reach
    windows, unread_times = _windows(answers)
    if windows:
        fields["times"] = windows
    if answers.text("gender"):
        fields["gender"] = answers.text("gender")
    if answers.text("age"):
        fields["age"] = int(answers.text("age"))
    if answers.text("price"):
        fields["max_kr_per_month"] = int(answers.text("price"))
    return Told(read_need_of(fields), (*unread, *unread_times))


def ideas(code: str) -> list[str]:
    """What the engine reads where a picture was chosen: Danish, whatever the page speaks."""
    return sentence(f"pick.{code}.ideas").split("; ")


def lines(text: str) -> list[str]:
    """The ideas of a text: one a line."""
    return [line.strip() for line in text.split("\n") if line.strip()]


def is_must(answers: Answers, code: str) -> bool:
    """Whether a need is necessary: as was answered, else as it usually is."""
    return code in (answers.chosen("must") if code in answers.chosen("asked") else NECESSARY)


def _needs_in(text: str, vocabulary: Vocabulary) -> tuple[list[str], list[str]]:
    """Access facts that somebody's own words ask for, and the lines that say none."""
    codes: list[str] = []
    unread = []
    for line in lines(text):
        spoken = " ".join(["", *re.findall(r"[\w-]+", fold(line)), ""])
        said = [
            code
            for one in vocabulary.properties
            if one.strength >= 2 and _says(spoken, fold(one.text))
            for code, answer in one.access.items()
            if answer.value == "yes"
        ]
        said += [
            fact.code for fact in vocabulary.access_facts if _says(spoken, fold(fact.label_da))
        ]
        codes += said
        if not said:
            unread.append(line)
    return codes, unread


def _says(spoken: str, phrase: str) -> bool:
    """Whether the words are there and are not denied."""
    before, found, _ = spoken.partition(f" {phrase} ")
    return bool(found) and not before.endswith((" ikke", " ingen", " uden"))


def _reach(answers: Answers) -> dict[str, object]:
    unit, _, number = answers.text("far").partition("-")
    if not answers.text("place") or not _whole(number) or not 0 < int(number) <= 600:
        return {}
    if unit == "km":
        return {"km": int(number)}
    mode = answers.text("mode")
    return {"minutes": int(number), "mode": mode} if unit == "min" and mode else {}


def _windows(answers: Answers) -> tuple[list[dict[str, object]], list[str]]:
    """Times that suit, and the lines about time that nobody could read."""
    days = [day for day in DAYS if day in answers.chosen("day")] or list(DAYS)
    windows: list[dict[str, object]] = []
    spans: list[tuple[time, time]] = []
    for name, (begins, ends) in PARTS.items():
        if name not in answers.chosen("part"):
            continue
        if spans and spans[-1][1] == begins:
            spans[-1] = (spans[-1][0], ends)
        else:
            spans.append((begins, ends))
    if answers.chosen("day") and not spans:
        spans = [(time(0), time(23, 59))]
    windows += [{"days": days, "from": f"{a:%H:%M}", "to": f"{b:%H:%M}"} for a, b in spans]
    unread = []
    for line in lines(answers.text("when")):
        schedule = _schedule(line)
        if not schedule.meetings or any(one.nth for one in schedule.meetings):
            unread.append(line)
            continue
        for one in schedule.meetings:
            begins, ends = one.starts or time(0), one.ends or time(23, 59)
            if ends <= begins:
                ends = time(23, 59)
            day = DAYS[one.weekday]
            windows.append({"days": [day], "from": f"{begins:%H:%M}", "to": f"{ends:%H:%M}"})
    return windows[:50], unread


def _schedule(line: str) -> Schedule:
    try:
        return parse_times(line)
    except Invalid:
        return read_times(line)


def answers_of(need: Need) -> Answers:
    """The answers that make a need: `told` turned round, so that a saved need can go on."""
    picked = tuple(code for code in INTERESTS if set(ideas(code)) <= set(need.interests))
    pictured = {idea for code in picked for idea in ideas(code)}
    one: dict[str, str] = {
        "words": "\n".join(text for text in need.interests if text not in pictured),
        "avoid": "\n".join(need.dislikes),
    }
    needs = tuple(dict.fromkeys((*need.requires, *need.wishes)))
    groups = {fact.code: fact.group for fact in load_vocabulary().access_facts}
    many: dict[str, tuple[str, ...]] = {
        "interest": picked,
        "need": needs,
        "must": need.requires,
        "topic": tuple(dict.fromkeys(groups[code] for code in needs)),
        "asked": needs,
    }
    if isinstance(need.home, PostcodeHome):
        one["place"] = need.home.postcode
    elif isinstance(need.home, AddressHome):
        one["place"] = need.home.address
    elif need.home is not None:
        one["place"] = f"{need.home.lat}, {need.home.lon}"
    if isinstance(need.reach, ReachKm):
        one["far"] = f"km-{max(1, round(need.reach.km))}"
    elif isinstance(need.reach, ReachMinutes):
        one["mode"] = need.reach.mode
        one["far"] = f"min-{max(1, round(need.reach.minutes))}"
    parts = _parts(need.times)
    if parts is not None:
        many |= parts
    else:
        one["when"] = "\n".join(map(_written, need.times))
    if need.age is not None:
        one["age"] = str(need.age)
    if need.gender is not None:
        one["gender"] = need.gender
    if need.max_kr_per_month is not None:
        one["price"] = str(int(need.max_kr_per_month))
    return Answers(
        {name: value for name, value in one.items() if value},
        {name: held for name, held in many.items() if held},
    )


def _parts(times: Sequence[TimeWindow]) -> dict[str, tuple[str, ...]] | None:
    """Days and parts of the day that say the same; None if none do."""
    if not times:
        return {}
    days: tuple[str, ...] = tuple(day for day in DAYS if day in times[0].days)
    if any(tuple(day for day in DAYS if day in one.days) != days for one in times):
        return None
    held: dict[str, tuple[str, ...]] = {} if len(days) == len(DAYS) else {"day": days}
    if [(one.from_, one.to) for one in times] == [(time(0), time(23, 59))]:
        return held
    for mask in range(1, 1 << len(PARTS)):
        names = tuple(name for place, name in enumerate(PARTS) if mask >> place & 1)
        windows, _ = _windows(Answers(many={"part": names, "day": days}))
        if [(one["from"], one["to"]) for one in windows] == [
            (f"{one.from_:%H:%M}", f"{one.to:%H:%M}") for one in times
        ]:
            return held | {"part": names}
    return None


def _written(window: TimeWindow) -> str:
    """A window as somebody would write it: `man 17:00-22:00; ons 17:00-22:00`."""
    cell = ";".join(f"{_DANISH[day]} {window.from_:%H:%M}-{window.to:%H:%M}" for day in window.days)
    return format_times(parse_times(cell))


_DANISH = dict(zip(DAYS, ("man", "tir", "ons", "tor", "fre", "lør", "søn"), strict=True))
