from datetime import timedelta
from typing import Any

import pytest

from bot.questions import CommandAsk
from tests.fleet.samples import PRODUCTION, changed, load, problems

CHECKS = (*PRODUCTION, "checks")


def checks(ssh: Any, **more: Any) -> list[Any]:
    return load(changed((CHECKS, [{"ssh": ssh, "action": "restart", **more}]))).checks()


@pytest.mark.parametrize("ssh", ["systemctl is-active shop", {"run": "systemctl is-active shop"}])
def test_the_command_is_asked_of_every_host(ssh: Any) -> None:
    found = checks(ssh, timeout="3s")
    assert [check.id for check in found] == ["shop/production/ssh/web1", "shop/production/ssh/web2"]
    assert [check.question for check in found] == [
        CommandAsk(check.question.host, "systemctl is-active shop", timedelta(seconds=3)) for check in found
    ]
    assert [(check.host, check.question.host.address) for check in found] == [
        ("web1", "10.0.0.5"),
        ("web2", "10.0.0.6"),
    ]


def test_braces_are_the_shells_own() -> None:
    assert checks("awk '{print $1}' ${FILE:-/etc/hosts}")[0].question.command == "awk '{print $1}' ${FILE:-/etc/hosts}"


@pytest.mark.parametrize(
    ("keys", "what", "below"),
    [
        ({"ssh": "true", "per_host": False}, "leaves no host to run the command on", "per_host"),
        ({"ssh": " "}, "is not a command", "ssh"),
        ({"ssh": {"run": "a\0b"}}, "is not a command", "ssh.run"),
        ({"ssh": {"command": "true"}}, "is missing", "ssh.run"),
    ],
)
def test_what_cannot_be_run_is_refused_with_its_path(keys: dict[str, Any], what: str, below: str) -> None:
    found = problems(changed((CHECKS, [{"action": "restart", **keys}])))
    assert next(problem for problem in found if problem.what.startswith(what)).path.endswith(f"checks.0.{below}")
