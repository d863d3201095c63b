from pathlib import Path
from typing import Any

import pytest

from bot.errors import ConfigError, Problem
from bot.settings import Settings, cloudwatch_namespace, command_prefix, database_file, fleet_file, load_settings

TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1-secret-bot", "SLACK_APP_TOKEN": "xapp-1-secret-app"}
KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n-----END OPENSSH PRIVATE KEY-----\n"


def load(**variables: str) -> Settings:
    return load_settings({**TOKENS, **variables})


def problems(environ: dict[str, str], env_file: Path | None = None) -> tuple[Problem, ...]:
    with pytest.raises(ConfigError) as refused:
        load_settings(environ, env_file)
    return refused.value.problems


def only_problem(**variables: str) -> Problem:
    (problem,) = problems({**TOKENS, **variables})
    return problem


def test_two_tokens_are_enough() -> None:
    settings = load()
    assert settings.mode == "socket"
    assert settings.slack_api_url == "https://slack.com/api/"
    assert (settings.command_prefix, settings.fleet_file) == ("", Path("fleet.yaml"))
    assert settings.database_path == Path("pointsman.db")
    assert (settings.http_host, settings.http_port) == ("127.0.0.1", 8080)
    assert (settings.log_level, settings.log_format) == ("INFO", "auto")
    assert settings.ssh_key is None
    assert settings.ssh_known_hosts == Path.home() / ".ssh" / "known_hosts"
    assert (settings.ssh_host_keys, settings.repos_dir) == ("strict", Path("repos"))
    assert (settings.github_api_url, settings.github_token) == ("https://api.github.com", None)


def test_a_signing_secret_without_an_app_token_means_http() -> None:
    environ = {"SLACK_BOT_TOKEN": TOKENS["SLACK_BOT_TOKEN"], "SLACK_SIGNING_SECRET": "0123456789abcdef"}
    assert load_settings(environ).mode == "http"


def test_with_both_the_bot_uses_socket_mode() -> None:
    assert load(SLACK_SIGNING_SECRET="0123456789abcdef").mode == "socket"


def test_no_tokens_at_all_says_where_to_get_each() -> None:
    bot, way = problems({})
    assert bot.path == "SLACK_BOT_TOKEN"
    assert "OAuth & Permissions" in bot.hint
    assert way.path == "SLACK_APP_TOKEN"
    assert way.what == "neither it nor SLACK_SIGNING_SECRET is set"
    assert "connections:write" in way.hint
    assert "Signing Secret" in way.hint


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("SLACK_API_URL", "http://127.0.0.1:9/api", "http://127.0.0.1:9/api/"),
        ("COMMAND_PREFIX", "acme-", "acme-"),
        ("FLEET_FILE", "/etc/pointsman/fleet.json", Path("/etc/pointsman/fleet.json")),
        ("DATABASE_URL", "sqlite:////var/lib/p.db", "sqlite:////var/lib/p.db"),
        ("HTTP_ADDR", "0.0.0.0:0", "0.0.0.0:0"),
        ("LOG_LEVEL", "debug", "DEBUG"),
        ("LOG_FORMAT", "JSON", "json"),
        ("SSH_HOST_KEYS", "Accept-New", "accept-new"),
        ("SSH_KNOWN_HOSTS", "/etc/ssh/hosts", Path("/etc/ssh/hosts")),
        ("PROMETHEUS_URL", "https://prom.example.com/p/api/v1/", "https://prom.example.com/p"),
        ("REFERENCE_URLS", "https://a.example, http://b.example:8/x", ("https://a.example", "http://b.example:8/x")),
        ("REFERENCE_URLS", " ", ()),
        ("REPOS_DIR", "/var/cache/repos", Path("/var/cache/repos")),
        ("GITHUB_API_URL", "https://ghe.example.com/api/v3/", "https://ghe.example.com/api/v3"),
    ],
)
def test_a_setting_is_read(name: str, value: str, read: Any) -> None:
    assert getattr(load(**{name: value}), name.lower()) == read


