"""Own words, at every step of "Find noget til mig"."""

import re

import pytest
from starlette.testclient import TestClient

from api.wording import Level
from tests.api.forms import Walk
from tests.api.test_finding import need_of

LEVELS = [level.value for level in Level]


@pytest.mark.parametrize("level", LEVELS)
def test_one_can_write_in_own_words_at_every_step(client: TestClient, level: str) -> None:
    walk = Walk.begin(client, level)
    seen = set()
    while walk.step not in seen and walk.step != "result":
        seen.add(walk.step)
        fields = re.findall(r"<textarea[^>]*name=|<input[^>]*type=\"text\"", walk.page)
        assert fields, walk.step
        walk.press("next", *([("place", "8410")] if walk.step in ("place", "where") else []))
    assert len(seen) >= 3


def test_own_words_beside_a_question_are_kept_when_it_is_skipped(client: TestClient) -> None:
    walk = Walk.begin(client)
    while walk.step != "place":
        walk.press("skip")
    walk.press("next", ("place", "8410"))
    walk.press("skip", ("other", "et hus med elevator\nikke for mørkt på vejen"))
    assert walk.step == "far"
    while walk.step != "result":
        walk.press("next")
    assert "Ikke for mørkt på vejen" in walk.page
    unread = walk.page.partition('class="unread"')[2].partition("</ul>")[0]
    assert "ikke for mørkt på vejen" in unread
    assert "single_level" in need_of(walk).wishes
