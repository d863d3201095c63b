"""The alert's button that adds a host, clicked in the sandbox's workspace over a real socket."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.messages.remedies import REPLACE, SCALE
from tests.building import said
from tests.engine.test_relief import fall, watched_on
from tests.engine.test_relief_by_replacing import PER_HOST
from tests.engine.test_relief_by_replacing import fall as fall_of
from tests.handlers.front import before, posted
from tests.handlers.test_scale import ScaleFront
from tests.waiting import eventually


@pytest.fixture
def front(tmp_path: Path) -> Iterator[ScaleFront]:
    with watched_on(tmp_path) as line, before(line, ScaleFront) as made:
        fall(line)
        yield made


def told(front: ScaleFront) -> str:
    """All that only ben sees."""
    return "\n".join(said(one["blocks"]) for one in front.private("ben"))


def test_a_click_adds_a_host_and_says_where_to_watch_it(front: ScaleFront) -> None:
    assert front.server.click("ben", posted(front, "incident:1"), SCALE).error is None
    eventually(lambda: "goes from 4 to 5 hosts; #deploys shows how" in told(front))
    assert front.line.scale_ended(1).reached == 5


def test_a_click_replaces_the_one_host_that_is_down(tmp_path: Path) -> None:
    with watched_on(tmp_path, **PER_HOST) as line, before(line, ScaleFront) as front:
        fall_of(line, "m-2")
        assert front.server.click("ben", posted(front, "incident:1"), REPLACE).error is None
        eventually(lambda: "m-2 is replaced" in told(front))
        assert front.line.scale_ended(1).leave == ("m-2",)


def test_a_click_that_comes_too_late_is_told_why_nothing_is_added(front: ScaleFront) -> None:
    front.scale("shop 6", "ben")
    front.line.scale_ended(1)
    assert front.server.click("ben", posted(front, "incident:1"), SCALE).error is None
    eventually(lambda: "is not within what the fleet file allows" in told(front))
    assert front.line.scaling.book.rows.get(2) is None
