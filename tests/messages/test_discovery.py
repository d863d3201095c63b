from datetime import UTC, datetime, timedelta

import pytest

from bot.messages.discovery import found_again, not_found
from bot.model import Target

TARGET = Target("shop", "production")
SINCE = datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("known", "words"),
    [
        (0, "None is known yet: nothing is deployed."),
        (1, "The 1 host found last stays in use."),
        (4, "The 4 hosts found last stay in use."),
    ],
)
def test_it_says_since_when_and_what_stays_in_use(known: int, words: str) -> None:
    content = not_found(TARGET, "ec2:DescribeInstances: AWS does not <allow> it", SINCE, known)
    assert content.text.startswith(":warning: The hosts of shop · production cannot be looked for since <!date^")
    assert content.text.endswith(words)
    assert "does not &lt;allow&gt; it" in str(content.blocks)
    assert "looked for again every 30 s: mend that" in str(content.blocks)


def test_its_end_says_how_long_it_was() -> None:
    assert found_again(TARGET, timedelta(minutes=7)).text.endswith("are looked for again, after 7 min.")
