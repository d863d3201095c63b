from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.handlers.front import Front, front_on


@pytest.fixture
def front(tmp_path: Path) -> Iterator[Front]:
    """Nothing deployed yet."""
    with front_on(tmp_path) as made:
        yield made
