"""The way in: settings, or every problem of them at once."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from bot.errors import ConfigError, PointsmanError, Problem
from bot.fleet.problems import did_you_mean, show
from bot.fleet.refusal import REFUSED
from bot.sealed import ALLOWED, is_sealed, is_well_named
from bot.settings.environment import Gathered, gather
from bot.settings.shape import Settings, database_path, is_secret
from bot.settings.words import APP_TOKEN_AT, BOT_TOKEN_AT, SIGNING_SECRET_AT, DatabaseUrl, Namespace, Prefix

Opens = Callable[[str], str]
"""The value of a secret that AWS keeps, by its name. Raises PointsmanError."""


def load_settings(
    environ: Mapping[str, str] | None = None, env_file: Path | None = None, opens: Opens | None = None
) -> Settings:
    """Raises ConfigError with every problem. `environ` None is the process's own; it wins over `env_file`."""
    found = gather(environ, env_file)
    lacking = list(_missing(found.values))
    gathered, closed = _opened(found, opens)
    problems = [*gathered.problems, *lacking, *closed]
    settings: Settings | None = None
    try:
        settings = Settings.model_validate({name.lower(): text for name, text in gathered.values.items()})
    except ValidationError as error:
        errors = error.errors(include_url=False)
        problems += [_problem(item, gathered.values) for item in errors if item["type"] != "missing"]
    if settings is None or problems:
        raise ConfigError(problems)
    return settings


def _opened(gathered: Gathered, opens: Opens | None) -> tuple[Gathered, list[Problem]]:
    """The same with the values of secrets that AWS keeps; what could not be opened is left out and told."""
    values = dict(gathered.values)
    problems: list[Problem] = []
    for name, text in gathered.values.items():
        if not is_secret(name) or not is_sealed(text.strip()):
            continue
        try:
            values[name] = _value(name, text.strip(), opens)
        except ConfigError as error:
            problems += error.problems
            del values[name]
    return replace(gathered, values=values), problems


def _value(name: str, text: str, opens: Opens | None) -> str:
    if not is_well_named(text):
        raise ConfigError([Problem(name, "is no name of a secret", allowed=ALLOWED)])
    if opens is None:
        raise ConfigError([Problem(name, "is kept by AWS, which is not asked here", hint="set its value itself")])
    try:
        return opens(text)
    except PointsmanError as error:
        raise ConfigError([Problem(name, f"cannot be opened: {error}")]) from None


def fleet_file(environ: Mapping[str, str] | None = None, env_file: Path | None = None) -> Path:
    """Where the fleet file is, however wrong the other settings are."""
    default = str(Settings.model_fields["fleet_file"].default)
    return Path(gather(environ, env_file).values.get("FLEET_FILE", default)).expanduser()


def database_file(environ: Mapping[str, str] | None = None, env_file: Path | None = None) -> Path:
    """Where the state is, however wrong the other settings are. Raises ConfigError when this one cannot be one."""
    default = str(Settings.model_fields["database_url"].default)
    value = gather(environ, env_file).values.get("DATABASE_URL", default)
    return database_path(_checked("DATABASE_URL", DatabaseUrl, value))


def command_prefix(environ: Mapping[str, str] | None = None, env_file: Path | None = None) -> str:
    """COMMAND_PREFIX alone: the manifest is printed before there are any tokens. Raises ConfigError."""
    value = gather(environ, env_file).values.get("COMMAND_PREFIX", "")
    return checked_prefix(value)


def cloudwatch_namespace(environ: Mapping[str, str] | None = None, env_file: Path | None = None) -> str:
    """CLOUDWATCH_NAMESPACE alone. Raises ConfigError when this one cannot be one."""
    return _checked("CLOUDWATCH_NAMESPACE", Namespace, gather(environ, env_file).values.get("CLOUDWATCH_NAMESPACE", ""))


def checked_prefix(value: str) -> str:
    """The prefix itself. Raises ConfigError when Slack would not take it."""
    return _checked("COMMAND_PREFIX", Prefix, value)


def _checked(name: str, kind: Any, value: str) -> str:
    try:
        return str(TypeAdapter(kind).validate_python(value))
    except ValidationError as error:
        raise ConfigError([_problem({**item, "loc": (name,)}, {}) for item in error.errors()]) from None


def _missing(values: Mapping[str, str]) -> Iterator[Problem]:
    """Tokens that are needed but not there, said once and with where to get them."""
    if "SLACK_BOT_TOKEN" not in values:
        yield Problem("SLACK_BOT_TOKEN", "is not set", hint=f"get it from {BOT_TOKEN_AT}")
    if "SLACK_APP_TOKEN" not in values and "SLACK_SIGNING_SECRET" not in values:
        yield Problem(
            "SLACK_APP_TOKEN",
            "neither it nor SLACK_SIGNING_SECRET is set",
            hint=f"for Socket Mode get it from {APP_TOKEN_AT}; for HTTP get the secret from {SIGNING_SECRET_AT}",
        )
    if values.get("STATUS_PAGE", "").strip().lower() == "token" and "STATUS_TOKEN" not in values:
        yield Problem("STATUS_TOKEN", "is not set", hint="STATUS_PAGE=token needs one; openssl rand -hex 16 makes one")


def _problem(item: ErrorDetails, values: Mapping[str, str]) -> Problem:
    name = str(item["loc"][0]).upper()
    value = "" if is_secret(name) else show(values.get(name, item["input"]))
    context = item.get("ctx", {})
    if item["type"] == REFUSED:
        return Problem(name, context["what"], value, context["allowed"], context["hint"])
    if item["type"] == "literal_error":
        words = [word.strip(" '") for word in str(context["expected"]).replace(" or ", ",").split(",")]
        return Problem(name, "is not one of them", value, ", ".join(words), did_you_mean(value, words))
    return Problem(name, item["msg"][:1].lower() + item["msg"][1:], value)
