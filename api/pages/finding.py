"""The pages of "Find noget til mig". The need is neither stored nor logged.

Every step is sent with what was answered before it as fields of its form. So that the
browser's own back button shows it all again, these answers alone may be kept by the browser
(`no-cache` instead of `no-store`): for the one who sits there, in the session's history.
"""

import json
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from api.dependencies import CurrentIndex, Live, Places, Today, Words
from api.matching import match_soon
from api.need_code import code_of, qr_of
from api.pages import sheet, suggesting
from api.pages.answers import (
    Answers,
    Fault,
    Told,
    answers_of,
    faults,
    read_answers,
    read_need_of,
    told,
)
from api.pages.render import page
from api.pages.shown import CurrentShown, Shown
from api.pages.steps import Step, same_topic, steps_of
from api.pages.summary import summary
from catalogue.database import reading
from catalogue.errors import Invalid
from catalogue.questions import open_questions
from catalogue.vocabulary import Vocabulary
from matcher.match import Match
from matcher.need import Need

router = APIRouter()
SUGGESTIONS = 5
RESULT = "result"
FILE = "fritidsguide-svar.json"
_KEPT = {"Cache-Control": "private, no-cache"}
_MOST_FIELDS = 200
_LONGEST_FILE = 100_000  # bytes of a saved need


class Asked:
    """One request to these pages: who answers it needs all of this."""

    def __init__(
        self,
        request: Request,
        snapshot: CurrentIndex,
        live: Live,
        gazetteer: Places,
        vocabulary: Words,
        on: Today,
        shown: CurrentShown,
    ) -> None:
        self.request = request
        self.index = snapshot.index
        self.weights = snapshot.weights
        self.live = live
        self.gazetteer = gazetteer
        self.vocabulary: Vocabulary = vocabulary
        self.on: date = on
        self.shown: Shown = shown

    def steps(self, answers: Answers) -> list[Step]:
        """The steps at the level of the page."""
        return steps_of(self.shown.level, answers, self.vocabulary)


CurrentAsked = Annotated[Asked, Depends()]


@router.get("/find")
async def begin(asked: CurrentAsked) -> Response:
    """The first question."""
    answers = Answers()
    return _step_page(asked, answers, asked.steps(answers)[0])


@router.post("/find")
async def go_on(asked: CurrentAsked) -> Response:
    """The next question, the one before, another one, or the suggestions."""
    sent = await _sent(asked.request)
    fields = dict(sent)
    answers, personal = read_answers(sent, asked.vocabulary, asked.on)
    step = _step_of(asked, answers, fields.get("step", ""))
    go = fields.get("go", "next")
    before = [one.name for one in asked.steps(answers)]
    if step is None:  # they were at the suggestions
        return await _elsewhere(asked, answers, go)
    if go in ("next", "now"):
        wrong = {**faults(answers, asked.gazetteer), **personal}
        own = {name: wrong[name] for part in step.parts if (name := part.name) in wrong}
        if own:
            return _step_page(asked, answers, step, own)
        now = dict.fromkeys((*answers.chosen("asked"), *_asked_by(step)))
        answers = answers.having(asked=tuple(now))
    elif go == "skip":
        answers = step.cleared(answers)
    if go == "now":
        return await _result(asked, answers)
    steps = asked.steps(answers)
    names = [one.name for one in steps]
    if go == "back":
        return _step_page(asked, answers, steps[max(names.index(step.name) - 1, 0)])
    if go not in ("next", "skip"):
        return _step_page(asked, answers, step)
    # Skipped, it may have gone, and the one after it stands in its place.
    after = names.index(step.name) + 1 if step.name in names else before.index(step.name)
    if after < len(steps):
        return _step_page(asked, answers, steps[after])
    return await _result(asked, answers)


async def _elsewhere(asked: Asked, answers: Answers, go: str) -> Response:
    """From the suggestions to a question, or to the suggestions as they are shown elsewhere."""
    kind, _, what = go.partition(":")
    if kind == "to":
        for step in asked.steps(answers):
            if any(part.name in what.split(",") for part in step.parts):
                return _step_page(asked, answers, step)
        return _step_page(asked, answers, asked.steps(answers)[0])
    number = int(what) if kind == "show" and what in {str(n) for n in range(SUGGESTIONS)} else 0
    return await _result(asked, answers, number)


@router.post("/find/gem")
async def save(asked: CurrentAsked) -> Response:
    """The need as a file for the citizen's own device, as `match` and `/find/hent` take it."""
    need = (await _told(asked)).need
    text = json.dumps(need_json(need), ensure_ascii=False, indent=1)
    return Response(
        text + "\n",
        media_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{FILE}"'},
    )


def need_json(need: Need) -> dict[str, object]:
    """A need as its JSON, without what is not said."""
    told: dict[str, object] = need.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    if need.max_kr_per_month is not None:
        told["max_kr_per_month"] = float(need.max_kr_per_month)
    return told


