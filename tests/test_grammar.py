import pytest

from bot.grammar import (
    LONGEST,
    DeployCommand,
    DeployTo,
    Form,
    Help,
    HistoryOf,
    Misread,
    StatusCommand,
    StatusOf,
    parse_deploy,
    parse_status,
)

USAGE = "/deploy SERVICE[@REF] to ENV"


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("shop@1.4.2 to production", DeployTo("shop", "production", "1.4.2")),
        ("shop to production", DeployTo("shop", "production")),
        ("shop in staging", DeployTo("shop", "staging")),
        ("shop on staging", DeployTo("shop", "staging")),
        ("shop@feature/basket to production", DeployTo("shop", "production", "feature/basket")),
        ("shop@v1@2 to production", DeployTo("shop", "production", "v1@2")),
        ("shop@7f3c9a1 TO production", DeployTo("shop", "production", "7f3c9a1")),
        ("  shop@1.4.2 \t to\n production  ", DeployTo("shop", "production", "1.4.2")),
        ("shop\u00a0to\u00a0production", DeployTo("shop", "production")),
        ("shop\u200b to production", DeployTo("shop", "production")),
        ("my-shop.v2@1 to eu_west", DeployTo("my-shop.v2", "eu_west", "1")),
        ("", Form()),
        (" \t ", Form()),
        ("help", Help()),
        ("HELP", Help()),
        ("help me please", Help()),
        ("status shop", StatusOf("shop")),
        ("Status shop", StatusOf("shop")),
        ("history shop", HistoryOf("shop")),
    ],
)
def test_every_form_of_deploy_is_read(text: str, command: DeployCommand) -> None:
    assert parse_deploy(text) == command


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("Shop@Main to Production", DeployTo("shop", "production", "Main")),
        ("SHOP TO PRODUCTION", DeployTo("shop", "production")),
        ("status Shop", StatusOf("shop")),
        ("History Shop", HistoryOf("shop")),
    ],
)
def test_a_telephone_that_begins_with_a_capital_is_forgiven_but_a_ref_keeps_its_case(
    text: str, command: DeployCommand
) -> None:
    assert parse_deploy(text) == command


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("status to production", DeployTo("status", "production")),
        ("help to production", DeployTo("help", "production")),
        ("history in staging", DeployTo("history", "staging")),
        ("help@1 to production", DeployTo("help", "production", "1")),
        ("to to to", DeployTo("to", "to")),
    ],
)
def test_the_commands_own_words_may_be_names_where_that_is_clear(text: str, command: DeployTo) -> None:
    assert parse_deploy(text) == command


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("shop", "I understood the service `shop`, but not where it should go"),
        ("shop@1.4.2", "I understood the service `shop` at `1.4.2`, but not where it should go"),
        ("shop@1.4.2 to", "I understood the service `shop` at `1.4.2`, but not where it should go"),
        ("shop@ to production", "`shop@` ends where a ref should stand"),
        ("shop 1.4.2 to production", "I understood the service `shop`, but not `1.4.2`"),
        ("shop production", "I understood the service `shop`, but not `production`"),
        ("shop to production now", "I understood the service `shop` to `production`, but not `now`"),
        ("shop to production —force", "I understood the service `shop` to `production`, but not `--force`"),
        ("@1.4.2 to production", "`@1.4.2` names no service before its @"),
        ("<@U1> to production", "`<` cannot be the name of a service"),
        ("“shop” to production", '`"shop"` cannot be the name of a service'),
        ("$(id) to production", "`$(id)` cannot be the name of a service"),
        ("shop to ../etc", "`../etc` cannot be the name of an environment"),
        ("`shop` to production", "`'shop'` cannot be the name of a service"),
        ("shop to " + "x" * 80 + "!", "`" + "x" * 60 + "…` cannot be the name of an environment"),
    ],
)
def test_what_is_not_understood_is_named_beside_what_is(text: str, what: str) -> None:
    assert parse_deploy(text) == Misread(what, USAGE)


@pytest.mark.parametrize(
    ("text", "misread"),
    [
        ("status", Misread("`status` wants a service", "/deploy status SERVICE")),
        ("history", Misread("`history` wants a service", "/deploy history SERVICE")),
        ("status shop api", Misread("I understood status of `shop`, but not `api`", "/deploy status SERVICE")),
        ("history <x>", Misread("`<x>` cannot be the name of a service", "/deploy history SERVICE")),
    ],
)
def test_the_forms_that_ask_say_their_own_usage(text: str, misread: Misread) -> None:
    assert parse_deploy(text) == misread


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("", StatusOf()),
        ("  ", StatusOf()),
        ("shop", StatusOf("shop")),
        ("Shop", StatusOf("shop")),
        ("help", Help()),
        ("Help", Help()),
        ("shop api", Misread("I understood the service `shop`, but not `api`", "/status [SERVICE]")),
        ("help me", Misread("I understood the service `help`, but not `me`", "/status [SERVICE]")),
        ("sh;op", Misread("`sh;op` cannot be the name of a service", "/status [SERVICE]")),
    ],
)
def test_every_form_of_status_is_read(text: str, command: StatusCommand) -> None:
    assert parse_status(text) == command


@pytest.mark.parametrize(
    ("length", "usage"),
    [(LONGEST, f"`{'x' * 60}…`"), (LONGEST + 1, "That is 1,001 characters long, a command has at most 1,000")],
)
def test_a_text_that_is_no_command_is_not_read_to_its_end(length: int, usage: str) -> None:
    found = parse_deploy("x" * length)
    assert isinstance(found, Misread)
    assert usage in found.what


def test_status_says_its_own_usage_for_a_text_too_long() -> None:
    assert parse_status("x" * (LONGEST + 1)) == Misread(
        "That is 1,001 characters long, a command has at most 1,000", "/status [SERVICE]"
    )
