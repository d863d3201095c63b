"""The real Alertmanager sends its webhooks: one DOWN, nothing for repeats, one UP."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.web.hooks import hooks
from bot.web.serving import serve
from bot.web.site import site
from tests.engine.foreign import Elsewhere
from tests.waiting import eventually
from tests.web.alertmanager import Alertmanager, alertmanager, now

TOKEN = "0123456789abcdef"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Elsewhere]:
    elsewhere = Elsewhere(tmp_path / "state.db")
    elsewhere.world.clock.moment = now() + timedelta(seconds=1)
    yield elsewhere
    elsewhere.world.close()


@pytest.fixture
def peer(elsewhere: Elsewhere, tmp_path: Path) -> Iterator[Alertmanager]:
    web = site(hooks(elsewhere.intake, elsewhere.world.clock, TOKEN, None))
    with serve(web, "127.0.0.1", 0) as address, alertmanager(tmp_path, f"{address}/hooks/alertmanager", TOKEN) as peer:
        yield peer


def test_firing_is_one_down_repeats_are_nothing_and_resolved_is_one_up(
    elsewhere: Elsewhere, peer: Alertmanager
) -> None:
    began = now() - timedelta(minutes=3)
    where = {"service": "shop", "environment": "production", "instance": "10.0.0.5:9100"}
    peer.tell(where, began)
    eventually(elsewhere.open, timeout=60)
    (alert,) = elsewhere.open()
    assert (str(alert.incident.target), alert.incident.host) == ("shop · production", "web1")
    assert (alert.incident.started_at, alert.incident.cause) == (began, "5 % of requests fail")
    assert alert.sighting.runbook == "https://wiki.example.com/errors"
    assert elsewhere.world.states() == ["DOWN"]
    elsewhere.world.deliver()

    before = elsewhere.world.messages()
    sent = peer.sent()
    eventually(lambda: peer.sent() >= sent + 2, timeout=60)
    assert elsewhere.world.messages() == before

    peer.tell(where, began, now())
    eventually(lambda: not elsewhere.open(), timeout=60)
    assert elsewhere.world.states() == ["UP", "UP"]


def test_two_alerts_of_a_group_each_have_their_own_end(elsewhere: Elsewhere, peer: Alertmanager) -> None:
    began = now() - timedelta(minutes=3)
    peer.tell({"instance": "db1"}, began)
    peer.tell({"instance": "db2"}, began)
    eventually(lambda: len(elsewhere.open()) == 2, timeout=60)
    peer.tell({"instance": "db1"}, began, now())
    eventually(lambda: len(elsewhere.open()) == 1, timeout=60)
    (left,) = elsewhere.open()
    assert left.incident.host == "db2"
    assert left.incident.target.service == "HighErrorRate"
