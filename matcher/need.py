"""The question: what somebody, or a group, wishes and requires. No name and no diagnosis."""

import re
from datetime import time
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PlainSerializer,
    StringConstraints,
    Tag,
    TypeAdapter,
    ValidationError,
    field_validator,
    model_validator,
)

from catalogue.errors import Invalid
from catalogue.vocabulary import load_vocabulary

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DETOUR = 1.3  # a way is this much longer than the line, by the contract
WAITING_MINUTES = 10  # for a bus
KM_PER_HOUR = {"walk": 5.0, "bike": 15.0, "bus": 30.0, "car": 50.0}
_HH_MM = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")

Id = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Idea = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Ideas = Annotated[tuple[Idea, ...], Field(max_length=50)]


def _known(code: str) -> str:
    if code not in {fact.code for fact in load_vocabulary().access_facts}:
        raise ValueError("must be a code of the access facts")
    return code


def _once(codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))


def _clock(value: object) -> object:
    """Only hours and minutes as text: pydantic would read a number as seconds."""
    if isinstance(value, time) or (isinstance(value, str) and _HH_MM.fullmatch(value)):
        return value
    raise ValueError("must be a clock time such as 09:30")


def _number(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("must be a number")
    return value


Code = Annotated[str, StringConstraints(max_length=40), AfterValidator(_known)]
Codes = Annotated[tuple[Code, ...], Field(max_length=32), AfterValidator(_once)]
Clock = Annotated[time, BeforeValidator(_clock), PlainSerializer(lambda clock: f"{clock:%H:%M}")]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class PostcodeHome(_Model):
    postcode: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]


class PointHome(_Model):
    """WGS84 degrees."""

    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class AddressHome(_Model):
    """Looked up by name on this machine; an address is never sent anywhere."""

    address: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class ReachKm(_Model):
    km: Annotated[float, Field(gt=0, le=1000)]


class ReachMinutes(_Model):
    minutes: Annotated[float, Field(gt=0, le=600)]
    mode: Literal["walk", "bike", "bus", "car"]


_FORMS = {
    "postcode": "by postcode",
    "address": "by address",
    "minutes": "in minutes",
    "mode": "in minutes",
}


def _form(data: object) -> str:
    """Which of the forms of a home or a reach is meant, so that only its faults are told."""
    held = data if isinstance(data, dict) else getattr(data, "__dict__", {})
    return next((form for name, form in _FORMS.items() if name in held), "else")


Home = Annotated[
    Annotated[PostcodeHome, Tag("by postcode")]
    | Annotated[AddressHome, Tag("by address")]
    | Annotated[PointHome, Tag("else")],
    Discriminator(_form),
]
Reach = Annotated[
    Annotated[ReachMinutes, Tag("in minutes")] | Annotated[ReachKm, Tag("else")],
    Discriminator(_form),
]


class TimeWindow(_Model):
    """Weekly times that suit; the same from and to on each of the days.

    A window that runs past midnight is two, since the days are the days it begins on and
    a club's evening ends before midnight all but always.
    """

    days: Annotated[
        tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...],
        Field(min_length=1, max_length=7),
    ]
    from_: Annotated[Clock, Field(alias="from")]
    to: Clock

    @model_validator(mode="after")
    def _in_order(self) -> "TimeWindow":
        if self.to <= self.from_:
            raise ValueError("must end after it begins")
        return self


class Need(_Model):
    """One person's need. What is left out is not judged."""

    id: Id | None = None
    interests: Ideas = ()
    dislikes: Ideas = ()
    home: Home | None = None
    reach: Reach | None = None
    requires: Codes = ()
    wishes: Codes = ()
    age: Annotated[int, BeforeValidator(_number), Field(ge=0, le=120)] | None = None
    gender: Literal["female", "male", "other"] | None = None
    max_kr_per_month: Annotated[Decimal, Field(ge=0, le=100_000, allow_inf_nan=False)] | None = None
    times: Annotated[tuple[TimeWindow, ...], Field(max_length=50)] = ()

    @property
    def reach_km(self) -> float | None:
        """How far away a place may lie, in km as the crow flies; None = anywhere.

        Minutes become km by the speed of the mode, a bus after ten minutes of waiting,
        divided by 1.3 for detours. Never less than 0.
        """
        if self.reach is None:
            return None
        if isinstance(self.reach, ReachKm):
            return self.reach.km
        waiting = WAITING_MINUTES if self.reach.mode == "bus" else 0
        hours = max(0.0, self.reach.minutes - waiting) / 60
        return hours * KM_PER_HOUR[self.reach.mode] / DETOUR

    @property
    def mode(self) -> str | None:
        return self.reach.mode if isinstance(self.reach, ReachMinutes) else None


class GroupNeed(_Model):
    """A group of people who go together. A member without an id is called by its number."""

    id: Id | None = None
    members: Annotated[tuple[Need, ...], Field(min_length=2, max_length=12)]

    @field_validator("members")
    @classmethod
    def _have_ids(cls, members: tuple[Need, ...]) -> tuple[Need, ...]:
        named = tuple(
            member if member.id is not None else member.model_copy(update={"id": str(place)})
            for place, member in enumerate(members, start=1)
        )
        if len({member.id for member in named}) < len(named):
            raise ValueError("every member must have an id of its own")
        return named


_NEED: TypeAdapter[Need] = TypeAdapter(Need)
_GROUP: TypeAdapter[GroupNeed] = TypeAdapter(GroupNeed)


def travel_minutes(km: float, mode: str) -> float:
    """Minutes to travel a distance as the crow flies: `Need.reach_km` turned round."""
    waiting = WAITING_MINUTES if mode == "bus" else 0
    return km * DETOUR / KM_PER_HOUR[mode] * 60 + waiting


def read_need(data: object) -> Need | GroupNeed:
    """A need or a group from JSON.

    Raises Invalid with the field and what is expected of it, never with what stood there:
    a need is a person's.
    """
    try:
        if isinstance(data, dict) and "members" in data:
            return _GROUP.validate_python(data, strict=False)
        return _NEED.validate_python(data, strict=False)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        known = ("from",)
        where = ".".join(
            str(part)
            for part in first["loc"]
            if isinstance(part, int) or part in _FIELDS or part in known
        )
        if first["type"] == "extra_forbidden":
            known_field = first["loc"][-1] in _FIELDS
            expected = "is not a field here" if known_field else "holds an unknown field"
        else:
            expected = first["msg"].removeprefix("Value error, ")
        # Not "from error": pydantic's own text names fields that somebody made up.
        raise Invalid(f"need: {where or 'the whole'}: {expected}") from None


_FIELDS = frozenset(
    name
    for model in (
        Need,
        GroupNeed,
        PostcodeHome,
        PointHome,
        AddressHome,
        ReachKm,
        ReachMinutes,
        TimeWindow,
    )
    for name in model.model_fields
)
