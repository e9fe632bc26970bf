"""The form "Find noget til mig": from its fields to a need."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from api.wording import sentence
from catalogue.places import Gazetteer
from catalogue.vocabulary import Vocabulary
from matcher.need import DAYS, Need

REACHES_KM = (2, 5, 10, 15, 25)
_MAX_LETTERS = 200
_MAX_LINES = 50


@dataclass(slots=True)
class Form:
    """What somebody wrote, and what is wrong with it."""

    values: dict[str, str] = field(default_factory=dict)
    days: tuple[str, ...] = ()
    errors: dict[str, str] = field(default_factory=dict)
    """A Danish sentence by field."""


def read_form(
    sent: Mapping[str, str], days: Sequence[str], gazetteer: Gazetteer, vocabulary: Vocabulary
) -> tuple[Form, Need | None]:
    """The form as it was filled in, and its need; None when something must be corrected."""
    form = Form(
        values={name: value.strip() for name, value in sent.items()},
        days=tuple(day for day in DAYS if day in days),
    )
    fields: dict[str, object] = {}
    for name in ("interests", "dislikes"):
        lines = [line.strip() for line in form.values.get(name, "").splitlines() if line.strip()]
        if len(lines) > _MAX_LINES or any(len(line) > _MAX_LETTERS for line in lines):
            count = max((len(line) for line in lines), default=0)
            form.errors[name] = sentence("form.too_long", {"count": count, "max": _MAX_LETTERS})
        fields[name] = lines
    postcode = form.values.get("postcode", "")
    if postcode:
        if not (postcode.isascii() and postcode.isdigit() and len(postcode) == 4):
            form.errors["postcode"] = sentence("form.postcode")
        elif gazetteer.municipality_of(postcode) is None:
            form.errors["postcode"] = sentence("form.postcode.unknown", {"postcode": postcode})
        else:
            fields["home"] = {"postcode": postcode}
    reach = form.values.get("reach", "")
    if reach in {str(km) for km in REACHES_KM}:
        fields["reach"] = {"km": int(reach)}
        if not postcode:
            wanted = sentence("find.postcode").rstrip("?")
            form.errors["postcode"] = sentence("form.required", {"field": wanted})
    _read_number(form, fields, "age", "age", 120, "form.age")
    _read_number(form, fields, "price", "max_kr_per_month", 100_000, "form.number")
    if form.values.get("gender") in ("female", "male", "other"):
        fields["gender"] = form.values["gender"]
    if form.days:
        fields["times"] = [{"days": list(form.days), "from": "00:00", "to": "23:59"}]
    codes = [fact.code for fact in vocabulary.access_facts]
    fields["requires"] = [code for code in codes if form.values.get(f"need-{code}") == "must"]
    fields["wishes"] = [code for code in codes if form.values.get(f"need-{code}") == "nice"]
    if form.errors:
        return form, None
    return form, Need.model_validate(fields)


def _read_number(
    form: Form, fields: dict[str, object], name: str, into: str, highest: int, key: str
) -> None:
    text = form.values.get(name, "")
    if not text:
        return
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        form.errors[name] = sentence(key)
    elif int(text) > highest:
        form.errors[name] = sentence("form.number.range", {"min": 0, "max": highest})
    else:
        fields[into] = int(text)
