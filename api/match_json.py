"""A match as the JSON of the contract, and a need's reasons with their sentences."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from api import reasons
from api.wording import Language
from catalogue.prices import Price, price_to_json
from catalogue.published import PublishedOffer
from catalogue.schedules import Schedule, schedule_to_json
from matcher.match import Excluded, Match, Relaxation, Suggestion, Verdict


def match_json(match: Match, *, language: Language = Language.DA) -> dict[str, object]:
    """The answer to a need, every reason as a sentence and as key and values."""
    answer: dict[str, object] = {
        "need": match.need,
        "on": match.on.isoformat(),
        "language": language.value,
        "meaning_model": match.meaning_model,
        "matches": [_suggestion(one, language) for one in match.matches],
        "excluded": [_excluded(one, language) for one in match.excluded],
        "excluded_count": match.excluded_count,
    }
    if match.understood:
        answer["understood"] = [
            {"idea": one.idea, "wanted": one.wanted, "unwanted": list(one.unwanted)}
            for one in match.understood
        ]
    if match.unexplained:
        answer["unexplained"] = list(match.unexplained)
    if match.relax:
        answer["relax"] = [_relaxation(one, language) for one in match.relax]
    return answer


def source_ids(offer: PublishedOffer) -> list[str]:
    """The offer's key in each of its sources."""
    return [source_id.key for source_id in offer.source_ids]


def _suggestion(one: Suggestion, language: Language) -> dict[str, object]:
    return {
        "rank": one.rank,
        "score": round(one.score, 6),
        "band": one.band.value,
        "offer": str(one.offer.id),
        "source_ids": source_ids(one.offer),
        "organisation": one.offer.organisation.name,
        "title": one.offer.title,
        "distance_km": None if one.distance_km is None else round(one.distance_km, 1),
        "distance_is_approximate": one.distance_is_approximate,
        "more_of_organisation": one.more_of_organisation,
        "verdicts": [_verdict(verdict, language) for verdict in one.verdicts],
    }


def _verdict(verdict: Verdict, language: Language) -> dict[str, object]:
    found: dict[str, object] = {
        "criterion": verdict.criterion,
        "kind": verdict.kind,  # names, as JSON has them
        "verdict": verdict.verdict,
        "text": reasons.data_text(verdict, language),
        "key": verdict.key,
        "values": _values(verdict.values),
    }
    if verdict.matched:
        found["matched"] = list(verdict.matched)
    question = reasons.question(verdict, language)
    if question is not None:
        found["question"] = question
    if verdict.member is not None:
        found["member"] = verdict.member
    return found


def _excluded(one: Excluded, language: Language) -> dict[str, object]:
    return {
        "offer": str(one.offer.id),
        "source_ids": source_ids(one.offer),
        "organisation": one.offer.organisation.name,
        "title": one.offer.title,
        "distance_km": None if one.distance_km is None else round(one.distance_km, 1),
        "reasons": list(one.reasons),
        "text": reasons.data_text(one, language),
        "key": one.key,
        "values": _values(one.values),
    }


def _relaxation(one: Relaxation, language: Language) -> dict[str, object]:
    return {
        "change": one.change,
        "to": one.to,
        "gives": one.gives,
        "text": reasons.data_text(one, language),
        "key": one.key,
        "values": _values(one.values),
    }


def _values(values: Mapping[str, object]) -> dict[str, object]:
    """Raw values of a reason as plain JSON."""
    return {name: _plain(value) for name, value in values.items()} if values else {}


def _plain(value: object) -> object:
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, Schedule):
        return schedule_to_json(value)
    if isinstance(value, Price):
        return price_to_json(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return value
