"""What the gate looks at: each public page in each of its states, at each size, level, language."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from urllib.parse import urlencode

from fastapi import FastAPI
from fastapi.routing import APIRoute

from api.importing import SAMPLE, SAMPLE_SOURCE
from api.pages.saved import list_address
from api.pages.short_ids import short_id
from api.pages.shown import Shown
from api.wording import Language, Level
from catalogue.intake import offer_id

WIDTHS = {320: 640, 768: 1024, 1280: 800}
"""The widths of the viewports in CSS px, each with its height."""


def _fullest_and_emptiest() -> tuple[str, str]:
    """Keys of the sample's rows with the most and the fewest cells filled."""
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: sum(bool(one) for one in row.values()))
    return rows[-1]["kilde_id"], rows[0]["kilde_id"]


_FULL, _EMPTY = _fullest_and_emptiest()
_FULL_ID, _EMPTY_ID = offer_id(SAMPLE_SOURCE, _FULL), offer_id(SAMPLE_SOURCE, _EMPTY)
_ANSWERS = (("interest", "hands"), ("words", "strikke"), ("place", "8410"))


@dataclass(frozen=True, slots=True)
class State:
    """One page in one state."""

    route: str
    name: str
    path: str
    form: tuple[tuple[str, str], ...] | None = None
    """What is sent with POST; None = GET."""
    status: int = 200
    press: str = ""
    """A button that is pressed when the page stands; it is left out where there is none."""
    awaits: str = ""
    """What stands on the page when that has been done."""
    extra_kb: int = 0
    """What may be transferred beyond the limit of its route."""

    def __str__(self) -> str:
        return f"{self.route}-{self.name}"


STATES = [
    State("/", "first", "/"),
    State("/tilbud", "first", "/tilbud"),
    State("/tilbud", "hits", "/tilbud?q=strikke&near=8410&km=15"),
    State("/tilbud", "filters", "/tilbud?requires=step_free&requires=may_watch&day=tue&free=1"),
    State("/tilbud", "second-side", "/tilbud?side=2"),
    State("/tilbud", "no-hits", "/tilbud?q=xyzzyqq&requires=hearing_loop"),
    State("/tilbud", "unknown-place", "/tilbud?q=kaffe&near=Atlantis"),
    State("/tilbud", "unusable", "/tilbud?day=xyz", status=422),
    State(
        "/tilbud",
        "map",
        "/tilbud?near=8410",
        press="[data-map] > button",
        awaits="#kort .leaflet-marker-icon",
        extra_kb=80,
    ),
    State("/tilbud/{offer_id}", "full", f"/tilbud/{_FULL_ID}"),
    State("/tilbud/{offer_id}", "empty", f"/tilbud/{_EMPTY_ID}"),
    State("/tilbud/{offer_id}", "gone", "/tilbud/findes-ikke", status=404),
    State("/tilbud/{offer_id}", "thanks", f"/tilbud/{_FULL_ID}?tak=fejl"),
    State("/tilbud/{offer_id}/fejl", "first", f"/tilbud/{_FULL_ID}/fejl"),
    State(
        "/tilbud/{offer_id}/fejl",
        "error",
        f"/tilbud/{_FULL_ID}/fejl",
        (("ord", ""),),
        status=422,
    ),
    State("/find", "first", "/find"),
    State("/find", "second", "/find", (*_ANSWERS, ("step", "interests:interests"), ("go", "next"))),
    State("/find", "place", "/find", (*_ANSWERS, ("step", "needs:need_words"), ("go", "next"))),
    State(
        "/find",
        "error",
        "/find",
        (("step", "place:place"), ("place", "84"), ("go", "next")),
        status=422,
    ),
    State("/find", "result", "/find", (*_ANSWERS, ("step", "about:result"))),
    State(
        "/find",
        "result-must",
        "/find",
        (
            *_ANSWERS,
            ("need", "step_free"),
            ("must", "step_free"),
            ("asked", "moving"),
            ("step", "about:result"),
        ),
    ),
    State(
        "/find",
        "nothing-fits",
        "/find",
        (("words", "xyzzyqq"), ("place", "8410"), ("far", "km-2"), ("step", "about:result")),
    ),
    State("/liste", "empty", "/liste"),
    State("/liste", "three", list_address([*map(short_id, (_FULL_ID, _EMPTY_ID)), "0000000000"])),
    State("/om", "first", "/om"),
    State("/privatliv", "first", "/privatliv"),
    State("/was", "none", "/was"),
    State("/offline", "first", "/offline"),
    State("/komponenter", "first", "/komponenter"),
    State("error", "404", "/findes-ikke", status=404),
    State("error", "429", "/gate-fejl/429", status=429),
    State("error", "500", "/gate-fejl/500", status=500),
    State("error", "503", "/gate-fejl/503", status=503),
]

