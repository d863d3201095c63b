from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.model import Host, Target
from bot.state.database import Database
from bot.state.found_hosts import FoundHosts
from bot.state.schema import apply_all

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
SHOP, API = Target("shop", "production"), Target("api", "production")
WEB = (Host("i-1", "deploy", "10.0.0.1", 2222, {"ZONE": "b"}), Host("i-2", "deploy", "10.0.0.2"))


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[FoundHosts]:
    db = Database(tmp_path / "state.db")
    apply_all(db)
    yield FoundHosts(db)
    db.close()


def test_what_was_found_reads_back_as_it_was(kept: FoundHosts) -> None:
    kept.keep({SHOP: WEB, API: ()}, NOW)
    assert kept.all() == {SHOP: WEB, API: ()}
    kept.keep({SHOP: WEB[:1]}, LATER)
    assert kept.all() == {SHOP: WEB[:1], API: ()}


def test_trouble_has_one_beginning_until_it_is_mended(kept: FoundHosts) -> None:
    assert kept.troubled(SHOP, NOW) == NOW
    assert kept.troubled(SHOP, LATER) == NOW
    assert kept.mended(API) is None
    assert kept.mended(SHOP) == NOW
    assert kept.mended(SHOP) is None
    assert kept.troubled(SHOP, LATER) == LATER


def test_trouble_before_anything_was_found_is_not_a_target_without_hosts(kept: FoundHosts) -> None:
    kept.troubled(SHOP, NOW)
    assert kept.all() == {}
    kept.keep({SHOP: WEB}, LATER)
    assert (kept.all(), kept.mended(SHOP)) == ({SHOP: WEB}, NOW)
