from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.model import Target
from bot.scaling import BusyMinute, HostMinute
from bot.state.cpu import CpuRows
from bot.state.database import Database
from bot.state.schema import apply_all

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SHOP, API = Target("shop", "production"), Target("api", "production")


@pytest.fixture
def rows(tmp_path: Path) -> Iterator[CpuRows]:
    db = Database(tmp_path / "state.db")
    apply_all(db)
    yield CpuRows(db)
    db.close()


def point(host: str, cpu: float | None, age: int = 0) -> HostMinute:
    return HostMinute(host, NOON - age * MINUTE, cpu)


def test_what_is_known_of_a_host_reads_back_as_it_was(rows: CpuRows) -> None:
    whole = HostMinute("web1", NOON, 12.5, 0.25, NOON - timedelta(days=2))
    rows.keep({SHOP: [whole, point("web2", None)], API: [point("api1", 7.0)]})
    assert rows.hosts(SHOP, NOON) == [whole, point("web2", None)]
    assert rows.hosts(API, NOON) == [point("api1", 7.0)]


def test_only_the_minutes_from_a_moment_on_are_read_in_their_order(rows: CpuRows) -> None:
    rows.keep({SHOP: [point("web1", float(age), age) for age in range(5)]})
    assert [row.cpu for row in rows.hosts(SHOP, NOON - 2 * MINUTE)] == [2.0, 1.0, 0.0]


def test_a_service_is_put_together_from_those_that_told(rows: CpuRows) -> None:
    rows.keep({SHOP: [point("a", 10.0), point("b", 20.0), point("c", 90.0), point("d", None)]})
    assert rows.minutes([SHOP, API], NOON) == {SHOP: [BusyMinute(NOON, 3, 1, 40.0, 20.0, 90.0)]}


def test_where_nobody_told_there_is_no_number(rows: CpuRows) -> None:
    rows.keep({SHOP: [point("a", None), point("b", None)]})
    assert rows.minutes([SHOP], NOON) == {SHOP: [BusyMinute(NOON, 0, 2, None, None, None)]}


def test_a_point_that_comes_late_puts_its_minute_together_anew(rows: CpuRows) -> None:
    rows.keep({SHOP: [point("a", 10.0, 1), point("b", None, 1)]})
    rows.keep({SHOP: [point("b", 30.0, 1), point("a", 50.0)]})
    assert rows.minutes([SHOP], NOON - MINUTE)[SHOP] == [
        BusyMinute(NOON - MINUTE, 2, 0, 20.0, 20.0, 30.0),
        BusyMinute(NOON, 1, 0, 50.0, 50.0, 50.0),
    ]


def test_services_are_kept_for_longer_than_their_hosts(rows: CpuRows) -> None:
    rows.keep({SHOP: [point("a", 10.0, age) for age in (0, 200, 2000)]})
    assert rows.forget(NOON - timedelta(hours=2), NOON - timedelta(hours=26)) == 3
    assert [row.minute for row in rows.hosts(SHOP, NOON - timedelta(days=9))] == [NOON]
    kept = rows.minutes([SHOP], NOON - timedelta(days=9))[SHOP]
    assert [one.minute for one in kept] == [NOON - 200 * MINUTE, NOON]


def test_nothing_to_keep_is_kept_too(rows: CpuRows) -> None:
    rows.keep({})
    assert rows.minutes([SHOP], NOON) == {}
