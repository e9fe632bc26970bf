"""Engines timed in turn on the same queries, so that none keeps the caches to itself."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np


@dataclass
class Times:
    """Milliseconds of each query, wall and CPU."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def measure(self, work: Callable[[], object], elsewhere: Callable[[], float]) -> None:
        """Time one query. elsewhere: seconds of CPU that another process used for it so far."""
        other, began, used = elsewhere(), time.perf_counter(), time.thread_time()
        work()
        used, wall = time.thread_time() - used, time.perf_counter() - began
        self.wall.append(wall * 1000)
        self.cpu.append((used + elsewhere() - other) * 1000)

    def p(self, percent: float, *, cpu: bool = True) -> float:
        """The percentile, in ms."""
        return float(np.percentile(self.cpu if cpu else self.wall, percent))

    def row(self, name: str) -> str:
        return (
            f"{name:<40} {self.p(50):9.3f} {self.p(99):9.3f}"
            f" {self.p(50, cpu=False):9.3f} {self.p(99, cpu=False):9.3f} {len(self.cpu):7}"
        )


HEADING = (
    f"{'ms a query':<40} {'CPU p50':>9} {'CPU p99':>9}"
    f" {'wall p50':>9} {'wall p99':>9} {'queries':>7}"
)


def nothing_elsewhere() -> float:
    """For work of this thread alone."""
    return 0.0


def bound(name: str, value: float, limit: float, *, at_least: bool, unit: str = "") -> str:
    """A figure, what it is bound to be, and whether it is."""
    holds = value >= limit if at_least else value <= limit
    sign = ">=" if at_least else "<="
    return (
        f"{'yes' if holds else 'NO ':<3} {name}: {value:.4g}{unit} (bound {sign} {limit:g}{unit})"
    )
