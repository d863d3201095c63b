from typing import Any

import pytest

from bot.grammar import OPTIONS, STRATEGIES, DeployTo, PlanOf, parse_deploy
from tests.grammar.reading import misread

USAGE = "/deploy SERVICE[@REF] to ENV"


def shop(**options: Any) -> DeployTo:
    return DeployTo("shop", "production", "1.4.2", **options)


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("!", shop(force="")),
        ("!!", shop(force="")),
        ("--force", shop(force="")),
        ("—force", shop(force="")),
        ("–force", shop(force="")),
        ("-force", shop(force="")),
        ("--FORCE", shop(force="")),
        ('--force ""', shop(force="")),
        ('--force "hot fix"', shop(force="hot fix")),
        ("--force 'hot fix'", shop(force="hot fix")),
        ("—force “hot fix”", shop(force="hot fix")),
        ("—force=“hot fix”", shop(force="hot fix")),
        ("—force „hot fix“", shop(force="hot fix")),
        ("--force=hotfix", shop(force="hotfix")),
        ('--force "hot fix"!', shop(force="hot fix")),
        ('--force "hot fix" !', shop(force="hot fix")),
        ('--force "a — b, isn’t it?"', shop(force="a — b, isn’t it?")),
        ('--force "say \\"now\\" twice"', shop(force='say "now" twice')),
        ('--force "C:\\temp\\\\"', shop(force="C:\\temp\\")),
        ("--force 'it''s'", shop(force="it''s")),
        ('--force "two\n lines\x07 "', shop(force="two lines")),
        ('--force "--now to staging"', shop(force="--now to staging")),
        ("--now", shop(now=True)),
        ("--wait", shop(wait=True)),
        ("—wait --now", shop(now=True, wait=True)),
        ("--now!", shop(now=True, force="")),
        ("--strategy canary", shop(strategy="canary")),
        ("--strategy=Blue-Green", shop(strategy="blue_green")),
        ("--strategy all_at_once", shop(strategy="all_at_once")),
        ("--hosts 'web1,web2'", shop(hosts=("web1", "web2"))),
        ("--hosts web1, web2 --now", shop(hosts=("web1", "web2"), now=True)),
        (
            '--wait --hosts web1 --force "x" --now --strategy rolling',
            shop(hosts=("web1",), force="x", strategy="rolling", now=True, wait=True),
        ),
    ],
)
def test_options_are_read_behind_the_deploy_and_before_it(typed: str, command: DeployTo) -> None:
    assert parse_deploy(f"shop@1.4.2 to production {typed}") == command
    assert parse_deploy(f"plan shop 1.4.2 production {typed}") == PlanOf(command)
    if "!" not in typed:
        assert parse_deploy(f"{typed} shop/1.4.2 to production") == command


def test_a_mark_at_the_end_needs_no_space() -> None:
    assert parse_deploy("shop@1.4.2 to production!") == shop(force="")
    assert parse_deploy("shop 1.4.2 production/web1!") == shop(hosts=("web1",), force="")


@pytest.mark.parametrize(
    ("typed", "what"),
    [
        ("--fore", "I understood the service `shop` to `production`, but not `--fore`"),
        ("--yes", "I understood the service `shop` to `production`, but not `--yes`"),
        ("--rm -rf", "I understood the service `shop` to `production`, but not `--rm`"),
        ("--force hotfix", "I understood the service `shop` to `production`, but not `hotfix`; a reason for `--force`"),
        ('"hotfix"', 'I understood the service `shop` to `production`, but not `"hotfix"`'),
        ('--force "hot fix', 'The quote that begins with `"hot fix` does not end'),
        ("--force “hot fix", 'The quote that begins with `"hot fix` does not end'),
        ("--force 'hot fix", "I understood the service `shop` to `production`, but not `'hot`; a reason for `--force`"),
        ('--force "hot"fix', 'The quote that begins with `"hot"fix` does not end'),
        ("--now=yes", "`--now` takes no value"),
        ("--now --now", "`--now` stands there twice"),
        ('--force "a" --force "b"', "`--force` stands there twice"),
        ("--hosts", "`--hosts` wants its value behind it, such as `--hosts web1,web2`"),
        ("--hosts --now", "`--hosts` wants its value behind it"),
        ("--hosts ,web1", "`,web1` has a comma without a host beside it"),
        ("--hosts web1,web1", "The host `web1` is named twice"),
        ("--hosts web1;id", "`web1;id` cannot be the name of a host"),
        ("--strategy", "`--strategy` wants its value behind it, such as `--strategy canary`"),
        ("--strategy cannary", "`cannary` is no strategy; there are `all_at_once`, `rolling`, `canary`"),
        ("! --now now", "I understood the service `shop` to `production`, but not `!`"),
    ],
)
def test_what_is_no_option_is_named(typed: str, what: str) -> None:
    found = misread(parse_deploy(f"shop to production {typed}"))
    assert found.what.startswith(what)
    assert found.usage == USAGE
    assert found.understood.startswith("the service `shop` to `production`") or "quote" in found.what


def test_hosts_named_in_both_places_are_refused() -> None:
    found = misread(parse_deploy("shop to production/web1 --hosts web2"))
    assert found.what == "Hosts are named twice: behind the environment and with `--hosts`"
    assert found.understood == "the service `shop` to `production` on `web1`"


@pytest.mark.parametrize(
    ("typed", "near"),
    [("--fore", "--force"), ("—strat canary", "--strategy"), ("--host web1", "--hosts"), ("--wiat", "--wait")],
)
def test_an_unknown_option_is_answered_with_the_nearest(typed: str, near: str) -> None:
    assert near in misread(parse_deploy(f"shop to production {typed}")).near


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_strategy_can_be_asked_for_and_a_slip_is_answered_with_it(strategy: str) -> None:
    assert parse_deploy(f"shop@1.4.2 to production --strategy {strategy}") == shop(strategy=strategy)
    assert strategy in misread(parse_deploy(f"shop to production --strategy {strategy}x")).near


@pytest.mark.parametrize("option", [*OPTIONS, "!", "--reason"])
@pytest.mark.parametrize(
    "form", ["rollback shop", "abort 42", "locks", "unlock shop", "status shop", "unfreeze staging"]
)
def test_forms_that_take_no_options_name_the_option_they_do_not_know(form: str, option: str) -> None:
    found = misread(parse_deploy(f"{form} {option}"))
    assert found.what.endswith(f"but not `{option}`")
    assert found.usage.startswith(f"/deploy {form.split()[0]}")
