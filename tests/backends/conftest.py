"""Places for the contract suite: a test that asks for `place` runs on each kind."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.backends.places import MemoryPlace, OpenSshPlace, Place, SandboxPlace, SshPlace, SsmPlace
from tests.backends.push_place import PushPlace
from tests.programs import need


@pytest.fixture
def count() -> int:
    """How many hosts a place has; a test that needs more overrides it by parametrising."""
    return 2


@pytest.fixture(params=["memory", "sandbox", "openssh", "pushed", "ssm"])
def place(request: pytest.FixtureRequest, tmp_path: Path, count: int) -> Iterator[Place]:
    if request.param == "memory":
        yield MemoryPlace(count)
        return
    if request.param == "ssm":
        yield request.getfixturevalue("ssm_place")
        return
    yield from _ssh(request.param, tmp_path, count)


@pytest.fixture(params=["sandbox", "openssh"])
def ssh_place(request: pytest.FixtureRequest, tmp_path: Path, count: int) -> Iterator[SshPlace]:
    yield from _ssh(request.param, tmp_path, count)


@pytest.fixture
def ssm_place(tmp_path: Path, count: int) -> Iterator[SsmPlace]:
    place = SsmPlace(tmp_path, count)
    yield place
    place.close()


@pytest.fixture
def sandbox(tmp_path: Path, count: int) -> Iterator[SandboxPlace]:
    place = SandboxPlace(tmp_path, count)
    yield place
    place.close()


@pytest.fixture
def pushed(tmp_path: Path, count: int) -> Iterator[PushPlace]:
    place = PushPlace(tmp_path, count, need("sshd"))
    yield place
    place.close()


def _ssh(kind: str, root: Path, count: int) -> Iterator[SshPlace]:
    kinds = {"openssh": OpenSshPlace, "pushed": PushPlace}
    place: SshPlace = SandboxPlace(root, count) if kind == "sandbox" else kinds[kind](root, count, need("sshd"))
    yield place
    place.close()
