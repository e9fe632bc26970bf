"""The questions of "Find noget til mig", as data: one question a step, in three levels.

The levels ask for the same answers in different portions, so that a change of level loses
nothing: `normal` has several rows a step, `enkel` one thing a screen, `billeder` three steps.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from api.pages.answers import GENDERS, MODES, PARTS, USUAL_MINUTES, Answers, is_must
from api.pages.interests import INTERESTS
from api.wording import Level
from catalogue.vocabulary import Vocabulary
from matcher.need import DAYS

_PICTURED_NEEDS = MappingProxyType(
    {
        "step_free": "267F",
        "wheelchair_toilet": "1F6BD",
        "can_sit": "1FA91",
        "calm_setting": "1F92B",
        "small_group": "1F465",
        "met_at_door": "1F44B",
        "companion_welcome": "1F46D",
        "beginner_friendly": "1F331",
    }
)
"""The needs to choose from where there is room for eight; the first are what most asked for."""
_ROWS_A_SCREEN = 4  # sentences that are read without losing the thread
_KM = (2, 5, 10, 15, 25)
_MINUTES = (15, 30, 45, 60)


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose."""

    value: str
    key: str
    """Wording of its words."""
    values: Mapping[str, object] = field(default_factory=dict)
    picture: str = ""
    """OpenMoji; empty = words alone."""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a step."""

    name: str
    kind: str
    """pictures (several), picture (one), rows (several), radios (one), text, lines or number."""
    options: tuple[Option, ...] = ()
    heading: str = ""
    """Wording above it; empty = the step's own question says it."""
    hint: str = ""
    folded: bool = False
    """True where it is behind a disclosure that is open only when something is chosen."""
    aside: bool = False
    """True for own words where the step asks for something else."""


@dataclass(frozen=True, slots=True)
class Step:
    """One question."""

    name: str
    parts: tuple[Part, ...]
    topic: str
    """What it is about; a change of level goes on at the same topic."""
    key: str = ""
    """Wording of the question: `step.<name>` unless it says otherwise."""

    @property
    def question(self) -> str:
        return self.key or f"step.{self.name}"

    def cleared(self, answers: Answers) -> Answers:
        """The answers without those that this step asks for: it was skipped."""
        changes: dict[str, str | tuple[str, ...]] = {}
        for part in self.parts:
            if part.aside:
                continue  # what somebody wrote is not what was skipped
            if part.kind in ("pictures", "rows"):
                offered = {option.value for option in part.options}
                rest = tuple(one for one in answers.chosen(part.name) if one not in offered)
                changes[part.name] = rest
            elif part.name == "trip":
                changes |= {"mode": "", "far": ""}
            else:
                changes[part.name] = ""
        return answers.having(**changes)

    def carried(self, answers: Answers) -> list[tuple[str, str]]:
        """The answers that this step does not ask for, as hidden fields."""
        shown = {
            (part.name, option.value)
            for part in self.parts
            if part.kind in ("pictures", "rows")
            for option in part.options
        }
        whole = {part.name for part in self.parts if part.kind not in ("pictures", "rows")}
        if any(
            option.chosen for part in self.parts if part.name == "trip" for option in part.options
        ):
            whole |= {"mode", "far"}  # else no picture says what was answered, and it goes along
        return [
            (name, value)
            for name, value in answers.pairs()
            if name not in whole and (name, value) not in shown
        ]


def steps_of(level: Level, answers: Answers, vocabulary: Vocabulary) -> list[Step]:
    """The steps that these answers leave open at a level, in order."""
    if level is Level.BILLEDER:
        steps = _pictures(answers)
    else:
        steps = (_easy if level is Level.ENKEL else _normal)(answers, vocabulary)
    return [_with_own_words(step) for step in steps]


_OWN_WORDS = MappingProxyType(
    {
        "interests": "words",
        "needs": "need_words",
        "place": "other",
        "time": "when",
        "about": "other",
    }
)
"""The field of own words by topic, where a step has no field to write in."""