NOT_PAGES = {
    "/tema.css": "colours: a style sheet",
    "/liste.pdf": "paper: tests/api looks into the file",
    "/liste.ics": "a calendar's file",
    "/tilbud/{offer_id}.ics": "a calendar's file",
    "/robots.txt": "for machines",
    "/sitemap.xml": "for machines",
    "/manifest.webmanifest": "for machines",
    "/worker.js": "a script",
    "/sitemap-{number}.xml": "for machines",
    "/tilbud/{offer_id}/kort.json": "the map's place",
    "/kort.json": "the map's places",
    "/kommuner.json": "the map's outline",
    "/healthz": "for machines",
    "/readyz": "for machines",
    "/metrics": "for machines",
}
"""Public addresses that answer with no page, each with the reason."""
SIGNED_IN = ("/guide", "/forening", "/redaktion")
"""Beginnings of addresses that ask who somebody is; they have a gate of their own."""


@dataclass(frozen=True, slots=True)
class Case:
    """A state as it is shown to one reader."""

    state: State
    width: int
    level: Level
    language: Language

    @property
    def path(self) -> str:
        """The address with language and level, as the pages write it."""
        shown = Shown(language=self.language, level=self.level)
        path, _, query = self.state.path.partition("?")
        more = urlencode(shown.carried())
        return path + "".join(
            f"{'&' if place else '?'}{part}"
            for place, part in enumerate(part for part in (query, more) if part)
        )

    def __str__(self) -> str:
        return f"{self.state}-{self.width}-{self.level.value}-{self.language.value}"


def every() -> list[Case]:
    """All of them."""
    return [Case(*one) for one in product(STATES, WIDTHS, Level, Language)]


def sample() -> list[Case]:
    """A fixed part in which every two values of state, width, level and language meet.

    Each state is shown in each language; width and level turn by steps that have no common
    divisor, so that they meet each other and every state and language.
    """
    widths, levels = tuple(WIDTHS), tuple(Level)
    return [
        Case(state, widths[(2 * j + i + i // 3) % 3], levels[(i + j) % 3], language)
        for i, state in enumerate(STATES)
        for j, language in enumerate(Language)
    ]


def pairs(cases: list[Case]) -> set[tuple[object, object]]:
    """Which two values meet in some case."""
    met: set[tuple[object, object]] = set()
    for case in cases:
        values = (str(case.state), case.width, case.level, f"in {case.language.value}")
        met |= {(one, other) for place, one in enumerate(values) for other in values[place + 1 :]}
    return met


def public_routes(app: FastAPI) -> Iterator[str]:
    """Paths that anybody may GET, but for the JSON interface and files."""
    yield from _routes(app.routes)


def _routes(routes: Iterable[object]) -> Iterator[str]:
    for route in routes:
        router = getattr(route, "original_router", None)
        if router is not None:
            yield from _routes(router.routes)
        elif (
            isinstance(route, APIRoute)
            and "GET" in route.methods
            and not route.path.startswith(("/api/", *SIGNED_IN))
        ):
            yield route.path
