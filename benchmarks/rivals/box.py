"""The box of degrees that holds all that may lie within reach."""

from math import cos, radians

from benchmarks.columns import Asked

LEAST_CERTAIN_KM = 2.0
"""No made offer's point is less certain; boxes are that much wider."""


def box(asked: Asked) -> tuple[float, float, float, float]:
    """South, north, west and east, in degrees."""
    home = asked.asker.home
    north = (asked.reach_km + asked.slack_km + LEAST_CERTAIN_KM) / 110.5
    east = north / cos(radians(home.lat + north))
    return home.lat - north, home.lat + north, home.lon - east, home.lon + east
