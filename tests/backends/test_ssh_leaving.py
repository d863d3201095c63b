"""What an order leaves on a host at its end, and what goes."""

import os
import subprocess
from pathlib import Path

import pytest

from bot.backends.ssh.commands import course
from bot.backends.ssh.commands.order import KEPT_ORDERS
from bot.model import Step
from tests.backends.test_ssh_commands import SHA, begin, frame, leave, run, spec
from tests.waiting import eventually


def test_leaving_clears_away_old_releases_and_half_made_ones_but_nothing_of_other_people(tmp_path: Path) -> None:
    begin(tmp_path)
    shop = tmp_path / "shop"
    shas = [f"{number:040x}" for number in range(6)]
    for number, sha in enumerate(shas):
        (shop / "releases" / sha).mkdir()
        if number != 5:
            (shop / ".pointsman/complete" / sha).touch()
            subprocess.run(["touch", "-d", f"@{1700000000 + number}", f"{shop}/.pointsman/complete/{sha}"], check=True)
    (shop / "current").symlink_to(f"releases/{shas[0]}")
    for foreign in ("by-hand", f".new-{SHA}", "a b"):
        (shop / "releases" / foreign).mkdir()
    frugal = frame(keep=2, protect=[shas[1]])
    assert run(tmp_path, course.in_current(frugal, Step.RESTART, {Step.RESTART: spec("true")})).get("done") == "yes"
    kept = {shas[0], shas[1], shas[3], shas[4], "by-hand", "a b"}
    assert {path.name for path in (shop / "releases").iterdir()} == kept
    assert (shop / ".pointsman/holder").read_text() == ""
    eventually(lambda: not list((shop / ".pointsman").glob("trash.*")))


@pytest.mark.parametrize(
    ("current", "protect", "bare", "gone"),
    [
        ("3", "", "", "1"),  # made first of all, whatever its name
        ("1", "", "", ""),
        ("3", "1", "", ""),
        ("3", "", "2", ""),  # a marker without its release counts for nothing: none is too many
    ],
)
def test_of_one_release_too_many_the_oldest_goes_unless_it_is_needed(
    tmp_path: Path, current: str, protect: str, bare: str, gone: str
) -> None:
    begin(tmp_path)
    shop, ages = tmp_path / "shop", ["1", "0", "3", "2"]
    for age, name in enumerate(ages):
        sha = name * 40
        if name != bare:
            (shop / "releases" / sha).mkdir()
        (shop / ".pointsman/complete" / sha).touch()
        os.utime(shop / ".pointsman/complete" / sha, (1700000000 + age, 1700000000 + age))
    (shop / "current").symlink_to(f"releases/{current * 40}")
    thrifty = frame(keep=3, protect=[protect * 40] if protect else [])
    assert run(tmp_path, course.in_current(thrifty, Step.RESTART, {Step.RESTART: spec("true")})).get("done") == "yes"
    kept = {name * 40 for name in ages if name not in (bare, gone)}
    assert {path.name for path in (shop / "releases").iterdir()} == kept


def test_the_logs_of_old_orders_go_ten_at_a_time(tmp_path: Path) -> None:
    numbers = []
    for number in range(KEPT_ORDERS + 12):
        leave(tmp_path, f"deploy-{number}")
        left = {path.name for path in (tmp_path / "shop/.pointsman/orders").iterdir()}
        assert f"deploy-{number}" in left
        numbers.append(len(left))
    assert numbers == [*range(1, KEPT_ORDERS + 10), KEPT_ORDERS, KEPT_ORDERS + 1, KEPT_ORDERS + 2]
    assert "deploy-1" not in left
