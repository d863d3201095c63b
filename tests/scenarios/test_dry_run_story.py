"""A dry run, read as a story: the bot is a process and speaks to a workspace, its hosts are in its memory."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.sandbox.demo_bot import manifest
from bot.sandbox.demo_site import Layout
from bot.sandbox.memory_room import RoomDoor
from bot.sandbox.memory_site import lay_out_memory, memory_bot
from bot.sandbox.slack.server import Seed, Server
from tests.scenarios.test_approval_story import asking, loaded, place_of, told
from tests.scenarios.world import LONG, Line, words
from tests.waiting import eventually


class DryLine(Line):
    def __init__(self, directory: Path) -> None:
        self.layout = Layout(directory)
        self.site = lay_out_memory(self.layout)
        self.machines = RoomDoor(self.layout)
        self.slack = Server(Seed.demo(), state_file=self.layout.workspace_file, machines=self.machines)

    def releases(self) -> list[str]:
        return [str(machine["release"]) for machine in self.machines.list()]

    def watch(self) -> None:
        """The canary and the checks of the demo, from now on."""
        before = loaded(self)
        self.site.write_fleet(watched=True)
        eventually(lambda: loaded(self) > before, timeout=LONG)


@pytest.fixture(scope="module")
def dry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DryLine]:
    """1.0.0 stands on four hosts that are nowhere."""
    line = DryLine(tmp_path_factory.mktemp("dry"))
    line.slack.start()
    try:
        line.slack.register(manifest(line.layout))
        line.site.write_fleet(watched=False)
        line.bot = memory_bot(line.layout, line.slack)
        line.begin()
        assert "done on 4 hosts" in line.deploy("1.0.0")
        line.watch()
        yield line
        line.bot.stop()
    finally:
        line.bot.kill()
        line.slack.stop()


def unlock(line: DryLine) -> None:
    """A rollback by itself locks; the answer is waited for, or the next deploy might meet the lock."""
    assert "unlocked" in line.answer("lea", "/deploy", "unlock shop in production")


def test_a_good_release_is_a_canary_that_the_lead_promotes(dry: DryLine) -> None:
    post = asking(dry, "1.1.0")
    assert "no worse" in words(post)
    assert dry.releases() == ["1.1.0", "1.0.0", "1.0.0", "1.0.0"]
    assert told(dry, "lea", post).endswith("goes on.")
    assert "done on 4 hosts" in dry.ended(place_of(dry, post))
    assert dry.releases() == ["1.1.0"] * 4


def test_a_slow_release_loses_the_comparison_and_goes_back(dry: DryLine) -> None:
    assert dry.deploy("1.4.0").startswith("↩")
    assert "the canary is slower" in words(dry.posts("deploys")[-1])
    assert dry.releases() == ["1.1.0"] * 4
    unlock(dry)


def test_a_broken_release_fails_its_health_at_the_first_host_and_goes_back(dry: DryLine) -> None:
    assert dry.deploy("1.2.0").startswith("↩")
    assert "answered 503" in words(dry.posts("deploys")[-1])
    assert "no such table: reviews" in words(dry.posts("deploys")[-1])
    assert dry.releases() == ["1.1.0"] * 4
    unlock(dry)


def test_an_untested_release_fails_its_tests_and_nothing_is_switched(dry: DryLine) -> None:
    assert dry.deploy("1.3.0").startswith("✗")
    assert "failed at" in dry.texts("deploys")[-1]
    assert dry.releases() == ["1.1.0"] * 4


def test_an_app_stopped_in_the_machine_room_is_an_outage_that_the_restart_button_ends(dry: DryLine) -> None:
    assert dry.machines.act("web3", "stop")["app"] == "stopped"
    down = eventually(lambda: dry.posts("alerts"), timeout=LONG)[0]
    assert down["text"].startswith("DOWN · shop · production · web3")
    assert "connection refused" in down["text"]
    assert dry.slack.click("cid", down, "incident.restart").error is None
    eventually(lambda: dry.texts("alerts")[0].startswith("UP") and "restarted web3" in dry.texts("alerts")[0], LONG)
    assert [machine["app"] for machine in dry.machines.list()] == ["running"] * 4
