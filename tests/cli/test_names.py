from copy import deepcopy

import pytest

from bot.cli.names import named
from bot.cli.parse import answered
from bot.cli.spelled import Read
from bot.grammar import parse_deploy, parse_scale
from bot.refusals import Reason, Refusal
from tests.fleet.samples import SHOP, SOUND, changed, load

STAGING = {**deepcopy(SOUND["services"]["shop"]["environments"]["production"]), "path": "/srv/staging"}
FLEET = load(
    changed(
        (("environments",), ["staging", "production", "preview"]),
        (("aliases",), {"prod": "production", "stg": "staging"}),
        ((*SHOP, "environments", "staging"), STAGING),
    )
)


def asked(text: str) -> Read | Refusal:
    return named(FLEET, parse_deploy(text))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("shop@1 to prod", "shop@1 to production"),
        ("shop 1 stg/web2,web1 --now!", "shop@1 to staging/web2,web1 --now !"),
        ("plan shop to prod", "plan shop to production"),
        ("plan rollback shop in prod", "plan rollback shop in production"),
        ("plan promote shop to prod", "plan promote shop to production"),
        ("rollback shop in prod", "rollback shop in production"),
        ("rollback shop to 1.4.1", "rollback shop to 1.4.1"),
        ("rollback shop to production in prod", "rollback shop to production in production"),  # a branch of that name
        ("promote shop to prod", "promote shop to production"),
        ("abort", "abort"),
        ("abort 42", "abort 42"),
        ("abort shop in stg", "abort shop in staging"),
        ('lock shop in prod "x" for 2h', 'lock shop in production "x" for 2h'),
        ('lock shop@1.4.2 in prod "x"', 'lock shop@1.4.2 in production "x"'),
        ('lock all in prod "x"', 'lock all in production "x"'),
        ("unlock all in preview", "unlock all in preview"),
        ("unlock shop", "unlock shop"),
        ('freeze prod "x"', 'freeze production "x"'),
        ("unfreeze stg", "unfreeze staging"),
        ("status shop", "status shop"),
        ("history shop in prod", "history shop in production"),
        ("history 41", "history 41"),
        ("locks", "locks"),
        ("help", "help"),
    ],
)
def test_short_names_become_those_of_the_fleet(typed: str, meant: str) -> None:
    assert asked(typed) == parse_deploy(meant)


@pytest.mark.parametrize(
    ("typed", "reason", "near"),
    [
        ("shopp@1 to prod", Reason.UNKNOWN_SERVICE, "shop"),
        ("shop to prodution", Reason.UNKNOWN_ENVIRONMENT, "production"),
        ("shop to prod/web3", Reason.UNKNOWN_HOST, "web1"),
        ("plan shop to prod --hosts wb2", Reason.UNKNOWN_HOST, "web2"),
        ("plan shopp to prod", Reason.UNKNOWN_SERVICE, "shop"),
        ("rollback shopp", Reason.UNKNOWN_SERVICE, "shop"),
        ("rollback shop in prodution", Reason.UNKNOWN_ENVIRONMENT, "production"),
        ("rollback shop to production", Reason.UNREADABLE, "rollback shop in production"),
        ("rollback shop to stg", Reason.UNREADABLE, "rollback shop in stg"),
        ("promote shop to stging", Reason.UNKNOWN_ENVIRONMENT, "staging"),
        ("abort shpo", Reason.UNKNOWN_SERVICE, "shop"),
        ('lock shpo "x"', Reason.UNKNOWN_SERVICE, "shop"),
        ('lock all in prodution "x"', Reason.UNKNOWN_ENVIRONMENT, "production"),
        ("unlock shop in stagin", Reason.UNKNOWN_ENVIRONMENT, "staging"),
        ('freeze prdo "x"', Reason.UNKNOWN_ENVIRONMENT, "production"),
        ("unfreeze previw", Reason.UNKNOWN_ENVIRONMENT, "preview"),
        ("status shpo", Reason.UNKNOWN_SERVICE, "shop"),
        ("history shpo", Reason.UNKNOWN_SERVICE, "shop"),
        ("history shop in prodution", Reason.UNKNOWN_ENVIRONMENT, "production"),
    ],
)
def test_a_name_that_the_fleet_does_not_have_is_refused_with_the_nearest(typed: str, reason: Reason, near: str) -> None:
    found = asked(typed)
    assert isinstance(found, Refusal), found
    assert found.reason is reason
    assert near in found.near


def test_a_verb_with_a_slip_that_was_read_as_a_service_is_told_apart() -> None:
    answer = answered("/deploy rolback shop in prod", "", FLEET)
    assert answer["near"] == ["rollback"]
    assert answer["understood"] == "/deploy rolback@shop to prod"
    assert "near" in answered("/status rolback", "", FLEET)
    assert answered("/status rolback", "", FLEET)["near"] == []


def test_a_release_that_is_an_environment_is_answered_with_what_was_meant() -> None:
    answer = answered("/deploy rollback shop to prod", "", FLEET)
    assert answer["reason"] == (
        "`prod` is an environment, and behind `to` stands a release. Did you mean `rollback shop in prod`?"
    )
    assert answer["usage"] == "/deploy rollback SERVICE [to RELEASE] [in ENV]"


@pytest.mark.parametrize(
    ("typed", "meant"), [("shop in prod +2", "shop in production +2"), ("hold shop stg 2h", "shop in staging hold 2h")]
)
def test_the_names_of_a_scale_command_are_made_real(typed: str, meant: str) -> None:
    assert str(named(FLEET, parse_scale(typed))) == meant


@pytest.mark.parametrize(
    ("typed", "reason"), [("shp 6", Reason.UNKNOWN_SERVICE), ("shop in moon auto", Reason.UNKNOWN_ENVIRONMENT)]
)
def test_a_scale_command_for_what_is_not_there_is_refused(typed: str, reason: Reason) -> None:
    found = named(FLEET, parse_scale(typed))
    assert isinstance(found, Refusal)
    assert found.reason is reason
