"""Freezes: each one's own message in the channel, and how a frozen environment is told."""

from datetime import datetime

from bot.holds import Freeze, Frozen
from bot.messages.blocks import content, section
from bot.messages.words import age, date, duration, escape, user
from bot.model import Content

MOMENT = "{date_short_pretty} {time}"


def freeze_message(freeze: Freeze) -> Content:
    """`❄ production is frozen by @lea until …: audit`, edited in place when it ends."""
    name, reason = escape(freeze.environment), escape(freeze.reason)
    if freeze.ended_at:
        how = f"unfrozen by {user(freeze.ended_by)}" if freeze.ended_by else "no longer frozen, its time is over"
        lasted = duration(freeze.ended_at - freeze.since)
        line = f":sunny: {name} · {how} · was frozen by {user(freeze.by)} for {lasted}: {reason}"
        return content(line, [section(line)])
    end = f"until {date(freeze.until, MOMENT)}" if freeze.until else "until somebody unfreezes it"
    line = f":snowflake: {name} is frozen by {user(freeze.by)}, {end}: {reason}"
    return content(line, [section(f"*{line}*"), section("Rollbacks may begin; other deploys need `--force`.")])


def froze_message(freeze: Freeze, channel: str) -> Content:
    """What whoever froze it sees."""
    end = f" until {date(freeze.until, MOMENT)}" if freeze.until else ""
    line = f"{escape(freeze.environment)} is frozen{end}; {channel} is told."
    return content(line, [section(line)])


def thawed_message(freeze: Freeze) -> Content:
    line = f"{escape(freeze.environment)} is no longer frozen by hand: deploys may begin there again."
    return content(line, [section(line)])


def frozen_words(frozen: Frozen, now: datetime) -> str:
    """`❄ production is frozen since 3 h ago, until …, by @lea: audit`, in mrkdwn."""
    end = f"until {date(frozen.until, MOMENT)}" if frozen.until else "with no end in sight"
    return f":snowflake: {escape(frozen.environment)} · frozen {age(now - frozen.since)}, {end}, {_cause(frozen)}"


def _cause(frozen: Frozen) -> str:
    if frozen.window:
        return f"by the fleet file: {escape(frozen.window)}"
    return f"by {user(frozen.by)}: {escape(frozen.reason)}"
