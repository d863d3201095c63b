import pytest

from bot.messages.started import act_message, started_message
from bot.model import DeployKind
from bot.records import Act
from tests.building import HOSTILE, NOW, TARGET, a_deploy, a_plan, names, problems


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        (DeployKind.DEPLOY, "Deploy 41 · shop 1.4.2 → production has begun: watch it in #deploys"),
        (DeployKind.ROLLBACK, "Rollback 41 · shop 1.4.2 → production has begun: watch it in #deploys"),
    ],
)
def test_who_asked_is_told_where_to_watch(kind: DeployKind, line: str) -> None:
    message = started_message(a_deploy(a_plan(kind=kind)), "#deploys")
    assert message.text == line
    assert problems(message) == []


def test_a_hostile_ref_does_not_act() -> None:
    assert "<!channel>" not in started_message(a_deploy(a_plan(ref=HOSTILE)), "#deploys").text


def test_a_named_step_is_named() -> None:
    act = Act(3, TARGET, ("web1",), 7, "U0ANA", NOW, step="flush-cache")
    assert act_message(act).text == "Running flush-cache of shop in production on web1: the alert says how it ends"


@pytest.mark.parametrize(("hosts", "where"), [(1, "web1"), (9, "web1, web2, web3, web4, web5 and 4 more")])
def test_a_restart_names_its_hosts(hosts: int, where: str) -> None:
    act = Act(3, TARGET, tuple(names(hosts)), 7, "U0ANA", NOW)
    message = act_message(act)
    assert message.text == f"Restarting shop in production on {where}: the alert says how it ends"
    assert problems(message) == []