def _with_own_words(step: Step) -> Step:
    if any(part.kind in ("lines", "text") for part in step.parts):
        return step
    name = _OWN_WORDS[step.topic]
    own = Part(name, "lines", heading="step.own", hint="step.own.hint", folded=True, aside=True)
    return replace(step, parts=(*step.parts, own))


_TOPICS = ("interests", "needs", "place", "time", "about")


def same_topic(steps: list[Step], topic: str) -> Step:
    """Where to go on after a change of level: the first step of the topic, or the one before."""
    at = _TOPICS.index(topic)
    fitting = [one for one in steps if one.topic == topic]
    before = [one for one in steps if _TOPICS.index(one.topic) < at]
    return fitting[0] if fitting else before[-1] if before else steps[0]


def _normal(answers: Answers, vocabulary: Vocabulary) -> list[Step]:
    needs = tuple(
        _needs(answers, vocabulary, group, folded=place > 0, heading=f"topic.{group}")
        for place, group in enumerate(_groups(vocabulary))
    )
    own = Part("need_words", "lines", heading="step.need_words", hint="step.need_words.hint")
    steps = [
        _interests(answers, Part("words", "lines", heading="step.words", hint="step.words.hint")),
        Step("avoid", (Part("avoid", "lines", hint="step.avoid.hint"),), "interests"),
        Step("needs", (*needs, own), "needs"),
    ]
    if chosen := answers.chosen("need"):
        steps.append(_must("must", answers, chosen))
    about = (
        Part("age", "number", heading="step.age", hint="step.age.hint"),
        _genders(answers, heading="step.gender"),
        Part("price", "number", heading="step.price", hint="step.price.hint"),
    )
    when = Part("when", "lines", heading="step.when_words", hint="step.when_words.hint")
    times = Step("times", (_days(answers), _parts(answers, "step.parts"), when), "time")
    return [*steps, *_where(answers), times, Step("about", about, "about")]


def _easy(answers: Answers, vocabulary: Vocabulary) -> list[Step]:
    topics = tuple(
        Option(group, f"topic.{group}", chosen=group in answers.chosen("topic"))
        for group in _groups(vocabulary)
    )
    steps = [
        _interests(answers),
        Step("words", (Part("words", "lines", hint="step.words.hint"),), "interests"),
        Step("avoid", (Part("avoid", "lines", hint="step.avoid.hint"),), "interests"),
        Step("topics", (Part("topic", "rows", topics),), "needs"),
    ]
    for group in _groups(vocabulary):
        options = _needs(answers, vocabulary, group).options
        if group not in answers.chosen("topic") and not any(one.chosen for one in options):
            continue
        for number, some in enumerate(_portions(options), start=1):
            part = Part("need", "rows", some)
            steps.append(Step(f"needs_{group}_{number}", (part,), "needs", "step.needs"))
            held = [one.value for one in some if one.chosen]
            if held:
                steps.append(_must(f"must_{group}_{number}", answers, held))
    steps.append(
        Step("need_words", (Part("need_words", "lines", hint="step.need_words.hint"),), "needs")
    )
    return [
        *steps,
        *_where(answers),
        Step("days", (_days(answers),), "time", "step.times"),
        Step("parts", (_parts(answers),), "time"),
        Step("when", (Part("when", "lines", hint="step.when_words.hint"),), "time"),
        Step("age", (Part("age", "number", hint="step.age.hint"),), "about"),
        Step("gender", (_genders(answers),), "about"),
        Step("price", (Part("price", "number", hint="step.price.hint"),), "about"),
    ]


def _pictures(answers: Answers) -> list[Step]:
    needs = tuple(
        Option(code, f"pictured.{code}", picture=picture, chosen=code in answers.chosen("need"))
        for code, picture in _PICTURED_NEEDS.items()
    )
    trips = tuple(
        Option(
            mode,
            f"trip.{mode}",
            {"minutes": USUAL_MINUTES[mode]},
            picture,
            chosen=answers.text("mode") == mode
            and answers.text("far") == f"min-{USUAL_MINUTES[mode]}",
        )
        for mode, picture in MODES.items()
    )
    where = (
        Part("place", "text", heading="step.place", hint="step.place.hint"),
        Part("trip", "picture", trips, heading="step.travel"),
    )
    return [
        _interests(answers),
        Step("pictured_needs", (Part("need", "pictures", needs),), "needs", "step.needs"),
        Step("where", where, "place"),
    ]


