from dataclasses import replace

import pytest

from bot.model import DeployKind, DeployState, Release
from bot.plan.irreversible import crossed, declared, left_behind
from bot.records import Deploy
from tests.building import a_deploy, a_plan, release

TAGS = {name: release(name).sha for name in ("1.4.0", "1.4.1", "1.4.2", "1.5.0")}
OLD, NEW = release("1.4.1"), release("1.5.0")
BETWEEN = {release(name).sha for name in ("1.4.2", "1.5.0", "any commit")}


@pytest.mark.parametrize(
    ("patterns", "names"),
    [
        (["1.4.2"], ("1.4.2",)),
        (["1.4.*"], ("1.4.1", "1.4.2")),
        (["1.5.?", "1.4.1"], ("1.4.1", "1.5.0")),
        (["*"], ("1.4.1", "1.4.2", "1.5.0")),
        (["1.4"], ()),  # the whole name, not its beginning
        (["V*"], ()),
        ([], ()),
    ],
)
def test_releases_are_declared_by_name_or_pattern(patterns: list[str], names: tuple[str, ...]) -> None:
    assert declared(patterns, ["1.4.1", "1.4.2", "1.4.2", "1.5.0"]) == names


@pytest.mark.parametrize(
    ("patterns", "wanted", "standing", "passed", "names"),
    [
        (["1.4.2"], NEW, OLD, BETWEEN, ("1.4.2",)),  # it lies between
        (["1.5.0"], NEW, OLD, BETWEEN, ("1.5.0",)),  # it is what is wanted
        (["1.5.0"], Release(NEW.sha, "main"), OLD, BETWEEN, ("1.5.0",)),  # by whatever name
        (["main"], Release(NEW.sha, "main"), OLD, set(), ("main",)),
        (["1.4.1"], NEW, OLD, BETWEEN, ()),  # it stands already, and stays in what is wanted
        (["1.4.2", "1.5.0"], OLD, NEW, BETWEEN, ("1.5.0", "1.4.2")),  # downwards: both are left behind
        (["1.4.0"], NEW, OLD, BETWEEN, ()),  # long past
        (["*"], NEW, NEW, set(), ()),  # the same again
        (["1.5.0"], NEW, None, set(), ("1.5.0",)),  # the first of all
    ],
)
def test_a_way_crosses_what_lies_on_it(
    patterns: list[str], wanted: Release, standing: Release | None, passed: set[str], names: tuple[str, ...]
) -> None:
    assert crossed(patterns, wanted, standing, TAGS, passed) == names


def brought(ref: str, state: DeployState = DeployState.SUCCEEDED, across: tuple[str, ...] = ()) -> Deploy:
    return a_deploy(replace(a_plan(ref=ref), irreversible=across), state)


BACK = a_deploy(a_plan(ref="1.4.0", kind=DeployKind.ROLLBACK), DeployState.SUCCEEDED)
CLIMB = [brought("1.4.0"), brought("1.4.1"), brought("1.4.2"), brought("1.5.0")]
LEFT = brought("1.6.0", DeployState.FAILED)


@pytest.mark.parametrize(
    ("patterns", "succeeded", "left", "to", "names"),
    [
        (["1.4.2"], CLIMB, None, "1.4.1", ("1.4.2",)),
        (["1.4.2"], CLIMB, None, "1.4.2", ()),  # it runs on
        (["1.4.*"], CLIMB, None, "1.4.0", ("1.4.1", "1.4.2")),
        (["1.5.0"], CLIMB, None, "1.4.2", ("1.5.0",)),
        (["1.5.0"], [*CLIMB, BACK, brought("1.6.0")], None, "1.4.0", ()),  # that was undone before
        (["1.5.0"], [*CLIMB, BACK], None, "1.5.0", ("1.5.0",)),  # and would come again
        (["1.6.0"], CLIMB, LEFT, "1.5.0", ("1.6.0",)),  # hosts were left on it
        (["1.6.0"], [*CLIMB, brought("1.6.0")], LEFT, "1.6.0", ()),  # it is to stand
        (["1.4.0"], [*CLIMB, brought("1.4.0")], None, "1.4.0", ()),  # it stands
        (["2.*"], [brought("1.4.0"), brought("main", across=("2.0", "2.1"))], None, "1.4.0", ("2.0", "2.1")),
        ([], [brought("1.4.0"), brought("main", across=("2.0",))], None, "1.4.0", ()),  # declared so no more
    ],
)
def test_a_rollback_leaves_behind_what_it_undoes(
    patterns: list[str], succeeded: list[Deploy], left: Deploy | None, to: str, names: tuple[str, ...]
) -> None:
    assert left_behind(patterns, succeeded, left, release(to)) == names
