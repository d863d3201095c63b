"""Commands as values: what may stand in one, and what a host's `sh` makes of it."""

import subprocess
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from bot.backends.base import Order, Site, StepSpec
from bot.backends.ssh.commands import course, survey, work
from bot.backends.ssh.commands.text import (
    assign,
    checked_order,
    checked_sha,
    checked_variable,
    directory,
    script,
)
from bot.backends.ssh.report import Report, read
from bot.errors import PointsmanError
from bot.model import Host, Step

SHA = "0123456789abcdef0123456789abcdef01234567"
NASTY = """a 'quoted' "word" $HOME `id` $(id) \\ ; & | > x
second line"""


def run(home: Path, text: str) -> Report:
    """What a host would answer whose login's home this is."""
    home.mkdir(exist_ok=True)
    done = subprocess.run(["sh"], input=text, cwd=home, capture_output=True, text=True, timeout=30, check=True)
    report = read(done.stdout)
    assert report is not None, done
    return report


def frame(
    name: str = "deploy-1",
    sha: str = SHA,
    lease: int = 60,
    wait: float = 10,
    keep: int = 5,
    protect: Sequence[str] = (),
) -> course.Frame:
    site = Site("shop", "production", "repo", "shop", {}, keep)
    return course.Frame(site, Order(name, sha, frozenset(protect)), lease, wait)


def spec(command: str, seconds: float = 20) -> StepSpec:
    return StepSpec(command, timedelta(seconds=seconds))


@pytest.mark.parametrize(
    "sha", ["", "abc", SHA[:-1], SHA.upper(), f"{SHA}\n", f"{SHA[:-1]};", "$(touch hacked)" + "a" * 25]
)
def test_what_is_no_full_sha_is_not_sent(sha: str) -> None:
    with pytest.raises(PointsmanError, match="nothing was sent to a host"):
        checked_sha(sha)
    makes: list[Callable[[], str]] = [
        lambda: course.bring(frame(sha=sha), {}),
        lambda: course.in_current(frame(protect=[sha]), Step.RESTART, {}),
        lambda: work.fetch("repo", sha),
        lambda: work.unpack("deploy-1", sha),
        lambda: work.in_release(sha, "true", {}),
    ]
    for make in makes:
        with pytest.raises(PointsmanError):
            make()


@pytest.mark.parametrize("name", ["", "-x", "a b", "../up", "a/b", "A", "a\n", "x" * 81, "a;b", "ä", "$(id)"])
def test_what_is_no_order_id_is_not_sent(name: str) -> None:
    with pytest.raises(PointsmanError, match="no order id"):
        checked_order(name)
    makes: list[Callable[[], str]] = [
        lambda: course.begin(frame(name)),
        lambda: course.bring(frame(name), {}),
        lambda: course.in_current(frame(name), Step.RESTART, {}),
        lambda: course.stop(frame(name)),
    ]
    for make in makes:
        with pytest.raises(PointsmanError):
            make()


@pytest.mark.parametrize("name", ["", "1A", "A-B", "A=B", "A B", "A;id", "A\n"])
def test_what_is_no_variable_is_not_exported(name: str) -> None:
    with pytest.raises(PointsmanError, match="rename it"):
        checked_variable(name)
    with pytest.raises(PointsmanError):
        work.of_host(Host("web1", "u", "a", vars={name: "x"}))


@pytest.mark.parametrize(
    ("path", "entered"),
    [
        ("/srv/shop", "/srv/shop"),
        ("shop", "./shop"),
        ("~/shop", "./shop"),
        ("-rf", "./-rf"),
        ("~/", "./."),
        ("a b", "./a b"),
    ],
)
def test_a_path_is_the_logins_own_or_absolute_and_never_an_option(path: str, entered: str) -> None:
    assert directory(path) == entered


