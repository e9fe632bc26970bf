"""From a failure to what its reader sees: a status, and JSON or a Danish page."""

import json
from collections.abc import Sequence
from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from sqlalchemy.exc import DatabaseError
from starlette.exceptions import HTTPException

from api.pages.render import page
from catalogue.errors import Conflict, Forbidden, FritidsguideError, Invalid, Missing

_log = structlog.get_logger()
_STATUS: dict[type[FritidsguideError], int] = {
    Missing: 404,
    Conflict: 409,
    Forbidden: 403,
    Invalid: 422,
}
_WORDING = {
    403: "status.denied",
    404: "status.not_found",
    409: "status.conflict",
    411: "page.unusable",
    413: "page.too_large",
    429: "page.too_often",
    503: "status.busy",
}


def add_error_handlers(app: FastAPI) -> None:
    """Let every expected failure of the app end here; `api.app` answers the others."""
    app.add_exception_handler(FritidsguideError, _expected)
    app.add_exception_handler(RequestValidationError, _unusable)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(DatabaseError, _database)


async def _expected(request: Request, error: Exception) -> Response:
    assert isinstance(error, FritidsguideError)  # noqa: S101 - registered for it
    return answer(request, _STATUS.get(type(error), 500), str(error))


async def _unusable(request: Request, error: Exception) -> Response:
    """Names the field and what is expected of it, never what stood there."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for it
    faults = [
        {"field": ".".join(str(part) for part in one["loc"][1:]), "detail": one["msg"]}
        for one in error.errors()
    ]
    return answer(request, 422, "the request cannot be used", faults)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it
    response = answer(request, error.status_code, HTTPStatus(error.status_code).phrase)
    response.headers.update(error.headers or {})
    return response


async def _database(request: Request, error: Exception) -> Response:
    _log.error("database failed", reason=type(error).__name__, route=route_of(request))
    return answer(request, 503, "the database does not answer")


def route_of(request: Request) -> str:
    """The route's template: ids and queries in a log would tell what somebody looked at."""
    route = request.scope.get("route")
    if route is not None:
        return str(getattr(route, "path", "unknown"))
    # A mounted part, such as the files, has no route of its own: its place is what it has.
    whole, own = request.scope.get("app_root_path", ""), request.scope.get("root_path", "")
    mounted = own.removeprefix(whole)
    return f"{mounted}/{{path}}" if mounted else "unknown"


def answer(
    request: Request, status: int, detail: str, faults: Sequence[dict[str, str]] = ()
) -> Response:
    """A failure as application/problem+json (RFC 9457), or as a page for people."""
    path = request.url.path
    if path.startswith("/api/") or path in ("/healthz", "/readyz", "/metrics"):
        problem: dict[str, object] = {
            "type": "about:blank",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": detail,
        }
        if faults:
            problem["errors"] = list(faults)
        return Response(json.dumps(problem), status, media_type="application/problem+json")
    key = _WORDING.get(status, "page.unusable" if status < 500 else "status.server_error")
    title = "page.error.missing" if status == 404 else "page.error.title"
    return page(request, "error.html", {"title": title, "message": key}, status=status)
