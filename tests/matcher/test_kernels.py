"""The inner loops, compiled."""

import numba.core.caching
import pytest

from matcher.kernels.compiled import compiled


def test_where_nothing_may_be_written_it_is_compiled_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(numba.core.caching.CompileResultCacheImpl, "_locator_classes", [])

    @compiled
    def double(number: int) -> int:
        return 2 * number

    assert double(21) == 42
