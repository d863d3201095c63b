"""The whole list of what is told in one message, for its thread: each check once, hosts beside what asks them."""

from collections.abc import Iterator, Sequence

from bot.messages import limits, words
from bot.messages.blocks import content, section
from bot.model import Content
from bot.watch import Alert

ROOM = 11_000  # characters of all names; a message has little more
PAGE = limits.SECTION - 50  # the title and how many are left stand beside them


def newest(members: Sequence[Alert]) -> list[Alert]:
    """The last outage of each check, in the order of their first: some come up and fail again meanwhile."""
    return list({one.incident.check_id: one for one in members}.values())


def listed(members: Sequence[Alert]) -> Content:
    """`300 checks: 290 down, 10 no longer`, and all of them; edited as they come up."""
    checks = newest(members)
    parts = {
        "Down": [one for one in checks if one.ended is None],
        "Over": [one for one in checks if one.ended],
    }
    down, over = map(len, parts.values())
    first = f"{words.count(len(checks), 'check')}: {down:,} down, {over:,} no longer"
    blocks, room = [section(first)], ROOM
    for title, part in parts.items():
        pages = list(_pages(part, room)) if part else []
        room -= sum(map(len, pages))
        blocks += [section(f"*{title}*  {page}" if at == 0 else page) for at, page in enumerate(pages)]
    return content(first, blocks)


def name(one: Alert) -> str:
    """The check's id; of what comes from elsewhere its name there."""
    if one.sighting.source:
        return words.escape(f"{one.sighting.asked} ({one.sighting.source})")
    return words.escape(one.incident.check_id)


def _pages(members: Sequence[Alert], room: int) -> Iterator[str]:
    """As many sections as they need, and no name cut in two."""
    page, names = "", list(_names(members))
    for number, (between, one) in enumerate(names):
        if len(one) + len(between) > room:
            yield f"{page} and {len(names) - number:,} more" if page else f"{len(names) - number:,} more"
            return
        if page and len(page) + len(between) + len(one) > PAGE:
            yield page
            page = ""
        room -= len(between) + len(one)
        page += f"{between}{one}" if page else one
    yield page


def _names(members: Sequence[Alert]) -> Iterator[tuple[str, str]]:
    """What stands before each, and it: the hosts of a check behind its id, which is said once."""
    groups: dict[str, list[Alert]] = {}
    for one in members:
        groups.setdefault(_base(one), []).append(one)
    for base, group in groups.items():
        if len(group) == 1:
            yield "\n", name(group[0])
            continue
        hosts = sorted(one.incident.host or name(one) for one in group)
        yield "\n", f"{words.escape(base)} on {words.escape(hosts[0])}"
        yield from ((", ", words.escape(host)) for host in hosts[1:])


def _base(one: Alert) -> str:
    """The id that a check has on all of its hosts."""
    if one.sighting.source:
        return f"{one.sighting.source}: {one.incident.check_id}"
    host = one.incident.host
    return one.incident.check_id.removesuffix(f"/{host}") if host else one.incident.check_id
