"""The pages' files, each packed as tightly as can be once, and kept so in memory."""

from functools import cache
from pathlib import Path

import brotli
from anyio.to_thread import run_sync
from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_TEXT = (".css", ".js", ".svg")


class PackedFiles(StaticFiles):
    """StaticFiles that answers with brotli who can read it; others are left to gzip.

    The best packing takes up to 0.3 s a file, so it is done once and not at each answer.
    """

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if not (isinstance(response, FileResponse) and path.endswith(_TEXT)):
            return response
        if not _reads_brotli(Headers(scope=scope)):
            return response
        assert response.stat_result is not None  # noqa: S101 - StaticFiles has looked it up
        changed_at = response.stat_result.st_mtime_ns
        packed = await run_sync(_packed, Path(response.path), changed_at)
        response.headers.update({"Content-Encoding": "br", "Vary": "Accept-Encoding"})
        del response.headers["content-length"]
        return Response(packed, headers=dict(response.headers), media_type=response.media_type)


def _reads_brotli(headers: Headers) -> bool:
    """Whether the asker reads brotli; one that gives it the weight 0 does not."""
    asked = [part.split(";") for part in headers.get("accept-encoding", "").split(",")]
    return any(
        name.strip() == "br" and "".join(weight).replace(" ", "") not in ("q=0", "q=0.0")
        for name, *weight in asked
    )


@cache
def _packed(file: Path, changed_at: int) -> bytes:  # noqa: ARG001 - a changed file is packed anew
    return bytes(brotli.compress(file.read_bytes(), mode=brotli.MODE_TEXT, quality=11))
