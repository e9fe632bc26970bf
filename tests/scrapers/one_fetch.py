"""A process that fetches one page of a test's world and says how that went, for measuring it.

What it needs comes as JSON on standard input: url, names, doors, authority (PEM), folder.
"""

import json
import re
import ssl
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from scrapers.failures import NotFetched
from scrapers.fetch import Fetcher, Page
from scrapers.local import LocalWorld
from scrapers.politeness import Clock


def main() -> None:
    told = json.load(sys.stdin)
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trust.load_verify_locations(cadata=told["authority"])
    doors = {(a, p): (b, q) for a, p, b, q in told["doors"]}
    fetcher = Fetcher(
        contact="https://kommune.example/",
        folder=Path(told["folder"]),
        clock=Clock(lambda: datetime.now(UTC), lambda seconds: None, lambda: 0.0),
        local=LocalWorld(lambda host: told["names"].get(host, []), doors, trust),
    )
    began = time.monotonic()
    try:
        fetcher.fetch(Page(told["url"], frozenset(told["names"])))
        reason = None
    except NotFetched as error:
        reason = error.reason.value
    seconds = time.monotonic() - began
    json.dump({"reason": reason, "seconds": seconds, "megabytes": peak_megabytes()}, sys.stdout)


def peak_megabytes() -> float:
    """Of this program alone; getrusage would tell the peak of the process that started it too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024


if __name__ == "__main__":
    main()
