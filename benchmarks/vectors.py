"""A model whose vectors are kept on disk, so that a second run of a benchmark is fast."""

import hashlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from matcher.meaning import Model, Vectors

KEPT = Path(__file__).parent.parent / ".cache" / "vectors"


class Kept:
    """A model, with the vectors of all texts that it was ever asked for."""

    def __init__(self, model: Model, folder: Path = KEPT) -> None:
        self.name = model.name
        self._model = model
        folder.mkdir(parents=True, exist_ok=True)
        self._file = sqlite3.connect(folder / f"{model.name}.sqlite", check_same_thread=False)
        self._file.execute("CREATE TABLE IF NOT EXISTS kept (text BLOB PRIMARY KEY, vector BLOB)")

    def embed(self, texts: Sequence[str], *, question: bool) -> Vectors:
        """As the model's own."""
        keys = [hashlib.sha256(f"{question} {text}".encode()).digest() for text in texts]
        found = {key: vector for key in keys if (vector := self._of(key)) is not None}
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
        if missing:
            made = self._model.embed(list(missing.values()), question=question)
            found |= dict(zip(missing, made.astype(np.float32), strict=True))
            with self._file:
                self._file.executemany(
                    "INSERT OR REPLACE INTO kept VALUES (?, ?)",
                    [(key, found[key].tobytes()) for key in missing],
                )
        return np.stack([found[key] for key in keys])

    def _of(self, key: bytes) -> Vectors | None:
        row = self._file.execute("SELECT vector FROM kept WHERE text = ?", (key,)).fetchone()
        return None if row is None else np.frombuffer(row[0], dtype=np.float32)
