"""Rolls in the database: added to, replaced, read, forgotten; and how much room a year takes."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from bot.histogram import bucket
from bot.plan.rolls import KEPT
from bot.rolls import Roll, Span
from bot.state.database import Database
from bot.state.rolls import Rolls
from bot.state.schema import apply_all

NOW = datetime(2026, 11, 20, 14, 2, tzinfo=UTC)
MINUTE = Span.MINUTE.number(NOW)
GIB = 2**30


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    made = Database(tmp_path / "state.db")
    apply_all(made)
    yield made
    made.close()


@pytest.fixture
def rolls(db: Database) -> Rolls:
    return Rolls(db)


def roll(number: int = MINUTE, count: int = 2, failures: int = 0) -> Roll:
    return Roll(number, count, failures, {60: count - failures} if count > failures else {})


def test_what_is_written_is_read_in_its_order(rolls: Rolls) -> None:
    rolls.add(Span.MINUTE, {"a": [roll(MINUTE + 1), roll(MINUTE)], "b": [roll(failures=2)]})
    assert rolls.of("a", Span.MINUTE, 0) == [roll(MINUTE), roll(MINUTE + 1)]
    assert rolls.of("a", Span.MINUTE, MINUTE + 1) == [roll(MINUTE + 1)]
    assert rolls.read(["a", "b", "c"], Span.MINUTE, 0, MINUTE + 1) == {"a": [roll()], "b": [roll(failures=2)]}


def test_spans_do_not_mix(rolls: Rolls) -> None:
    rolls.add(Span.MINUTE, {"a": [roll(1)]})
    rolls.add(Span.HOUR, {"a": [roll(1, count=120)]})
    assert rolls.of("a", Span.HOUR, 0) == [roll(1, count=120)]
    assert rolls.of("a", Span.DAY, 0) == []


def test_a_minute_of_two_processes_is_the_sum_of_both(rolls: Rolls) -> None:
    for latency in ({0: 1, 200: 1}, {0: 2, 60: 200, 255: 1}):  # bytes that are no text
        rolls.add(Span.MINUTE, {"a": [Roll(MINUTE, 300, 1, latency)]})
    assert rolls.of("a", Span.MINUTE, 0) == [Roll(MINUTE, 600, 2, {0: 3, 60: 200, 200: 1, 255: 1})]


def test_checks_of_one_group_are_summed_by_span(rolls: Rolls) -> None:
    rolls.add(
        Span.HOUR, {name: [Roll(1, 2, 1, {60: 1}), Roll(2, 300, 0, {60: 200, 61: 100})] for name in ("a", 'b"', "c")}
    )
    rolls.add(Span.MINUTE, {"a": [Roll(1, 9, 9, {})]})
    groups = {"a": 0, 'b"': 0, "c": 1, "never asked": 1}
    assert rolls.sums(groups, Span.HOUR, 1, 3) == {(0, 1): (4, 2), (0, 2): (600, 0), (1, 1): (2, 1), (1, 2): (300, 0)}
    assert rolls.sums(groups, Span.HOUR, 2, 3) == {(0, 2): (600, 0), (1, 2): (300, 0)}
    assert rolls.latencies(groups, Span.HOUR, 1, 2) == {(0, 1): {60: 2}, (1, 1): {60: 1}}
    assert rolls.latencies(groups, Span.HOUR, 2, 3)[0, 2] == {60: 400, 61: 200}


def test_a_roll_up_that_is_begun_again_counts_nothing_twice(rolls: Rolls) -> None:
    for _ in range(2):
        rolls.put(Span.HOUR, {"a": [roll(5, count=120)]})
    assert rolls.of("a", Span.HOUR, 0) == [roll(5, count=120)]


def test_how_far_it_is_rolled_up_is_kept(rolls: Rolls) -> None:
    assert rolls.done(Span.HOUR) is None
    for number in (7, 8):
        rolls.mark(Span.HOUR, number)
    assert (rolls.done(Span.HOUR), rolls.done(Span.DAY)) == (8, None)


def test_what_is_old_is_forgotten_and_a_check_with_nothing_left_too(rolls: Rolls) -> None:
    rolls.add(Span.MINUTE, {"old": [roll(1)], "both": [roll(1), roll(9)]})
    rolls.add(Span.DAY, {"days": [roll(1)]})
    assert rolls.prune(Span.MINUTE, 9) == 2
    rolls.forget_empty()
    assert rolls.checks() == ["both", "days"]
    assert rolls.of("both", Span.MINUTE, 0) == [roll(9)]


def test_a_year_of_a_thousand_checks_stays_under_a_gibibyte(db: Database, rolls: Rolls) -> None:
    """What one check takes in each span, many times over: every 30 s, a sigma of a third, one in 50 bad."""
    checks, chance, room = 60, Random(7), 0.0
    for span, spans in ((Span.MINUTE, 240), (Span.HOUR, 120), (Span.DAY, 60)):
        before = _size(db)
        made = {
            f"shop/production/http/web{check}": [_lived(number, span, chance) for number in range(spans)]
            for check in range(checks)
        }
        rolls.add(span, made)
        each = (_size(db) - before) / (checks * spans)
        room += each * 1000 * min(KEPT[span].total_seconds(), 365 * 86400) / span
    assert room < GIB, f"{room / GIB:.2f} GiB"
    assert room < 0.3 * GIB, f"{room / GIB:.2f} GiB, far more than it was"


def _lived(number: int, span: Span, chance: Random) -> Roll:
    count, latency = span // 30, dict[int, int]()
    for _ in range(count - count // 50):
        into = bucket(0.08 * chance.lognormvariate(0, 0.33))
        latency[into] = latency.get(into, 0) + 1
    return Roll(10**7 + number, count, count // 50, latency)


def _size(db: Database) -> int:
    with db.reading() as here:
        here.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        pages, each = (here.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    return int(pages * each)
