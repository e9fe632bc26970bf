"""The command `fritidsguide`. Exit codes: 0 done, 1 done with refusals, 2 not done."""

import os
import sys
from importlib import import_module

import typer
from sqlalchemy.exc import DatabaseError
from typer._click.core import Command, Context  # the only place that names the two
from typer.core import TyperGroup
from typer.exceptions import Abort, TyperException

from api.command_line import stdout
from catalogue.database import reason_of
from catalogue.errors import FritidsguideError

COMMANDS = {
    "serve": "api.serve_commands:serve",
    "demo": "api.serve_commands:demo",
    "import": "api.catalogue_commands:import_",
    "geocode": "api.catalogue_commands:geocode",
    "match": "api.match_commands:match",
    "evaluate": "api.match_commands:evaluate",
    "embed": "api.match_commands:embed",
    "export": "api.catalogue_commands:export",
    "weights": "api.weights_commands:weights",
    "sources": "api.sources_commands:sources",
    "jobs": "api.jobs_commands:job_commands",
    "duplicates": "api.duplicates_commands:duplicates",
}
"""Where each command stands. Only the one that is called is loaded, since the web server, the
printer of PDF and the learning of weights take seconds to load together."""


class _Commands(TyperGroup):
    def list_commands(self, ctx: Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        found = typer.main.get_command(getattr(import_module(module), name))
        found.name = cmd_name
        return found


app = typer.Typer(
    cls=_Commands,
    help="Helps citizens into local clubs and activities.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.callback()
def _of_many() -> None:
    """Helps citizens into local clubs and activities."""


def main() -> None:
    """Run a command; a failure that was to be expected is one line and exit code 2."""
    stdout().reconfigure(errors="backslashreplace")  # as standard error does by itself
    try:
        code = app(standalone_mode=False)
        sys.stdout.flush()
        raise SystemExit(code)
    except FritidsguideError as error:
        _fail(str(error))
    except TyperException as error:
        _fail(error.format_message())
    except Abort:
        _fail("interrupted; nothing was written")
    except BrokenPipeError:
        _drop_output()  # the reader went away, as `head` does
        raise SystemExit(2) from None
    except DatabaseError as error:
        _fail(f"database: {reason_of(error)}")
    except OSError as error:
        _drop_output()
        if error.filename is not None:
            _fail(f"{error.filename}: {error.strerror}")
        _fail(f"output: {error.strerror}; what was imported stays")
    except KeyboardInterrupt:
        _fail("interrupted; nothing was written")


def _drop_output() -> None:
    """Let what could not be written go, so that the exit does not try once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _fail(message: str) -> None:
    print(f"fritidsguide: {' '.join(message.split())}", file=sys.stderr)
    raise SystemExit(2)
