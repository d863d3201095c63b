import pytest

from bot.grammar import LONGEST, DeployCommand, DeployTo, Form, Help, HistoryOf, LockOf, Misread, StatusOf, parse_deploy
from tests.grammar.reading import misread

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
        ("help!", Help()),
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
        ("shop/1.4.2 to production", DeployTo("shop", "production", "1.4.2")),
        ("shop/topic-branch to production", DeployTo("shop", "production", "topic-branch")),
        ("shop/feature/x to production", DeployTo("shop", "production", "feature/x")),
        ("shop/v1@2 to production", DeployTo("shop", "production", "v1@2")),
        ("shop/fix/#123+größe to production", DeployTo("shop", "production", "fix/#123+größe")),
        ("shop 1.4.2 production", DeployTo("shop", "production", "1.4.2")),
        ("shop 1.4.2 to production", DeployTo("shop", "production", "1.4.2")),
        ("shop feature/x on production", DeployTo("shop", "production", "feature/x")),
        ("shop@1.4.2 production", DeployTo("shop", "production", "1.4.2")),
        ("shop/1.4.2 production", DeployTo("shop", "production", "1.4.2")),
        ("plan@1 to production", DeployTo("plan", "production", "1")),
        ("Hubot TO Production", DeployTo("hubot", "production")),
    ],
)
def test_the_three_dialects_mean_one_deploy(text: str, command: DeployCommand) -> None:
    assert parse_deploy(text) == command


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("shop/topic to production/web1,web2", ("web1", "web2")),
        ("shop/topic to production/web1, web2", ("web1", "web2")),
        ("shop/topic to production/web1 , web2 ,web3", ("web1", "web2", "web3")),
        ("shop topic production/Web1", ("Web1",)),
        ("shop@topic to production/10.0.0.5,fe80::1", ("10.0.0.5", "fe80::1")),
        ("shop@topic to production --hosts web1,web2", ("web1", "web2")),
        ("shop@topic to production --hosts web1, web2", ("web1", "web2")),
        ("shop@topic --hosts=web2,web1 to production", ("web2", "web1")),
    ],
)
def test_hosts_stand_behind_the_environment_or_an_option(text: str, hosts: tuple[str, ...]) -> None:
    assert parse_deploy(text) == DeployTo("shop", "production", "topic", hosts)


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
        ("`shop@1.4.2` to `production`", DeployTo("shop", "production", "1.4.2")),
        ("```shop@1.4.2 to production```", DeployTo("shop", "production", "1.4.2")),
        ("shop@1.4.2 to production `", DeployTo("shop", "production", "1.4.2")),
        ('`lock shop "load test"`', LockOf("shop", "load test")),
        ('lock shop "see `make`"', LockOf("shop", "see `make`")),
    ],
)
def test_what_was_copied_as_code_is_read_without_its_marks(text: str, command: DeployCommand) -> None:
    assert parse_deploy(text) == command