@router.post("/find/hent")
async def take_in(asked: CurrentAsked) -> Response:
    """The suggestions for a need that was saved as a file."""
    try:
        async with asked.request.form(max_files=1, max_fields=5) as sent:
            file = sent.get("file")
            content = await file.read() if isinstance(file, UploadFile) else b""
    except (LookupError, ValueError) as error:
        raise Invalid("the form is in characters that are not known") from error
    first = asked.steps(Answers())[0]
    if not content:
        return _step_page(asked, Answers(), first, {"file": Fault("find.saved.none")})
    try:
        if len(content) > _LONGEST_FILE:
            raise Invalid("need: too long a file")
        data = json.loads(content)
        if not isinstance(data, dict):
            raise Invalid("need: must be an object")
        need = read_need_of(data)
    except (Invalid, ValueError, RecursionError):
        return _step_page(asked, Answers(), first, {"file": Fault("find.saved.bad")})
    answers, _ = read_answers(answers_of(need).pairs(), asked.vocabulary, asked.on)
    return await _result(asked, answers)


@router.post("/find/ark")
async def paper(asked: CurrentAsked) -> Response:
    """The suggestions as a PDF."""
    answers = await _answers(asked)
    told_ = told(answers, asked.vocabulary)
    found = await match_soon(asked.index, told_.need, asked.on, SUGGESTIONS, asked.weights)
    return await run_in_threadpool(
        sheet.suggestions_response,
        asked.request,
        asked.shown,
        found.matches,
        summary(answers, asked.shown),
        code_of(told_.need).text,
        asked.index,
        asked.vocabulary,
        asked.on,
    )


async def _told(asked: Asked) -> Told:
    return told(await _answers(asked), asked.vocabulary)


async def _answers(asked: Asked) -> Answers:
    """The answers that were sent, without what is wrong in them."""
    answers, _ = read_answers(await _sent(asked.request), asked.vocabulary, asked.on)
    return answers.having(**dict.fromkeys(faults(answers, asked.gazetteer), ""))


async def _sent(request: Request) -> list[tuple[str, str]]:
    try:
        async with request.form(max_files=0, max_fields=_MOST_FIELDS) as sent:
            return [(name, value) for name, value in sent.multi_items() if isinstance(value, str)]
    except (LookupError, ValueError) as error:
        raise Invalid("the form is in characters that are not known") from error


def _step_of(asked: Asked, answers: Answers, sent: str) -> Step | None:
    """The step that was sent, as `topic:name`; None = the suggestions.

    A change of level has other steps: then the one with the same topic.
    """
    topic, _, name = sent.partition(":")
    steps = asked.steps(answers)
    if name == RESULT:
        return None
    for step in steps:
        if step.name == name:
            return step
    known = {step.topic for step in steps}
    return same_topic(steps, topic) if topic in known else steps[0]


def _asked_by(step: Step) -> tuple[str, ...]:
    """The needs of which a step asks whether they are necessary."""
    return tuple(
        option.value for part in step.parts if part.name == "must" for option in part.options
    )


def _step_page(
    asked: Asked, answers: Answers, step: Step, wrong: dict[str, Fault] | None = None
) -> Response:
    steps = asked.steps(answers)
    names = [one.name for one in steps]
    wrong = wrong or {}
    # What was wrong may have changed the choices, as a distance that was written does.
    step = steps[names.index(step.name)]
    return page(
        asked.request,
        "find/step.html",
        {
            "step": step,
            "number": names.index(step.name) + 1,
            "steps": len(steps),
            "answers": answers,
            "carried_answers": step.carried(answers),
            "errors": {
                name: asked.shown.t(fault.key, **fault.values) for name, fault in wrong.items()
            },
        },
        status=422 if wrong else 200,
        headers=_KEPT,
    )


async def _result(asked: Asked, answers: Answers, number: int = 0) -> Response:
    """The suggestions, or the first question whose answer cannot be used."""
    wrong = faults(answers, asked.gazetteer)
    for step in asked.steps(answers):
        own = {part.name: wrong[part.name] for part in step.parts if part.name in wrong}
        if own:
            return _step_page(asked, answers, step, own)
    answers = answers.having(**dict.fromkeys(wrong, ""))  # this level does not ask for it
    told_ = told(answers, asked.vocabulary)
    found = await match_soon(asked.index, told_.need, asked.on, SUGGESTIONS, asked.weights)
    questions = await run_in_threadpool(_questions, asked.live.engine, found)
    return page(
        asked.request,
        "find/result.html",
        {
            "answers": answers,
            "told": summary(answers, asked.shown),
            "unread": told_.unread,
            "number": min(number, max(len(found.matches) - 1, 0)),
            "code": _code(told_.need),
            **suggesting.found(
                found,
                told_.need.requires,
                answers,
                asked.on,
                asked.shown,
                asked.vocabulary,
                asked.index,
                questions,
            ),
        },
        headers=_KEPT,
    )


def _questions(engine: Engine, found: Match) -> dict[UUID, dict[str, datetime]]:
    """What we have been asked to ask about each suggestion, and when."""
    with reading(engine) as session:
        return {one.offer.id: open_questions(session, one.offer.id) for one in found.matches}


def _code(need: Need) -> dict[str, object]:
    coded = code_of(need)
    return {
        "svg": sheet.svg_of(qr_of(coded.text)),
        "left_out": ", ".join(reversed(coded.left_out)),
    }
