"""Watching a canary: it fails as soon as one of its hosts fails often enough in a row."""

from collections.abc import Mapping, Sequence

from bot.model import Probe

FAILURES = 3  # in a row, of one host


def counted(failures: Mapping[str, int], hosts: Sequence[str], probes: Sequence[Probe]) -> dict[str, int]:
    """How often each host failed in a row, after one more answer of each."""
    return {host: 0 if probe.ok else failures.get(host, 0) + 1 for host, probe in zip(hosts, probes, strict=True)}


def failed(failures: Mapping[str, int]) -> list[str]:
    return [host for host, number in failures.items() if number >= FAILURES]
