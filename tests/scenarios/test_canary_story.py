"""Canaries and ways back, each read as a story, over the true socket and true SSH."""

import shutil
from typing import Any

import pytest
import yaml

from tests.scenarios.test_approval_story import asking, loaded, place_of, told
from tests.scenarios.world import LONG, World
from tests.waiting import eventually

CANARY = {"kind": "canary", "batches": [1, "100%"], "bake": "1s", "approve": True}


@pytest.fixture(scope="module")
def standing(line: World) -> World:
    """1.0.0 stands."""
    line.deploy("1.0.0")
    return line


def asks_people(line: World, access: dict[str, Any], **strategy: Any) -> None:
    """From now on a canary waits for them."""
    fleet = yaml.safe_load(line.layout.fleet_file.read_text())
    fleet["access"]["production"] = {"deploy": ["@engineering"], **access}
    fleet["services"]["shop"]["environments"]["production"]["strategy"] = {**CANARY, **strategy}
    before = loaded(line)
    line.write_fleet(yaml.safe_dump(fleet))
    eventually(lambda: loaded(line) > before, timeout=LONG)


def test_a_green_canary_goes_on_when_two_people_have_approved(standing: World) -> None:
    ana, ben = standing.slack.users["ana"], standing.slack.users["ben"]
    asks_people(standing, {"approve": [ana, ben], "approvals": 2})
    post = asking(standing, "1.1.0", user="cid")
    assert "1 more is needed" in told(standing, "ana", post)
    assert "waits for somebody else" in told(standing, "ana", post)
    assert standing.releases() == ["1.1.0", "1.0.0", "1.0.0", "1.0.0"]
    assert told(standing, "ben", post).endswith("goes on.")
    assert "done on 4 hosts" in standing.ended(place_of(standing, post))
    assert standing.releases() == ["1.1.0"] * 4


def test_nobody_answered_in_time_so_the_canary_went_back_and_a_late_click_is_told_so(standing: World) -> None:
    asks_people(standing, {"approve": ["@leads"]}, approve_within="2s")
    post = asking(standing, "1.0.0")
    line = standing.ended(place_of(standing, post))
    assert "failed at Approval: nobody approved in time" in line
    assert standing.releases() == ["1.1.0"] * 4
    assert "Too late: nobody answered until" in told(standing, "lea", post)
    assert standing.releases() == ["1.1.0"] * 4


def test_a_rollback_target_that_was_cleared_away_on_the_hosts_is_built_again(standing: World) -> None:
    for host in standing.site.hosts:
        kept = (host.home / "shop" / "releases").iterdir()
        current = (host.home / "shop" / "current").resolve()
        for release in [release for release in kept if release != current]:
            shutil.rmtree(release)
    before = len(standing.posts("deploys"))
    standing.slack.command("ana", "/deploy", "rollback shop in production")
    eventually(lambda: len(standing.posts("deploys")) > before, timeout=LONG)
    assert "Rollback" in standing.ended(before)
    assert standing.releases() == ["1.0.0"] * 4
