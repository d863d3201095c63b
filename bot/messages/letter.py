"""A Slack message as plain text, for mail and other ways out."""

import re
from collections.abc import Iterator
from html import unescape

from bot.letters import Dispatch, Letter
from bot.messages.blocks import Block
from bot.messages.plain import plain, texts
from bot.model import Content

DATE = re.compile(r"<!date\^[^|>]*\|([^>]*)>")
LINK = re.compile(r"<([^@#!|>][^|>]*)\|([^>]*)>")
BARE = re.compile(r"<([^@#!|>][^|>]*)>")
PERSON = re.compile(r"<@([^|>]*)(?:\|[^>]*)?>")
GROUP = re.compile(r"<!subteam\^([^|>]*)(?:\|[^>]*)?>")
BOLD = re.compile(r"(?<!\w)\*(?!\s)([^*\n]+)(?<!\s)\*(?!\w)")
AGAIN = "An earlier attempt to send this may have arrived: it is one and the same message."
AWAY = "Slack has not taken this message, so it comes this way. Buttons and threads are there once Slack is back."


def letter(message: Content) -> Letter:
    """The first line as the title, everything that the blocks say as the body; of buttons only those that are links."""
    lines = [line for block in plain(message).blocks for line in _lines(block)]
    return Letter(words(message.text).partition("\n")[0], "\n".join(lines) or words(message.text))


def _lines(block: Block) -> Iterator[str]:
    if block["type"] != "actions":
        yield from map(words, texts(block))
        return
    for element in block["elements"]:
        if element.get("url"):
            yield f"{element['text']['text']}: {element['url']}"


def sent(row: Dispatch) -> Letter:
    """As it goes out: with why it comes this way, and that it may come twice."""
    more = [AWAY] * row.away + [AGAIN] * (row.attempts > 1)
    return Letter(row.letter.title, "\n\n".join([row.letter.body, *more]))


def words(mrkdwn: str) -> str:
    """Without Slack's own marks: dates in UTC, links with their address, people by their id."""
    text = DATE.sub(r"\1", mrkdwn)
    text = LINK.sub(r"\2 (\1)", text)
    text = GROUP.sub(r"@\1", PERSON.sub(r"@\1", BARE.sub(r"\1", text)))
    return unescape(BOLD.sub(r"\1", text))