def _interests(answers: Answers, *more: Part) -> Step:
    options = tuple(
        Option(
            code,
            f"interest.{code}",
            picture=one.picture,
            chosen=code in answers.chosen("interest"),
        )
        for code, one in INTERESTS.items()
    )
    return Step("interests", (Part("interest", "pictures", options), *more), "interests")


def _groups(vocabulary: Vocabulary) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fact.group for fact in vocabulary.access_facts))


def _needs(
    answers: Answers,
    vocabulary: Vocabulary,
    group: str,
    *,
    folded: bool = False,
    heading: str = "",
) -> Part:
    options = tuple(
        Option(fact.code, f"need.{fact.code}.me", chosen=fact.code in answers.chosen("need"))
        for fact in vocabulary.access_facts
        if fact.group == group
    )
    return Part("need", "rows", options, heading, folded=folded)


def _portions(options: tuple[Option, ...]) -> list[tuple[Option, ...]]:
    """Rows in screens of at most four, as even as can be."""
    screens = -(-len(options) // _ROWS_A_SCREEN)
    size = -(-len(options) // screens)
    return [options[at : at + size] for at in range(0, len(options), size)]


def _must(name: str, answers: Answers, codes: list[str] | tuple[str, ...]) -> Step:
    """Which of the needs are necessary; the others are wishes."""
    options = tuple(
        Option(code, f"need.{code}.me", chosen=is_must(answers, code)) for code in codes
    )
    return Step(name, (Part("must", "rows", options, hint="step.must.hint"),), "needs", "step.must")


def _where(answers: Answers) -> list[Step]:
    """Where somebody lives and, if that is said, how they travel and how far."""
    place = Part("place", "text", hint="step.place.hint")
    steps = [Step("place", (place,), "place")]
    if not answers.text("place"):
        return steps
    modes = tuple(
        Option(mode, f"travel.{mode}", picture=picture, chosen=answers.text("mode") == mode)
        for mode, picture in MODES.items()
    )
    any_mode = Option("", "travel.any", chosen=not answers.text("mode"))
    steps.append(Step("travel", (Part("mode", "picture", (*modes, any_mode)),), "place"))
    return [*steps, Step("far", (_distances(answers), _own_distance(answers)), "place")]


def _distances(answers: Answers) -> Part:
    by_mode = bool(answers.text("mode"))
    offered = [("min", one) for one in _MINUTES] if by_mode else [("km", one) for one in _KM]
    unit, _, number = answers.text("far").partition("-")
    if number.isdigit() and (unit, int(number)) not in offered and (unit == "km" or by_mode):
        offered.append((unit, int(number)))
    options = [
        Option(
            f"{one}-{count}",
            f"far.{one}",
            {"count": count},
            chosen=answers.text("far") == f"{one}-{count}",
        )
        for one, count in offered
    ]
    anywhere = Option("", "far.any", chosen=not any(option.chosen for option in options))
    return Part("far", "radios", (*options, anywhere))


def _own_distance(answers: Answers) -> Part:
    unit = "min" if answers.text("mode") else "km"
    return Part("far_own", "number", heading=f"step.far_own.{unit}")


def _days(answers: Answers) -> Part:
    options = tuple(Option(day, f"day.{day}", chosen=day in answers.chosen("day")) for day in DAYS)
    return Part("day", "rows", options)


def _parts(answers: Answers, heading: str = "") -> Part:
    options = tuple(
        Option(part, f"part.{part}", chosen=part in answers.chosen("part")) for part in PARTS
    )
    return Part("part", "rows", options, heading)


def _genders(answers: Answers, heading: str = "") -> Part:
    options = [
        Option(one, f"find.gender.{one}", chosen=answers.text("gender") == one) for one in GENDERS
    ]
    silent = Option("", "find.gender.any", chosen=not answers.text("gender"))
    return Part("gender", "radios", (*options, silent), heading)
