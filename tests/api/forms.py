"""Reads a page's form as a browser without scripts does, and sends it on."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

from starlette.testclient import TestClient

Pairs = list[tuple[str, str]]


@dataclass
class Form:
    """A form: where it goes, what it would send, and its buttons."""

    id: str
    action: str
    pairs: Pairs = field(default_factory=list)
    options: Pairs = field(default_factory=list)
    """Boxes and radio buttons, ticked or not."""
    buttons: list[tuple[str, str, str]] = field(default_factory=list)
    """Name, value, and where it sends the form if that is not `action`."""

    def with_(self, *changes: tuple[str, str], without: tuple[str, ...] = ()) -> Pairs:
        """What is sent after some fields were filled in or boxes ticked."""
        single = {name for name, _ in changes if (name, "") in self.options or self._is_text(name)}
        kept = [(n, v) for n, v in self.pairs if n not in single and n not in without]
        return kept + [one for one in changes if one not in kept]

    def _is_text(self, name: str) -> bool:
        return name not in {held for held, _ in self.options}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.inside: Form | None = None
        self.area: str | None = None
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attrs}
        form = self.inside
        if "form" in held:
            form = next((one for one in self.forms if one.id == held["form"]), None)
        if tag == "form":
            self.inside = Form(held.get("id", ""), held["action"])
            self.forms.append(self.inside)
        elif form is None:
            return
        elif tag == "button":
            self._button(form, held)
        elif tag == "textarea":
            self.area, self.text = held["name"], ""
        elif tag == "input" and held.get("type") in ("checkbox", "radio"):
            form.options.append((held["name"], held["value"]))
            if "checked" in held:
                form.pairs.append((held["name"], held["value"]))
        elif tag == "input" and held.get("type") != "file":
            form.pairs.append((held["name"], held.get("value", "")))

    def _button(self, form: Form, held: dict[str, str]) -> None:
        name, value = held.get("name", ""), held.get("value", "")
        form.buttons.append((name, value, held.get("formaction", form.action)))

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.area is not None and self.inside is not None:
            self.inside.pairs.append((self.area, self.text.removeprefix("\n")))
            self.area = None
        elif tag == "form":
            self.inside = None


def forms_of(page: str) -> list[Form]:
    """Every form of a page."""
    reader = _Reader()
    reader.feed(page)
    return reader.forms


@dataclass
class Walk:
    """Somebody on the way through `/find`."""

    client: TestClient
    page: str = ""
    status: int = 0

    @classmethod
    def begin(cls, client: TestClient, level: str = "normal") -> "Walk":
        query = "" if level == "normal" else f"?niveau={level}"
        answer = client.get(f"/find{query}")
        return cls(client, answer.text, answer.status_code)

    @property
    def form(self) -> Form:
        """The form of the step, or that of the suggestions."""
        return next(one for one in forms_of(self.page) if one.id in ("find", "answers"))

    @property
    def step(self) -> str:
        return dict(self.form.pairs)["step"].partition(":")[2]

    def press(self, go: str, *changes: tuple[str, str], level: str = "") -> "Walk":
        """Fill in and tick, then press a button that is there; level: the one of that level."""
        form = self.form
        wanted = [
            to
            for name, value, to in form.buttons
            if (name, value) == ("go", go) and (not level or _level(to) == level)
        ]
        assert wanted, (go, form.buttons)
        answer = self.client.post(wanted[0], data=_body([*form.with_(*changes), ("go", go)]))
        self.page, self.status = answer.text, answer.status_code
        return self


def _level(address: str) -> str:
    """Of an address of the same language; empty for one of another."""
    query = dict(parse_qsl(urlsplit(address).query))
    return "" if "sprog" in query else query.get("niveau", "normal")


def _body(pairs: Pairs) -> dict[str, list[str]]:
    body: dict[str, list[str]] = {}
    for name, value in pairs:
        body.setdefault(name, []).append(value)
    return body
