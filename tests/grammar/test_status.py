from datetime import timedelta

import pytest

from bot.grammar import (
    LONGEST,
    AckOf,
    ChecksOf,
    CloseOf,
    Help,
    IncidentsNow,
    Misread,
    SilenceOf,
    SilencesNow,
    StatusCommand,
    StatusOf,
    UnsilenceOf,
    parse_status,
)
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
        ('silence shop 2h "moving"', SilenceOf("shop", timedelta(hours=2), "moving")),
        ("Silence Shop 2H “moving”", SilenceOf("shop", timedelta(hours=2), "moving")),
        ('silence shop for 2h "moving"', SilenceOf("shop", timedelta(hours=2), "moving")),
        ('silence shop "moving" 30m in staging', SilenceOf("shop", timedelta(minutes=30), "moving", "staging")),
        ('silence shop in 2h 2h "moving"', SilenceOf("shop", timedelta(hours=2), "moving", "2h")),
        ('silence 2h 1d "moving"', SilenceOf("2h", timedelta(days=1), "moving")),
        ("unsilence shop", UnsilenceOf("shop")),
        ("unsilence shop on staging", UnsilenceOf("shop", "staging")),
        ("silences", SilencesNow()),
        ("checks shop", ChecksOf("shop")),
        ("Checks SHOP", ChecksOf("shop")),
        ("incidents", IncidentsNow()),
        ("ack 12", AckOf(12)),
        ("Ack #12", AckOf(12)),
        ('close 12 "the sender is gone"', CloseOf(12, "the sender is gone")),
        ("Close #12 “gone”", CloseOf(12, "gone")),
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


CLOSE = '/status close NUMBER "REASON"'
SILENCE = '/status silence SERVICE [in ENV] 2h "REASON"'


@pytest.mark.parametrize(
    ("text", "what", "usage"),
    [
        ("silence", "`silence` wants a service", SILENCE),
        ("silence shop", "`silence` wants how long: `30m`, `2h` or `1d`", SILENCE),
        ("silence shop 2h", '`silence` wants its reason in quotes: `"data migration"`', SILENCE),
        ('silence shop 0h "x"', "`0h` is not a time that a silence can last: write `30m`, `2h` or `1d`", SILENCE),
        (
            'silence shop for ever "x"',
            "`ever` is not a time that a silence can last: write `30m`, `2h` or `1d`",
            SILENCE,
        ),
        (
            "silence shop 2h moving",
            "I understood `silence` of the service `shop` for 2h, but not `moving`: a reason stands in quotes",
            SILENCE,
        ),
        ('silence shop 2h "moving', 'The quote that begins with `"moving` does not end', SILENCE),
        ("checks", "`checks` wants a service", "/status checks SERVICE"),
        ("incidents shop", "I understood `incidents`, but not `shop`", "/status incidents"),
        ("unsilence", "`unsilence` wants a service", "/status unsilence SERVICE [in ENV]"),
        ("ack", "`ack` wants an incident's number: the alert says it", "/status ack NUMBER"),
        ("ack shop", "`shop` is not the number of an incident: the alert says it", "/status ack NUMBER"),
        ("ack 12 13", "I understood `ack` of incident 12, but not `13`", "/status ack NUMBER"),
        ("close 12", '`close` wants its reason in quotes: `"data migration"`', CLOSE),
        ('close "gone"', '`"gone"` is not the number of an incident: the alert says it', CLOSE),
        (
            "close 12 gone",
            "I understood `close` of incident 12, but not `gone`: a reason stands in quotes",
            CLOSE,
        ),
        ("silences shop", "I understood `silences`, but not `shop`", "/status silences"),
    ],
)
def test_what_a_verb_lacks_is_said_with_its_usage(text: str, what: str, usage: str) -> None:
    found = misread(parse_status(text))
    assert (found.what, found.usage) == (what, usage)


def test_a_slip_of_the_keyboard_is_answered_with_the_verb() -> None:
    assert misread(parse_status("silense shop 2h")).near[0] == "silence"
