"""The words of a fleet file: names, mentions, channels, addresses, paths, URL templates. Each with its refusal."""

import re
import string
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from bot.fleet.refusal import refuse

NAME = r"^[a-z0-9][a-z0-9._-]{0,39}$"
HOST_NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$"
MENTION = r"^(@[a-z0-9][a-z0-9._-]*|[UW][A-Z0-9]{7,})$"
CHANNEL = r"^(#[^\s#@,<>]{1,80}|[CG][A-Z0-9]{7,})$"
VARIABLE = r"^[A-Za-z_][A-Za-z0-9_]*$"
# What people type after a command; a service of that name could never be told from it.
GRAMMAR_WORDS = frozenset({"for", "in", "on", "off", "to"})
COMMAND_WORDS = GRAMMAR_WORDS | {"abort", "ack", "auto", "checks", "dora", "help", "history", "hold", "incidents"}
COMMAND_WORDS |= {"lock", "plan", "promote", "rollback", "silence", "status", "unlock"}
COMMAND_WORDS |= {"close", "all", "freeze", "locks", "unfreeze", "until"}


def name(value: str) -> str:
    """A service, environment or check: what people type, so lower case and nothing that the grammar reads."""
    if not re.fullmatch(NAME, value):
        raise refuse("is not a usable name", "lower case letters, digits, . _ - (at most 40)", _nearest_name(value))
    if value in COMMAND_WORDS:
        raise refuse("is a word of the commands", "any other name", f"for example {value}-service")
    return value


def _nearest_name(value: str) -> str:
    tame = re.sub(r"[^a-z0-9._-]+", "-", value.lower()).strip("._-")[:40]
    return f"write {tame}" if tame and tame != value else ""


def mention(value: str) -> str:
    """A user group by its handle or a member by their id."""
    if not re.fullmatch(MENTION, value):
        raise refuse("names nobody", '"@group" or a member id such as U024BE7LH', _mention_hint(value))
    return value


def _mention_hint(value: str) -> str:
    bare = value.lstrip("@").lower()
    return f'write "@{bare}" for the user group' if re.fullmatch(NAME, bare) else ""


def channel(value: str) -> str:
    """A channel by `#name` or by its id."""
    if not re.fullmatch(CHANNEL, value):
        hint = f'write "#{value}"' if re.fullmatch(CHANNEL, f"#{value}") else ""
        raise refuse("is not a channel", '"#name" or a channel id such as C024BE7LH', hint)
    return value


def directory(value: str) -> str:
    """A directory on a host, absolute or relative to the login's home; the bot owns all of it."""
    if value.startswith("~"):
        raise refuse("~ is not filled in", "an absolute path, or one relative to the login's home", _homeless(value))
    parts = value.strip("/").split("/")
    if not value.isprintable() or not all(parts) or {".", ".."} & set(parts):
        raise refuse("is not a directory of its own", "an absolute path, or one relative to the login's home")
    return value.rstrip("/")


def _homeless(value: str) -> str:
    rest = value.lstrip("~").strip("/")
    return f"write {rest}" if rest else ""


def command(value: str) -> str:
    """A shell command of the fleet file. Several lines are welcome, nothing at all is not."""
    if not value.strip() or "\0" in value:
        raise refuse("is not a command", "what a shell on the host shall run")
    return value


def url(value: str) -> str:
    """An http or https address with a host in it."""
    return _web_address(value, value)


def template(value: str) -> str:
    """A URL in which `{host}`, `{name}` and `{VAR}` are filled in."""
    filled = value.format_map(dict.fromkeys(placeholders(value), "1"))
    return _web_address(value, filled.replace("[1]", "[::1]"))


def web_address(value: str) -> bool:
    """Whether it can be asked: one line without spaces, and a host in it."""
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
    return usable and not re.search(r"[\s\x00-\x1f\x7f]", value)


def _web_address(value: str, filled: str) -> str:
    allowed = "http://… or https://…"
    if not web_address(filled) or re.search(r"[\s\x00-\x1f]", value):
        raise refuse("is not a web address", allowed, f"write https://{value}" if "://" not in value else "")
    return value


def placeholders(value: str) -> frozenset[str]:
    """The names in braces. Raises a refusal for anything but plain `{name}`."""
    try:
        fields = [(field, spec, bang) for _, field, spec, bang in string.Formatter().parse(value) if field is not None]
    except ValueError:
        raise refuse("has an unmatched brace", "{host}, {name} and {VAR}; {{ and }} for braces themselves") from None
    if any(spec or bang or not re.fullmatch(VARIABLE, field) for field, spec, bang in fields):
        raise refuse("has something other than a name in braces", "{host}, {name} and {VAR}")
    return frozenset(field for field, _, _ in fields)


def repository(value: str) -> str:
    """Anything git can fetch, but for what git would read as an option or run as a program."""
    if value.startswith("-") or "::" in value or not value.strip() or not value.isprintable():
        raise refuse("is not a repository", "what git can fetch: https://…, git@host:path, ssh://…, /a/path")
    return value


def compare(value: str) -> str:
    """A URL with both `{old}` and `{new}`."""
    if placeholders(value) != {"old", "new"}:
        raise refuse("needs {old} and {new}", "https://…/compare/{old}...{new}")
    return template(value)


def commit(value: str) -> str:
    """A URL with `{sha}`."""
    if placeholders(value) != {"sha"}:
        raise refuse("needs {sha}", "https://…/commit/{sha}")
    return template(value)


def glob(value: str) -> str:
    """The name of a release, or a pattern of names with * and ?."""
    if not value or not value.isprintable() or " " in value:
        raise refuse("names no release", 'a tag such as "1.4.2", or a pattern such as "v2.*"')
    return value


Name = Annotated[str, AfterValidator(name), Field(json_schema_extra={"pattern": NAME})]
Mention = Annotated[str, AfterValidator(mention), Field(json_schema_extra={"pattern": MENTION})]
Channel = Annotated[str, AfterValidator(channel), Field(json_schema_extra={"pattern": CHANNEL})]
Directory = Annotated[str, AfterValidator(directory), Field(json_schema_extra={"minLength": 1})]
Command = Annotated[str, AfterValidator(command), Field(json_schema_extra={"minLength": 1})]
Glob = Annotated[str, AfterValidator(glob), Field(json_schema_extra={"minLength": 1})]
Url = Annotated[str, AfterValidator(url), Field(json_schema_extra={"pattern": "^https?://"})]
Template = Annotated[str, AfterValidator(template), Field(json_schema_extra={"pattern": "^https?://"})]
Repository = Annotated[str, AfterValidator(repository), Field(json_schema_extra={"minLength": 1})]
Compare = Annotated[str, AfterValidator(compare), Field(json_schema_extra={"pattern": "^https?://"})]
Commit = Annotated[str, AfterValidator(commit), Field(json_schema_extra={"pattern": "^https?://"})]
