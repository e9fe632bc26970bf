"""The four ways in which a request to the program can fail.

Everything below `api/` raises these; only `api/errors.py` turns them into a
status code and a Danish sentence. Messages are English, for logs, and name
ids and values of public facts only: never a person, a number or a need.
"""


class FritidsguideError(Exception):
    """Base of all expected failures; its text is one line, without a traceback."""


class Missing(FritidsguideError):
    """What was asked for is not there."""


class Conflict(FritidsguideError):
    """It clashes with the present state, for example another writer or a newer database."""


class Forbidden(FritidsguideError):
    """The asker may not do this."""


class Invalid(FritidsguideError):
    """The input cannot be used; the text says what and why."""
