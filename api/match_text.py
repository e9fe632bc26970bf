"""A match as text for a terminal."""

from api import formats, reasons
from api.wording import Language, sentence
from matcher.match import Band, Kind, Match, Outcome, Suggestion

_MARKS = {Outcome.FITS: "+", Outcome.PARTLY: "~", Outcome.ASK: "?", Outcome.BREAKS: "-"}


def match_text(match: Match, *, language: Language) -> str:
    """The two bands one after the other, each offer with its reasons."""
    lines = []
    for one in match.understood:
        heading = sentence("find.heard", language=language)
        lines += [f"{heading}: {', '.join(one.unwanted)}", ""]
    for band in Band:
        held = [one for one in match.matches if one.band is band]
        if held:
            lines += [sentence(f"band.{band.value}.title", language=language), ""]
            for suggestion in held:
                lines += [*_suggestion(suggestion, language), ""]
    if not match.matches:
        lines += [sentence("empty.title", language=language), ""]
        for relaxation in match.relax:
            gives = sentence("relax.gives", {"count": relaxation.gives}, language=language)
            lines.append(f"  {reasons.data_text(relaxation, language)} {gives}")
    if match.excluded_count:
        count = {"count": match.excluded_count}
        lines.append(sentence("excluded.count", count, language=language))
    return "\n".join(lines).rstrip()


def _suggestion(one: Suggestion, language: Language) -> list[str]:
    away = ""
    if one.distance_km is not None:
        approximate = one.distance_is_approximate
        away = f", {formats.distance(one.distance_km, language, approximate=approximate)}"
    lines = [f"{one.rank:>2}. {one.offer.title} ({one.offer.organisation.name}{away})"]
    for verdict in one.verdicts:
        if verdict.kind is Kind.FRESHNESS and verdict.verdict is Outcome.FITS:
            continue
        whose = f" [{verdict.member}]" if verdict.member else ""
        lines.append(f"    {_MARKS[verdict.verdict]} {reasons.data_text(verdict, language)}{whose}")
        question = reasons.question(verdict, language)
        if question is not None:
            lines.append(f"      {question}")
    if one.more_of_organisation:
        count = {"count": one.more_of_organisation}
        lines.append(f"    {sentence('find.more_of_organisation', count, language=language)}")
    return lines
