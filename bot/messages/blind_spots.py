"""Checks that nobody watches because the bot cannot ask them: said once, and in the same message when it can again."""

from collections import Counter
from collections.abc import Iterator, Sequence

from bot.blind_spots import BlindSpot, Left, Lost
from bot.hurdles import Hurdle, HurdleKind
from bot.messages import limits, words
from bot.messages.alert import plain
from bot.messages.blocks import content, context, section
from bot.model import Content

NAMED = 3  # services and environments in the first line
LISTED = 10  # checks in the message itself
REASONS = 3  # that are shown in full
ROOM = 10_000  # characters of a whole list; a message has little more
PAGE = limits.SECTION - 100
HEADS = ("could not be asked: ", "it cannot be asked: ", "not asked: ")
SAID = 300  # characters of why, beside a check in the list

WHAT = {
    HurdleKind.PROMETHEUS: "Prometheus{at} cannot be asked",
    HurdleKind.CLOUDWATCH: "CloudWatch{as_} cannot be asked",
    HurdleKind.QUERY: "what they ask cannot be answered",
    HurdleKind.LOGIN: "hosts do not let the bot in by SSH",
    HurdleKind.HOST_KEY: "the bot does not trust the SSH keys of hosts",
    HurdleKind.SECRET: "secrets that they need cannot be had from {about}",
    HurdleKind.BEATS: "HEARTBEAT_SECRET is not set",
    HurdleKind.RESOLVER: "the bot's host names no name server",
    HurdleKind.MACHINE: "the bot has trouble of its own",
}
POLICY = "give the bot the right that is named above (`python -m bot iam` prints all that it needs)"
DO = {
    HurdleKind.PROMETHEUS: "see that it runs, that the bot's machine reaches it, and that it takes what the bot shows"
    " it: `PROMETHEUS_URL`, or `url` in the metric.",
    HurdleKind.CLOUDWATCH: f"{POLICY}, or renew its credentials.",
    HurdleKind.QUERY: "correct the query of each in the fleet file: it must give one number.",
    HurdleKind.LOGIN: "add the bot's public key to `~/.ssh/authorized_keys` of each login that is named here, or give"
    " the bot a key that they take: `SSH_KEY_FILE`.",
    HurdleKind.HOST_KEY: "compare the fingerprint on the host itself, then correct the bot's file of known hosts.",
    HurdleKind.SECRET: f"make each secret that is named above, or {POLICY}.",
    HurdleKind.BEATS: "set `HEARTBEAT_SECRET` and restart the bot; `python -m bot beats` then prints what jobs call.",
    HurdleKind.RESOLVER: "name one in `/etc/resolv.conf` of the bot's machine, or give each check a `resolver`.",
    HurdleKind.MACHINE: "look at the bot's log and at its machine: memory, open files (`ulimit -n`), free ports.",
}
UNSET = "add each name above to `CHECK_SECRETS` and restart the bot."
ELSEWHERE = "cannot be asked for another reason now, which is told by itself"


def spot_message(spot: BlindSpot) -> Content:
    """`NOT WATCHED · 12 checks · shop · production · since 14:02:11 · Prometheus cannot be asked`"""
    still = spot.still
    first = f"*NOT WATCHED* · {_many(spot)} · {_targets(still)} · since {words.date(spot.since)} · {_what(spot.hurdle)}"
    named = words.listing([words.escape(one.check_id) for one in still], most=LISTED)
    more = " (all of them in the thread, and in `/status checks SERVICE`)" if is_long(spot) else ""
    blocks = [
        section(first),
        section(f"*Why*  {_reasons(still)}"),
        section(f"*Checks*  {named}{more}"),
        section("I call nothing of them UP or DOWN: if one fails now, nobody is told. What was DOWN stays so."),
        section(f"*Do*  {_do(spot.hurdle)}"),
    ]
    return content(plain(first), blocks)


