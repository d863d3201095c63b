"""What is said about a host, in words."""

from datetime import timedelta

from bot.backends.base import HostFacts
from bot.backends.ssh.commands.text import SHA
from bot.backends.ssh.report import Report
from bot.model import Step

MISSING = {
    "setsid -f": "a setsid that knows -f (package util-linux)",
    "flock": "flock (package util-linux)",
    "sha256sum": "sha256sum (package coreutils)",
}
WITHOUT_GIT = ", or let the bot bring releases (deliver: push)"


def spell(duration: timedelta) -> str:
    """`90 s`, `5 min`, `2 h`: the largest unit that leaves a whole number."""
    seconds = duration.total_seconds()
    for unit, length in (("h", 3600), ("min", 60)):
        if seconds >= length and seconds % length == 0:
            return f"{seconds / length:g} {unit}"
    return f"{seconds:g} s"


def ended(step: Step, code: int) -> str:
    return f"{step} ended with status {code}"


def stopped(step: Step, timeout: timedelta) -> str:
    return f"{step} took longer than {spell(timeout)} and was stopped"


def halted(step: Step) -> str:
    return f"{step} was stopped"


def halted_before(step: Step) -> str:
    return f"stopped before {step}"


def vanished(step: Step) -> str:
    return f"{step} was started twice and vanished both times without a word: is the host rebooting, or its disk full?"


def held(holder: str) -> str:
    return f"{holder} is at work on this host and did not end in time: look at it, then deploy again"


def superseded(holder: str) -> str:
    return f"{holder} took this host over meanwhile: what runs there must be read again"


def facts(host: str, path: str, min_free: int, report: Report) -> HostFacts:
    """What a survey's report says; its trouble is the first thing that stands in a deploy's way."""
    free = int(report.get("free") or 0) * 1024
    current = report.get("current")
    return HostFacts(
        host=host,
        reachable=True,
        current=current if SHA.fullmatch(current) else None,
        releases=frozenset(name for name in report.all("release") if SHA.fullmatch(name)),
        disk_free=free,
        user=report.get("user"),
        trouble=_trouble(path, free, min_free, report),
    )


def _trouble(path: str, free: int, min_free: int, report: Report) -> str:
    if missing := report.all("missing"):
        named = ", ".join(MISSING.get(name, name) for name in missing)
        return f"lacks {named}: install it there{WITHOUT_GIT if missing == ['git'] else ''}"
    if "path" in report.all("blocked"):
        return f"{path} is no directory: move it away"
    if "current" in report.all("blocked"):
        return f"{path}/current is a directory, not a link: move it away"
    if not report.has("writable"):
        return f"{report.get('user')} may not write to {_place(report, path)}: give that login the right to"
    if unwritable := report.all("unwritable"):
        return f"{report.get('user')} may not write to {path}/{unwritable[0]}: it belongs to somebody else"
    if free < min_free:
        return f"only {free // 2**20} MB free on the disk of {path}, {min_free // 2**20} MB are needed: make room"
    return ""


def _place(report: Report, path: str) -> str:
    nearest = report.get("nearest").removeprefix("./")
    return {"": path, ".": "its home directory"}.get(nearest, nearest)
