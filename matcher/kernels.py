"""The loops over rows, compiled by Numba.

What NumPy would do in some hundred calls, each over few rows, is one call here: at some thousand
offers the calls themselves were most of a match. Compiled when first called, and kept on disk
beside this file, or in NUMBA_CACHE_DIR. All stand in one file, since Numba only looks at this one
to see whether what it keeps is stale: constants of other files come as arguments.

Rows are int64, rising. NaN = not known; a reach or price of infinity = not asked for. Nothing
here raises.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

P = ParamSpec("P")
T = TypeVar("T")

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]
Shorts = NDArray[np.int32]
Bytes = NDArray[np.uint8]
Whole = NDArray[np.integer]

NO_COLUMN = 65_535
"""Column of the grid of what lies in no cell."""
NO, YES, UNKNOWN, LIKELY, LIKELY_NO = 0, 1, 2, 3, 4
"""An access fact as confirmed, and by prose alone."""
NO_DAY = 0
"""As `date.toordinal`: nothing was dated."""
BEGINS, ENDS = 1, 2
"""Bits: what of a meeting is known."""
PLAINLY = 0.9
"""The activity itself, in a title or stated; not a sibling, not in passing."""
EARTH_KM = 6371.0088
"""Mean radius; off by at most 0.35 % in Denmark, and shown nowhere."""
INTEREST, DISTANCE, WISHES, TIMES, DISLIKES, FRESHNESS = range(6)
"""Places of the criteria in what `weigh` gives."""
ORDER = (
    "interest",
    "distance",
    "wishes",
    "times",
    "dislikes",
    "freshness",
    "steepness",
    "unknown_time",
    "unknown_nearness",
    "half_km",
    "half_days",
    "yes_when_likely",
    "within_reach",
    "within_price",
    "concept",
    "meaning",
    "concept_floor",
    "likeness_floor",
    "likeness_full",
)
"""Fields of `Weights`, as they stand in an array of them; the first ones are those of criteria."""
(
    _DISLIKES_COUNT,
    _FRESHNESS_COUNTS,
    _STEEPNESS,
    _UNKNOWN_TIME,
    _UNKNOWN_NEARNESS,
    _HALF_KM,
    _HALF_DAYS,
    _YES_WHEN_LIKELY,
    _WITHIN_REACH,
    _WITHIN_PRICE,
    _CONCEPT,
    _MEANING,
    _CONCEPT_FLOOR,
    _LIKENESS_FLOOR,
    _LIKENESS_FULL,
) = range(4, len(ORDER))
_DAY_MINUTES = 24 * 60
_HALVES = 2.0
_HUNDREDTHS = 100.0
_255THS = 255.0


def _compiled(function: Callable[P, T]) -> Callable[P, T]:
    return cast("Callable[P, T]", numba.njit(cache=True, nogil=True)(function))


@_compiled
def _first_not_below(held: Shorts, low: int, high: int, value: int) -> int:
    """Place from low to high of the first that is value or more. held: rising there."""
    while low < high:
        middle = (low + high) >> 1
        if held[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low


@_compiled
def _place(row: int, cut: tuple[int, ...]) -> int:
    """Place of a row among those that a cut may hold; -1 = not among them."""
    nowhere, first, last, ordered, shown = cut
    if row < nowhere:
        return row
    if first <= row < last:
        return nowhere + row - first
    if ordered <= row < shown:
        return nowhere + last - first + row - ordered
    return -1


@_compiled
def _parts(rows: Shorts, begin: int, end: int, cut: tuple[int, ...]) -> tuple[int, int, int]:
    """Of the entries from begin to end: where those of no place end, and from where to where
    those lie that a cut may hold."""
    nowhere = _first_not_below(rows, begin, end, cut[0])
    first = _first_not_below(rows, nowhere, end, cut[1])
    return nowhere, first, _first_not_below(rows, first, end, cut[2])


@_compiled
def _mark_words(
    slots: Shorts,
    keys: Ints,
    begins: Ints,
    rows: Shorts,
    late_rows: Ints,
    cut: tuple[int, ...],
    inside: Flags,
) -> None:
    """Mark the rows that hold a term. inside: by place, whether a row is looked at at all."""
    for key in keys:
        if key + 1 < len(begins):
            nowhere, first, last = _parts(rows, begins[key], begins[key + 1], cut)
            for entry in range(begins[key], last):
                if entry < nowhere or entry >= first:
                    at = _place(rows[entry], cut)
                    if inside[at]:
                        slots[at] = 0
    for row in late_rows:
        at = _place(row, cut)
        if at >= 0 and inside[at]:
            slots[at] = 0


@_compiled
def _candidates(
    seen: Ints,
    keys: Ints,
    begins: Ints,
    rows: Shorts,
    late_rows: Ints,
    wanted: Floats,
    floor: float,
    spoken_begins: Shorts,
    codes: Whole,
    sure: Whole,
    cut: tuple[int, ...],
    slots: Shorts,
) -> Ints:
    """Those of the seen rows that hold a term, or an activity that is evidence of an idea."""
    best = np.zeros(wanted.shape[1])
    for idea in range(len(wanted)):
        for code in range(len(best)):
            best[code] = max(best[code], wanted[idea, code])
    inside = np.zeros(len(slots), dtype=np.bool_)
    for row in seen:
        inside[_place(row, cut)] = True
    _mark_words(slots, keys, begins, rows, late_rows, cut, inside)
    found, count = np.empty(len(seen), dtype=np.int64), 0
    for row in seen:
        at = _place(row, cut)
        is_it = slots[at] == 0
        for entry in range(spoken_begins[row], spoken_begins[row + 1]):
            is_it |= best[codes[entry]] * (sure[entry] / _HUNDREDTHS) >= floor
        if is_it:
            slots[at] = count
            found[count] = row
            count += 1
    return found[:count]


@_compiled
def _add_word(
    text: Floats,
    has_word: Flags,
    at: int,
    owner: int,
    worth: float,
    is_whole: bool,
    halves: float,
    norm: float,
) -> None:
    """What a word says of an idea in one row, by BM25. norm: what a count is weighed against."""
    count = halves / _HALVES
    text[owner, at] += worth * (count / (count + norm))
    has_word[owner, at] |= is_whole


@_compiled
def seek(
    seen: Ints,
    is_all: bool,
    keys: Ints,
    owners: Ints,
    worth: Floats,
    is_whole: Flags,
    begins: Ints,
    rows: Shorts,
    amounts: Bytes,
    late: Ints,
    wanted: Floats,
    floor: float,
    spoken_begins: Shorts,
    codes: Whole,
    sure: Whole,
    length: NDArray[np.float32],
    norm: float,
    norm_by_length: float,
    cut: tuple[int, ...],
) -> tuple[Ints, Floats, Flags]:
    """How much some rows say of some ideas, and whether they hold a whole word of it.

    seen: rows, that may be asked about. is_all: all of them are; else those that say anything.
    keys, owners, worth, is_whole: (terms,), with the place of their idea. late: (3, entries) of
    what came later: place in `keys`, row, amount. wanted: (ideas, codes), how well each activity
    serves an idea; from `floor` on it is evidence. spoken_begins, codes, sure: the activities of
    each row. Returns rows (n,), text and has_word (ideas, n).
    """
    ideas, (nowhere, first, last, ordered, shown) = len(wanted), cut
    slots = np.full(nowhere + last - first + max(0, shown - ordered), -1, dtype=np.int32)
    if is_all:
        found = seen
        for number in range(len(seen)):
            slots[_place(seen[number], cut)] = number
    else:
        found = _candidates(
            seen,
            keys,
            begins,
            rows,
            late[1],
            wanted,
            floor,
            spoken_begins,
            codes,
            sure,
            cut,
            slots,
        )
    text = np.zeros((ideas, len(found)))
    has_word = np.zeros((ideas, len(found)), dtype=np.bool_)
    for number in range(len(keys)):
        key, owner = keys[number], owners[number]
        if key + 1 >= len(begins):
            continue
        no_place, begin, end = _parts(rows, begins[key], begins[key + 1], cut)
        for entry in range(begins[key], end):
            if entry < no_place or entry >= begin:
                row = rows[entry]
                at = slots[_place(row, cut)]
                if at >= 0:
                    against = norm + norm_by_length * length[row]
                    _add_word(
                        text,
                        has_word,
                        at,
                        owner,
                        worth[number],
                        is_whole[number],
                        amounts[entry],
                        against,
                    )
    for entry in range(late.shape[1]):
        number, row, amount = late[:, entry]
        place = _place(row, cut)
        if place >= 0 and slots[place] >= 0:
            against = norm + norm_by_length * length[row]
            _add_word(
                text,
                has_word,
                slots[place],
                owners[number],
                worth[number],
                is_whole[number],
                amount,
                against,
            )
    return found, text, has_word


@_compiled
def served(wanted: Floats, begins: Shorts, codes: Whole, sure: Whole, rows: Ints) -> Floats:
    """(wishes, rows) 0..1: the best that any activity of an offer does for each wish.

    wanted: (wishes, codes), how well each activity offered would serve it.
    """
    found = np.zeros((len(wanted), len(rows)))
    for place in range(len(rows)):
        row = rows[place]
        for entry in range(begins[row], begins[row + 1]):
            surely = sure[entry] / _HUNDREDTHS
            for wish in range(len(wanted)):
                does = wanted[wish, codes[entry]] * surely
                found[wish, place] = max(found[wish, place], does)
    return found


@_compiled
def serve_best(wanted: Floats, begins: Shorts, codes: Whole, sure: Whole, rows: Ints) -> Ints:
    """(rows,): the entry of the activity of each offer that serves a wish best; 0 = it has none.

    wanted: (codes,), as in `served`.
    """
    found = np.zeros(len(rows), dtype=np.int64)
    for place in range(len(rows)):
        most = -1.0
        for entry in range(begins[rows[place]], begins[rows[place] + 1]):
            does = wanted[codes[entry]] * sure[entry]
            if does > most:
                most, found[place] = does, entry
    return found


@_compiled
def _unit(lat: float, lon: float) -> tuple[float, float, float]:
    """A point on the unit sphere. lat, lon: degrees."""
    north, east = np.radians(lat), np.radians(lon)
    return np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)


@_compiled
def _chord(vectors: Floats, home: tuple[float, float, float], row: int) -> float:
    """Straight through the sphere, of radius 1. vectors: (3, n) on it."""
    x = vectors[0, row] - home[0]
    y = vectors[1, row] - home[1]
    z = vectors[2, row] - home[2]
    return float(np.sqrt(x * x + y * y + z * z))


@_compiled
def _arc_km(chord: float) -> float:
    """Over the surface."""
    return float(2 * EARTH_KM * np.arcsin(chord / 2))


@_compiled
def _slack_km(uncertainty: float, home_km: float) -> float:
    """Two independent uncertainties add up as squares do (GUM, 5.1.2)."""
    return float(np.sqrt(uncertainty * uncertainty + home_km * home_km))


@_compiled
def distances(
    vectors: Floats,
    uncertainty: NDArray[np.float32],
    lat: float,
    lon: float,
    home_km: float,
    rows: Ints,
) -> tuple[Floats, Floats]:
    """(rows,) each: km as the crow flies, and how uncertain; NaN = place unknown.

    lat, lon, home_km: of home, in degrees, and its uncertainty.
    """
    home = _unit(lat, lon)
    away, vague = np.empty(len(rows)), np.empty(len(rows))
    for place in range(len(rows)):
        row = rows[place]
        away[place] = _arc_km(_chord(vectors, home, row))
        vague[place] = _slack_km(np.float64(uncertainty[row]), home_km)
    return away, vague


@_compiled
def _bars(
    row: int,
    barriers: NDArray[np.uint64],
    kr: NDArray[np.float32],
    age_from: Bytes,
    age_to: Bytes,
    bits: int,
    youngest: int,
    oldest: int,
    max_kr: float,
) -> bool:
    """Whether an offer is known to break a hard condition other than distance.

    What is unknown breaks nothing. bits: as a signed number of 64 bits. youngest: whom it must
    be open to, and so oldest. Bit by bit, since a branch costs more than what it saves.
    """
    return bool(
        ((barriers[row] & np.uint64(bits)) != 0)
        | (age_from[row] > youngest)
        | (age_to[row] < oldest)
        | (kr[row] > max_kr)
    )


@_compiled
def out(
    rows: Ints,
    distance: Floats,
    slack: Floats,
    barriers: NDArray[np.uint64],
    kr: NDArray[np.float32],
    age_from: Bytes,
    age_to: Bytes,
    bits: int,
    reach: float,
    youngest: int,
    oldest: int,
    max_kr: float,
) -> Flags:
    """(rows,): known to break a hard condition."""
    found = np.empty(len(rows), dtype=np.bool_)
    for place in range(len(rows)):
        is_far = distance[place] - slack[place] > reach  # NaN is not beyond anything
        found[place] = is_far or _bars(
            rows[place], barriers, kr, age_from, age_to, bits, youngest, oldest, max_kr
        )
    return found


@_compiled
def _share_of_times(
    begin: int,
    end: int,
    starts: Whole,
    ends: Whole,
    known: Whole,
    opens: Ints,
    closes: Ints,
    drops_in: bool,
    slack: int,
    enough: int,
) -> float:
    """`matcher.times.share_of_times` of the meetings from begin to end; NaN = unknown."""
    if begin == end:
        return np.nan
    good, is_unsure = 0, False
    for entry in range(begin, end):
        starting, ending = int(starts[entry]), int(ends[entry])
        has_start, has_end = (known[entry] & BEGINS) > 0, (known[entry] & ENDS) > 0
        suits, perhaps = False, False
        for span in range(len(opens)):
            opening, closing = opens[span], closes[span]
            midnight = opening // _DAY_MINUTES * _DAY_MINUTES
            if has_end:
                shared = min(ending, closing) - max(starting, opening)
                suits |= starting >= opening - slack and ending <= closing + slack
                suits |= drops_in and shared >= enough
            elif has_start:
                since = midnight if drops_in else opening - slack
                perhaps |= since <= starting < closing
            else:
                perhaps |= starting // _DAY_MINUTES == midnight // _DAY_MINUTES
        good += suits
        is_unsure |= perhaps
    if good > 0:
        return 0.5 + 0.5 * good / (end - begin)
    return np.nan if is_unsure else 0.0


@_compiled
def shares_of_times(
    rows: Ints,
    drops_in: Flags,
    begins: Shorts,
    starts: Whole,
    ends: Whole,
    known: Whole,
    opens: Ints,
    closes: Ints,
    slack: int,
    enough: int,
) -> Floats:
    """(rows,): `matcher.times.share_of_times` of each; NaN = unknown.

    drops_in: (rows,), where one may come late and go early, `enough` minutes are enough. begins,
    starts, ends, known: the meetings by row. opens, closes: (spans,) minutes of the week.
    """
    found = np.empty(len(rows))
    for place in range(len(rows)):
        row = rows[place]
        found[place] = _share_of_times(
            begins[row],
            begins[row + 1],
            starts,
            ends,
            known,
            opens,
            closes,
            drops_in[place],
            slack,
            enough,
        )
    return found


@_compiled
def _likely(answer: int, chance: int, yes_when_likely: float) -> float:
    """How likely an access fact makes a yes, 0..1. chance: in 255ths, if nobody has said."""
    if answer < UNKNOWN:
        return float(answer)
    if answer == LIKELY:
        return max(chance / _255THS, yes_when_likely)
    if answer == LIKELY_NO:
        return min(chance / _255THS, 1 - yes_when_likely)
    return chance / _255THS


@_compiled
def facts(
    rows: Ints,
    access: Bytes,
    chance: Bytes,
    codes: Ints,
    hard: int,
    kr: NDArray[np.float32],
    max_kr: float,
    distance: Floats,
    slack: Floats,
    reach: float,
    weights: Floats,
) -> tuple[Floats, Flags, Floats]:
    """(rows,) each: how likely all hard conditions hold, whether all are stated to, and the
    share of the wishes that are met, the unknown ones by how likely they are.

    codes: (asked,) access facts, `hard` requirements and then wishes. Age and gender are not
    asked about where nothing is stated: a club that admits everybody hardly ever says so, and
    asking them all would leave nothing confirmed.
    """
    yes_when_likely = weights[_YES_WHEN_LIKELY]
    within_reach, within_price = weights[_WITHIN_REACH], weights[_WITHIN_PRICE]
    holds, met = np.ones(len(rows)), np.zeros(len(rows))
    confirmed = np.ones(len(rows), dtype=np.bool_)
    for place in range(len(rows)):
        row, km, vague = rows[place], distance[place], slack[place]
        for number in range(len(codes)):
            answer = access[codes[number], row]
            likely = _likely(answer, chance[codes[number], row], yes_when_likely)
            if number < hard:
                holds[place] *= likely
                confirmed[place] &= answer == YES
            else:
                met[place] += likely / (len(codes) - hard)
        if max_kr < np.inf:
            holds[place] *= within_price if np.isnan(kr[row]) else 1.0
            confirmed[place] &= kr[row] <= max_kr
        if reach < np.inf:
            # As if every place within the slack were alike.
            if np.isnan(km):
                holds[place] *= within_reach
            elif km + vague > reach:
                share = (reach + vague - km) / max(2 * vague, 0.001)
                holds[place] *= min(max(share, 0.0), 1.0)
            confirmed[place] &= km + vague <= reach  # NaN is not within anything
    return holds, confirmed, met


@_compiled
def shows_interest(
    has_word: Flags, serves: Floats, likeness: Floats, has_meaning: bool, weights: Floats
) -> Flags:
    """(rows,): evidence of any idea: a word, an activity, or likeness of meaning alone.

    has_word, serves, likeness: (ideas, rows).
    """
    concept_floor, likeness_floor = weights[_CONCEPT_FLOOR], weights[_LIKENESS_FLOOR]
    shows = np.zeros(has_word.shape[1], dtype=np.bool_)
    for idea in range(len(has_word)):
        for place in range(len(shows)):
            shows[place] |= has_word[idea, place] or serves[idea, place] >= concept_floor
            if has_meaning:
                shows[place] |= likeness[idea, place] >= likeness_floor
    return shows


@_compiled
def _says(
    text: Floats, shows: Flags, distance: Floats, slack: Floats, reach: float, around_km: float
) -> Flags:
    """(rows,): says anything of an idea, and lies nearby.

    A little beyond reach too, so that the only one within reach is not the best there is by
    that alone; no farther, since how much more a window holds is a matter of its grid.
    """
    says = shows.copy()
    for place in range(len(says)):
        for idea in range(len(text)):
            says[place] |= text[idea, place] > 0
        if reach < np.inf and distance[place] - slack[place] > reach:
            says[place] &= distance[place] <= around_km
    return says


@_compiled
def _as_share_of_best(value: Floats, says: Flags) -> None:
    """Each as a share of the best of those that say anything, at most 1; in place."""
    best = 0.0
    for place in range(len(value)):
        if says[place] and value[place] > best:
            best = value[place]
    if best > 0:
        for place in range(len(value)):
            value[place] = min(value[place] / best, 1.0)


@_compiled
def interest(
    text: Floats,
    serves: Floats,
    likeness: Floats,
    has_meaning: bool,
    rejects: Floats,
    is_rejecting: Flags,
    explained: Floats,
    says: Flags,
    weights: Floats,
) -> Floats:
    """(rows,) 0..1: the best of the ideas counts most, all of them together a little.

    rejects: (ideas, rows), or (0, rows) where none rejects anything. explained: (ideas,).
    """
    concept, meaning, likeness_full = weights[_CONCEPT], weights[_MEANING], weights[_LIKENESS_FULL]
    most, total = np.zeros(len(says)), np.zeros(len(says))
    for idea in range(len(text)):
        value, share = text[idea].copy(), concept * explained[idea]
        _as_share_of_best(value, says)
        for place in range(len(value)):
            said = value[place]
            if has_meaning:
                like = min(max(likeness[idea, place] / likeness_full, 0.0), 1.0)
                said = (1 - meaning) * said + meaning * like
            said = share * serves[idea, place] + (1 - share) * said
            if is_rejecting[idea]:
                said = max(said - rejects[idea, place], 0.0)
            most[place] = max(most[place], said)
            total[place] += said
    for place in range(len(most)):
        most[place] = (most[place] + total[place] / len(text)) / 2
    _as_share_of_best(most, says)
    return most


@_compiled
def _nearness(km: float, reach: float, weights: Floats) -> float:
    """1 at home, falling evenly to 0 at the end of reach, or by half-lives without a reach."""
    unknown_nearness, half_km = weights[_UNKNOWN_NEARNESS], weights[_HALF_KM]
    if np.isnan(km):
        return float(unknown_nearness)
    if 0 < reach < np.inf:
        return max(1 - km / reach, 0.0)
    return float(0.5 ** (km / half_km))


@_compiled
def _freshness(stated_on: int, on: int, half_days: float) -> float:
    """1 for today, falling by half-lives; undated is 0."""
    return 0.0 if stated_on == NO_DAY else float(0.5 ** (max(0, on - stated_on) / half_days))


@_compiled
def _fit(criteria: Floats, asked: Flags, place: int, weights: Floats) -> float:
    """Weighted mean of the criteria asked for, less what is disliked; 0..1."""
    dislikes, freshness, steepness = (
        weights[_DISLIKES_COUNT],
        weights[_FRESHNESS_COUNTS],
        weights[_STEEPNESS],
    )
    total, weight = 0.0, 0.0
    for one in range(TIMES + 1):
        if asked[one]:
            total += weights[one] * criteria[one, place]
            weight += weights[one]
    # Somebody who asks for nothing soft is suited by whatever holds the hard conditions.
    fit = total / weight if weight > 0 else 1.0
    if asked[DISLIKES]:
        fit = max(fit - dislikes * criteria[DISLIKES, place], 0.0)
    return float(fit**steepness * (1 - freshness * (1 - criteria[FRESHNESS, place])))


@_compiled
def weigh(
    rows: Ints,
    text: Floats,
    has_word: Flags,
    likeness: Floats,
    has_meaning: bool,
    serves: Floats,
    rejects: Floats,
    is_rejecting: Flags,
    explained: Floats,
    disliked_word: Flags,
    disliked_serves: Floats,
    distance: Floats,
    slack: Floats,
    times: Floats,
    access: Bytes,
    chance: Bytes,
    codes: Ints,
    hard: int,
    kr: NDArray[np.float32],
    max_kr: float,
    stated_on: Shorts,
    on: int,
    has_home: bool,
    reach: float,
    around_km: float,
    weights: Floats,
) -> tuple[Floats, Floats, Flags, Flags]:
    """Some rows held against what one need asks for; see `matcher.score.judge`.

    text, has_word, likeness, serves, rejects: (ideas, n) of what is liked, likeness and rejects
    (0, n) without a model or where nothing is rejected. disliked: (ideas, n) of what is not
    liked. times: (n,), or (0,) if none are asked for. codes: (asked,) access facts, `hard`
    requirements and then wishes. around_km: a little beyond reach. weights: in the order of
    `Weights`. Returns criteria (6, n), score, interested and confirmed, (n,) each; of the
    criteria those that were not asked for are left as they come.
    """
    n, within = len(rows), reach if has_home else np.inf
    asked = np.array(
        [len(text) > 0, has_home, len(codes) > hard, len(times) > 0, len(disliked_word) > 0]
    )
    criteria, interested = np.empty((6, n)), np.ones(n, dtype=np.bool_)
    score, confirmed, criteria[WISHES] = facts(
        rows, access, chance, codes, hard, kr, max_kr, distance, slack, within, weights
    )
    if asked[INTEREST]:
        interested = shows_interest(has_word, serves, likeness, has_meaning, weights)
        says = _says(text, interested, distance, slack, within, around_km)
        criteria[INTEREST] = interest(
            text,
            serves,
            likeness,
            has_meaning,
            rejects,
            is_rejecting,
            explained,
            says,
            weights,
        )
    for place in range(n):
        if has_home:
            criteria[DISTANCE, place] = _nearness(distance[place], within, weights)
        if asked[TIMES]:
            criteria[TIMES, place] = (
                weights[_UNKNOWN_TIME] if np.isnan(times[place]) else times[place]
            )
        criteria[FRESHNESS, place] = _freshness(stated_on[rows[place]], on, weights[_HALF_DAYS])
        criteria[DISLIKES, place] = 0.0
        for idea in range(len(disliked_word)):
            if disliked_word[idea, place] or disliked_serves[idea, place] >= PLAINLY:
                criteria[DISLIKES, place] = 1.0
        score[place] *= _fit(criteria, asked, place, weights)
    return criteria, score, interested, confirmed


@_compiled
def best(ids: NDArray[np.uint64], rows: Ints, score: Floats, admitted: Flags, limit: int) -> Ints:
    """Places of the best that are admitted, from the best on; ties break on the lower id.

    rows, score, admitted: (n,). Each is put where it belongs among the best so far: few are,
    once some good ones are found.
    """
    found = np.empty(limit, dtype=np.int64)
    count = 0
    for place in range(len(rows)):
        if not admitted[place]:
            continue
        value, by_id = score[place], ids[rows[place]]
        at = count
        while at > 0:
            before = found[at - 1]
            if score[before] > value or (score[before] == value and ids[rows[before]] < by_id):
                break
            at -= 1
        if at >= limit:
            continue
        count = min(count + 1, limit)
        for move in range(count - 1, at, -1):
            found[move] = found[move - 1]
        found[at] = place
    return found[:count]


@_compiled
def _next(
    value: Floats, loses: Floats, of: Ints, chosen: Ints, count: int, most_of_one: int
) -> int:
    """Place of the best that may come next; -1 = none. of: (pool,), the organisation of each."""
    ten, found, most = count // 10 * 10, -1, -np.inf
    for place in range(len(value)):
        if value[place] - loses[place] <= most:
            continue
        same = 0
        for number in range(ten, count):
            same += of[chosen[number]] == of[place]
        if same < most_of_one:
            found, most = place, value[place] - loses[place]
    return found


@_compiled
def _lose(
    loses: Floats,
    at: int,
    does: Floats,
    norms: Floats,
    of: Ints,
    rows: Ints,
    begins: Shorts,
    codes: Whole,
    sure: Whole,
    alike_counts: float,
) -> None:
    """What each loses by its likeness to the one at a place that is now chosen.

    Half of the likeness is the organisation, half the activities (their cosine). does: (codes,)
    of nought, and left so.
    """
    begin, end = begins[rows[at]], begins[rows[at] + 1]
    for entry in range(begin, end):
        does[codes[entry]] = sure[entry]
    for place in range(len(loses)):
        same = 0.0
        for entry in range(begins[rows[place]], begins[rows[place] + 1]):
            same += does[codes[entry]] * sure[entry]
        alike = 0.5 * same / (norms[at] * norms[place]) + 0.5 * (of[at] == of[place])
        loses[place] = max(loses[place], alike_counts * alike)
    for entry in range(begin, end):
        does[codes[entry]] = 0.0
    loses[at] = np.inf


@_compiled
def _gain(value: Floats, gives: Floats, had: Floats) -> None:
    """What each would add to the welfare of a group, as a share of the best."""
    value[:] = 0.0
    for member in range(len(gives)):
        for place in range(len(value)):
            value[place] += np.log1p(gives[member, place] / had[member])
    most = value.max() if len(value) else 0.0
    if most > 0:
        value /= most


@_compiled
def diverse(
    organisations: Ints,
    begins: Shorts,
    codes: Whole,
    sure: Whole,
    rows: Ints,
    score: Floats,
    limit: int,
    alike_counts: float,
    most_of_one: int,
    gives: Floats,
    start: float,
    n_codes: int,
) -> Ints:
    """Places of a pool in the order in which they are shown; see `matcher.diversity`.

    rows, score: (pool,), from the best to the last. gives: (members, pool), what each offer is
    worth to each member of a group, who are taken to have had `start`; (0, pool) = no group.
    """
    pool, members = len(rows), len(gives)
    chosen, count = np.empty(min(limit, pool), dtype=np.int64), 0
    loses, norms, does = np.zeros(pool), np.zeros(pool), np.zeros(n_codes)
    value, of, had = score / start, organisations[rows], np.full(members, start)
    for place in range(pool):
        for entry in range(begins[rows[place]], begins[rows[place] + 1]):
            norms[place] += float(sure[entry]) ** 2
        norms[place] = max(np.sqrt(norms[place]), 1e-9)
    while count < len(chosen):
        if members:
            _gain(value, gives, had)
        at = _next(value, loses, of, chosen, count, most_of_one)
        if at < 0:
            break
        chosen[count] = at
        count += 1
        had += gives[:, at]
        _lose(loses, at, does, norms, of, rows, begins, codes, sure, alike_counts)
    return chosen[:count]


@_compiled
def unshown(organisations: Ints, rows: Ints, admitted: Flags, order: Ints) -> Ints:
    """(order,): of each shown offer, how many of its organisation are admitted and not shown."""
    found = np.zeros(len(order), dtype=np.int64)
    for place in range(len(rows)):
        if admitted[place]:
            for number in range(len(order)):
                found[number] += organisations[rows[place]] == organisations[rows[order[number]]]
    for one in range(len(order)):
        for other in range(len(order)):
            found[one] -= organisations[rows[order[other]]] == organisations[rows[order[one]]]
    return found


@_compiled
def near(
    cells: Shorts,
    stays: Flags,
    ordered: int,
    shown: int,
    south: int,
    north: int,
    west: int,
    east: int,
    columns: int,
) -> Ints:
    """Rows in the cells of a window, those that have no place, and those that came later.

    cells: of which the first `ordered` rise. south to north: bands, west to east: columns, all
    included. columns: in a band.
    """
    found = np.empty(256, dtype=np.int64)
    count = 0
    for band in range(south - 1, north + 2):
        if band < south:
            low, high = 0, _first_not_below(cells, 0, ordered, 0)
        elif band > north:
            low, high = ordered, shown
        else:
            low = _first_not_below(cells, high, ordered, band * columns + west)
            high = _first_not_below(cells, low, ordered, band * columns + east + 1)
        if count + high - low > len(found):
            more = np.empty(2 * (count + high - low), dtype=np.int64)
            more[:count] = found[:count]
            found = more
        for row in range(low, high):
            if len(stays) == 0 or stays[row]:
                found[count] = row
                count += 1
    return found[:count]


@_compiled
def nearest_out(
    ids: NDArray[np.uint64],
    rows: Ints,
    vectors: Floats,
    uncertainty: NDArray[np.float32],
    barriers: NDArray[np.uint64],
    kr: NDArray[np.float32],
    age_from: Bytes,
    age_to: Bytes,
    lat: float,
    lon: float,
    home_km: float,
    bits: int,
    reach: float,
    youngest: int,
    oldest: int,
    max_kr: float,
    most: int,
) -> tuple[int, Ints, Floats, Floats]:
    """How many rows break a hard condition, and of the nearest their row, distance and slack.

    lat: NaN = no home. Where a place is not known the distance is NaN, which comes last.
    """
    home = _unit(lat, lon)
    found = np.empty(most, dtype=np.int64)
    keys, vague = np.empty(most), np.empty(most)
    count, kept = 0, 0
    for number in range(len(rows)):
        row = rows[number]
        chord = _chord(vectors, home, row)
        slack = _slack_km(np.float64(uncertainty[row]), home_km)
        if not _bars(row, barriers, kr, age_from, age_to, bits, youngest, oldest, max_kr):
            # The arc, dear to reckon, is longer than the chord, and on Earth not twice as long.
            if not 2 * chord * EARTH_KM - slack > reach:
                continue
            if not chord * EARTH_KM - slack > reach and not _arc_km(chord) - slack > reach:
                continue
        count += 1
        if most == 0:
            continue
        key = np.inf if np.isnan(chord) else chord
        at = kept
        while at > 0:
            if keys[at - 1] < key or (keys[at - 1] == key and ids[found[at - 1]] < ids[row]):
                break
            at -= 1
        if at >= most:
            continue
        kept = min(kept + 1, most)
        for move in range(kept - 1, at, -1):
            found[move], keys[move], vague[move] = found[move - 1], keys[move - 1], vague[move - 1]
        found[at], keys[at], vague[at] = row, key, slack
    away = np.empty(kept)
    for place in range(kept):
        away[place] = np.nan if keys[place] == np.inf else _arc_km(keys[place])
    return count, found[:kept], away, vague[:kept]


@_compiled
def forms_of(
    keys: Ints, is_whole: Flags, begins: Ints, held: Shorts, forms: Bytes, rows: Ints
) -> tuple[Ints, Ints]:
    """(rows,) each: the first of some whole words that each row holds, and its form there.

    keys: terms. held, forms: of the postings. rows: in any order. -1 = it holds none.
    """
    which = np.full(len(rows), -1, dtype=np.int64)
    form = np.full(len(rows), -1, dtype=np.int64)
    for number in range(len(keys)):
        key = keys[number]
        if not is_whole[number] or key + 1 >= len(begins):
            continue
        for place in range(len(rows)):
            at = _first_not_below(held, begins[key], begins[key + 1], rows[place])
            if which[place] < 0 and at < begins[key + 1] and held[at] == rows[place]:
                which[place], form[place] = number, forms[at]
    return which, form


@_compiled
def degrees(vectors: Floats, rows: Ints) -> tuple[Floats, Floats]:
    """(rows,) each: degrees north and east of places on the unit sphere; NaN = unknown."""
    north, east = np.empty(len(rows)), np.empty(len(rows))
    for place in range(len(rows)):
        x, y, z = vectors[0, rows[place]], vectors[1, rows[place]], vectors[2, rows[place]]
        north[place] = np.degrees(np.arctan2(z, np.sqrt(x * x + y * y)))
        east[place] = np.degrees(np.arctan2(y, x))
    return north, east


@_compiled
def crossed(
    lat: float, lon: float, lats: Floats, lons: Floats, line: Floats, whose: Ints, waters: int
) -> Flags:
    """(waters, places): whether a straight line from home to each place crosses each water.

    line: (stretches, 4), from and to, in degrees; on so short ones a degree may be taken as
    flat. whose: (stretches,), the water of each.
    """
    found = np.zeros((waters, len(lats)), dtype=np.bool_)
    south, north, west, east = lat, lat, lon, lon
    for place in range(len(lats)):
        if not np.isnan(lats[place]):
            south, north = min(south, lats[place]), max(north, lats[place])
            west, east = min(west, lons[place]), max(east, lons[place])
    for stretch in range(len(line)):
        c_lat, c_lon, d_lat, d_lon = line[stretch]
        if (max(c_lat, d_lat) < south or min(c_lat, d_lat) > north) or (
            max(c_lon, d_lon) < west or min(c_lon, d_lon) > east
        ):
            continue
        for place in range(len(lats)):
            up, aside = lats[place] - lat, lons[place] - lon
            apart = (up * (c_lon - lon) - aside * (c_lat - lat)) * (
                up * (d_lon - lon) - aside * (d_lat - lat)
            )
            if not apart < 0:  # NaN: nobody knows where it is
                continue
            on, over = d_lat - c_lat, d_lon - c_lon
            here = on * (lon - c_lon) - over * (lat - c_lat)
            there = on * (lons[place] - c_lon) - over * (lats[place] - c_lat)
            if here * there < 0:
                found[whose[stretch], place] = True
    return found
