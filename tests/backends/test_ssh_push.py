"""Releases that the bot pushes, to real hosts without git: what may go wrong on the way, and what comes of it."""

import itertools
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.backends.base import Ending, HostResult, Order
from bot.backends.ssh import SshBackend
from bot.backends.ssh.parcels import CHUNK, Parcel
from bot.model import Host, Step
from tests.backends.push_place import PushPlace
from tests.programs import need
from tests.waiting import eventually

SOME = 40  # chunks after which something happens; more than a window of SSH, so that the host has some of them


@pytest.fixture
def count() -> int:
    return 1


class Tapped:
    """A parcel that somebody listens to: `act` is called once, in mid-stream; `begun` is where each stream began."""

    def __init__(self, parcel: Parcel, act: Callable[[], None], change: Callable[[bytes], bytes] | None = None) -> None:
        self.parcel, self.act, self.change = parcel, act, change
        self.size, self.digest = parcel.size, parcel.digest
        self.begun: list[int] = []

    def chunks(self, start: int) -> Iterator[bytes]:
        self.begun.append(start)
        first = len(self.begun) == 1
        for number, chunk in enumerate(self.parcel.chunks(start)):
            if first and number == SOME:
                self.act()
            yield self.change(chunk) if first and self.change else chunk


class Endless(Tapped):
    """It goes on for as long as anybody takes it."""

    def chunks(self, start: int) -> Iterator[bytes]:
        yield from itertools.islice(super().chunks(start), SOME + 1)
        while True:
            yield bytes(CHUNK)


def large(place: PushPlace) -> str:
    """A release whose parcel is some megabytes, compressed or not."""
    return place.project.commit(files={"noise": "".join(map(chr, _noise(5_000_000)))})


def _noise(count: int) -> Iterator[int]:
    seed = 1
    for _ in range(count):
        seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
        yield 33 + (seed >> 16) % 90


def tapped(
    place: PushPlace, sha: str, act: Callable[[], None] = lambda: None, change: Callable[[bytes], bytes] | None = None
) -> Tapped:
    tap = Tapped(place.parcels.of(place.site.repo, sha), act, change)
    assert tap.size > 2 * SOME * CHUNK
    return tap


def bring(
    place: PushPlace, sha: str, tap: Tapped | None = None, order: str = "deploy-1", **changes: object
) -> HostResult:
    parcel = place.parcels.of if tap is None else (lambda repo, sha: tap)
    backend = SshBackend(place.options(**changes), parcel=parcel)  # type: ignore[arg-type]
    (result,) = backend.bring(place.site, Order(order, sha), place.hosts, lambda host, step: None)
    return result


def taken(place: PushPlace, order: str = "deploy-1") -> Path:
    return place.path(place.hosts[0]) / ".pointsman/orders" / order / "parcel.1/tar"


def size(place: PushPlace) -> int:
    return taken(place).stat().st_size if taken(place).exists() else 0


def test_the_host_needs_neither_git_nor_the_repository(pushed: PushPlace) -> None:
    sha = pushed.project.commit({Step.TEST: "! command -v git"})
    pushed.parcels.of(pushed.site.repo, sha)
    pushed.project.repo.rename(pushed.root / "gone")
    assert bring(pushed, sha).ending is Ending.DONE
    (facts,) = pushed.backend().survey(pushed.site, pushed.hosts)
    assert (facts.trouble, facts.current) == ("", sha)
    assert not (pushed.path(pushed.hosts[0]) / "repo").exists()
    assert taken(pushed).stat().st_size == 0, "what was unpacked takes room only once"


@pytest.mark.parametrize(
    ("missing", "site", "said"),
    [
        ("tar", True, "lacks tar: install it there"),
        ("sha256sum", True, "lacks sha256sum (package coreutils): install it there"),
        ("git", False, "lacks git: install it there, or let the bot bring releases (deliver: push)"),
    ],
)
def test_what_a_host_lacks_is_said_before_anything_moves(tmp_path: Path, missing: str, site: bool, said: str) -> None:
    place = PushPlace(tmp_path, 1, need("sshd"), without=[missing])
    try:
        (facts,) = place.backend().survey(replace(place.site, pushed=site), place.hosts)
        assert facts.trouble == said
    finally:
        place.close()


def test_what_a_cut_left_is_gone_on_with(pushed: PushPlace) -> None:
    sha, host = large(pushed), pushed.hosts[0]

    def cut() -> None:
        eventually(lambda: size(pushed) > 0)
        pushed.cut(host)

    tap = tapped(pushed, sha, cut)
    assert bring(pushed, sha, tap, patience=timedelta(seconds=30)).ending is Ending.DONE
    assert (tap.begun[0], tap.begun[-1] > 0) == (0, True)
    assert _same(pushed, host, sha)


def test_a_host_that_is_slow_gets_it_in_pieces(pushed: PushPlace) -> None:
    sha = large(pushed)
    tap = tapped(pushed, sha)
    assert bring(pushed, sha, tap, wait=timedelta(seconds=0.02)).ending is Ending.DONE
    assert len(tap.begun) > 1
    assert tap.begun == sorted(tap.begun)


def test_what_came_wrong_is_taken_anew(pushed: PushPlace) -> None:
    sha = large(pushed)
    tap = tapped(pushed, sha, change=lambda chunk: b"x" * len(chunk))
    assert bring(pushed, sha, tap, wait=timedelta(seconds=30)).ending is Ending.DONE
    assert tap.begun == [0, 0]
    assert _same(pushed, pushed.hosts[0], sha)


