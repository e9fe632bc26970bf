"""Which addresses of the internet may be dialled, and what a name stands for.

Python's own properties (`is_private`, `is_global`) leave some ranges out and differ between
versions, so the ranges stand here. Sources: IANA's special-purpose address registries for IPv4
and IPv6, and RFC 6890, 6052, 8215, 3056, 4380, 5214, 9637.
"""

import socket
import threading
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from scrapers.failures import NotFetched, Reason

Address = IPv4Address | IPv6Address
Resolve = Callable[[str], Sequence[str]]
"""What a name stands for, as texts; raises OSError when it is not known."""

MOST_ADDRESSES = 32
"""Of one name; an answer with more is not a club's."""

_NOT_PUBLIC_4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by carriers (CGNAT); Alibaba's metadata lies in it
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's own service: a public number that leads inside
        "169.254.0.0/16",  # link-local; cloud metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments; Oracle's metadata lies in it
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
_PUBLIC_6 = IPv6Network("2000::/3")
"""Only this is given out. Outside it lie loopback, mapped and compatible IPv4, both NAT64 ranges,
unique-local (with Amazon's metadata), link-local, site-local and multicast addresses."""
_NOT_PUBLIC_6 = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarks
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, which carries an IPv4 address
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)
_ISATAP = (0x00005EFE, 0x02005EFE)
"""Upper half of an interface id that carries an IPv4 address."""


def is_public(address: Address) -> bool:
    """Whether an address may be dialled: it belongs to a host of the public internet."""
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in one for one in _NOT_PUBLIC_4)
    if address.scope_id is not None or (int(address) >> 32) & 0xFFFFFFFF in _ISATAP:
        return False
    return (
        address in _PUBLIC_6
        and address.is_global
        and not any(address in one for one in _NOT_PUBLIC_6)
    )


def public_addresses(host: str, resolve: Resolve) -> list[Address]:
    """What `host` stands for now, in the order of the answer, each once.

    One address that is not public refuses them all: who mixes them wants us inside.
    Raises NotFetched (NAME, ADDRESS).
    """
    try:
        texts = list(dict.fromkeys(resolve(host)))
    except (OSError, UnicodeError) as error:
        raise NotFetched(Reason.NAME, f"{host}: the name cannot be looked up") from error
    if not texts:
        raise NotFetched(Reason.NAME, f"{host}: the name has no address")
    if len(texts) > MOST_ADDRESSES:
        raise NotFetched(Reason.ADDRESS, f"{host}: the name has {len(texts)} addresses")
    try:
        addresses = [ip_address(text) for text in texts]
    except ValueError as error:
        raise NotFetched(Reason.ADDRESS, f"{host}: the name has no proper address") from error
    if not all(is_public(one) for one in addresses):
        raise NotFetched(Reason.ADDRESS, f"{host}: the name leads to an address that is not public")
    return addresses


def system_resolver(seconds: float) -> Resolve:
    """The operating system's look-up, given up after `seconds`; raises OSError then."""

    def resolve(host: str) -> Sequence[str]:
        found: list[str] = []
        failed: list[Exception] = []

        def look_up() -> None:
            try:
                # The dot at the end keeps the machine's own search domains out of it.
                answer = socket.getaddrinfo(host + ".", None, type=socket.SOCK_STREAM)
            except (OSError, UnicodeError) as error:
                failed.append(error)
            else:
                found.extend(str(entry[4][0]) for entry in answer)

        # The look-up cannot be interrupted, so it is left behind in a thread of its own.
        thread = threading.Thread(target=look_up, name=f"look-up of {host}", daemon=True)
        thread.start()
        thread.join(seconds)
        if thread.is_alive():
            raise TimeoutError(f"no answer in {seconds:.0f} s")
        if failed:
            raise failed[0]
        return found

    return resolve
