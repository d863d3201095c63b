from datetime import timedelta

import pytest

from bot.grammar import (
    AbortOf,
    DeployCommand,
    DeployTo,
    FreezeOf,
    HistoryOf,
    LockOf,
    Locks,
    PlanOf,
    PromoteTo,
    ReplaceOf,
    RollbackOf,
    RunOf,
    UnfreezeOf,
    UnlockOf,
    Until,
    near_verbs,
    parse_deploy,
)
from tests.grammar.reading import misread

WHY = "data migration"
TWO_HOURS = timedelta(hours=2)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("plan shop@1.4.2 to production", PlanOf(DeployTo("shop", "production", "1.4.2"))),
        ("PLAN shop 1.4.2 production/web1!", PlanOf(DeployTo("shop", "production", "1.4.2", ("web1",), ""))),
        ("plan status to production", PlanOf(DeployTo("status", "production"))),
        ("plan rollback to production", PlanOf(DeployTo("rollback", "production"))),
        ("plan rollback shop", PlanOf(RollbackOf("shop"))),
        ("Plan Rollback shop to 1.4.1 on Production", PlanOf(RollbackOf("shop", "1.4.1", "production"))),
        ("plan promote shop to production", PlanOf(PromoteTo("shop", "production"))),
        ("rollback shop", RollbackOf("shop")),
        ("Rollback Shop In Production", RollbackOf("shop", None, "production")),
        ("rollback shop to 1.4.1", RollbackOf("shop", "1.4.1")),
        ("rollback shop to 1.4.1 in production", RollbackOf("shop", "1.4.1", "production")),
        ("rollback shop on production to v1/Rc", RollbackOf("shop", "v1/Rc", "production")),
        ("rollback shop@1.4.1 in production", RollbackOf("shop", "1.4.1", "production")),
        ("promote shop", PromoteTo("shop")),
        ("promote shop to production", PromoteTo("shop", "production")),
        ("replace shop i-0abc", ReplaceOf("shop", "i-0abc")),
        ("Replace Shop i-0aBc in Production", ReplaceOf("shop", "i-0aBc", "production")),
        ("replace shop/i-0abc on production", ReplaceOf("shop", "i-0abc", "production")),
        ("history shop in production", HistoryOf("shop", "production")),
        ("history #41", HistoryOf(deploy=41)),
        ("history 41 in production", HistoryOf("41", "production")),
        ("abort", AbortOf()),
        ("abort 42", AbortOf(deploy=42)),
        ("abort #42", AbortOf(deploy=42)),
        ("abort shop", AbortOf(service="shop")),
        ("abort shop in production", AbortOf(service="shop", environment="production")),
        ("abort 42 in production", AbortOf(service="42", environment="production")),
        ('lock shop in production "data migration" for 2h', LockOf("shop", WHY, "production", TWO_HOURS)),
        ("lock shop for 120M on production “data migration”", LockOf("shop", WHY, "production", TWO_HOURS)),
        ('lock shop "data  migration "', LockOf("shop", WHY)),
        ('lock shop@1.4.2 in production "data migration"', LockOf("shop", WHY, "production", ref="1.4.2")),
        ('lock shop/topic/x "data migration" for 2h', LockOf("shop", WHY, None, TWO_HOURS, "topic/x")),
        ("lock shop 'data migration'", LockOf("shop", WHY)),
        ('lock all in production "data migration"', LockOf("all", WHY, "production")),
        ("unlock shop", UnlockOf("shop")),
        ("unlock shop in production", UnlockOf("shop", "production")),
        ("unlock all on production", UnlockOf("all", "production")),
        ("locks", Locks()),
        ('freeze production "data migration"', FreezeOf("production", WHY)),
        ('freeze Production "data migration" until 18:00', FreezeOf("production", WHY, Until("", "18:00"))),
        ("run shop migrate", RunOf("shop", "migrate")),
        ("Run Shop Migrate in Production", RunOf("shop", "migrate", "production")),
        ("unfreeze production", UnfreezeOf("production")),
    ],
)
def test_every_verb_is_read_and_printed_so_that_it_is_read_again(text: str, command: DeployCommand) -> None:
    assert parse_deploy(text) == command
    assert parse_deploy(str(command)) == command


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("Mon", Until("Mon")),
        ("monday 8:00", Until("Mon", "08:00")),
        ("SUN 23:59 utc", Until("Sun", "23:59", "UTC")),
        ("2026-11-23", Until("2026-11-23")),
        ("2026-11-23 08:00 Europe/Madrid", Until("2026-11-23", "08:00", "Europe/Madrid")),
        ("2026-11-23T08:00", Until("2026-11-23", "08:00")),
        ("07:30 America/Argentina/Buenos_Aires", Until("", "07:30", "America/Argentina/Buenos_Aires")),
    ],
)
def test_the_end_of_a_freeze_is_a_day_a_time_or_both(text: str, until: Until) -> None:
    command = FreezeOf("production", WHY, until)
    assert parse_deploy(f'freeze production until {text} "data migration"') == command
    assert parse_deploy(str(command)) == command


@pytest.mark.parametrize(
    "text", ["soon", "24:00", "8:60", "2026-02-30", "2026-13-01", "2026-02-30T08:00", "UTC", '"Mon"', "Mo 08:00"]
)
def test_what_is_no_time_is_answered_with_how_times_are_written(text: str) -> None:
    found = misread(parse_deploy(f'freeze production until {text} "data migration"'))
    assert "`until Mon 08:00`" in found.what
    assert found.understood == "`freeze` of the environment `production`"


