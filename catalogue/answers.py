"""Yes, no, or not known: the three values of every accessibility fact."""

from enum import StrEnum


class Answer(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
