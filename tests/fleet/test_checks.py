from datetime import timedelta
from typing import Any

from bot.fleet import Check
from bot.model import Action, Target
from bot.questions import Ask
from tests.fleet.samples import PRODUCTION, changed, load

CHECKS = (*PRODUCTION, "checks")


def expanded(*checks: dict[str, Any]) -> list[Check]:
    return load(changed((CHECKS, list(checks)))).checks()


def test_a_check_is_expanded_with_its_defaults() -> None:
    (check,) = expanded({"http": "https://shop.example.com/{{id}}", "action": "rollback"})
    assert check == Check(
        id="shop/production/http",
        target=Target("shop", "production"),
        host=None,
        question=Ask("https://shop.example.com/{id}", timedelta(seconds=10), frozenset({200}), ""),
        every=timedelta(seconds=30),
        timeout=timedelta(seconds=10),
        down_after=3,
        up_after=2,
        action=Action.ROLLBACK,
    )


def test_a_check_per_host_becomes_one_for_each_host_with_its_own_address() -> None:
    checks = expanded({"name": "app", "http": "http://{host}:{APP_PORT}/{name}", "action": "restart", "per_host": True})
    assert [(check.id, check.host, str(check.question)) for check in checks] == [
        ("shop/production/app/web1", "web1", "GET http://10.0.0.5:8001/web1"),
        ("shop/production/app/web2", "web2", "GET http://10.0.0.6:8002/web2"),
    ]


def test_no_setting_changes_a_checks_id() -> None:
    (plain,) = expanded({"http": "https://a.example.com/", "action": "restart"})
    (other,) = expanded(
        {
            "http": "https://b.example.com/",
            "action": "rollback",
            "every": "5m",
            "timeout": "1s",
            "down_after": 1,
            "up_after": 9,
            "status": [200, 204],
            "body": "ok",
        }
    )
    assert plain.id == other.id
    assert other.every == timedelta(minutes=5)
    assert (other.down_after, other.up_after) == (1, 9)
    assert other.question == Ask("https://b.example.com/", timedelta(seconds=1), frozenset({200, 204}), "ok")


def test_a_deployment_without_checks_is_watched_by_none() -> None:
    assert expanded() == []