@pytest.mark.parametrize(
    ("text", "what", "usage"),
    [
        ("status", "`status` wants a service", "/deploy status SERVICE"),
        ("history", "`history` wants a service, or a deploy's number", "/deploy history SERVICE [in ENV] | NUMBER"),
        (
            "status shop api",
            "I understood `status` of the service `shop`, but not `api`",
            "/deploy status SERVICE",
        ),
        ("history <x>", "`<x>` cannot be the name of a service", "/deploy history SERVICE"),
        ("history shop to production", "of the service `shop`, but not `to`", ""),
        ("history 41 in production 3", "of the service `41` in `production`, but not `3`", ""),
        ("rollback", "`rollback` wants a service", "/deploy rollback SERVICE [to RELEASE] [in ENV]"),
        ("rollback shop 1.4.1", "I understood `rollback` of the service `shop`, but not `1.4.1`", "/deploy rollback"),
        ("rollback shop to", "but not what should stand behind `to`", "/deploy rollback"),
        ("rollback shop to 1 to 2", "at `1`, but not `to`", "/deploy rollback"),
        ("rollback shop@1 to 2", "I understood `rollback` of the service `shop` at `1`, but not `2`", ""),
        ("rollback shop to $(id)", "`$(id)` cannot be a ref here: it holds $", ""),
        ("rollback shop in in", "but not `in` where an environment should stand", ""),
        ("promote", "`promote` wants a service", "/deploy promote SERVICE [to ENV]"),
        ("promote shop in staging", "I understood `promote` of the service `shop`, but not `in`", ""),
        ("promote shop to staging now", "of the service `shop` to `staging`, but not `now`", ""),
        ("abort 42 43", "I understood `abort` of the service `42`, but not `43`", "/deploy abort [NUMBER | SERVICE"),
        ("lock", "`lock` wants a service", '/deploy lock SERVICE[@REF] [in ENV] "REASON" [for 2h]'),
        ("lock shop in production", '`lock` wants its reason in quotes: `"data migration"`', ""),
        ('lock shop ""', '`lock` wants its reason in quotes: `"data migration"`', ""),
        ("lock shop data migration", "`shop`, but not `data`: a reason stands in quotes", ""),
        ('lock shop "a" "b"', 'because `a`, but not `"b"`', ""),
        ('lock shop "a" for ever', "`ever` is not a time that a lock can last: write `30m`, `2h` or `1d`", ""),
        ('lock shop "a" for 0h', "`0h` is not a time", ""),
        ('lock shop "a" for', "but not what should stand behind `for`", ""),
        ('lock shop "a', 'The quote that begins with `"a` does not end', "/deploy lock"),
        ('lock all "a"', "`lock all` wants the environment that is meant: `lock all in ENV`", ""),
        ('lock all@1.4.2 in production "a"', "A lock on `all` services cannot be for one ref", ""),
        ('lock shop@ "a"', "`shop@` ends where a ref should stand", ""),
        ("unlock all", "`unlock all` wants the environment that is meant: `unlock all in ENV`", ""),
        ("unlock shop@1", "`shop@1` cannot be the name of a service", "/deploy unlock SERVICE [in ENV]"),
        ("locks please", "I understood `locks`, but not `please`", "/deploy locks"),
        ("freeze", "`freeze` wants an environment", '/deploy freeze ENV [until TIME] "REASON"'),
        ("freeze production", "`freeze` wants its reason in quotes", ""),
        ('freeze production/web1 "a"', "`production/web1` cannot be the name of an environment", ""),
        ("unfreeze", "`unfreeze` wants an environment", "/deploy unfreeze ENV"),
        ("plan", "I understood `plan`, but not what should go where", "/deploy plan SERVICE[@REF] to ENV"),
        ("plan shop", "I understood `plan` of the service `shop`, but not where it should go", "/deploy plan"),
        ("plan shop production", "but not whether `production` is a ref or an environment", ""),
        (
            "plan abort shop in production",
            "A deploy, a rollback or a promotion can be planned, not `abort`",
            "/deploy plan",
        ),
        ("plan rollback", "`rollback` wants a service", "/deploy plan rollback SERVICE [to RELEASE] [in ENV]"),
        ("plan promote shop in staging", "`promote` of the service `shop`, but not `in`", "/deploy plan promote"),
    ],
)
def test_what_a_verb_lacks_or_does_not_know_is_named_with_its_usage(text: str, what: str, usage: str) -> None:
    found = misread(parse_deploy(text))
    assert what in found.what
    assert found.usage.startswith(usage or f"/deploy {text.split()[0]}")


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ('freeze production untl Mon "a"', "until"),
        ("rollback shop inn production", "in"),
        ('lock shop fro 2h "a"', "for"),
    ],
)
def test_a_slip_inside_a_form_is_answered_with_its_nearest_word(text: str, near: str) -> None:
    assert near in misread(parse_deploy(text)).near


@pytest.mark.parametrize(
    ("word", "near"),
    [("rolback", ("rollback",)), ("locs", ("locks", "lock")), ("rollback", ()), ("shop", ()), ("zzz", ()), ("", ())],
)
def test_the_verbs_nearest_to_a_word(word: str, near: tuple[str, ...]) -> None:
    assert near_verbs(word) == near
