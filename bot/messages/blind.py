"""The bot cannot see: said once, and in the same message when it can again."""

from collections.abc import Sequence

from bot.messages.alert import plain
from bot.messages.blocks import content, section
from bot.messages.words import count, date, duration, escape, listing
from bot.model import Content
from bot.watch import Blindness, Dark


def blind_message(blindness: Blindness) -> Content:
    """`I CANNOT SEE · since 14:02:11 · 20 of 20 services and environments fail at once`, then its closed form."""
    if blindness.ended_at:
        lasted = duration(blindness.ended_at - blindness.since)
        span = f"{date(blindness.since)} – {date(blindness.ended_at)}"
        first = f"*I CAN SEE AGAIN* · could not for {lasted} ({span})"
        rest = (f"*What*  {escape(blindness.cause)}", "What is really down is told as soon as its checks say so.")
    else:
        first = f"*I CANNOT SEE* · since {date(blindness.since)} · {escape(blindness.cause)}"
        rest = (
            "Most likely it is my own network, so I call nothing DOWN. What is really down is told when I see again.",
            "*Do*  look at the network of the machine that Pointsman runs on; then at the services themselves.",
        )
    return content(plain(first), [section(first), *(section(text) for text in rest)])


def dark_words(dark: Dark) -> str:
    """`41 of 43 services and environments fail at once (1,000 checks)`."""
    return (
        f"{dark.failing:,} of {dark.targets:,} services and environments fail at once ({count(dark.checks, 'check')})"
    )


def reference_words(hosts: Sequence[str]) -> str:
    """`none of the reference targets answers: example.com, example.org`."""
    return f"none of the reference targets answers: {listing(hosts)}"
