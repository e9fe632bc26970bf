"""What can become of a run."""

from enum import StrEnum


class Outcome(StrEnum):
    """Stored with each run."""

    PUBLISHED = "published"
    QUARANTINED = "quarantined"
    """A gate failed: what was found waits for a person, and the catalogue is as it was."""
    NOT_READ = "not_read"
    """The source could not be had. There is nothing to decide; it is tried again."""
    FAILED = "failed"
    """The program itself failed on what it read; its log says where."""
    SUPERSEDED = "superseded"
    """It was in quarantine, and a later run took its place before anybody decided."""
    RELEASED = "released"
    """It was in quarantine, and a person published it all the same."""
    DROPPED = "dropped"
    """It was in quarantine, and a person threw it away."""


ACCEPTED = (Outcome.PUBLISHED, Outcome.RELEASED)
"""What later runs are measured by."""
