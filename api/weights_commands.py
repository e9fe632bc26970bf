"""The commands `fritidsguide weights ...`: what matches are weighed by, and how it is changed."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from api.command_line import AsJson, Casework, Database, open_catalogue, print_json
from api.settings import read_settings
from api.weighing import (
    InForce,
    accept_weights,
    in_force,
    propose_weights,
    read_choices,
    read_proposal_file,
    return_weights,
)
from catalogue.accepted import history
from catalogue.database import reading, writing
from catalogue.models import AcceptedWeights
from matcher.learning import LEAST_NEEDS, LEAST_PAIRS
from matcher.proposal import Finding, Proposal
from matcher.weights import CRITERIA, WEIGHTS

ACTOR = "operator"
"""Whoever may run commands on the machine."""

weights = typer.Typer(
    add_completion=False, help="How much each criterion counts in a match.", no_args_is_help=True
)

_WHY_NOT = {
    Finding.TOO_FEW: f"too few: it takes {LEAST_PAIRS} pairs from {LEAST_NEEDS} needs",
    Finding.NO_ORDER: "the choices follow the order in force no closer than chance would",
    Finding.AGREE: "the choices agree with the weights in force",
    Finding.NOT_BETTER: "weights learnt of some needs do not order the other needs better",
}


@weights.command()
def show(as_json: AsJson = False, database: Database = None, casework: Casework = None) -> None:
    """The weights in force, and all there were, newest first."""
    engine = open_catalogue(read_settings(database=database, casework=casework))
    with reading(engine) as session:
        now, rows = in_force(session), history(session)
        if as_json:
            print_json(_shown(now, rows))
        else:
            print(_table(now, rows))


@weights.command()
def propose(
    choices: Annotated[Path, typer.Argument(help="What guides chose, as .jsonl.")],
    as_json: AsJson = False,
    database: Database = None,
    casework: Casework = None,
) -> None:
    """What guides' choices say of the weights in force; changes nothing."""
    decisions = read_choices(choices)
    engine = open_catalogue(read_settings(database=database, casework=casework))
    with reading(engine) as session:
        proposal = propose_weights(session, decisions)
    if as_json:
        print_json(proposal.model_dump(mode="json"))
    else:
        print(_proposal(proposal))


@weights.command()
def accept(
    proposal: Annotated[Path, typer.Argument(help="What `weights propose --json` printed.")],
    database: Database = None,
    casework: Casework = None,
) -> None:
    """Put a proposal in force."""
    accepted = read_proposal_file(proposal)
    engine = open_catalogue(read_settings(database=database, casework=casework))
    with writing(engine) as session:
        now = accept_weights(session, accepted, actor=ACTOR, at=datetime.now(UTC))
    print(f"number {now.number} is in force; `fritidsguide weights return` takes it back")


@weights.command(name="return")
def return_(
    by_hand: Annotated[
        bool, typer.Option("--by-hand", help="To the weights that the program came with.")
    ] = False,
    database: Database = None,
    casework: Casework = None,
) -> None:
    """Put the weights back in force that stood before the last change."""
    engine = open_catalogue(read_settings(database=database, casework=casework))
    with writing(engine) as session:
        now = return_weights(session, by_hand=by_hand, actor=ACTOR, at=datetime.now(UTC))
    print(f"number {now.number} is in force")


def _shown(now: InForce, rows: list[AcceptedWeights]) -> dict[str, object]:
    return {
        "number": now.number,
        "weights": {name: getattr(now.weights, name) for name in CRITERIA},
        "by_hand": {name: getattr(WEIGHTS, name) for name in CRITERIA},
        "history": [
            {
                "number": row.number,
                "at": row.at.isoformat(),
                "actor": row.actor,
                "replaces": row.replaces,
                "weights": row.weights,
                "evidence": row.evidence,
            }
            for row in rows
        ],
    }


def _table(now: InForce, rows: list[AcceptedWeights]) -> str:
    lines = ["criterion   in force   by hand"]
    lines += [
        f"{name:<9} {getattr(now.weights, name):10.3f} {getattr(WEIGHTS, name):9.3f}"
        for name in CRITERIA
    ]
    lines += [
        f"number {row.number}, {row.at:%Y-%m-%d %H:%M} UTC, by {row.actor}: {_origin(row)}"
        for row in rows
    ]
    lines += ["number 0: set by hand"]
    return "\n".join(lines)


def _origin(row: AcceptedWeights) -> str:
    if "returned_to" in row.evidence:
        return f"returned to number {row.evidence['returned_to']}"
    return f"learnt from {row.evidence['pairs']} pairs, for number {row.replaces}"


def _proposal(proposal: Proposal) -> str:
    found = proposal.evidence
    left_out = ", ".join(f"{reason} {count}" for reason, count in found.left_out.items())
    lines = [
        f"{found.pairs} pairs from {found.needs} needs",
        f"rejections that teach nothing: {left_out or 'none'}",
        f"criterion   in force   proposed   {found.level:.0%} interval",
    ]
    for name, one in proposal.weights.items():
        interval = "-" if one.low is None else f"{one.low:.3f} to {one.high:.3f}"
        after = "stays" if one.after == one.before else f"{one.after:.3f}"
        lines.append(f"{name:<9} {one.before:10.3f} {after:>10}   {interval}")
    if found.held_out is not None:
        lines.append(
            f"pairs of other needs in the right order: {found.held_out.right_before} before,"
            f" {found.held_out.right_after} after, of {found.held_out.pairs}"
        )
    if proposal.finding is Finding.CHANGE:
        lines.append("to put it in force: print it with --json to a file, then `weights accept` it")
    else:
        lines.append(f"nothing is proposed: {_WHY_NOT[proposal.finding]}")
    return "\n".join(lines)
