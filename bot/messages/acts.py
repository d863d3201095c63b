"""What alerts began: a restart, or a named step of the fleet file. In mrkdwn."""

from collections.abc import Sequence

from bot.messages.blocks import Block, code, content, section, tail
from bot.messages.words import count, escape, listing
from bot.model import Content
from bot.records import Act

SHOWN = 4  # hosts whose output is shown
SAID = 1500  # characters of one host's output

Said = tuple[str, str]
"""A host, and the last lines of what the command said there."""


def act_name(act: Act) -> str:
    """`a restart of web1, web2`, `flush-cache on web1`"""
    hosts = listing([escape(host) for host in act.hosts])
    return f"{escape(act.step)} on {hosts}" if act.step else f"a restart of {hosts}"


def called(act: Act) -> str:
    """`the restart`, `flush-cache`"""
    return escape(act.step) if act.step else "the restart"


def begun_words(act: Act) -> str:
    """`restarting web1, web2`, `running flush-cache on web1`"""
    hosts = listing([escape(host) for host in act.hosts])
    return f"running {escape(act.step)} on {hosts}" if act.step else f"restarting {hosts}"


def ended_words(act: Act, done: Sequence[str], failed: Sequence[tuple[str, str]]) -> str:
    """`restarted web1; the restart failed on web2: why`; `failed` holds hosts with their causes."""
    hosts = listing([escape(host) for host in done])
    well = f"ran {escape(act.step)} on {hosts}" if act.step else f"restarted {hosts}"
    words = [well] if done else []
    words += [f"{called(act)} failed on {escape(host)}: {escape(cause)}" for host, cause in failed]
    return "; ".join(words)


def said_message(act: Act, said: Sequence[Said]) -> Content:
    """In the alert's thread: the last lines of what was said on each host."""
    line = f"{act_name(act)} said" if act.step else f"A{act_name(act)[1:]} said"
    blocks: list[Block] = [section(f"*{line}*")]
    for host, output in said[:SHOWN]:
        named = [section(escape(host))] if len(said) > 1 else []
        blocks += [*named, code(tail(output, SAID))]
    if len(said) > SHOWN:
        blocks.append(section(f"and {count(len(said) - SHOWN, 'more host')}"))
    return content(line, blocks)
