import gzip
from dataclasses import replace
from datetime import UTC, date, datetime

from bot.model import Health, Target
from bot.showing import Day, Row, Showing
from bot.web.kept import KeptPage, KeptRows

NOW = datetime(2026, 11, 20, 14, 2, tzinfo=UTC)
TODAY = Day(date(2026, 11, 20), 10, 1)


def row(name: str) -> Row:
    return Row(Target(name, "production"), Health.UP, 1, 0, (), TODAY, ())


class Pen:
    """Writes, and counts how often."""

    def __init__(self) -> None:
        self.times = 0

    def page(self, seen: Showing) -> str:
        self.times += 1
        return f"{len(seen.rows)} rows ✓"

    def row(self, row: Row) -> str:
        self.times += 1
        return f"{row.target.service} {row.down}"


def test_a_page_is_written_once_for_all_who_look() -> None:
    pen, seen = Pen(), Showing(NOW, (row("shop"),), ())
    page = KeptPage(pen.page)
    assert [page.of(seen, packed=False) for _ in range(3)] == ["1 rows ✓".encode()] * 3
    assert gzip.decompress(page.of(seen, packed=True)) == page.of(seen, packed=False)
    assert pen.times == 1


def test_what_is_seen_anew_is_written_anew_packed_or_not() -> None:
    page = KeptPage(Pen().page)
    first = page.of(Showing(NOW, (), ()), packed=True)
    second = page.of(Showing(NOW, (row("shop"),), ()), packed=True)
    assert [gzip.decompress(one).decode() for one in (first, second)] == ["0 rows ✓", "1 rows ✓"]


def test_only_the_rows_that_changed_are_written_again() -> None:
    pen = Pen()
    rows, shop, api = KeptRows(pen.row), row("shop"), row("api")
    assert list(rows.of(Showing(NOW, (shop, api), ())).values()) == ["shop 0", "api 0"]
    assert list(rows.of(Showing(NOW, (replace(shop, down=1), api), ())).values()) == ["shop 1", "api 0"]
    assert pen.times == 3


def test_a_row_that_left_is_forgotten() -> None:
    pen = Pen()
    rows, shop, api = KeptRows(pen.row), row("shop"), row("api")
    for seen in ((shop, api), (api,), (api, shop)):
        assert list(rows.of(Showing(NOW, seen, ()))) == [one.target for one in seen]
    assert pen.times == 3
