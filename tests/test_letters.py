"""How ways out are called when an entry writes to several people."""

import pytest

from bot.letters import entry_of, recipient_of, ways_of_entry


@pytest.mark.parametrize(
    ("recipients", "ways"),
    [
        ([], ["mailto"]),
        (["a@x.org"], ["mailto"]),
        (["a@x.org", "b@x.org"], ["mailto/a@x.org", "mailto/b@x.org"]),
    ],
)
def test_several_recipients_are_ways_of_their_own(recipients: list[str], ways: list[str]) -> None:
    assert ways_of_entry("mailto", recipients) == ways
    assert {entry_of(way) for way in ways} == {"mailto"}
    assert [recipient_of(way) for way in ways] == (recipients if len(recipients) > 1 else [""])


def test_an_address_may_have_a_slash() -> None:
    assert recipient_of("mailto-2/a/b@x.org") == "a/b@x.org"
    assert entry_of("mailto-2/a/b@x.org") == "mailto-2"
