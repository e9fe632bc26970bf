"""What earlier runs of a source were like, and a new run in figures beside them."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalogue import changes
from catalogue.facts import Subject
from catalogue.models import Change
from catalogue.run_models import SourceAbsence, SourceRun
from scrapers.comparing import Difference
from scrapers.found import PageKind
from scrapers.gates import Measured, Past
from scrapers.outcomes import ACCEPTED, Outcome
from scrapers.publishing import actor_of
from scrapers.reading import Reading
from scrapers.staging import Staged

WINDOW = timedelta(days=30)
_RECENT = 5


def measure(
    session: Session,
    source: str,
    reading: Reading,
    staged: Staged,
    difference: Difference,
    *,
    at: datetime,
) -> Measured:
    """The figures that the gates judge.

    A person who releases a run says that all is well as it is: nothing before it counts.
    """
    released_at = session.scalar(
        select(func.max(SourceRun.decided_at)).where(
            SourceRun.source == source, SourceRun.outcome == Outcome.RELEASED.value
        )
    )
    since = at - WINDOW if released_at is None else max(at - WINDOW, released_at)
    recent, best = _past(session, source, since=since, released_at=released_at)
    absent = dict(
        session.execute(
            select(SourceAbsence.item, SourceAbsence.first_missed_at).where(
                SourceAbsence.source == source
            )
        ).all()
    )
    missing = set(difference.missing)
    lost = missing - absent.keys()
    eroded = {item for item in missing if item not in absent or absent[item] > since}
    is_over = len(difference.over)
    met = len(staged.items()) - len(difference.new)
    urls_of_details = {part.page.url for part in reading.parts if part.key is not None}
    details = [fault for fault in reading.faults if fault.page is PageKind.DETAIL]
    return Measured(
        rows=staged.rows,
        is_full=reading.is_whole,
        known=difference.known - is_over,
        expected=difference.known - is_over - len(missing - lost),
        lost=len(lost),
        eroded=len(eroded),
        new=len(difference.new),
        changed=difference.much_changed,
        met=met,
        gone=len(difference.gone) + _taken_back(session, source, since),
        filled=staged.filled(),
        filled_met=difference.filled_met,
        filled_before=difference.filled_before,
        troubles=staged.troubles,
        faults=reading.list_faults,
        detail_faults=details,
        details=len(urls_of_details) + len(details) + reading.details_missing,
        details_missing=reading.details_missing,
        recent=recent,
        best=best,
    )


def _past(
    session: Session, source: str, *, since: datetime, released_at: datetime | None
) -> tuple[list[Past], list[Past]]:
    """The last accepted full runs, and all of the window with the newest before it."""
    rows = session.execute(
        select(
            SourceRun.counts,
            SourceRun.filled,
            SourceRun.troubles,
            SourceRun.started_at,
            SourceRun.decided_at,
        )
        .where(
            SourceRun.source == source,
            SourceRun.outcome.in_([outcome.value for outcome in ACCEPTED]),
            SourceRun.is_full.is_(True),
        )
        .order_by(SourceRun.id.desc())
        .limit(200)
    ).all()
    recent: list[Past] = []
    best: list[Past] = []
    for counts, filled, troubles, started_at, decided_at in rows:
        if released_at is not None and (decided_at or started_at) < released_at:
            break
        past = Past(counts["rows"], filled, troubles)
        if len(recent) < _RECENT:
            recent.append(past)
        if started_at > since or not best:
            best.append(past)
    return recent, best


def _taken_back(session: Session, source: str, since: datetime) -> int:
    """Offers that the source withdrew by its own word since then."""
    query = select(func.count()).where(
        Change.subject == Subject.OFFER,
        Change.actor == actor_of(source),
        Change.action == changes.Action.WITHDRAW.value,
        Change.at > since,
    )
    return session.scalar(query) or 0
