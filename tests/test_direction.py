"""Imports point down only: api > bridging > matcher > catalogue; api > scrapers > catalogue."""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
import typer

from api.cli import COMMANDS

ROOT = Path(__file__).parents[1]
ROOMS = ("api", "bridging", "matcher", "scrapers", "catalogue")
BELOW = {
    "api": {"bridging", "matcher", "scrapers", "catalogue"},
    "bridging": {"matcher", "catalogue"},
    "matcher": {"catalogue"},
    "scrapers": {"catalogue"},
    "catalogue": set(),
}
VALUES = {
    "catalogue." + module
    for module in (
        "answers",
        "danish",
        "errors",
        "facts",
        "kinds",
        "places",
        "prices",
        "published",
        "schedules",
        "seasons",
        "vocabulary",
    )
}
"""What the matcher may take from the catalogue: plain values, no sessions and no rows."""
NOT_IN_MATCHER = {"alembic", "sqlalchemy"}
BY_TABLE = Path("api/cli.py")
"""Loads the one command that is called, by a table that is looked through below."""


def faults(root: Path) -> list[str]:
    """Every import below `root` that the house forbids, as `file:line: why`, sorted."""
    return sorted(fault for room in ROOMS for fault in _faults_of(root, room))


def _faults_of(root: Path, room: str) -> Iterator[str]:
    for file in (root / room).rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        where = file.relative_to(root)
        for line in _inside_functions(tree) if where != BY_TABLE else ():
            yield f"{where}:{line}: import inside a function"
        for line, module in _imports(tree):
            for why in _wrong(room, module, root):
                yield f"{where}:{line}: {why}"


def _wrong(room: str, module: str, root: Path) -> Iterator[str]:
    top = module.partition(".")[0]
    if top == "":
        yield "relative import; name the room"
    elif top in {"tests", "benchmarks", "scripts"}:
        yield f"{room} imports {top}, which is not part of the program"
    elif top in ROOMS and top != room and top not in BELOW[room]:
        yield f"{room} imports {module}; imports point down only"
    elif room == "matcher" and top == "catalogue" and _module(module, root) not in VALUES:
        yield f"matcher imports {module}; it takes only values from the catalogue"
    elif room == "matcher" and top in NOT_IN_MATCHER:
        yield f"matcher imports {top}; it knows no database"


def _module(name: str, root: Path) -> str:
    """The module of `catalogue.places.Point` is catalogue.places."""
    parts = name.split(".")
    return ".".join(parts[:2]) if len(parts) > 1 and _exists(root, parts[:2]) else name


def _exists(root: Path, parts: list[str]) -> bool:
    path = root.joinpath(*parts)
    return path.with_suffix(".py").is_file() or path.is_dir()


def _imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and full dotted name of each imported thing; a relative one begins with a dot."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield node.lineno, name.name
        elif isinstance(node, ast.ImportFrom):
            for name in node.names:
                yield node.lineno, f"{'.' * node.level}{node.module or ''}.{name.name}"
        elif isinstance(node, ast.Call) and _is_import_call(node):
            argument = node.args[0] if node.args else None
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield node.lineno, argument.value


def _is_import_call(node: ast.Call) -> bool:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name in {"import_module", "__import__"}


def _inside_functions(tree: ast.AST) -> set[int]:
    return {
        inner.lineno
        for outer in ast.walk(tree)
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for inner in ast.walk(outer)
        if isinstance(inner, ast.Import | ast.ImportFrom)
        or (isinstance(inner, ast.Call) and _is_import_call(inner))
    }


def test_no_import_points_up_or_sideways() -> None:
    assert faults(ROOT) == []


def test_the_table_of_commands_names_what_is_there() -> None:
    for name, place in COMMANDS.items():
        module, _, attribute = place.partition(":")
        assert module.startswith("api."), name
        assert isinstance(getattr(import_module(module), attribute), typer.Typer), name


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_is_read(room: str) -> None:
    assert (ROOT / room / "__init__.py").is_file()


@pytest.mark.parametrize(
    ("file", "source", "why"),
    [
        ("catalogue/wrong.py", "import matcher.score", "catalogue imports matcher.score"),
        ("catalogue/wrong.py", "from api import settings", "catalogue imports api.settings"),
        ("catalogue/formats/wrong.py", "from scrapers.run import run", "catalogue imports"),
        ("scrapers/wrong.py", "from matcher.index import Index", "scrapers imports matcher"),
        ("scrapers/wrong.py", "import bridging.cases", "scrapers imports bridging"),
        ("matcher/wrong.py", "import scrapers.fetch", "matcher imports scrapers"),
        ("matcher/wrong.py", "from bridging.cases import Case", "matcher imports bridging"),
        ("bridging/wrong.py", "import os, api.cli", "bridging imports api.cli"),
        ("bridging/wrong.py", "from scrapers import run", "bridging imports scrapers"),
        ("matcher/wrong.py", "from catalogue.models import Offer", "takes only values"),
        ("matcher/wrong.py", "from catalogue import database", "takes only values"),
        ("matcher/wrong.py", "import catalogue", "takes only values"),
        ("matcher/wrong.py", "from sqlalchemy import select", "knows no database"),
        ("matcher/wrong.py", "from . import score", "relative import"),
        ("matcher/wrong.py", "if TYPE_CHECKING:\n    import api.cli", "matcher imports api.cli"),
        ("api/wrong.py", "from tests.builders import offer", "not part of the program"),
        ("api/wrong.py", "def f():\n    import json", "import inside a function"),
        ("api/wrong.py", "async def f():\n    from os import path", "import inside a function"),
        ("api/wrong.py", "class A:\n    def f(self):\n        import json", "inside a function"),
        ("catalogue/wrong.py", "import importlib\nimportlib.import_module('api.cli')", "api.cli"),
        ("api/wrong.py", "def f():\n    return __import__('json')", "inside a function"),
    ],
)
def test_a_planted_wrong_import_is_found(tmp_path: Path, file: str, source: str, why: str) -> None:
    _plant(tmp_path, "catalogue/models.py", "")
    _plant(tmp_path, file, source)
    found = faults(tmp_path)
    assert len(found) == 1
    assert found[0].startswith(file)
    assert why in found[0]


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("api/right.py", "from bridging.cases import Case\nimport scrapers.run, matcher.score"),
        ("bridging/right.py", "from matcher.need import Need\nfrom catalogue import places"),
        ("matcher/right.py", "from catalogue.places import Point\nfrom catalogue import answers"),
        ("scrapers/right.py", "from catalogue import intake\nimport sqlalchemy"),
        ("catalogue/right.py", "from catalogue.errors import Invalid\nimport numpy"),
        ("catalogue/right.py", "if TYPE_CHECKING:\n    from catalogue.models import Offer"),
    ],
)
def test_a_right_import_is_left_alone(tmp_path: Path, file: str, source: str) -> None:
    for module in ("places", "answers"):
        _plant(tmp_path, f"catalogue/{module}.py", "")
    _plant(tmp_path, file, source)
    assert faults(tmp_path) == []


def _plant(root: Path, file: str, source: str) -> None:
    path = root / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, encoding="utf-8")
