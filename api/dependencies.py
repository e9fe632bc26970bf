"""What an endpoint may ask for, as named types."""

from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, Request

from api.live import LiveIndex, Snapshot
from catalogue.places import Gazetteer
from catalogue.vocabulary import Vocabulary

_COPENHAGEN = ZoneInfo("Europe/Copenhagen")


async def _live(request: Request) -> LiveIndex:
    live: LiveIndex = request.app.state.live
    return live


async def _snapshot(request: Request) -> Snapshot:
    live: LiveIndex = request.app.state.live
    return live.current()


async def _gazetteer(request: Request) -> Gazetteer:
    live: LiveIndex = request.app.state.live
    return live.gazetteer


async def _vocabulary(request: Request) -> Vocabulary:
    live: LiveIndex = request.app.state.live
    return live.vocabulary


async def today() -> date:
    """Today where the guides are."""
    return datetime.now(_COPENHAGEN).date()


CurrentIndex = Annotated[Snapshot, Depends(_snapshot)]
Live = Annotated[LiveIndex, Depends(_live)]
Places = Annotated[Gazetteer, Depends(_gazetteer)]
Words = Annotated[Vocabulary, Depends(_vocabulary)]
Today = Annotated[date, Depends(today)]
