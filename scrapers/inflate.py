"""Unpacking gzip without ever holding more than was allowed."""

import zlib

from scrapers.failures import NotFetched, Reason

_GZIP = 16 + zlib.MAX_WBITS
_PIECE = 65_536


class Unpacker:
    """Takes the bytes as they come and keeps the unpacked ones, `most` of them.

    Only gzip is offered to servers, so anything else, and gzip within gzip, is refused.
    """

    def __init__(self, encoding: str, most: int, *, cut: bool = False) -> None:
        """encoding: the header's value. cut: what exceeds `most` bytes is dropped, not refused.

        Raises NotFetched (PROTOCOL) for an encoding that was not asked for.
        """
        name = encoding.strip().lower()
        if name not in ("", "identity", "gzip", "x-gzip"):
            raise NotFetched(Reason.PROTOCOL, "packed in a way that was not asked for")
        self._gzip = zlib.decompressobj(_GZIP) if "gzip" in name else None
        self._has_begun = False
        self._most = most
        self._cut = cut
        self._body = bytearray()

    @property
    def is_full(self) -> bool:
        """True once no more is wanted."""
        return self._cut and len(self._body) >= self._most

    def add(self, data: bytes) -> None:
        """Raises NotFetched (SIZE) past the limit, (PROTOCOL) for what is not gzip."""
        if self._gzip is None:
            self._keep(data)
            return
        while data and not self.is_full:
            if self._gzip.eof:  # another member may follow, or padding
                data = data.lstrip(b"\0")
                if not data:
                    return
                self._gzip = zlib.decompressobj(_GZIP)
            self._has_begun = True
            try:
                self._keep(self._gzip.decompress(data, _PIECE))
            except zlib.error as error:
                raise NotFetched(Reason.PROTOCOL, "damaged gzip") from error
            data = self._gzip.unused_data if self._gzip.eof else self._gzip.unconsumed_tail

    def close(self) -> bytes:
        """All that was unpacked. Raises NotFetched (PROTOCOL) if the end is missing."""
        is_whole = self._gzip is None or self._gzip.eof or not self._has_begun
        if not is_whole and not self.is_full:
            raise NotFetched(Reason.PROTOCOL, "gzip that ends too early")
        return bytes(self._body)

    def _keep(self, data: bytes) -> None:
        room = self._most - len(self._body)
        if len(data) > room and not self._cut:
            raise NotFetched(Reason.SIZE, f"more than {self._most:,} bytes unpacked")
        self._body += data[:room]