REFUSED = [
    # name, value, words, allowed, hint
    ("SLACK_API_URL", "slack.com/api", "is not a web address", "https://slack.com/api/", ""),
    ("COMMAND_PREFIX", "/Acme ", "cannot begin a slash command", "a-z", "write acme"),
    ("COMMAND_PREFIX", "a" * 21, "cannot begin a slash command", "up to 20", ""),
    ("DATABASE_URL", "postgresql+psycopg://h/db", "postgresql is not a database that", "sqlite:///pointsman.db", ""),
    ("DATABASE_URL", "pointsman.db", "this is not a database that", "sqlite:///pointsman.db", ""),
    ("DATABASE_URL", "sqlite://", "names no file", "sqlite:///", "after a restart"),
    ("DATABASE_URL", "sqlite:///:memory:", "names no file", "sqlite:///", "after a restart"),
    ("DATABASE_URL", "sqlite:///a.db?mode=ro", "names no file", "sqlite:///", ""),
    ("HTTP_ADDR", ":8080", "names no host", "127.0.0.1:8080", "write 0.0.0.0:8080"),
    ("HTTP_ADDR", "localhost", "is not an address to listen on", "host:port", ""),
    ("HTTP_ADDR", "127.0.0.1:70000", "is not an address to listen on", "host:port", ""),
    ("HTTP_ADDR", "http://127.0.0.1:80", "is not an address to listen on", "host:port", ""),
    ("PROMETHEUS_URL", "prom:9090", "is not a web address", "http://prometheus.example.com:9090", ""),
    ("REFERENCE_URLS", "a.example", "is not a web address", "https://example.com", ""),
    ("REFERENCE_URLS", "https://a.example, https://u:p@b.example", "is not a web address", "without a name", ""),
    ("LOG_LEVEL", "verbose", "is not one of them", "DEBUG, INFO, WARNING, ERROR", ""),
    ("LOG_LEVEL", "warn", "is not one of them", "DEBUG, INFO, WARNING, ERROR", "did you mean WARNING?"),
    ("STATUS_PAGE", "on", "is not one of them", "off, public, token", ""),
    ("LOG_FORMAT", "jsn", "is not one of them", "auto, json, console", "did you mean json?"),
    ("GITHUB_API_URL", "ghe.example.com", "is not the address of an API", "https://api.github.com", ""),
    ("GITHUB_API_URL", "https://x/api?y=1", "is not the address of an API", "https://api.github.com", ""),
    ("GITHUB_API_URL", "https://a:b@ghe.example.com", "holds a user or a password", "/api/v3", "into GITHUB_TOKEN"),
    ("SSH_HOST_KEYS", "no", "is not one of them", "strict, accept-new", ""),
]


@pytest.mark.parametrize(("name", "value", "what", "allowed", "hint"), REFUSED)
def test_a_bad_value_is_told_with_what_is_allowed(name: str, value: str, what: str, allowed: str, hint: str) -> None:
    problem = only_problem(**{name: value})
    assert problem.path == name
    assert problem.what.startswith(what)
    assert allowed in problem.allowed
    assert hint in problem.hint
    assert problem.value != ""


MIXED_UP = [
    # variable, value, words
    ("SLACK_BOT_TOKEN", "xapp-1-hunter2", "an app-level token, which belongs in SLACK_APP_TOKEN"),
    ("SLACK_BOT_TOKEN", "xoxp-hunter2", "a user token"),
    ("SLACK_BOT_TOKEN", "xoxe.xoxb-hunter2", "a token that expires"),
    ("SLACK_BOT_TOKEN", "https://hooks.slack.com/hunter2", "a webhook's address"),
    ("SLACK_BOT_TOKEN", "hunter2", "must begin with xoxb-"),
    ("SLACK_BOT_TOKEN", "xoxb-hun hunter2", "must begin with xoxb- and hold no spaces"),
    ("SLACK_APP_TOKEN", "xoxb-hunter2", "a bot token, which belongs in SLACK_BOT_TOKEN"),
    ("SLACK_APP_TOKEN", "xapp-", "must begin with xapp-"),
    ("SLACK_SIGNING_SECRET", "xapp-1-hunter2", "an app-level token"),
    ("SLACK_SIGNING_SECRET", "hunter2", "is not a signing secret"),
    ("GITHUB_TOKEN", "xoxb-hunter2", "a bot token, which belongs in SLACK_BOT_TOKEN"),
    ("GITHUB_TOKEN", "hunter2 hunter2", "must hold no spaces"),
    ("SSH_KEY", "ssh-ed25519 AAAAhunter2 me@here", "holds a public key"),
    ("SSH_KEY", "/home/me/hunter2", "is not the text of a private key"),
]


@pytest.mark.parametrize(("name", "value", "what"), MIXED_UP)
def test_a_secret_in_the_wrong_place_is_recognised_and_not_shown(name: str, value: str, what: str) -> None:
    problem = only_problem(**{name: value})
    assert problem.path == name
    assert what in problem.what
    assert "hunter2" not in str(problem)
    assert problem.hint or problem.allowed


def test_every_problem_is_told_at_once() -> None:
    found = problems({"SLACK_BOT_TOKEN": "xapp-1", "LOG_LEVEL": "x", "HTTP_ADDR": "x", "COMMAND_PREFX": "x"})
    assert sorted(problem.path for problem in found) == [
        "COMMAND_PREFX",
        "HTTP_ADDR",
        "LOG_LEVEL",
        "SLACK_APP_TOKEN",
        "SLACK_BOT_TOKEN",
    ]


def test_a_password_in_a_bad_value_is_not_shown() -> None:
    assert "hunter2" not in str(only_problem(DATABASE_URL="mysql://root:hunter2@db/x"))


def test_a_key_may_have_its_line_ends_written_out() -> None:
    settings = load(SSH_KEY=KEY.replace("\n", "\\n"))
    assert settings.ssh_key is not None
    assert settings.ssh_key.get_secret_value() == KEY