def test_an_abort_ends_the_stream_and_leaves_nothing(pushed: PushPlace) -> None:
    sha, halt = large(pushed), threading.Event()
    tap = Endless(pushed.parcels.of(pushed.site.repo, sha), halt.set)
    backend = SshBackend(pushed.options(wait=timedelta(seconds=60)), parcel=lambda repo, sha: tap)  # type: ignore[arg-type,return-value]
    asked = Order("deploy-1", sha, halted=halt.is_set)
    (result,) = backend.bring(pushed.site, asked, pushed.hosts, lambda host, step: None)
    assert result.ending is Ending.KEPT
    assert (result.step, result.cause) == (Step.FETCH, "fetch was stopped")
    assert taken(pushed).stat().st_size == 0
    assert bring(pushed, sha, order="deploy-2").ending is Ending.DONE


def test_a_bot_that_dies_in_mid_stream_is_followed_by_one_that_goes_on(pushed: PushPlace) -> None:
    class Dead(BaseException):
        """Nothing of ours runs after it: to the host it is as kill -9 is."""

    def die() -> None:
        eventually(lambda: size(pushed) > 0)
        raise Dead

    sha = large(pushed)
    with pytest.raises(Dead):
        bring(pushed, sha, tapped(pushed, sha, die))
    assert taken(pushed).stat().st_size > 0
    after = tapped(pushed, sha)
    assert bring(pushed, sha, after).ending is Ending.DONE
    assert after.begun[0] > 0
    assert {pushed.runs(pushed.hosts[0], step) for step in (Step.INSTALL, Step.TEST, Step.RESTART)} == {1}


def test_a_full_disk_is_said_and_the_old_release_stays(pushed: PushPlace) -> None:
    old, new = pushed.release(), large(pushed)
    bring(pushed, old)
    taken(pushed, "deploy-2").parent.mkdir(parents=True)
    taken(pushed, "deploy-2").symlink_to("/dev/full")
    result = bring(pushed, new, order="deploy-2")
    assert (result.ending, result.step) == (Ending.KEPT, Step.FETCH)
    assert result.cause.startswith("the release cannot be written to ./shop: ")
    assert "No space left on device" in result.cause
    (facts,) = pushed.backend().survey(pushed.site, pushed.hosts)
    assert (facts.current, facts.releases) == (old, frozenset({old}))
    assert bring(pushed, new, order="deploy-3").ending is Ending.DONE


def test_a_half_unpacked_release_is_none(pushed: PushPlace) -> None:
    sha, tar = pushed.release(), pushed.bin / "tar"
    real = tar.readlink()
    tar.unlink()
    tar.write_text(f'#!/bin/sh\n{real} "$@"\necho "tar: disk on fire" >&2\nexit 2\n')
    tar.chmod(0o755)
    result = bring(pushed, sha)
    assert (result.ending, result.step, result.cause) == (Ending.KEPT, Step.UNPACK, "unpack ended with status 2")
    assert result.tail == "tar: disk on fire"
    assert not (pushed.path(pushed.hosts[0]) / "releases" / sha).exists()
    tar.unlink()
    tar.symlink_to(real)
    assert bring(pushed, sha, order="deploy-2").ending is Ending.DONE


def test_going_back_to_what_stands_there_packs_nothing_and_to_what_went_packs_again(pushed: PushPlace) -> None:
    shas = [pushed.release() for _ in range(3)]
    site = replace(pushed.site, keep=2)
    asked: list[str] = []

    def parcel(repo: str, sha: str) -> Parcel:
        asked.append(sha)
        return pushed.parcels.of(repo, sha)

    backend = SshBackend(pushed.options(), parcel=parcel)
    for number, sha in enumerate([*shas, shas[1], shas[0]]):
        (result,) = backend.bring(site, Order(f"deploy-{number}", sha), pushed.hosts, lambda host, step: None)
        assert result.ending is Ending.DONE
    assert asked == [*shas, shas[0]]


def test_a_release_that_cannot_be_packed_is_said_with_why(pushed: PushPlace) -> None:
    sha = pushed.release()
    shutil.rmtree(pushed.project.repo)
    result = bring(pushed, sha)
    assert result.ending is Ending.KEPT
    assert "cannot be fetched" in result.cause
    assert pushed.path(pushed.hosts[0]).joinpath(".pointsman/holder").read_text() == "", "the place is free again"


def test_a_release_that_takes_too_long_is_given_up(pushed: PushPlace) -> None:
    sha = large(pushed)
    result = bring(
        pushed, sha, tapped(pushed, sha), wait=timedelta(seconds=0.02), fetch_timeout=timedelta(seconds=0.001)
    )
    assert (result.ending, result.cause) == (Ending.KEPT, "fetch took longer than 0.001 s and was stopped")


def test_hosts_share_one_parcel(tmp_path: Path) -> None:
    place = PushPlace(tmp_path, 4, need("sshd"))
    try:
        sha = place.release()
        results = place.backend().bring(place.site, Order("deploy-1", sha), place.hosts, lambda host, step: None)
        assert {result.ending for result in results} == {Ending.DONE}
        assert len(place.parcels) == 1
    finally:
        place.close()


def _same(place: PushPlace, host: Host, sha: str) -> bool:
    there = place.path(host) / "releases" / sha / "noise"
    return there.read_bytes() == (place.project.repo / "noise").read_bytes()


def test_two_bots_that_push_the_same_order_end_it_once(pushed: PushPlace) -> None:
    sha = large(pushed)
    patience = timedelta(seconds=60)
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(bring, pushed, sha, patience=patience) for _ in range(2)]
        assert {one.result(120).ending for one in both} == {Ending.DONE}
    eventually(lambda: pushed.runs(pushed.hosts[0], Step.RESTART) == 1)
