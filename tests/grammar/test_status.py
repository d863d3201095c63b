import pytest

from bot.grammar import LONGEST, Help, Misread, StatusCommand, StatusOf, parse_status
from tests.grammar.reading import misread

USAGE = "/status [SERVICE]"


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("", StatusOf()),
        ("  ", StatusOf()),
        ("shop", StatusOf("shop")),
        ("Shop", StatusOf("shop")),
        ("help", Help()),
        ("Help", Help()),
    ],
)
def test_every_form_of_status_is_read(text: str, command: StatusCommand) -> None:
    assert parse_status(text) == command


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("shop api", "I understood the service `shop`, but not `api`"),
        ("help me", "I understood the service `help`, but not `me`"),
        ("sh;op", "`sh;op` cannot be the name of a service"),
        ("“shop”", '`"shop"` cannot be the name of a service'),
        ("“shop", 'The quote that begins with `"shop` does not end'),
        ("x" * (LONGEST + 1), "That is 1,001 characters long, a command has at most 1,000"),
    ],
)
def test_what_is_no_service_is_named(text: str, what: str) -> None:
    found = misread(parse_status(text))
    assert (found.what, found.usage) == (what, USAGE)


def test_what_was_understood_is_kept_apart() -> None:
    assert parse_status("shop api") == Misread(
        "I understood the service `shop`, but not `api`", USAGE, "the service `shop`"
    )