def test_printing_settings_shows_no_secret() -> None:
    settings = load(SSH_KEY=KEY, SLACK_SIGNING_SECRET="0123456789abcdef", GITHUB_TOKEN="ghp_hunter2")
    shown = f"{settings!r} {settings} {settings.model_dump()}"
    assert len(settings.secrets()) == 5
    assert not [secret for secret in settings.secrets() if secret.strip() in shown]


def test_settings_cannot_be_changed_and_take_nothing_unknown() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load().log_level = "DEBUG"
    with pytest.raises(ValueError, match="extra"):
        Settings.model_validate({"slack_bot_token": "xoxb-1", "slak": 1})


def test_settings_read_no_environment_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "DEBUG")
    assert load().log_level == "INFO"


def test_the_processs_own_environment_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in TOKENS.items():
        monkeypatch.setenv(name, value)
    assert load_settings().slack_bot_token.get_secret_value() == TOKENS["SLACK_BOT_TOKEN"]


def test_the_fleet_file_is_known_however_wrong_the_rest_is() -> None:
    assert fleet_file({"FLEET_FILE": "other.yaml", "LOG_LEVEL": "x"}) == Path("other.yaml")
    assert fleet_file({}) == Path("fleet.yaml")


@pytest.mark.parametrize(
    ("environ", "path"),
    [
        ({"DATABASE_URL": "sqlite:////var/lib/bot.db", "LOG_LEVEL": "x"}, "/var/lib/bot.db"),
        ({"DATABASE_URL": "sqlite:///bot.db"}, "bot.db"),
        ({}, "pointsman.db"),
    ],
)
def test_the_database_file_is_known_however_wrong_the_rest_is(environ: dict[str, str], path: str) -> None:
    assert database_file(environ) == Path(path)
    assert load_settings({**environ, **TOKENS, "LOG_LEVEL": "INFO"}).database_path == Path(path)


def test_a_database_that_cannot_be_one_is_the_only_problem() -> None:
    with pytest.raises(ConfigError) as caught:
        database_file({"DATABASE_URL": "postgres://x", "LOG_LEVEL": "x"})
    assert [problem.path for problem in caught.value.problems] == ["DATABASE_URL"]


def test_the_prefix_is_known_without_tokens_and_still_checked() -> None:
    assert command_prefix({"COMMAND_PREFIX": "acme-"}) == "acme-"
    assert command_prefix({}) == ""
    with pytest.raises(ConfigError, match=r"COMMAND_PREFIX: cannot begin .* got A B .* write ab"):
        command_prefix({"COMMAND_PREFIX": "A B"})


@pytest.mark.parametrize(
    ("address", "host", "port"),
    [("[::1]:80", "::1", 80), ("localhost:0", "localhost", 0), ("0.0.0.0:8080", "0.0.0.0", 8080)],
)
def test_an_address_is_taken_apart(address: str, host: str, port: int) -> None:
    settings = load(HTTP_ADDR=address)
    assert (settings.http_host, settings.http_port) == (host, port)


@pytest.mark.parametrize("token", ["short", "sixteen letters, with spaces", "ünïcödé-ünïcödé-ünïcödé"])
def test_a_token_that_could_be_guessed_is_refused_and_not_shown(token: str) -> None:
    problem = only_problem(STATUS_TOKEN=token)
    assert (problem.path, problem.value) == ("STATUS_TOKEN", "")
    assert problem.hint == "openssl rand -hex 16 makes one"


def test_a_page_behind_a_token_needs_one() -> None:
    [problem] = problems({**TOKENS, "STATUS_PAGE": "Token"})
    assert (problem.path, problem.what) == ("STATUS_TOKEN", "is not set")
    assert load(STATUS_PAGE="Token", STATUS_TOKEN="0123456789abcdef").status_page == "token"


@pytest.mark.parametrize("topics", ["arn:aws:sqs:eu-west-1:123456789012:x", "alarms", "arn:aws:sns:eu-west-1:1:x"])
def test_a_topic_is_an_arn_of_sns(topics: str) -> None:
    problem = only_problem(SNS_TOPICS=topics)
    assert (problem.path, problem.what) == ("SNS_TOPICS", f"{topics} is not a topic of SNS")


def test_topics_are_parted_by_spaces_or_commas() -> None:
    one, two = (f"arn:aws:sns:eu-west-1:123456789012:{name}" for name in ("a", "b"))
    assert load(SNS_TOPICS=f"{one}, {two}").topics == {one, two}
    assert load().topics == frozenset()


@pytest.mark.parametrize("value", ["AWS/EC2", "two words", "x" * 256])
def test_a_namespace_that_cloudwatch_would_not_take_is_refused(value: str) -> None:
    assert only_problem(CLOUDWATCH_NAMESPACE=value).what == "is no namespace for metrics"
    assert load(CLOUDWATCH_NAMESPACE="Pointsman").cloudwatch_namespace == "Pointsman"
    assert cloudwatch_namespace({"CLOUDWATCH_NAMESPACE": "Pointsman"}) == "Pointsman"
    assert load().cloudwatch_namespace == cloudwatch_namespace({}) == ""
