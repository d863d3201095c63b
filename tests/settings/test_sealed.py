"""Settings that name a secret which AWS keeps."""

import pytest

from bot.errors import ConfigError, SecretClosed
from bot.settings import load_settings
from tests.settings.test_load import TOKENS, only_problem

KEPT = {"ssm:/bot/slack": "xoxb-1-kept-by-aws", "secretsmanager:bot#checks": "SHOP_TOKEN=hunter2-of-the-shop"}


def opens(name: str) -> str:
    if name not in KEPT:
        raise SecretClosed(name, "there is no such parameter")
    return KEPT[name]


def problems(**variables: str) -> list[tuple[str, str]]:
    with pytest.raises(ConfigError) as refused:
        load_settings({**TOKENS, **variables}, opens=opens)
    return [(one.path, one.what) for one in refused.value.problems]


def test_every_secret_setting_may_name_one() -> None:
    named = {"SLACK_BOT_TOKEN": "ssm:/bot/slack", "CHECK_SECRETS": "secretsmanager:bot#checks\n"}
    settings = load_settings({**TOKENS, **named}, opens=opens)
    assert settings.slack_bot_token.get_secret_value() == "xoxb-1-kept-by-aws"
    assert settings.header_secrets == {"SHOP_TOKEN": "hunter2-of-the-shop"}
    assert "hunter2-of-the-shop" in settings.secrets()
    assert "kept-by-aws" not in repr(settings)


def test_a_setting_that_is_no_secret_stays_as_it_is_written() -> None:
    assert [path for path, _ in problems(SLACK_API_URL="ssm:/bot/url")] == ["SLACK_API_URL"]
    assert str(load_settings({**TOKENS, "FLEET_FILE": "ssm:/bot/fleet"}, opens=opens).fleet_file) == "ssm:/bot/fleet"


@pytest.mark.parametrize("name", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "GITHUB_TOKEN"])
def test_one_that_cannot_be_opened_is_named_once(name: str) -> None:
    assert problems(**{name: "ssm:/nowhere"}) == [(name, "cannot be opened: ssm:/nowhere: there is no such parameter")]


def test_what_is_opened_must_be_what_the_setting_wants() -> None:
    ((path, what),) = problems(SLACK_APP_TOKEN="ssm:/bot/slack")
    assert path == "SLACK_APP_TOKEN"
    assert what.startswith("holds a bot token")


def test_a_bad_name_is_refused_without_a_call_and_without_aws_nothing_is_opened() -> None:
    assert problems(GITHUB_TOKEN="ssm:token") == [("GITHUB_TOKEN", "is no name of a secret")]
    assert only_problem(GITHUB_TOKEN="ssm:/bot/github").what == "is kept by AWS, which is not asked here"
