"""A failed deploy closely, in a modal: every host that is not well, with its last lines."""

from typing import Any

from bot.messages.blocks import code, context, section
from bot.messages.deploy import headline
from bot.messages.hosts import host_words
from bot.messages.words import count
from bot.records import DeployView, HostLine

MOST = 30  # hosts; a modal takes a hundred blocks, and 250 kB


def details_view(view: DeployView) -> dict[str, Any]:
    told = sorted(view.hosts, key=lambda line: (not line.tail, not line.detail))
    blocks = [section(f"*{headline(view)}*")]
    for line in told[:MOST]:
        blocks += _host(line)
    if len(told) > MOST:
        blocks.append(context(f"and {count(len(told) - MOST, 'more host')}"))
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": f"Deploy {view.deploy.id}"},
        "close": {"type": "plain_text", "text": "Close"},
        "blocks": blocks,
    }


def _host(line: HostLine) -> list[dict[str, Any]]:
    step = f" at {line.step}" if line.step and line.detail else ""
    words = section(f"*{line.host}*{step} · {host_words(line)}")
    return [words, code(line.tail)] if line.tail else [words]
