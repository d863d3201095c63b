import re

import pytest

from bot.fleet import Fleet
from bot.grammar import (
    AbortOf,
    DeployTo,
    Form,
    FreezeOf,
    Help,
    HistoryOf,
    LockOf,
    Misread,
    PlanOf,
    PromoteTo,
    RollbackOf,
    StatusOf,
    UnfreezeOf,
    UnlockOf,
    parse_deploy,
    parse_status,
)
from bot.messages.help import deploy_help, example, status_help
from bot.model import Target
from bot.plan.known import find_target
from tests.building import HOSTILE, fleet_of, problems, said
from tests.fleet.samples import PRODUCTION, SHOP, SOUND

STAGED = fleet_of(
    ["web1"],
    (("environments",), ["staging", "preview", "production"]),
    (
        ("services",),
        {
            "shop": SOUND["services"]["shop"],
            "api": {
                **SOUND["services"]["shop"],
                "environments": {
                    "staging": {**SOUND["services"]["shop"]["environments"][PRODUCTION[-1]], "path": "/srv/api"}
                },
            },
        },
    ),
)


def typed(told: str) -> list[str]:
    """The examples, as a person would copy them."""
    return re.findall(r"such as `(/[^`]+)`", told)


def test_every_form_of_deploy_has_an_example_that_would_work_here() -> None:
    fleet = fleet_of()
    told = said(deploy_help(fleet, ("production",), "1.4.2").blocks)
    assert typed(told) == [
        "/deploy shop@1.4.2 to production",
        "/deploy shop to production",
        "/deploy shop@1.4.2 to production/web1",
        "/deploy shop@1.4.2 to production --strategy all_at_once",
        "/deploy shop@1.4.2 to production --now",
        "/deploy plan shop@1.4.2 to production",
        "/deploy plan rollback shop in production",
        "/deploy rollback shop in production",
        "/deploy abort",
        "/deploy shop@1.4.2 to production --wait",
        '/deploy shop@1.4.2 to production --force "checkout is down"',
        '/deploy lock shop in production "load test" for 2h',
        '/deploy lock shop@1.4.2 in production "load test"',
        "/deploy unlock shop in production",
        '/deploy freeze production "stocktaking" until 18:00 UTC',
        "/deploy unfreeze production",
        "/deploy status shop",
        "/deploy history shop",
    ]
    for line in typed(told):
        assert not isinstance(parse_deploy(line.removeprefix("/deploy")), Misread | Form)


@pytest.mark.parametrize("fleet", [fleet_of(), STAGED])
@pytest.mark.parametrize("environments", [("production",), ("staging", "production"), ("preview", "staging")])
def test_an_example_is_read_as_what_it_is_an_example_of(fleet: Fleet, environments: tuple[str, ...]) -> None:
    commands = [parse_deploy(line[7:]) for line in typed(said(deploy_help(fleet, environments, "main").blocks))]
    for command in commands:
        match command:
            case DeployTo(service, environment):
                assert find_target(fleet, service, environment) == Target(service, environment)
                assert environment in environments
            case (
                PlanOf(DeployTo(service, environment))
                | PlanOf(RollbackOf(service, _, environment))
                | RollbackOf(service, _, environment)
            ):
                assert environment in environments
                assert find_target(fleet, service, str(environment)) == Target(service, str(environment))
            case PromoteTo(service, environment) | PlanOf(PromoteTo(service, environment)):
                assert find_target(fleet, service, str(environment)) == Target(service, str(environment))
            case LockOf(service, _, environment) | UnlockOf(service, environment):
                assert find_target(fleet, service, str(environment)) == Target(service, str(environment))
            case FreezeOf(environment) | UnfreezeOf(environment):
                assert environment in environments
            case AbortOf(deploy, service):
                assert (deploy, service) == (None, None)  # whichever runs
            case StatusOf(service) | HistoryOf(service):
                assert service in fleet.services
            case _:
                pytest.fail(f"{command} has no example")


@pytest.mark.parametrize(
    ("environments", "found"),
    [
        (("production",), ("shop", "production")),
        (("staging",), ("api", "staging")),
        (("staging", "production"), ("shop", "production")),
        (("preview",), ("shop", "")),
        ((), ("shop", "")),
    ],
)
def test_the_example_runs_where_the_asker_may_deploy(environments: tuple[str, ...], found: tuple[str, str]) -> None:
    assert example(STAGED, environments) == found


def api_on_ecs(*places: str) -> Fleet:
    """Beside the shop, which runs on hosts in production alone: api on ECS with a task, web on machines of a group."""
    shop = SOUND["services"]["shop"]
    ecs = {
        "cluster": "c",
        "service": "api",
        "image": "registry.example.com/api",
        "tasks": {"migrate": {"command": ["migrate"]}},
    }
    api = {**shop, "environments": {place: {"backend": "ecs", "ecs": ecs} for place in places}}
    return fleet_of(("web1",), (("environments",), ["dev", "qa", "production"]), (("services", "api"), api))


@pytest.mark.parametrize(
    ("may", "wanted", "unwanted"),
    [
        (("dev", "qa", "production"), "/deploy promote api to qa", "/deploy promote shop"),
        (("dev", "production"), "/deploy promote api to production", "to qa"),
        (("dev", "production"), "/deploy run api migrate in dev", "/deploy run shop"),
        (("dev",), "/deploy run api migrate in dev", "/deploy promote"),
    ],
)
def test_what_the_first_service_lacks_is_shown_by_another_one(may: tuple[str, ...], wanted: str, unwanted: str) -> None:
    found = typed(said(deploy_help(api_on_ecs("dev", "qa", "production"), may, "1.4.2").blocks))
    assert wanted in found
    assert not [line for line in found if unwanted in line]


@pytest.mark.parametrize(
    ("forcing", "shown"), [(None, True), (("production",), True), (("staging",), False), ((), False)]
)
def test_forcing_is_shown_to_those_who_may(forcing: tuple[str, ...] | None, shown: bool) -> None:
    told = said(deploy_help(fleet_of(), ("production",), "1.4.2", forcing).blocks)
    assert ("--force" in told) is shown


@pytest.mark.parametrize("environments", [(), ("preview",)])
def test_forms_that_the_asker_cannot_use_are_left_out(environments: tuple[str, ...]) -> None:
    told = said(deploy_help(STAGED, environments).blocks)
    assert " to ENV" not in told
    assert "`/deploy status SERVICE`" in told


def test_the_forms_of_status_have_examples_too() -> None:
    message = status_help(fleet_of())
    assert message.text == "How services stand"
    told = said(message.blocks)
    assert typed(told) == [
        "/status shop",
        "/status checks shop",
        '/status silence shop 2h "moving the database"',
        "/status unsilence shop",
    ]
    for line in typed(told):
        assert not isinstance(parse_status(line.removeprefix("/status")), Misread)
    assert [parse_status(form[7:]) for form in ("/status", "/status shop", "/status help")] == [
        StatusOf(),
        StatusOf("shop"),
        Help(),
    ]
    assert told.count("\n") == 10
    assert problems(message) == []


def test_a_hostile_tag_is_shown_and_does_not_act() -> None:
    message = deploy_help(fleet_of(), ("production",), HOSTILE)
    assert "<!channel>" not in said(message.blocks)
    assert problems(message) == []


def test_the_repo_of_the_sample_is_not_what_help_speaks_of() -> None:
    assert SHOP[-1] in said(deploy_help(fleet_of(), ("production",)).blocks)
