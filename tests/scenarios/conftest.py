"""One whole line per module: a story's tests follow each other on it."""

from collections.abc import Iterator

import pytest

from tests.scenarios.world import World, world


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Everything open, the bot connected, nothing deployed yet."""
    with world(tmp_path_factory.mktemp("line")) as made:
        made.begin()
        yield made