@pytest.mark.parametrize("verb", ["status", "help", "history", "plan", "rollback", "lock", "locks", "abort", "freeze"])
def test_the_commands_own_words_may_be_names_where_that_is_clear(verb: str) -> None:
    assert parse_deploy(f"{verb} to production") == DeployTo(verb, "production")
    assert parse_deploy(f"{verb}@1 to production") == DeployTo(verb, "production", "1")
    assert parse_deploy(f"to@1 to {verb}") == DeployTo("to", verb, "1")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("shop", "I understood the service `shop`, but not where it should go"),
        ("shop to", "I understood the service `shop`, but not where it should go"),
        ("shop@1.4.2", "I understood the service `shop` at `1.4.2`, but not where it should go"),
        ("shop@1.4.2 to", "I understood the service `shop` at `1.4.2`, but not where it should go"),
        ("shop 1.4.2 to", "I understood the service `shop` at `1.4.2`, but not where it should go"),
        ("shop/", "`shop/` ends where a ref should stand"),
        ("shop@", "`shop@` ends where a ref should stand"),
        ("shop@ to production", "`shop@` ends where a ref should stand"),
        ("shop production", "I understood the service `shop`, but not whether `production` is a ref or an environment"),
        ("shop 123456", "I understood the service `shop`, but not whether `123456` is a ref or an environment"),
        ("shop to production now", "I understood the service `shop` to `production`, but not `now`"),
        ("shop to production and staging", "I understood the service `shop` to `production`, but not `and`"),
        ("shop to production 12345", "I understood the service `shop` to `production`, but not `12345`"),
        ("shop to production to staging", "I understood the service `shop` to `production`, but not `to`"),
        ("shop please deploy to production", "I understood the service `shop` at `please` to `deploy`, but not `to`"),
        ("shop to to", "I understood the service `shop`, but not `to` where an environment should stand"),
        ("to to to", "I understood the service `to`, but not `to` where an environment should stand"),
        ("@1.4.2 to production", "`@1.4.2` names no service before its @"),
        ("/1.4.2 to production", "`/1.4.2` names no service before its /"),
        ("<@U1> to production", "`<` cannot be the name of a service"),
        ("“shop” to production", '`"shop"` cannot be the name of a service'),
        ("shop “1.4.2” to production", 'I understood the service `shop`, but not `"1.4.2"`'),
        ("shop to “production”", '`"production"` cannot be the name of an environment'),
        ("$(id) to production", "`$(id)` cannot be the name of a service"),
        ("shop to .etc", "`.etc` cannot be the name of an environment"),
        ("sh`op to production", "`sh'op` cannot be the name of a service"),
        ("shop to ?" + "x" * 80, "`?" + "x" * 59 + "…` cannot be the name of an environment"),
        ("shop to production/", "`production/` ends where hosts should stand"),
        ("shop to production/web1,", "`web1,` has a comma without a host beside it"),
        ("shop to production/$(id)", "`$(id)` cannot be the name of a host"),
        ("shop to production/web1,web1", "The host `web1` is named twice"),
        ('shop to production "', 'The quote that begins with `"` does not end'),
        ("!", "I do not understand what should go where"),
        ("-", "I do not understand `-`"),
    ],
)
def test_what_is_not_understood_is_named_beside_what_is(text: str, what: str) -> None:
    found = misread(parse_deploy(text))
    assert (found.what, found.usage) == (what, USAGE)


@pytest.mark.parametrize(
    ("ref", "why"),
    [
        ("$(id)", "it holds $"),
        ("`id`", "it holds a backtick"),
        ("a;b", "it holds ;"),
        ("a|b", "it holds |"),
        ("a&b", "it holds &"),
        ("a>b", "it holds >"),
        ("a'b", "it holds '"),
        ("a“b”", 'it holds "'),
        ("main~1", "it holds ~"),
        ("a:b", "it holds :"),
        ("a!b", "it holds !"),
        ("a\\b", "it holds \\"),
        ("a\x07b", "it holds a character that cannot be seen"),
        ("-x", "git allows no branch or tag of that name"),
        ("../etc", "git allows no branch or tag of that name"),
        ("a..b", "git allows no branch or tag of that name"),
        ("/a", "git allows no branch or tag of that name"),
        ("a//b", "git allows no branch or tag of that name"),
        ("a.lock", "git allows no branch or tag of that name"),
        ("@", "git allows no branch or tag of that name"),
        ("a" * 201, "it is 201 characters long, a ref has at most 200"),
    ],
)
def test_a_ref_that_a_shell_or_git_would_read_otherwise_is_refused(ref: str, why: str) -> None:
    for text in (f"hubot@{ref} to production", f"hubot/{ref} to production"):
        found = misread(parse_deploy(text))
        assert found.what.startswith("`")
        assert found.what.endswith(f"` cannot be a ref here: {why}")
        assert found.understood == "the service `hubot`"


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("rolback shop", ("rollback",)),
        ("lokc shop in production “x”", ("lock",)),
        ("stauts shop", ("status",)),
        ("shop@1 to production please", ()),
        ("planet@1 to production please", ()),
    ],
)
def test_a_verb_with_a_slip_of_the_keyboard_is_answered_with_the_verb(text: str, near: tuple[str, ...]) -> None:
    assert misread(parse_deploy(text)).near[:1] == near


@pytest.mark.parametrize(
    ("length", "usage"),
    [(LONGEST, f"`{'x' * 60}…`"), (LONGEST + 1, "That is 1,001 characters long, a command has at most 1,000")],
)
def test_a_text_that_is_no_command_is_not_read_to_its_end(length: int, usage: str) -> None:
    assert usage in misread(parse_deploy("x" * length)).what


def test_a_deploy_that_would_be_printed_too_long_is_refused() -> None:
    found = parse_deploy("x" * (LONGEST - len(" 1 y")) + " 1 y")
    assert found == Misread("That is 1,003 characters long, a command has at most 1,000", USAGE)
