"""Where rows lie: how far away, out of reach or not, and with water between."""

import numpy as np
from numpy.typing import NDArray

from matcher.kernels.compiled import EARTH_KM, Bytes, Flags, Floats, Ints, compiled


@compiled
def _unit(lat: float, lon: float) -> tuple[float, float, float]:
    """A point on the unit sphere. lat, lon: degrees."""
    north, east = np.radians(lat), np.radians(lon)
    return np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)


@compiled
def _chord(vectors: Floats, home: tuple[float, float, float], row: int) -> float:
    """Straight through the sphere, of radius 1. vectors: (3, n) on it."""
    x = vectors[0, row] - home[0]
    y = vectors[1, row] - home[1]
    z = vectors[2, row] - home[2]
    return float(np.sqrt(x * x + y * y + z * z))


@compiled
def _arc_km(chord: float) -> float:
    """Over the surface."""
    return float(2 * EARTH_KM * np.arcsin(chord / 2))


@compiled
def _slack_km(uncertainty: float, home_km: float) -> float:
    """Two independent uncertainties add up as squares do (GUM, 5.1.2)."""
    return float(np.sqrt(uncertainty * uncertainty + home_km * home_km))


@compiled
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


@compiled
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


@compiled
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


@compiled
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


@compiled
def degrees(vectors: Floats, rows: Ints) -> tuple[Floats, Floats]:
    """(rows,) each: degrees north and east of places on the unit sphere; NaN = unknown."""
    north, east = np.empty(len(rows)), np.empty(len(rows))
    for place in range(len(rows)):
        x, y, z = vectors[0, rows[place]], vectors[1, rows[place]], vectors[2, rows[place]]
        north[place] = np.degrees(np.arctan2(z, np.sqrt(x * x + y * y)))
        east[place] = np.degrees(np.arctan2(y, x))
    return north, east


@compiled
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
