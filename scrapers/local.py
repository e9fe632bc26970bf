"""The one way in which the fetcher reaches this machine: a value that only tests hand over.

There is no setting, variable or option for it. Even with it, each address is checked as always:
a test's names stand for public addresses, and a *door* leads from such an address to a server
on this machine. Certificates are checked too, against the test's own authority.
"""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address

from catalogue.errors import Invalid
from scrapers.addresses import Resolve

Place = tuple[str, int]
"""Address and port."""


@dataclass(frozen=True, slots=True)
class LocalWorld:
    resolve: Resolve
    """What names stand for in this world."""
    doors: Mapping[Place, Place]
    """From the address and port that were checked to those of a server on this machine.
    What has no door is dialled as it is."""
    trust: ssl.SSLContext
    """Whose certificates count."""

    def __post_init__(self) -> None:
        """Raises Invalid for a door that leads off this machine, and for a lax context."""
        if not all(ip_address(address).is_loopback for address, _port in self.doors.values()):
            raise Invalid("a door leads to another machine")
        if self.trust.verify_mode is not ssl.CERT_REQUIRED or not self.trust.check_hostname:
            raise Invalid("certificates are always checked")
