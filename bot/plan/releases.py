"""Which release a host runs, as far as its last deploy knows, and what people call it."""

from collections.abc import Mapping, Sequence

from bot.model import HostState, Release
from bot.records import Deploy, HostLine

UNTOUCHED = (HostState.WAITING, HostState.UNCHANGED, HostState.SKIPPED, HostState.LEFT, HostState.READY)


def now_on(line: HostLine | None, deploy: Deploy | None) -> str | None:
    """The SHA that the host runs after (or in) this deploy; None when that is not known."""
    if line is None or deploy is None:
        return None
    if line.found:
        return line.found
    if line.state in (HostState.NEW, HostState.HEALTHY, HostState.UNHEALTHY):
        return deploy.release.sha
    if line.state is HostState.RESTORED:
        return deploy.plan.fallback.sha if deploy.plan.fallback else line.before
    return line.before if line.state in UNTOUCHED else None


def named(sha: str, known: Sequence[Release]) -> Release:
    """The newest known release with this SHA, else one called by its SHA."""
    return next((release for release in reversed(known) if release.sha == sha), Release(sha, sha))


def beside(
    runs: Mapping[str, str], stands: Release | None, known: Sequence[Release]
) -> tuple[tuple[Release, tuple[str, ...]], ...]:
    """The hosts that run something else than what stands there, by release, the most hosts first; `runs` are SHAs by
    host.
    """
    found: dict[str, list[str]] = {}
    for host, sha in runs.items():
        if stands is None or sha != stands.sha:
            found.setdefault(sha, []).append(host)
    most = sorted(found.items(), key=lambda pair: -len(pair[1]))
    return tuple((named(sha, known), tuple(hosts)) for sha, hosts in most)
