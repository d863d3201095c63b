"""An analysis that cannot tell, and a person who says why it may go on: over the true socket, in a true form."""

import pytest
import yaml

from tests.building import said
from tests.scenarios.test_analysis_story import begun, loaded, saying
from tests.scenarios.world import LONG, World, words
from tests.waiting import eventually

BASKET = {
    "name": "basket",
    "prometheus": 'basket{host="{name}"}',
    "url": "http://127.0.0.1:1",  # nobody listens there
    "every": "5s",
    "compare": False,
    "most": 100,
    "failure_limit": 0,
    "error_limit": 0,
}
UNREAD = {"kind": "canary", "bake": "25s", "analysis": {"every": "1s", "ask": "100ms", "metrics": [BASKET]}}
WHY = "the basket's metric comes with the next release"


@pytest.fixture(scope="module")
def unread(line: World) -> World:
    """1.0.0 stands; what comes next is held to a metric that cannot be read."""
    line.deploy("1.0.0", user="cid")
    before = loaded(line)
    line.change_fleet(strategy=UNREAD)
    eventually(lambda: loaded(line) > before, timeout=LONG)
    return line


@pytest.mark.timeout(240)
def test_what_the_analysis_cannot_tell_goes_on_with_a_reason(unread: World) -> None:
    place = begun(unread, "1.1.0")
    post = saying(unread, place, "deploy.promote_anyway")
    assert "inconclusive: basket could not be read: Prometheus could not be reached for web1" in words(post)
    assert unread.slack.click("lea", post, "deploy.promote_anyway").error is None
    view = eventually(lambda: unread.slack.modals("lea"))[-1]
    assert "The analysis could not tell" in said(view["blocks"])
    refused = unread.slack.submit("lea", view["id"], {"reason": {"reason": "   "}})
    assert refused.response["response_action"] == "errors"
    before = len(unread.private("lea", "deploys"))
    unread.slack.submit("lea", view["id"], {"reason": {"reason": WHY}})
    told = eventually(lambda: unread.private("lea", "deploys")[before:], timeout=LONG)
    assert str(told[0]["text"]).endswith("goes on.")
    assert "done on 4 hosts" in unread.ended(place)
    assert f": {WHY}" in words(unread.posts("deploys")[place])
    assert unread.slack.click("lea", post, "deploy.promote_anyway").error is None
    late = eventually(lambda: unread.private("lea", "deploys")[before + 1 :], timeout=LONG)
    assert "decided already: promoted" in str(late[0]["text"])


def test_the_strategy_is_one_that_the_fleet_file_takes(unread: World) -> None:
    fleet = yaml.safe_load(unread.layout.fleet_file.read_text())
    assert fleet["services"]["shop"]["environments"]["production"]["strategy"] == UNREAD
