"""Numbers, times, names and lists as every message says them. Pure: `now` is handed in as a duration."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from bot.counting import count as count
from bot.trail import THE_BOT

MINUTE, HOUR, DAY = 60, 3600, 86400
DATE_WORDS = {"{time_secs}": "%H:%M:%S", "{time}": "%H:%M"}
USER_ID = re.compile(r"[UW][A-Z0-9]{2,}")
GROUP_ID = re.compile(r"S[A-Z0-9]{2,}")


def duration(span: timedelta) -> str:
    """`41 ms`, `2.1 s`, `94 s`, `6 min 12 s`, `3 h 5 min`, `3 days 4 h`; never negative."""
    seconds = max(span.total_seconds(), 0.0)
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms" if seconds else "0 s"
    if seconds < 9.95:
        return f"{seconds:.1f} s".replace(".0 s", " s")
    whole = round(seconds)
    if whole < 2 * MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return _two(whole, MINUTE, "min", 1, "s")
    if whole < 2 * DAY:
        return _two(whole, HOUR, "h", MINUTE, "min")
    return _two(whole, DAY, "days", HOUR, "h")


def _two(seconds: int, big: int, big_name: str, small: int, small_name: str) -> str:
    first, rest = divmod(seconds, big)
    second = rest // small
    return f"{first} {big_name} {second} {small_name}" if second else f"{first} {big_name}"


def age(span: timedelta) -> str:
    """How long ago, in one unit: `just now`, `94 s ago`, `41 min ago`, `31 h ago`, `2 days ago`."""
    seconds = int(span.total_seconds())
    if seconds < 1:
        return "just now"
    if seconds < 2 * MINUTE:
        return f"{seconds} s ago"
    if seconds < 2 * HOUR:
        return f"{seconds // MINUTE} min ago"
    if seconds < 2 * DAY:
        return f"{seconds // HOUR} h ago"
    return f"{count(seconds // DAY, 'day')} ago"


def date(moment: datetime, form: str = "{time_secs}") -> str:
    """A Slack date, which each reader sees in their own zone; beside it the same in UTC for those who cannot.

    `form` holds Slack's words: {time_secs}, {time}, {date_short}, {date_short_pretty}, {date_long}, …
    """
    utc = moment.astimezone(UTC)
    words = form
    for word, pattern in DATE_WORDS.items():
        words = words.replace(word, utc.strftime(pattern))
    words = re.sub(r"\{date[a-z_]*\}", utc.strftime("%Y-%m-%d"), words)
    return f"<!date^{int(utc.timestamp())}^{form}|{words} UTC>"


def escape(text: str) -> str:
    """What people and machines wrote, so that Slack shows it and does not act on it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def typed(command: str, text: str) -> str:
    """What can be typed again, as code: `/deploy shop --force "it's so"`; a backtick would end it, and is made a '."""
    kept = escape(text.replace("`", "'"))
    return f"`{command} {kept}`"


def percent(share: float) -> str:
    """A share from 0 to 1 as `99.98 %`. Only the whole is `100 %`, only nothing at all `0 %`."""
    value = round(share * 100, 2)
    if value >= 100 and share < 1:
        value = 99.99
    if value == 0 and share > 0:
        return "under 0.01 %"
    return f"{value:.2f}".rstrip("0").rstrip(".") + " %"


def user(user_id: str) -> str:
    """A person, by id: Slack shows the name and tells them. The bot is named, and nobody told."""
    if user_id == THE_BOT:
        return "Pointsman"
    return f"<@{escape(user_id)}>"


def mention(who: str, groups: Mapping[str, str]) -> str:
    """A person's id or `@handle` so that Slack tells them; `groups` maps handles (without @) to group ids.

    A handle that Slack does not know is shown as it was written, and tells nobody.
    """
    if USER_ID.fullmatch(who):
        return user(who)
    known = who if GROUP_ID.fullmatch(who) else groups.get(who.removeprefix("@"))
    return f"<!subteam^{known}>" if known else escape(who)


def listing(names: Sequence[str], most: int = 5) -> str:
    """`web1, web2, web3`, or the first `most` and how many there are besides: `web1, web2 and 3 more`."""
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most:,} more"
