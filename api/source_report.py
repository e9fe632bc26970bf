"""What a run of a source found, as lines for people and as JSON."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from catalogue.run_models import SourceRun
from scrapers.outcomes import Outcome
from scrapers.runs import RunReport

_SHOWN = 20  # of each kind, one a line
_LONGEST = 60
_KINDS = {
    "new": "new",
    "missing": "missing, still shown",
    "gone": "taken back by the source",
    "back": "withdrawn here",
}


def report_text(report: RunReport, *, in_full: bool) -> str:
    """in_full: with what is new, changed and missing, one a line."""
    head = f"{report.source}: {_WORDS[report.outcome]}"
    if report.run is None and report.outcome in _AS_A_CHECK:
        head = f"{report.source}: {_AS_A_CHECK[report.outcome]}"
    elif report.run is not None:
        head += f" (run {report.run})"
    lines = [head]
    if report.outcome is not Outcome.PUBLISHED and report.reason and not report.gates:
        lines.append(f"  {report.reason}")
    lines += [f"  {line}" for line in _figures(report.counts)]
    lines += [f"  NOT {gate.name}: {gate.says}" for gate in report.gates if not gate.holds]
    if in_full or report.outcome is Outcome.QUARANTINED:
        lines += [f"  {line}" for line in difference_lines(report.difference)]
        lines += [f"  remark: {remark}" for remark in report.remarks[:_SHOWN]]
        if len(report.remarks) > _SHOWN:
            lines.append(f"  ... and {len(report.remarks) - _SHOWN} more remarks (--json has all)")
    if report.outcome is Outcome.QUARANTINED and report.run is not None:
        lines.append(f"  decide: fritidsguide sources release|drop {report.source}")
    return "\n".join(lines)


_WORDS = {
    Outcome.PUBLISHED: "published",
    Outcome.QUARANTINED: "in quarantine; the catalogue is as it was",
    Outcome.NOT_READ: "could not be read; the catalogue is as it was",
    Outcome.FAILED: "the program failed; the catalogue is as it was",
    Outcome.SUPERSEDED: "a later run took its place",
    Outcome.RELEASED: "released from quarantine",
    Outcome.DROPPED: "dropped",
}
_AS_A_CHECK = {
    Outcome.PUBLISHED: "would be published",
    Outcome.QUARANTINED: "would be put in quarantine",
}


def _figures(counts: Mapping[str, int]) -> Iterator[str]:
    if not counts:
        return
    yield (
        f"pages: {counts['pages']}, of which confirmed unchanged {counts['pages_confirmed']};"
        f" entries: {counts['rows']}"
    )
    yield (
        f"known: {counts['known']}, of which the same {counts['same']}, changed"
        f" {counts['changed']}, missing {counts['missing']}, over {counts['over']},"
        f" taken back {counts['gone']}; new: {counts['new']}"
    )
    if "created" in counts:
        yield (
            f"offers created: {counts['created']}, updated {counts['updated']}, withdrawn"
            f" {counts['withdrawn']}; venues created: {counts['venues_created']}, updated"
            f" {counts['venues_updated']}"
        )


def difference_lines(difference: Mapping[str, Any]) -> Iterator[str]:
    """What is new, changed, missing, a line each; shortened where it is long."""
    for kind, words in _KINDS.items():
        found = difference.get(kind, [])
        for one in found[:_SHOWN]:
            yield f"{words}: {one['item']} {one['name']}".rstrip()
        if len(found) > _SHOWN:
            yield f"{words}: and more (--json has up to 50)"
    changed = difference.get("changed", [])
    for one in changed[:_SHOWN]:
        fields = "; ".join(
            words for name, pair in one["fields"].items() for words in _change(name, *pair)
        )
        yield f"changed: {one['item']} {one['name']}: {fields}"
    if len(changed) > _SHOWN:
        yield "changed: and more (--json has up to 50)"


def _change(name: str, before: object, after: object) -> Iterator[str]:
    """A field that changed; of one in parts, the parts that did."""
    if isinstance(before, dict) and isinstance(after, dict):
        for part, value in after.items():
            if before.get(part) != value:
                yield f"{name}.{part} {_short(before.get(part))} -> {_short(value)}"
    else:
        yield f"{name} {_short(before)} -> {_short(after)}"


def _short(value: object) -> str:
    words = "unknown" if value is None else str(value)
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}..."


def report_json(report: RunReport) -> dict[str, object]:
    return {
        "source": report.source,
        "outcome": report.outcome.value,
        "run": report.run,
        "reason": report.reason,
        "counts": report.counts,
        "filled": report.filled,
        "gates": [asdict(gate) for gate in report.gates],
        "difference": report.difference,
        "remarks": list(report.remarks),
    }


def record_json(row: SourceRun) -> dict[str, object]:
    """A run that was stored, whole."""
    return {
        "run": row.id,
        "source": row.source,
        "slot": row.slot,
        "fencing": row.fencing,
        "by": row.actor,
        "started_at": row.started_at.isoformat(),
        "finished_at": row.finished_at.isoformat(),
        "outcome": row.outcome,
        "reason": row.reason,
        "is_full": row.is_full,
        "counts": row.counts,
        "filled": row.filled,
        "troubles": row.troubles,
        "gates": row.gates,
        "pages": row.pages,
        "difference": row.difference,
        "decided_at": None if row.decided_at is None else row.decided_at.isoformat(),
        "decided_by": row.decided_by,
    }


def record_line(row: SourceRun) -> str:
    """A run that was stored, on one line."""
    words = f"run {row.id}  {row.started_at:%Y-%m-%d %H:%M} UTC  {row.outcome}"
    if row.counts:
        words += f"  {row.counts['rows']} entries"
    if row.decided_by:
        words += f"  decided by {row.decided_by}"
    return f"{words}  {row.reason}" if row.reason else words
