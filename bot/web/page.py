"""The status page in HTML."""

from datetime import timedelta
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.messages.words import age, count, duration, percent
from bot.model import Health
from bot.showing import Row, Showing, lasted
from bot.web.drawing import DEPTH, FAIR, HEIGHT, WIDTH, bad, bars, highest, line, told, words_of
from bot.web.kept import KeptRows

PAGES = Path(__file__).parent / "pages"
WORST_FIRST = {Health.DOWN: 0, Health.UNKNOWN: 1, Health.UP: 2}


class Pages:
    """`detailed`: outages are told with their host and cause."""

    def __init__(self, detailed: bool) -> None:
        self._detailed = detailed
        self._pages = _environment()
        self._rows = KeptRows(self._row)

    def door(self, wrong: bool) -> str:
        """Asks for the token."""
        return self._pages.get_template("door.html").render(wrong=wrong)

    def renewed(self, seen: Showing) -> str:
        """The page, which its browser asks for again every minute."""
        return self._page(seen, renewed=True)

    def still(self, seen: Showing) -> str:
        """The same for who reads slowly, or has it read aloud: it stays as it is."""
        return self._page(seen, renewed=False)

    def _page(self, seen: Showing, renewed: bool) -> str:
        articles = self._rows.of(seen)
        rows = [articles[row.target] for row in sorted(seen.rows, key=_badness)]
        template = self._pages.get_template("status.html")
        return template.render(seen=seen, rows=rows, state=state(seen), detailed=self._detailed, renewed=renewed)

    def _row(self, row: Row) -> Markup:
        return Markup(self._pages.get_template("service.html").render(row=row))


def _badness(row: Row) -> tuple[bool, int]:
    """What is not watched comes last; otherwise as in the fleet file."""
    return not row.checks, WORST_FIRST[row.health]


def _environment() -> Environment:
    pages = Environment(
        loader=FileSystemLoader(PAGES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    pages.filters.update(percent=percent, duration=duration, age=age, count=count, seconds=_seconds)
    pages.globals.update(bars=bars, bad=bad, told=told, words_of=words_of, line=line, highest=highest)
    pages.globals.update(lasted=lasted, headline=headline, HEIGHT=HEIGHT, WIDTH=WIDTH, DEPTH=DEPTH, FAIR=FAIR)
    return pages


def _seconds(value: float | None) -> str:
    return "–" if value is None else duration(timedelta(seconds=value))


def state(seen: Showing) -> Health:
    """Of all together: down, unknown or up."""
    found = {row.health for row in seen.rows if row.checks}
    return Health.DOWN if Health.DOWN in found else Health.UP if found == {Health.UP} else Health.UNKNOWN


def headline(seen: Showing) -> str:
    """`All 12 services are up`, or how many are not."""
    down = [row for row in seen.rows if row.down]
    if down:
        verb = "is" if len(down) == 1 else "are"
        return f"{len(down)} of {count(len(seen.rows), 'service')} {verb} down"
    watched = [row for row in seen.rows if row.checks]
    up = [row for row in watched if row.health == "up"]
    if len(up) < len(watched):
        return f"{len(up)} of {count(len(watched), 'watched service')} known to be up, none down"
    return f"All {count(len(up), 'watched service')} up" if len(up) > 1 else f"{count(len(up), 'watched service')} up"
