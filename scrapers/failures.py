"""Why a page was not fetched."""

from datetime import datetime
from enum import StrEnum

from catalogue.errors import FritidsguideError


class Reason(StrEnum):
    """Stored with a run. The first six are our own refusals: nothing was asked of the host."""

    URL = "url"
    """Not an address that may be read: its form, its scheme, its port."""
    HOST = "host"
    """Not a host of the source's own list."""
    ADDRESS = "address"
    """The name stands for an address that is not on the public internet."""
    ROBOTS = "robots"
    """robots.txt says no, or could not be had, which means no."""
    BUDGET = "budget"
    """The day's requests for this host are used up."""
    WAIT = "wait"
    """The host wants a longer pause than we wait for, or another process holds it."""

    NAME = "name"
    """The name is not known, or the look-up took too long."""
    NETWORK = "network"
    """No connection, or it broke."""
    TLS = "tls"
    """The host could not prove who it is, or does not speak TLS as it must."""
    TIME = "time"
    """The whole fetch took longer than allowed."""
    SIZE = "size"
    """More bytes than allowed, as sent or as unpacked."""
    PROTOCOL = "protocol"
    """Not HTTP, or damaged or cut short."""
    REDIRECT = "redirect"
    """Sent on in a circle, too often, nowhere, or from https to http."""
    STATUS = "status"
    """An answer other than 200 or 304."""


class NotFetched(FritidsguideError):
    """No page was had. The text names host and cause, never the path: it may hold a key."""

    def __init__(
        self,
        reason: Reason,
        text: str,
        *,
        status: int | None = None,
        retry_at: datetime | None = None,
    ) -> None:
        """status: what the host answered, if it did. retry_at: not before then, if known."""
        super().__init__(text)
        self.reason = reason
        self.status = status
        self.retry_at = retry_at