def test_values_are_quoted(tmp_path: Path) -> None:
    report = run(tmp_path, script({"value": NASTY}, "echo tail\nprintf '%s' \"$value\""))
    assert report.tail == NASTY
    assert assign({"a": "x", "b": "y z"}) == "a=x\nb='y z'"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_script_cut_off_half_way_does_nothing(tmp_path: Path, share: float) -> None:
    text = course.bring(frame(), {Step.INSTALL: spec("touch installed"), Step.RESTART: spec("true")})
    subprocess.run(
        ["sh"], input=text[: int(len(text) * share)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert list(tmp_path.iterdir()) == []


def test_a_survey_changes_nothing(tmp_path: Path) -> None:
    report = run(tmp_path, survey.survey("deep/down/shop"))
    assert list(tmp_path.iterdir()) == []
    assert (report.get("nearest"), report.get("writable"), report.all("missing")) == (".", "yes", [])
    assert int(report.get("free")) > 0
    assert not report.has("current")


def begin(home: Path, name: str = "deploy-1", lease: int = 60) -> Report:
    return run(home, course.begin(frame(name, lease=lease)))


def leave(home: Path, name: str = "deploy-1") -> Report:
    """A restart where nothing is current only leaves."""
    return run(home, course.in_current(frame(name), Step.RESTART, {Step.RESTART: spec("true")}))


def bring(home: Path, install: str, seconds: float = 20, wait: float = 10, halt: bool = False) -> Report:
    """An order whose release is made by hand, with this install step."""
    commands = {
        Step.UNPACK: spec(f"mkdir {work.ROOT}/releases/{SHA}"),
        Step.INSTALL: spec(install, seconds),
        Step.RESTART: spec("true"),
    }
    return run(home, course.bring(frame(wait=wait), commands, halt))


def test_an_order_takes_a_free_place_and_takes_its_own_again(tmp_path: Path) -> None:
    for _ in range(2):
        assert begin(tmp_path).fields == {}
    assert (tmp_path / "shop/.pointsman/holder").read_text() == "deploy-1\n"
    assert (tmp_path / "shop/.pointsman").stat().st_mode & 0o777 == 0o700
    assert begin(tmp_path, "deploy-2").fields == {"held": ["deploy-1"]}
    assert leave(tmp_path).fields == {}
    assert begin(tmp_path, "deploy-2").fields == {}


def test_an_order_that_was_silent_for_its_lease_is_replaced_for_good(tmp_path: Path) -> None:
    begin(tmp_path)
    assert begin(tmp_path, "deploy-2", lease=0).fields == {}
    late, commands = frame(lease=0), {Step.INSTALL: spec("touch hacked"), Step.RESTART: spec("touch hacked")}
    for text in (
        course.begin(late),
        course.bring(late, commands),
        course.in_current(late, Step.RESTART, commands),
        course.stop(late),
    ):
        assert run(tmp_path, text).fields == {"superseded": ["deploy-2"]}
    assert (tmp_path / "shop/.pointsman/holder").read_text() == "deploy-2\n"
    assert not list(tmp_path.rglob("hacked"))


def test_an_order_says_each_step_before_it_begins_and_leaves_at_its_end(tmp_path: Path) -> None:
    assert bring(tmp_path, "true").fields == {
        "step": ["unpack", "install", "switch", "restart"],
        "done": ["yes"],
    }
    assert (tmp_path / "shop/current").readlink() == Path("releases") / SHA
    assert (tmp_path / "shop/.pointsman/holder").read_text() == ""
    assert bring(tmp_path, "touch again").fields == {"current": [SHA], "restarted": ["0"]}
    assert not list(tmp_path.rglob("again"))


def test_a_step_is_started_once_however_often_it_is_asked_for(tmp_path: Path) -> None:
    command = f"echo run >>{tmp_path}/runs; echo words; exit 7"
    for steps in (["unpack", "install"], ["install"], ["install"]):
        report = bring(tmp_path, command)
        assert (report.all("step"), report.get("exit"), report.tail) == (steps, "7", "words")
    assert (tmp_path / "runs").read_text() == "run\n"


def test_a_step_that_runs_is_told_as_running_and_then_by_its_end(tmp_path: Path) -> None:
    command = f"while [ ! -e {tmp_path}/go ]; do sleep 0.02; done"
    assert bring(tmp_path, command, wait=0.1).fields == {"step": ["unpack", "install"], "running": ["yes"]}
    (tmp_path / "go").touch()
    assert bring(tmp_path, command).has("done")


def test_a_step_is_told_its_time_is_up(tmp_path: Path) -> None:
    assert bring(tmp_path, "exec sleep 60", seconds=0.2).get("exit") == "124 timeout"


def test_a_halt_ends_the_step_that_runs_and_no_other_begins(tmp_path: Path) -> None:
    assert bring(tmp_path, "exec sleep 60", wait=0.1).has("running")
    assert run(tmp_path, course.stop(frame())).fields == {"halted": ["yes"]}
    report = bring(tmp_path, "exec sleep 60")
    assert (report.get("stopped"), report.get("exit")) == ("yes", "143")
    assert not (tmp_path / "shop/current").exists()


@pytest.mark.parametrize(("step", "ran"), [("install", ["unpack"]), ("switch", ["unpack", "install"])])
def test_what_a_halt_kept_from_beginning_is_told(tmp_path: Path, step: str, ran: list[str]) -> None:
    halt = "touch ../halt; "  # as if it came while this step ran
    commands = {
        Step.UNPACK: spec(f"mkdir {work.ROOT}/releases/{SHA}; {halt if step == 'install' else ''}"),
        Step.INSTALL: spec(halt),
        Step.RESTART: spec("true"),
    }
    report = run(tmp_path, course.bring(frame(), commands))
    assert (report.all("step"), report.get("before")) == (ran, step)
    assert not (tmp_path / "shop/current").exists()


def test_with_a_halt_wanted_from_the_start_nothing_begins(tmp_path: Path) -> None:
    assert bring(tmp_path, "true", halt=True).fields == {"before": ["unpack"]}


def test_a_switch_needs_the_release_and_a_link(tmp_path: Path) -> None:
    only = {Step.RESTART: spec("true")}
    assert "is gone" in run(tmp_path, course.bring(frame(), only)).get("refused")
    (tmp_path / "shop/releases" / SHA).mkdir()
    assert run(tmp_path, course.bring(frame(), only)).has("done")
    assert (tmp_path / "shop/current").readlink() == Path("releases") / SHA
    (tmp_path / "shop/current").unlink()
    (tmp_path / "shop/current").mkdir()
    for text in (course.bring(frame("deploy-2"), only), course.begin(frame())):
        assert "is a directory, not a link" in run(tmp_path, text).get("refused")


def test_a_place_that_cannot_be_made_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "shop").write_text("a file")
    assert "File exists" in begin(tmp_path).get("refused")
