"""The web application."""

import hashlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import structlog
from fastapi import FastAPI, Request, Response
from prometheus_client import Histogram
from sqlalchemy import Engine
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from api.claimed_jobs import open_workshop
from api.errors import add_error_handlers, answer, route_of
from api.guards import Limit
from api.jobs import start_jobs
from api.live import LiveIndex
from api.pages import front_end, theme
from api.pages.routes import router as pages
from api.pages.static_files import PackedFiles
from api.settings import Settings
from api.v1.routes import router as v1
from catalogue.places import load_gazetteer
from catalogue.vocabulary import load_vocabulary
from matcher.models import load_model

_log = structlog.get_logger()
MAX_BODY_BYTES = 1_000_000
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    # The place is asked for when somebody presses "Brug min placering", and stays in the browser.
    "Permissions-Policy": "camera=(), geolocation=(self), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_SECONDS = Histogram(
    "fritidsguide_request_seconds", "Time to answer, by route", ["method", "route", "status"]
)
_KEPT = ("/static/", "/tema.css")
# A list has some twenty pictures: what a picture cannot do need not be forbidden at length.
_FILE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def create_app(settings: Settings, engine: Engine) -> FastAPI:
    """The application on a migrated catalogue; builds its index when it starts.

    Raises Invalid for a model that cannot be used.
    """
    model = load_model(settings.model)
    sheet = theme.style_sheet(settings.colours, settings.colours_dark)
    headers = {**_HEADERS, "Content-Security-Policy": _policy(settings)}

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.settings = settings
        app.state.theme = sheet
        app.state.theme_address = f"/tema.css?v={hashlib.sha256(sheet.encode()).hexdigest()[:10]}"
        app.state.headers = headers
        app.state.forms = Limit(most=20, most_together=300, seconds=600)
        app.state.live = LiveIndex(engine, load_gazetteer(), load_vocabulary(), model)
        workshop = open_workshop(engine, settings)
        scheduler = start_jobs(app.state.live, workshop)
        yield
        app.state.live.stop()
        workshop.stopped.set()
        scheduler.shutdown()

    app = FastAPI(
        title="Fritidsguide",
        lifespan=lifespan,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # the redirect would repeat whatever host the asker names
    )
    app.middleware("http")(_around)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=6)
    app.add_middleware(_HeadAsGet)
    app.include_router(v1)
    app.include_router(pages, include_in_schema=False)
    app.mount("/static", PackedFiles(directory=front_end.STATIC), name="static")
    add_error_handlers(app)
    return app


def _policy(settings: Settings) -> str:
    """What a page may load: our own files, and a map's background where one is set."""
    pictures = "'self'"
    if settings.tiles is not None:
        parts = urlsplit(settings.tiles)
        pictures += f" {parts.scheme}://{parts.netloc.replace('{s}', '*')}"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self';"
        f" img-src {pictures}; connect-src 'self'; manifest-src 'self'; worker-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


class _HeadAsGet:
    """Answers HEAD as GET; the server leaves the body out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}
        await self._app(scope, receive, send)


async def _around(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    """Limits before, headers and one log line after every answer.

    The line has the route's template only: a path or a query would tell what was looked at.
    """
    began = time.perf_counter()
    length = request.headers.get("content-length", "0")
    if request.method == "POST" and not (length.isdigit() and int(length) <= MAX_BODY_BYTES):
        response = answer(request, 413, "the body is too large")
    elif request.method == "POST" and "content-length" not in request.headers:
        response = answer(request, 411, "the length of the body must be given")
    else:
        try:
            response = await call_next(request)
        except Exception as error:  # noqa: BLE001 - the last resort: it too gets the headers
            _log.error("request failed", reason=type(error).__name__, route=route_of(request))
            response = answer(request, 500, "something went wrong here")
    is_file = response.status_code == 200 and request.url.path.startswith(_KEPT)
    response.headers.update(_FILE_HEADERS if is_file else request.app.state.headers)
    if is_file:
        # An address with a checksum is a new one when its file changes.
        kept = "max-age=31536000, immutable" if "v" in request.query_params else "max-age=3600"
        response.headers.setdefault("Cache-Control", f"public, {kept}")
    response.headers.setdefault("Cache-Control", "no-store")
    seconds = time.perf_counter() - began
    method = request.method if request.method in _METHODS else "other"
    _SECONDS.labels(method, route_of(request), response.status_code).observe(seconds)
    _log.info(
        "answered",
        method=method,
        route=route_of(request),
        status=response.status_code,
        ms=round(seconds * 1000, 1),
    )
    return response
