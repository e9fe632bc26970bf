"""What speaks for two records being one, and what against it, as numbers.

Every feature is 0 where one of the two does not say, so that unknown counts neither way; what
speaks for and what speaks against are features of their own. All are the same with the two
records the other way round.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from catalogue.duplicate_blocks import SHARED
from catalogue.duplicate_records import Columns, Ints, Record, activity_codes
from catalogue.duplicate_words import GENERIC, LEVELS, activity, bare, shortened, told_in

Floats = NDArray[np.float64]
ALIKE = 0.84
"""Likeness above which two words are taken for one that was mistyped."""
FEATURES = (
    "source_same",
    "source_spelling",
    "name_alike",
    "name_nearly",
    "name_other_words",
    "name_other_alone",
    "name_other_activity",
    "name_more_words",
    "name_more_activity",
    "name_more_town",
    "name_other_levels",
    "name_more_levels",
    "title_alike",
    "title_nearly",
    "title_other_words",
    "title_other_activity",
    "title_more_words",
    "title_other_levels",
    "title_more_levels",
    "title_in_name",
    "text_alike",
    "text_other",
    "town_same",
    "town_other",
    "postcode_same",
    "postcode_other",
    "street_same",
    "street_other",
    "house_same",
    "house_other",
    "venue_same",
    "venue_other",
    "point_near",
    "point_far",
    "phone_same",
    "phone_other",
    "email_same",
    "email_other",
    "site_same",
    "site_other",
    "number_same",
    "number_other",
    "times_same",
    "times_other",
    "ages_same",
    "ages_other",
    "gender_other",
    "price_same",
    "price_other",
    "activity_same",
    "activity_other",
)
AT = {name: place for place, name in enumerate(FEATURES)}


@dataclass(frozen=True, slots=True)
class Pairs:
    """Rows of some pairs: `a` of the left columns, `b` of the right."""

    left: Columns
    a: Ints
    right: Columns
    b: Ints

    def some(self, chosen: NDArray[Any]) -> "Pairs":
        return Pairs(self.left, self.a[chosen], self.right, self.b[chosen])


def likely(pairs: Pairs) -> NDArray[np.bool_]:
    """Which pairs are worth a look: names alike, or less alike with a common value."""
    alike = _alike(pairs, "whole_line", fuzz.ratio)
    return (alike >= 0.5) | (_shares(pairs) & (alike >= 0.2))


def _shares(pairs: Pairs) -> NDArray[np.bool_]:
    found = np.zeros(len(pairs.a), dtype=bool)
    for column in SHARED:
        one, other = _values(pairs, column)
        found |= (one >= 0) & (one == other)
    return found


SCREEN = (
    "whole_alike",
    "whole_nearly",
    "whole_within",
    "name_alike",
    "title_alike",
    "shares",
    "town_other",
    "postcode_other",
    "meets_same",
    "phone_same",
    "number_same",
    "phone_other",
    "number_other",
    "site_other",
    "email_other",
    "street_same",
    "street_other",
)


def screened(pairs: Pairs) -> Floats:
    """(pairs, features), each 0..1, in the order of SCREEN: those that cost next to nothing.

    A pair that they rule out is not looked at further (see duplicates.Model.screen).
    """
    found = np.zeros((len(pairs.a), len(SCREEN)))
    if not len(pairs.a):
        return found
    whole = _alike(pairs, "whole_line", fuzz.ratio)
    found[:, 0] = whole
    found[:, 1] = np.clip((whole - ALIKE) / (1 - ALIKE), 0, 1)
    found[:, 2] = _alike(pairs, "whole_line", fuzz.token_set_ratio)
    found[:, 3] = _alike(pairs, "name_line", fuzz.ratio)
    found[:, 4] = _alike(pairs, "title_line", fuzz.ratio)
    found[:, 5] = _shares(pairs)
    for place, column in ((6, "town"), (7, "postcode")):
        one, other = _values(pairs, column)
        found[:, place] = (one != -1) & (other != -1) & (one != other)
    for place, column in ((8, "meets"), (9, "phone"), (10, "number")):
        one, other = _values(pairs, column)
        found[:, place] = (one >= 0) & (one == other)
    for place, column in ((11, "phone"), (12, "number"), (13, "site"), (14, "email")):
        one, other = _values(pairs, column)
        found[:, place] = (one != -1) & (other != -1) & (one != other)
    known, street = _streets(pairs)
    found[:, 15] = known & (street >= ALIKE)
    found[:, 16] = known & (street < 0.7)
    return found


def _streets(pairs: Pairs) -> tuple[NDArray[np.bool_], Floats]:
    """Where both streets are known, and how alike they are."""
    return _known(pairs, "street"), _alike(pairs, "street", fuzz.token_sort_ratio)


def features(pairs: Pairs) -> Floats:
    """(pairs, features), each 0..1, in the order of FEATURES."""
    found = np.zeros((len(pairs.a), len(FEATURES)))
    if not len(pairs.a):
        return found
    source = pairs.left.source[pairs.a]
    found[:, AT["source_same"]] = (source >= 0) & (source == pairs.right.source[pairs.b])
    spelt, spelt_too = pairs.left.spelt[pairs.a], pairs.right.spelt[pairs.b]
    found[:, AT["source_spelling"]] = found[:, AT["source_same"]] * (spelt == spelt_too)
    _names(pairs, found)
    _places(pairs, found)
    for column in ("phone", "email", "site", "number"):
        one, other = _values(pairs, column)
        same = (one >= 0) & (one == other)
        found[:, AT[f"{column}_same"]] = same * pairs.left.rarity[column][pairs.a]
        found[:, AT[f"{column}_other"]] = (one != -1) & (other != -1) & ~same
    # Another word in the name, and nothing but the place in common: sister clubs in one hall.
    shared = sum(found[:, AT[f"{column}_same"]] for column in ("phone", "email", "site", "number"))
    found[:, AT["name_other_alone"]] = found[:, AT["name_other_words"]] * (shared == 0)
    _facts(pairs, found)
    return found


def _values(pairs: Pairs, column: str) -> tuple[Ints, Ints]:
    return pairs.left.ids[column][pairs.a], pairs.right.ids[column][pairs.b]


def _alike(pairs: Pairs, line: str, scorer: Callable[..., Any]) -> Floats:
    """Likeness of two lines of each pair, 0..1; 0 where one is empty."""
    found = np.zeros(len(pairs.a))
    known = np.flatnonzero(_known(pairs, line))
    one, other = getattr(pairs.left, line), getattr(pairs.right, line)
    found[known] = _likeness(one[pairs.a[known]], other[pairs.b[known]], scorer)
    return found


def _known(pairs: Pairs, fact: str) -> NDArray[np.bool_]:
    """Whether both of a pair have a fact, or a line that is not empty."""
    return pairs.left.has[fact][pairs.a] & pairs.right.has[fact][pairs.b]


def _likeness(one: Sequence[str], other: Sequence[str], scorer: Callable[..., Any]) -> Floats:
    """Likeness of the texts of each pair, 0..1; none is empty."""
    if not len(one):
        return np.zeros(0)
    found: Floats = process.cpdist(one, other, scorer=scorer, dtype=np.float64) / 100
    return found


def _names(pairs: Pairs, found: Floats) -> None:
    for part, besides in (("name", "title"), ("title", "name")):
        both = np.flatnonzero(_known(pairs, f"{part}_line"))
        alike = _alike(pairs.some(both), f"{part}_line", fuzz.ratio)
        found[both, AT[f"{part}_alike"]] = alike
        found[both, AT[f"{part}_nearly"]] = np.clip((alike - ALIKE) / (1 - ALIKE), 0, 1)
        differ = both[alike < 1]
        _left_over(part, differ, _rests(pairs.some(differ), part, besides), found)
    left, right = pairs.left.has["title_line"], pairs.right.has["title_line"]
    titled = np.flatnonzero(left[pairs.a] | right[pairs.b])
    found[titled, AT["title_in_name"]] = _in_names(pairs.some(titled))


Rest = tuple[list[str], list[str], bool]
"""Words that only the one and only the other has, and whether only a town was more."""


def _rests(pairs: Pairs, part: str, besides: str) -> list[Rest]:
    """What the words of two names or titles leave, pair by pair."""
    left, right = pairs.left, pairs.right
    one, other = getattr(left, part), getattr(right, part)
    one_more, other_more = getattr(left, besides), getattr(right, besides)
    result = []
    for a, b in zip(pairs.a.tolist(), pairs.b.tolist(), strict=True):
        more_a, more_b = _rest(one[a], other[b])
        if (more_a or more_b) and (part == "title" or bool(more_a) != bool(more_b)):
            # What a record says of its town, or in its other line, is no news.
            known = {*one_more[a], *other_more[b], *left.town[a], *right.town[b]}
            rest_a = [word for word in more_a if word not in known]
            rest_b = [word for word in more_b if word not in known]
            result.append((rest_a, rest_b, not rest_a and not rest_b))
        else:
            result.append((more_a, more_b, False))
    return result


def _rest(one: list[str], other: list[str]) -> tuple[list[str], list[str]]:
    """Words that only one of two names has and that tell something."""
    if one > other:  # the same steps, whichever of the two comes first
        more_b, more_a = _rest(other, one)
        return more_a, more_b
    more_a = [word for word in one if word not in other and word not in GENERIC]
    more_b = [word for word in other if word not in one and word not in GENERIC]
    if more_a and more_b:
        more_a, more_b = shortened(more_a, more_b)
        more_b, more_a = shortened(more_b, more_a)
        if more_a and more_b:
            more_a, more_b = _without_mistyped(more_a, more_b)
    return more_a, more_b


def _without_mistyped(one: list[str], other: list[str]) -> tuple[list[str], list[str]]:
    """Without the words that are the same but for a letter or two."""
    left, rest = list(one), list(other)
    for word in one:
        if len(word) < 4:
            continue
        for like in rest:
            if len(like) < 4 or (word in LEVELS and like in LEVELS):
                continue
            if fuzz.ratio(bare(word), bare(like)) >= 100 * ALIKE:
                left.remove(word)
                rest.remove(like)
                break
    return left, rest


def _left_over(part: str, rows: Ints, rests: list[Rest], found: Floats) -> None:
    """What the words that only one of two has say: another word, or a word more.

    rows: of `found`, one for each of `rests`.
    """
    both = [at for at, (a, b, _) in enumerate(rests) if a and b]
    one = ["".join(map(bare, rests[at][0])) for at in both]
    other = ["".join(map(bare, rests[at][1])) for at in both]
    alike = _likeness(one, other, fuzz.ratio)
    short = [len(a) <= 4 and len(b) <= 4 for a, b in zip(one, other, strict=True)]
    alike[np.array(short, dtype=bool)] = 0  # AOF is not FOF
    for at, likeness in zip(both, alike.tolist(), strict=True):
        _other_words(part, rests[at], likeness, found[rows[at]])
    for at, (more_a, more_b, is_town) in enumerate(rests):
        if bool(more_a) != bool(more_b):
            _more_words(part, more_a or more_b, found[rows[at]])
        elif is_town and part == "name":
            found[rows[at], AT["name_more_town"]] = 1


def _other_words(part: str, rest: Rest, likeness: float, row: Floats) -> None:
    more_a, more_b, _ = rest
    levels_a, levels_b = _levels(more_a), _levels(more_b)
    if levels_a and levels_b:
        row[AT[f"{part}_other_levels"]] = levels_a != levels_b
    else:
        row[AT[f"{part}_more_levels"]] = bool(levels_a or levels_b)
    if likeness >= ALIKE and not (levels_a or levels_b):  # one word, mistyped
        return
    codes_a = {code for word in more_a if (code := activity(word))}
    codes_b = {code for word in more_b if (code := activity(word))}
    row[AT[f"{part}_other_activity"]] = bool(codes_a and codes_b and not codes_a & codes_b)
    differs = min(1.0, max(0.0, (0.9 - likeness) / 0.3))
    synonyms = part == "title" and codes_a & codes_b  # two diseases are both patients' clubs
    row[AT[f"{part}_other_words"]] = differs * (0.5 if synonyms else 1)


def _more_words(part: str, more: list[str], row: Floats) -> None:
    levels = _levels(more)
    row[AT[f"{part}_more_levels"]] = bool(levels)
    rest = [word for word in more if word not in levels and not word.isdigit()]
    if part == "name" and any(activity(word) for word in rest):
        row[AT["name_more_activity"]] = 1
    else:
        row[AT[f"{part}_more_words"]] = min(1.0, len(rest) / 3)


def _levels(more: list[str]) -> set[str]:
    return {word for word in more if word in LEVELS or (word.isdigit() and not _is_year(word))}


def _is_year(word: str) -> bool:
    return len(word) == 4 and word.startswith(("19", "20"))


def _in_names(pairs: Pairs) -> list[bool]:
    """Whether one record says in its name, and not in its title, what the other offers."""
    left, right = pairs.left, pairs.right
    return [
        _in_name(left.title[a], right.name[b], right.title[b])
        or _in_name(right.title[b], left.name[a], left.title[a])
        for a, b in zip(pairs.a.tolist(), pairs.b.tolist(), strict=True)
    ]


def _in_name(title: list[str], name: list[str], own: list[str]) -> bool:
    return bool(title and name) and not set(title) & set(own) and set(title) <= set(name)


def _places(pairs: Pairs, found: Floats) -> None:
    for column in ("town", "postcode"):
        one, other = _values(pairs, column)
        known = (one != -1) & (other != -1)
        found[:, AT[f"{column}_same"]] = known & (one == other)
        found[:, AT[f"{column}_other"]] = known & (one != other)
    if (close := np.flatnonzero(found[:, AT["town_other"]])).size:  # Ebeltoft and Ebletoft
        some = pairs.some(close)
        towns = [" ".join(some.left.town[row]) for row in some.a.tolist()]
        others = [" ".join(some.right.town[row]) for row in some.b.tolist()]
        alike = _likeness(towns, others, fuzz.token_set_ratio) >= ALIKE
        found[close[alike], AT["town_other"]] = 0
    known, street = _streets(pairs)
    one, other = _values(pairs, "house")
    same = (one >= 0) & (one == other)
    door, other_door = pairs.left.door[pairs.a], pairs.right.door[pairs.b]
    found[:, AT["street_same"]] = known & (street >= ALIKE)
    found[:, AT["street_other"]] = known & (street < 0.7)
    found[:, AT["house_same"]] = same * pairs.left.rarity["house"][pairs.a]
    numbered = (door != -1) & (other_door != -1)
    found[:, AT["house_other"]] = known & numbered & (door != other_door) & (street >= ALIKE)
    rows = np.flatnonzero(_known(pairs, "venue_line"))
    venue = _alike(pairs.some(rows), "venue_line", fuzz.token_set_ratio)
    found[rows, AT["venue_same"]] = venue >= ALIKE
    found[rows, AT["venue_other"]] = np.clip((0.7 - venue) / 0.4, 0, 1)
    km = _km(pairs.left.point[pairs.a], pairs.right.point[pairs.b])
    found[:, AT["point_near"]] = np.nan_to_num(km < 0.25)
    found[:, AT["point_far"]] = np.nan_to_num(np.clip((km - 1) / 10, 0, 1))


def _km(one: Floats, other: Floats) -> Floats:
    """Distance in km, good to a per cent within Denmark; NaN where a point is unknown."""
    north = (one[:, 0] - other[:, 0]) * 111.2
    east = (one[:, 1] - other[:, 1]) * 111.2 * np.cos(np.radians(one[:, 0] + other[:, 0]) / 2)
    return np.hypot(north, east)


def _facts(pairs: Pairs, found: Floats) -> None:
    """What mostly offers have: texts, times, ages, prices and activities."""
    for at, one, other in _both(pairs, "times"):
        found[at, AT["times_same" if one.times & other.times else "times_other"]] = 1
    for at, one, other in _both(pairs, "ages"):
        ages = _ages(one.ages, other.ages)
        if ages is not None:
            found[at, AT["ages_same" if ages else "ages_other"]] = 1
    for at, one, other in _both(pairs, "text"):
        told, told_too = told_in(one.text), told_in(other.text)
        if told and told_too:
            shared = len(told & told_too) / min(len(told), len(told_too))
            found[at, AT["text_alike"]] = shared
            found[at, AT["text_other"]] = max(0.0, 1 - 5 * shared)
    for at, one, other in _both(pairs, "activities"):
        codes_a, codes_b = activity_codes(one), activity_codes(other)
        if codes_a and codes_b:
            shared = len(codes_a & codes_b) / min(len(codes_a), len(codes_b))
            found[at, AT["activity_same"]] = shared
            found[at, AT["activity_other"]] = float(not shared)
    for column in ("gender", "price"):
        value, value_too = _values(pairs, column)
        known = (value != -1) & (value_too != -1)
        found[:, AT[f"{column}_other"]] = known & (value != value_too)
        if column == "price":
            found[:, AT["price_same"]] = known & (value == value_too)


def _both(pairs: Pairs, fact: str) -> Iterator[tuple[int, Record, Record]]:
    """Place and records of the pairs that both have a fact."""
    left, right = pairs.left, pairs.right
    rows = np.flatnonzero(_known(pairs, fact))
    a, b = pairs.a[rows].tolist(), pairs.b[rows].tolist()
    for at, one, other in zip(rows.tolist(), a, b, strict=True):
        yield at, left.records[one], right.records[other]


def _ages(one: tuple[int | None, int | None], other: tuple[int | None, int | None]) -> bool | None:
    """Whether two ranges of ages agree in all that both say; None = nothing is said by both."""
    both = [(x, y) for x, y in zip(one, other, strict=True) if x is not None and y is not None]
    return all(x == y for x, y in both) if both else None