def spot_closed(spot: BlindSpot) -> Content:
    """`WATCHED AGAIN · 12 checks · shop · production · were not for 6 min 12 s (14:02:11 – 14:08:23)`"""
    over = spot.emptied_at or spot.since
    span = f"{words.duration(over - spot.since)} ({words.date(spot.since)} – {words.date(over)})"
    first = f"*{_ending(spot)}* · {words.count(len(spot.lost), 'check')} · {_targets(spot.lost)}"
    first = " · ".join([first, f"could not be asked for {span}", *_others(spot)])
    return content(plain(first), [section(first), context(f"*Why*  {_reasons(spot.lost)}")])


def is_long(spot: BlindSpot) -> bool:
    """Whether the message itself does not hold it all."""
    return len(spot.still) > LISTED or len(_said(spot.still)) > REASONS


def spot_list(spot: BlindSpot) -> Content:
    """All of them with their reasons, for the thread; edited as they come and go."""
    first = f"{words.count(len(spot.still), 'check')} of {len(spot.lost):,} cannot be asked"
    lines = [f"{words.escape(one.check_id)}: {_cut(one.words)}" for one in spot.still]
    lines += [f"{words.escape(one.check_id)}: {_WAYS[one.left]}" for one in spot.lost if one.left]
    return content(first, [section(first), *(section(page) for page in _pages(lines))])


_WAYS = {Left.ASKED: "can be asked again", Left.GONE: "left the fleet file", Left.MOVED: ELSEWHERE}


def _pages(lines: Sequence[str]) -> Iterator[str]:
    """As many sections as they need, as long as there is room."""
    page, room = "", ROOM
    for number, line in enumerate(lines):
        if len(line) > room:
            yield f"{page}\n… and {words.count(len(lines) - number, 'more check')}".strip()
            return
        if page and len(page) + len(line) > PAGE:
            yield page
            page = ""
        room -= len(line) + 1
        page += f"\n{line}" if page else line
    if page:
        yield page


def _many(spot: BlindSpot) -> str:
    many = words.count(len(spot.lost), "check")
    return many if len(spot.still) == len(spot.lost) else f"{len(spot.still):,} of {many}"


def _targets(some: Sequence[Lost]) -> str:
    return words.listing(list(dict.fromkeys(words.escape(str(one.target)) for one in some)), most=NAMED)


def _what(hurdle: Hurdle) -> str:
    about = words.escape(hurdle.about)
    at, as_ = (f" at {about}", f" as {about}") if about else ("", "")
    return WHAT[hurdle.kind].format(about=about, at=at, as_=as_)


def _do(hurdle: Hurdle) -> str:
    return UNSET if hurdle.kind is HurdleKind.SECRET and hurdle.about == "CHECK_SECRETS" else DO[hurdle.kind]


def _said(some: Sequence[Lost]) -> list[tuple[str, int]]:
    """What is said of how many, the most first."""
    return Counter(one.words for one in some).most_common()


def _reasons(some: Sequence[Lost]) -> str:
    said = _said(some)
    if len(said) == 1:
        return _cut(said[0][0])
    lines = [
        f"{_cut(text)} ({words.count(number, 'check')})" if number > 1 else _cut(text)
        for text, number in said[:REASONS]
    ]
    rest = sum(number for _, number in said[REASONS:])
    return "\n".join([*lines, *([f"and others, of {words.count(rest, 'check')}"] if rest else [])])


def _cut(text: str) -> str:
    """Without what the message says anyhow."""
    said = next((text.removeprefix(head) for head in HEADS if text.startswith(head)), text)
    return words.escape(said if len(said) <= SAID else f"{said[:SAID]}…")


def _ending(spot: BlindSpot) -> str:
    ways = {one.left for one in spot.lost}
    if Left.ASKED in ways:
        return "WATCHED AGAIN"
    return "NO LONGER CHECKED" if ways == {Left.GONE} else "STILL NOT WATCHED"


def _others(spot: BlindSpot) -> Iterator[str]:
    for left in (Left.GONE, Left.MOVED):
        number = sum(one.left is left for one in spot.lost)
        if number:
            yield f"{'' if number == len(spot.lost) else f'{number:,} of them '}{_WAYS[left]}"
