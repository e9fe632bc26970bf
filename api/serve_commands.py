"""`fritidsguide serve` and `fritidsguide demo`."""

import socket
from typing import Annotated

import structlog
import typer
import uvicorn
from rich.console import Console
from sqlalchemy import Engine

from api.app import create_app
from api.command_line import Casework, Database, open_catalogue
from api.importing import SAMPLE, SAMPLE_SOURCE, counts, import_file
from api.settings import Settings, read_settings
from catalogue.errors import Invalid

serve = typer.Typer(add_completion=False)
demo = typer.Typer(add_completion=False)
_screen = Console(stderr=True)


@serve.command(name="serve")
def serve_(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 = any free port.")] = 8000,
    database: Database = None,
    casework: Casework = None,
) -> None:
    """Serve web pages and the JSON API."""
    settings = read_settings(database=database, casework=casework)
    with _listen(host, port) as listening:
        _serve(settings, open_catalogue(settings), listening)


@demo.command(name="demo")
def demo_(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 = any free port.")] = 8000,
    database: Database = None,
    casework: Casework = None,
) -> None:
    """Fill a database with the sample catalogue and serve it."""
    settings = read_settings(database=database, casework=casework, demo=True)
    with _listen(host, port) as listening:
        engine = open_catalogue(settings)
        _screen.print(f"Sample catalogue: {SAMPLE.name}")
        report = import_file(engine, SAMPLE, SAMPLE_SOURCE)
        _screen.print(counts(report))
        _serve(settings, engine, listening)


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket, before anything else is done: a busy port must leave no trace."""
    try:
        return socket.create_server((host, port), reuse_port=False)
    except (OSError, OverflowError, TypeError, ValueError) as error:
        raise Invalid(f"cannot listen on {host}:{port}: {error}") from error


def _serve(settings: Settings, engine: Engine, listening: socket.socket) -> None:
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ]
    )
    application = create_app(settings, engine)
    bound = listening.getsockname()
    _screen.print(f"Fritidsguide is ready on http://{bound[0]}:{bound[1]}  (stop with Ctrl+C)")
    server = uvicorn.Server(
        uvicorn.Config(
            application,
            access_log=False,  # our own line holds the path without its query
            log_level="warning",
            server_header=False,
        )
    )
    server.run(sockets=[listening])
    engine.dispose()
