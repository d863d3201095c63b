"""Hosts that failed, were left out or were left behind, in words."""

from collections.abc import Sequence

from bot.messages.obstacles import obstacles
from bot.messages.words import count, escape, listing
from bot.model import HostState, short
from bot.records import DeployView, HostLine
from bot.tolerance import Failures, NoRoom


def failure_words(lines: Sequence[HostLine], found: Failures) -> str:
    """What stops a deploy: `web2: test ended with status 1; web3: … · 3 of 40 hosts failed, 2 allowed`."""
    told = [line for line in lines if line.host in (found.hosts or found.lost)] or [
        line for line in lines if line.detail
    ]
    words = escape(obstacles((line.host, line.detail or str(line.state)) for line in told))
    if not words:
        return "none of its hosts is in the fleet file any more"
    if found.too_many and found.most:
        return f"{words} · {len(found.hosts)} of {count(found.total, 'host')} failed, {found.most} allowed"
    return words if found.too_many or not found.unproven else f"{words} · no host is well on it yet"


def late_words(lines: Sequence[HostLine]) -> str:
    """Hosts that joined in mid-deploy: `joined meanwhile, brought along: web5; left behind: web6: no connection`."""
    well = [line.host for line in lines if line.state is HostState.HEALTHY]
    bad = obstacles((line.host, line.detail or str(line.state)) for line in lines if line.host not in well)
    parts = [f"brought along: {listing(well)}"] if well else []
    return f"joined meanwhile, {'; '.join([*parts, f'left behind: {escape(bad)}'] if bad else parts)}"


def behind_words(view: DeployView) -> str:
    """Who was left behind, why, and what to do; in mrkdwn, empty when nobody was."""
    left = view.behind
    if not left:
        return ""
    deploy, names = view.deploy, ",".join(line.host for line in left)
    told = escape(obstacles((line.host, _why(view, line)) for line in left))
    target = deploy.target
    again = f"`/deploy {target.service}@{escape(deploy.release.ref)} to {target.environment}/{names}`"
    return f":warning: Left behind: {told}. Mend what failed there, then {again}."


def _why(view: DeployView, line: HostLine) -> str:
    if view.moved(line):
        return f"runs {short(line.found or '')} again, which this deploy did not bring"
    return line.detail or str(line.state)


def own_failure(error: str) -> str:
    """A defect of the bot, said as such: nobody shall look for it in what they deploy. `error` as it is to be shown."""
    return f"Pointsman itself failed ({error}); its log says where"


def no_room_words(found: NoRoom) -> str:
    """What keeps the next host from being taken out of service."""
    return f"no host may be changed: {listing(found.away)} out of service already, and max_unavailable is {found.most}"


def ready_words(lines: Sequence[HostLine]) -> str:
    """What preflight found: `38 hosts ready · down already, so first: web9 · left out: web3: no connection`."""
    ready = [line for line in lines if line.to_come]
    down = [line.host for line in ready if line.was_down]
    parts = [f"{count(len(ready), 'host')} ready"]
    if 0 < len(down) < len(ready):
        parts.append(f"down already, so first: {listing(down)}")
    out = obstacles((line.host, line.detail) for line in lines if line not in ready and line.detail)
    if out:
        parts.append(f"left out: {escape(out)}")
    gone = [line.host for line in lines if line.state is HostState.LEFT]
    return " · ".join([*parts, f"no longer in the fleet file: {listing(gone)}"] if gone else parts)
