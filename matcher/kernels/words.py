"""Which rows say something of some ideas, and in which of their words."""

import numpy as np
from numpy.typing import NDArray

from matcher.kernels.compiled import Bytes, Flags, Floats, Ints, Shorts, Whole, compiled

_HALVES = 2.0
_HUNDREDTHS = 100.0


@compiled
def _first_not_below(held: Shorts, low: int, high: int, value: int) -> int:
    """Place from low to high of the first that is value or more. held: rising there."""
    while low < high:
        middle = (low + high) >> 1
        if held[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
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


@compiled
def _parts(rows: Shorts, begin: int, end: int, cut: tuple[int, ...]) -> tuple[int, int, int]:
    """Of the entries from begin to end: where those of no place end, and from where to where
    those lie that a cut may hold."""
    nowhere = _first_not_below(rows, begin, end, cut[0])
    first = _first_not_below(rows, nowhere, end, cut[1])
    return nowhere, first, _first_not_below(rows, first, end, cut[2])


@compiled
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


@compiled
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


@compiled
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


@compiled
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


@compiled
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


@compiled
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


@compiled
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


@compiled
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
