"""Every emoji that a message names is one that the sandbox's page can show."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TABLE = (ROOT / "bot/sandbox/page/js/emoji.js").read_text("utf-8")
NAMED = sorted(
    {
        name
        for source in (ROOT / "bot/messages").glob("*.py")
        for name in re.findall(r"[\"{ ]:([a-z_]{3,}): ", source.read_text("utf-8"))
    }
)


def test_messages_name_some() -> None:
    assert {"mute", "loud_sound", "warning"} <= set(NAMED)


@pytest.mark.parametrize("name", NAMED)
def test_the_page_knows_it(name: str) -> None:
    assert re.search(rf"\b{name} [^a-z\s]", TABLE)
