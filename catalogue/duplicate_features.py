"""What speaks for two records being one, and what against it, as numbers.

Every feature is 0 where one of the two does not say, so that unknown counts neither way; what
speaks for and what speaks against are features of their own. All are the same with the two
records the other way round.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from catalogue.duplicate_blocks import SHARED
from catalogue.duplicate_records import Columns, Ints, activity_codes
from catalogue.duplicate_words import GENERIC, LEVELS, activity, shortened

Floats = NDArray[np.float64]
ALIKE = 0.84
"""Likeness above which two words are taken for one that was mistyped."""
FEATURES = (
    "name_alike",
    "name_nearly",
    "name_other_words",
    "name_other_activity",
    "name_more_words",
    "name_more_activity",
    "name_more_town",
    "name_levels",
    "title_alike",
    "title_nearly",
    "title_other_words",
    "title_other_activity",
    "title_more_words",
    "title_levels",
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
    return found


def features(pairs: Pairs) -> Floats:
    """(pairs, features), each 0..1, in the order of FEATURES."""
    found = np.zeros((len(pairs.a), len(FEATURES)))
    if not len(pairs.a):
        return found
    _names(pairs, found)
    _places(pairs, found)
    for column in ("phone", "email", "site", "number"):
        one, other = _values(pairs, column)
        same = (one >= 0) & (one == other)
        found[:, AT[f"{column}_same"]] = same * pairs.left.rarity[column][pairs.a]
        found[:, AT[f"{column}_other"]] = (one != -1) & (other != -1) & ~same
    _facts(pairs, found)
    return found


def _values(pairs: Pairs, column: str) -> tuple[Ints, Ints]:
    return pairs.left.ids[column][pairs.a], pairs.right.ids[column][pairs.b]


def _alike(pairs: Pairs, column: str, scorer: Callable[..., Any]) -> Floats:
    """Likeness of two texts of each pair, 0..1; 0 where one is empty."""
    one, other = getattr(pairs.left, column)[pairs.a], getattr(pairs.right, column)[pairs.b]
    return _likeness(one, other, scorer)


def _likeness(one: Sequence[str], other: Sequence[str], scorer: Callable[..., Any]) -> Floats:
    if not len(one):
        return np.zeros(0)
    found = process.cpdist(one, other, scorer=scorer, dtype=np.float64) / 100
    both = np.fromiter((bool(x and y) for x, y in zip(one, other, strict=True)), bool, len(one))
    return np.where(both, found, 0.0)


def _names(pairs: Pairs, found: Floats) -> None:
    left, right = pairs.left, pairs.right
    for part in ("name", "title"):
        alike = _alike(pairs, f"{part}_line", fuzz.ratio)
        found[:, AT[f"{part}_alike"]] = alike
        found[:, AT[f"{part}_nearly"]] = np.clip((alike - ALIKE) / (1 - ALIKE), 0, 1)
        one, other = getattr(left, part), getattr(right, part)
        besides = "title" if part == "name" else "name"
        said, said_too = (
            [
                [*beside, *town]
                for beside, town in zip(getattr(held, besides), held.town, strict=True)
            ]
            for held in (left, right)
        )
        rests = [
            _rest(one[a], other[b], said[a], said_too[b], part == "title")
            for a, b in zip(pairs.a.tolist(), pairs.b.tolist(), strict=True)
        ]
        _left_over(part, rests, found)
    names_a, names_b = left.name, right.name
    found[:, AT["title_in_name"]] = [
        _in_name(left.title[a], names_b[b], right.title[b])
        or _in_name(right.title[b], names_a[a], left.title[a])
        for a, b in zip(pairs.a.tolist(), pairs.b.tolist(), strict=True)
    ]


Rest = tuple[list[str], list[str], bool]
"""Words that only the one and only the other has, and whether only a town was more."""


def _rest(
    one: list[str], other: list[str], said: list[str], said_too: list[str], is_title: bool
) -> Rest:
    """Words that only one of two names has and that tell something.

    said, said_too: what the two records say besides: their towns, and their titles beside
    their names or the reverse. Such a word is no news in a title, nor where only one name
    has more words than the other.
    """
    if not one or not other or one == other:
        return [], [], False
    if one > other:  # the same steps, whichever of the two comes first
        more_b, more_a, is_town = _rest(other, one, said_too, said, is_title)
        return more_a, more_b, is_town
    in_one, in_other = {*one, *GENERIC}, {*other, *GENERIC}
    more_a = [word for word in one if word not in in_other]
    more_b = [word for word in other if word not in in_one]
    if more_a and more_b:
        if any(len(word) <= 5 for word in more_a):
            more_a, more_b = shortened(more_a, more_b)
        if more_b and any(len(word) <= 5 for word in more_b):
            more_b, more_a = shortened(more_b, more_a)
    if len(more_a) + len(more_b) > 2 and more_a and more_b:
        more_a, more_b = _without_mistyped(more_a, more_b)
    if (more_a or more_b) and (is_title or bool(more_a) != bool(more_b)):
        known = {*said, *said_too}
        rest_a = [word for word in more_a if word not in known]
        rest_b = [word for word in more_b if word not in known]
        return rest_a, rest_b, not rest_a and not rest_b
    return more_a, more_b, False


def _without_mistyped(one: list[str], other: list[str]) -> tuple[list[str], list[str]]:
    """Without the words that are the same but for a letter or two."""
    left, rest = list(one), list(other)
    for word in one:
        if len(word) < 4 or word in LEVELS:
            continue
        for like in rest:
            if len(like) >= 4 and like not in LEVELS and fuzz.ratio(word, like) >= 100 * ALIKE:
                left.remove(word)
                rest.remove(like)
                break
    return left, rest


def _left_over(part: str, rests: list[Rest], found: Floats) -> None:
    """What the words that only one of two has say: another word, or a word more."""
    both = [place for place, (a, b, _) in enumerate(rests) if a and b]
    one = ["".join(rests[place][0]) for place in both]
    other = ["".join(rests[place][1]) for place in both]
    alike = _likeness(one, other, fuzz.ratio)
    for place, likeness in zip(both, alike.tolist(), strict=True):
        more_a, more_b, _ = rests[place]
        codes_a = {code for word in more_a if (code := activity(word))}
        codes_b = {code for word in more_b if (code := activity(word))}
        levels_a, levels_b = _levels(more_a), _levels(more_b)
        found[place, AT[f"{part}_levels"]] = levels_a != levels_b and bool(levels_a or levels_b)
        if likeness >= ALIKE and not (levels_a or levels_b):
            continue
        other_activity = bool(codes_a and codes_b and not codes_a & codes_b)
        found[place, AT[f"{part}_other_activity"]] = other_activity
        same_activity = bool(codes_a & codes_b)
        found[place, AT[f"{part}_other_words"]] = (1 - likeness) * (0.5 if same_activity else 1)
    for place, (more_a, more_b, is_town) in enumerate(rests):
        if bool(more_a) == bool(more_b):
            if is_town and part == "name":
                found[place, AT["name_more_town"]] = 1
            continue
        more = more_a or more_b
        levels = _levels(more)
        found[place, AT[f"{part}_levels"]] = bool(levels)
        rest = [word for word in more if word not in levels and not word.isdigit()]
        if part == "name" and any(activity(word) for word in rest):
            found[place, AT["name_more_activity"]] = 1
        else:
            found[place, AT[f"{part}_more_words"]] = min(1.0, len(rest) / 3)


def _levels(more: list[str]) -> set[str]:
    return {word for word in more if word in LEVELS or (word.isdigit() and not _is_year(word))}


def _is_year(word: str) -> bool:
    return len(word) == 4 and word.startswith(("19", "20"))


def _in_name(title: list[str], name: list[str], own: list[str]) -> bool:
    """Whether the other record says in its name, and not in its title, what this one offers."""
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
    street = _alike(pairs, "street", fuzz.token_sort_ratio)
    known = (pairs.left.street[pairs.a] != "") & (pairs.right.street[pairs.b] != "")
    one, other = _values(pairs, "house")
    numbered = (one != -1) & (other != -1)
    same = numbered & (one == other) & (one >= 0)
    found[:, AT["street_same"]] = known & (street >= ALIKE)
    found[:, AT["street_other"]] = known & (street < 0.7)
    found[:, AT["house_same"]] = same * pairs.left.rarity["house"][pairs.a]
    found[:, AT["house_other"]] = numbered & ~same & (street >= ALIKE) & ~_same_house(pairs)
    venue = _alike(pairs, "venue_line", fuzz.token_set_ratio)
    known = (pairs.left.venue_line[pairs.a] != "") & (pairs.right.venue_line[pairs.b] != "")
    found[:, AT["venue_same"]] = known & (venue >= ALIKE)
    found[:, AT["venue_other"]] = known * np.clip((0.7 - venue) / 0.4, 0, 1)
    km = _km(pairs.left.point[pairs.a], pairs.right.point[pairs.b])
    found[:, AT["point_near"]] = np.nan_to_num(km < 0.25)
    found[:, AT["point_far"]] = np.nan_to_num(np.clip((km - 1) / 10, 0, 1))


def _same_house(pairs: Pairs) -> NDArray[np.bool_]:
    """Whether the house numbers agree where the places around them are written differently."""
    one = [_house(pairs.left, row) for row in pairs.a.tolist()]
    other = [_house(pairs.right, row) for row in pairs.b.tolist()]
    return np.array([x == y for x, y in zip(one, other, strict=True)], dtype=bool)


def _house(held: Columns, row: int) -> str:
    digits = "".join(c if c.isdigit() else " " for c in held.records[row].address.partition(",")[0])
    return (digits.split() or [""])[0]


def _km(one: Floats, other: Floats) -> Floats:
    """Distance in km, good to a per cent within Denmark; NaN where a point is unknown."""
    north = (one[:, 0] - other[:, 0]) * 111.2
    east = (one[:, 1] - other[:, 1]) * 111.2 * np.cos(np.radians(one[:, 0] + other[:, 0]) / 2)
    return np.hypot(north, east)


def _facts(pairs: Pairs, found: Floats) -> None:
    """What only offers have: texts, times, ages, prices and activities."""
    for place, (a, b) in enumerate(zip(pairs.a.tolist(), pairs.b.tolist(), strict=True)):
        one, other = pairs.left.records[a], pairs.right.records[b]
        if one.times and other.times:
            found[place, AT["times_same" if one.times & other.times else "times_other"]] = 1
        ages = _ages(one.ages, other.ages)
        if ages is not None:
            found[place, AT["ages_same" if ages else "ages_other"]] = 1
        if one.text and other.text:
            alike = fuzz.token_set_ratio(one.text, other.text) / 100
            found[place, AT["text_alike"]] = max(0.0, (alike - 0.6) / 0.4)
            found[place, AT["text_other"]] = max(0.0, (0.6 - alike) / 0.3)
        if (one.activities or one.title) and (other.activities or other.title):
            codes_a, codes_b = activity_codes(one), activity_codes(other)
            if codes_a and codes_b:
                shared = len(codes_a & codes_b) / min(len(codes_a), len(codes_b))
                found[place, AT["activity_same"]] = shared
                found[place, AT["activity_other"]] = float(not shared)
    for column in ("gender", "price"):
        one, other = _values(pairs, column)
        known = (one != -1) & (other != -1)
        found[:, AT[f"{column}_other"]] = known & (one != other)
        if column == "price":
            found[:, AT["price_same"]] = known & (one == other)


def _ages(one: tuple[int | None, int | None], other: tuple[int | None, int | None]) -> bool | None:
    """Whether two ranges of ages agree in all that both say; None = nothing is said by both."""
    both = [(x, y) for x, y in zip(one, other, strict=True) if x is not None and y is not None]
    return all(x == y for x, y in both) if both else None
