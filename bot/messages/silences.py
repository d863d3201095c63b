"""Silences: each one's own message in the channel of alerts, and the list of all."""

from collections.abc import Sequence
from datetime import datetime

from bot.messages.blocks import content, section
from bot.messages.words import age, count, date, duration, escape, user
from bot.model import Content
from bot.watch import Maintenance, Silence

MOMENT = "{date_short_pretty} {time}"
MOST = 20  # of a list


def silence_message(silence: Silence) -> Content:
    """`🔇 shop in production is silenced by @ana until …: reason`, edited in place when it ends."""
    name, reason = escape(str(silence)), escape(silence.reason)
    if silence.ended_at:
        how = f"unsilenced by {user(silence.ended_by)}" if silence.ended_by else "heard again, the silence is over"
        lasted = duration(silence.ended_at - silence.since)
        line = f":loud_sound: {name} · {how} · was silenced by {user(silence.by)} for {lasted}: {reason}"
        return content(line, [section(line)])
    line = f":mute: {name} is silenced by {user(silence.by)}, until {date(silence.until, MOMENT)}: {reason}"
    more = f"What is still down then is told then. To hear it at once: `/status unsilence {name}`."
    return content(line, [section(f"*{line}*"), section(more)])


def silenced_message(silence: Silence, channel: str) -> Content:
    """What whoever silenced it sees."""
    line = f"{escape(str(silence))} is silenced until {date(silence.until, MOMENT)}; {channel} is told."
    return content(line, [section(line), section("Its checks go on; what is still down at the end is told then.")])


def unsilenced_message(ended: Sequence[Silence]) -> Content:
    names = ", ".join(escape(str(one)) for one in ended)
    line = f"{names}: no longer silenced by hand. What is down is told within seconds."
    return content(line, [section(line)])


def silences_message(silences: Sequence[Silence], windows: Sequence[Maintenance], now: datetime) -> Content:
    """All that is silenced now."""
    if not silences and not windows:
        line = "Nothing is silenced."
        return content(line, [section(line)])
    line = f"{count(len(silences), 'silence')}, {count(len(windows), 'maintenance window')}"
    lines = [_words(one, now) for one in silences] + [_window(one) for one in windows]
    if len(lines) > MOST:
        lines = [*lines[:MOST], f"and {len(lines) - MOST:,} more"]
    return content(line, [section(f"*{line}*"), *(section(text) for text in lines)])


def _words(silence: Silence, now: datetime) -> str:
    ends = f"{age(now - silence.since)}, until {date(silence.until, MOMENT)}"
    return f":mute: {escape(str(silence))} · silenced by {user(silence.by)} {ends}: {escape(silence.reason)}"


def _window(window: Maintenance) -> str:
    target = f"{window.target.service} in {window.target.environment}"
    return f":wrench: {escape(target)} · maintenance by the fleet file, until {date(window.until, MOMENT)}: " + escape(
        window.window
    )
