"""How a host takes a release, by this machine's own sh: whatever becomes of the one who sends it."""

import hashlib
import io
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.backends.ssh.commands import course, work
from bot.backends.ssh.report import Report, read
from bot.model import Step
from tests.backends.test_ssh_commands import SHA, frame, run, spec
from tests.waiting import eventually

COMMANDS = {
    Step.UNPACK: spec(work.unpack_pushed("deploy-1", SHA)),
    Step.INSTALL: spec(work.in_release(SHA, "test -s page", {})),
    Step.RESTART: spec("true"),
}


def bring(halt: bool = False, order: str = "deploy-1", lease: int = 60) -> str:
    framed = frame(order, lease=lease, wait=2)
    return course.bring(replace(framed, site=replace(framed.site, pushed=True)), COMMANDS, halt)


def tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as made:
        info = tarfile.TarInfo(f"releases/.new-{SHA}/page")
        info.size = 100_000
        made.addfile(info, io.BytesIO(b"p" * info.size))
    return out.getvalue()


TAR = tar()
SUM = hashlib.sha256(TAR).hexdigest()
WHOLE = f"0 {SUM}\n".encode() + TAR


@contextmanager
def asked(home: Path, text: str) -> "Iterator[subprocess.Popen[bytes]]":
    """The script has been sent, and nothing else; its answer has come to the word `want`."""
    home.mkdir(exist_ok=True)
    pipe = subprocess.PIPE
    with subprocess.Popen(["sh"], cwd=home, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as process:
        assert process.stdin
        process.stdin.write(text.encode())
        process.stdin.flush()
        try:
            yield process
        finally:
            process.kill()


def until_wanted(process: "subprocess.Popen[bytes]") -> int:
    assert process.stdout
    for line in process.stdout:
        if line.startswith(b"want "):
            return int(line.removeprefix(b"want "))
    raise AssertionError("it wants nothing")


def answered(process: "subprocess.Popen[bytes]", given: bytes) -> Report:
    """What it says to that, until it ends."""
    output, _ = process.communicate(given, 60)
    report = read("\n@pointsman@\n" + output.decode())
    assert report is not None
    return report


def give(home: Path, given: bytes, text: str | None = None) -> tuple[int, Report]:
    with asked(home, text or bring()) as process:
        return until_wanted(process), answered(process, given)


def parcel(home: Path, order: str = "deploy-1") -> Path:
    return home / "shop/.pointsman/orders" / order / "parcel.1"


def size(home: Path) -> int:
    tar = parcel(home) / "tar"
    return tar.stat().st_size if tar.exists() else 0


def test_what_arrives_whole_is_unpacked_and_run(tmp_path: Path) -> None:
    have, report = give(tmp_path, WHOLE)
    assert (have, report.all("step"), report.has("done")) == (0, ["unpack", "install", "switch", "restart"], True)
    assert (tmp_path / "shop/current/page").stat().st_size == 100_000
    assert (parcel(tmp_path) / "tar").stat().st_size == 0


@pytest.mark.parametrize("share", [0.0, 0.3, 0.999])
def test_a_part_is_kept_and_no_step_begins_on_it(tmp_path: Path, share: float) -> None:
    part = TAR[: int(len(TAR) * share)]
    _, report = give(tmp_path, f"0 {SUM}\n".encode() + part)
    assert (report.has("running"), report.has("done"), report.has("exit")) == (True, False, False)
    have, report = give(tmp_path, f"{len(part)} {SUM}\n".encode() + TAR[len(part) :])
    assert (have, report.has("done")) == (len(part), True)


def test_what_is_not_what_was_packed_is_never_unpacked(tmp_path: Path) -> None:
    wrong = b"x" * len(TAR)
    _, report = give(tmp_path, f"0 {SUM}\n".encode() + wrong)
    assert (report.has("running"), report.has("done")) == (True, False)
    have, report = give(tmp_path, WHOLE)
    assert (have, report.has("done")) == (len(TAR), True)


def test_nothing_at_all_frees_the_place(tmp_path: Path) -> None:
    _, report = give(tmp_path, b"")
    assert report.get("refused") == "no release came"
    assert (tmp_path / "shop/.pointsman/holder").read_text() == ""


def test_the_same_order_again_wants_nothing(tmp_path: Path) -> None:
    give(tmp_path, WHOLE)
    report = run(tmp_path, bring())
    assert (report.has("want"), report.get("restarted"), report.get("current")) == (False, "0", SHA)


def test_another_order_for_what_stands_there_wants_nothing(tmp_path: Path) -> None:
    give(tmp_path, WHOLE)
    report = run(tmp_path, bring(order="deploy-2"))
    assert (report.has("want"), report.all("step"), report.has("done")) == (False, ["switch", "restart"], True)


def test_a_halt_before_it_wants_nothing(tmp_path: Path) -> None:
    report = run(tmp_path, bring(halt=True))
    assert (report.has("want"), report.get("before")) == (False, "fetch")


def test_a_sender_who_is_silent_for_good_makes_way_for_its_successor(tmp_path: Path) -> None:
    """As after a cut that the host knows nothing of: its end of the connection stays open."""
    with asked(tmp_path, bring()) as lost:
        until_wanted(lost)
        assert lost.stdin
        lost.stdin.write(f"0 {SUM}\n".encode() + TAR[:50_000])
        lost.stdin.flush()
        eventually(lambda: size(tmp_path) == 50_000)
        with asked(tmp_path, bring()) as next_one:
            have = until_wanted(next_one)
            report = answered(next_one, f"{have} {SUM}\n".encode() + TAR[have:])
        assert (have, report.has("done")) == (50_000, True)
        lost.wait(20)


def test_a_stop_ends_what_takes_it(tmp_path: Path) -> None:
    with asked(tmp_path, bring()) as process:
        until_wanted(process)
        assert process.stdin
        process.stdin.write(f"0 {SUM}\n".encode() + TAR[:50_000])
        process.stdin.flush()
        eventually(lambda: size(tmp_path) == 50_000)
        assert run(tmp_path, course.stop(frame())).get("halted") == "yes"
        report = answered(process, b"")
    assert (report.all("step"), report.has("stopped"), report.has("done")) == (["fetch"], True, False)
    assert (parcel(tmp_path) / "tar").stat().st_size == 0


def test_who_replaces_a_lost_order_takes_its_room_back(tmp_path: Path) -> None:
    give(tmp_path, f"0 {SUM}\n".encode() + TAR[:50_000])
    have, report = give(tmp_path, WHOLE, bring(order="deploy-2", lease=0))
    assert (have, report.has("done")) == (0, False)  # its unpack step looks where deploy-1 put it
    assert (parcel(tmp_path) / "tar").stat().st_size == 0
