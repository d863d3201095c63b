"""The end of a freeze as people write it: `18:00`, `Mon 08:00`, `2026-11-23 08:00 Europe/Madrid`. Pure."""

import re
from collections import deque
from collections.abc import Callable
from datetime import date

from bot.grammar.hold_forms import Until
from bot.grammar.words import Word

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
ZONE = re.compile(r"[A-Za-z_]+(/[A-Za-z0-9_+-]+)+")


def read_until(words: deque[Word]) -> Until | None:
    """Takes the words that belong to it; None when there is neither day nor time."""
    _part_date_and_time(words)
    found = Until(day=_take(words, _day), time=_take(words, _time))
    if not (found.day or found.time):
        return None
    return Until(found.day, found.time, _take(words, _zone))


def _part_date_and_time(words: deque[Word]) -> None:
    """`2026-11-23T08:00` as two words."""
    day, sign, time = words[0].text.partition("T") if words and not words[0].quoted else ("", "", "")
    if sign and DATE.fullmatch(day) and TIME.fullmatch(time):
        words.popleft()
        words.extendleft((Word(time), Word(day)))


def _take(words: deque[Word], read: Callable[[str], str]) -> str:
    found = read(words[0].text) if words and not words[0].quoted else ""
    if found:
        words.popleft()
    return found


def _day(text: str) -> str:
    if DATE.fullmatch(text):
        return text if _exists(text) else ""
    low = text.lower()
    return next((day[:3] for day in DAYS if low in (day[:3].lower(), day.lower())), "")


def _exists(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True


def _time(text: str) -> str:
    found = TIME.fullmatch(text)
    return f"{int(found[1]):02}:{found[2]}" if found else ""


def _zone(text: str) -> str:
    if text.upper() in ("UTC", "Z", "GMT"):
        return "UTC"
    return text if ZONE.fullmatch(text) else ""
