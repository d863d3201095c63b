"""At most one trouble of a kind for each role, begun once and ended once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.cloud_trouble import CloudTrouble, Kind
from bot.state.cloud_troubles import CloudTroubles
from bot.state.database import Database
from bot.state.schema import apply_all

SINCE = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
BUSY = CloudTrouble("", Kind.BUSY, "41 of ec2:DescribeInstances", SINCE)


@pytest.fixture
def table(tmp_path: Path) -> Iterator[CloudTroubles]:
    db = Database(tmp_path / "state.db")
    apply_all(db)
    yield CloudTroubles(db)
    db.close()


def test_of_two_that_find_out_one_says_so(table: CloudTroubles) -> None:
    number = table.begin(BUSY, "#deploys")
    assert number is not None
    assert table.begin(replace(BUSY, since=SINCE + timedelta(minutes=1)), "#deploys") is None
    assert table.standing() == {number: BUSY}


def test_another_role_and_another_kind_are_troubles_of_their_own(table: CloudTroubles) -> None:
    others = [BUSY, replace(BUSY, role="arn:aws:iam::1:role/x"), replace(BUSY, kind=Kind.LOCKED_OUT)]
    assert len({table.begin(one, "#deploys") for one in others}) == 3
    assert list(table.standing().values()) == others


def test_it_ends_once_where_it_was_said_and_may_begin_anew(table: CloudTroubles) -> None:
    number = table.begin(BUSY, "#deploys")
    assert number is not None
    assert table.end(number, SINCE) == "#deploys"
    assert table.end(number, SINCE) is None
    assert table.standing() == {}
    assert table.begin(BUSY, "#ops") not in (None, number)
