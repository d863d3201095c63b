"""What a person typed after a slash command, as a value. Pure.

    /deploy SERVICE[@REF] to ENV      /deploy status SERVICE      /status
    /deploy help                      /deploy history SERVICE     /status SERVICE
    /deploy                           (opens a form)              /status help

Case, smart quotes, long dashes and extra spaces are forgiven; ambiguity is not. Names come out in lower case, as every
name of a fleet file is; a ref stays as it was typed. Whether a name exists is for whoever answers the command to say.
"""

import re
from dataclasses import dataclass

ARROWS = frozenset({"to", "in", "on"})
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
LONGEST = 1000  # characters; Slack allows more, no command needs it
DEPLOY_USAGE = "/deploy SERVICE[@REF] to ENV"
STATUS_USAGE = "/status [SERVICE]"
FORGIVEN = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "--", "\u00a0": " ", "\u200b": ""})


@dataclass(frozen=True, slots=True)
class DeployTo:
    """`ref` None: the repository's default branch."""

    service: str
    environment: str
    ref: str | None = None

    def __str__(self) -> str:
        return (
            f"{self.service}@{self.ref} to {self.environment}" if self.ref else f"{self.service} to {self.environment}"
        )


@dataclass(frozen=True, slots=True)
class StatusOf:
    """`service` None: all of them."""

    service: str | None = None


@dataclass(frozen=True, slots=True)
class HistoryOf:
    service: str


@dataclass(frozen=True, slots=True)
class Help: ...


@dataclass(frozen=True, slots=True)
class Form:
    """Nothing was typed: a form asks for everything."""


@dataclass(frozen=True, slots=True)
class Misread:
    """What was not understood, what was, and the form that comes nearest."""

    what: str
    usage: str


DeployCommand = DeployTo | StatusOf | HistoryOf | Help | Form | Misread
StatusCommand = StatusOf | Help | Misread


def parse_deploy(text: str) -> DeployCommand:
    words = _words(text, DEPLOY_USAGE)
    if isinstance(words, Misread):
        return words
    if not words:
        return Form()
    verb, rest = words[0].lower(), words[1:]
    if rest and rest[0].lower() in ARROWS:  # a service may be called `status`
        return _deploy(words)
    if verb == "help":
        return Help()
    if verb in ("status", "history"):
        return _of_service(verb, rest)
    return _deploy(words)


def parse_status(text: str) -> StatusCommand:
    words = _words(text, STATUS_USAGE)
    if isinstance(words, Misread):
        return words
    if not words:
        return StatusOf()
    if len(words) == 1 and words[0].lower() == "help":
        return Help()
    if len(words) > 1:
        return Misread(f"I understood the service {_shown(words[0])}, but not {_shown(words[1])}", STATUS_USAGE)
    return StatusOf(words[0].lower()) if NAME.fullmatch(words[0]) else _no_name("service", words[0], STATUS_USAGE)


def _words(text: str, usage: str) -> list[str] | Misread:
    if len(text) > LONGEST:
        return Misread(f"That is {len(text):,} characters long, a command has at most {LONGEST:,}", usage)
    return text.translate(FORGIVEN).split()


def _of_service(verb: str, rest: list[str]) -> DeployCommand:
    usage = f"/deploy {verb} SERVICE"
    if not rest:
        return Misread(f"`{verb}` wants a service", usage)
    if len(rest) > 1:
        return Misread(f"I understood {verb} of {_shown(rest[0])}, but not {_shown(rest[1])}", usage)
    if not NAME.fullmatch(rest[0]):
        return _no_name("service", rest[0], usage)
    service = rest[0].lower()
    return StatusOf(service) if verb == "status" else HistoryOf(service)


def _deploy(words: list[str]) -> DeployTo | Misread:
    service, at, ref = words[0].partition("@")
    if at and not ref:
        return Misread(f"{_shown(words[0])} ends where a ref should stand", DEPLOY_USAGE)
    if at and not service:
        return Misread(f"{_shown(words[0])} names no service before its @", DEPLOY_USAGE)
    if not NAME.fullmatch(service):
        return _no_name("service", service, DEPLOY_USAGE)
    understood = f"I understood the service {_shown(service)}" + (f" at {_shown(ref)}" if ref else "")
    if len(words) == 1:
        return Misread(f"{understood}, but not where it should go", DEPLOY_USAGE)
    if words[1].lower() not in ARROWS:
        return Misread(f"{understood}, but not {_shown(words[1])}", DEPLOY_USAGE)
    return _environment(words[2:], service, ref or None, understood)


def _environment(rest: list[str], service: str, ref: str | None, understood: str) -> DeployTo | Misread:
    if not rest:
        return Misread(f"{understood}, but not where it should go", DEPLOY_USAGE)
    if len(rest) > 1:
        return Misread(f"{understood} to {_shown(rest[0])}, but not {_shown(rest[1])}", DEPLOY_USAGE)
    if not NAME.fullmatch(rest[0]):
        return _no_name("environment", rest[0], DEPLOY_USAGE)
    return DeployTo(service.lower(), rest[0].lower(), ref)


def _no_name(kind: str, word: str, usage: str) -> Misread:
    return Misread(f"{_shown(word)} cannot be the name of {'an' if kind[0] in 'aeiou' else 'a'} {kind}", usage)


def _shown(word: str) -> str:
    """The word as the reader typed it, short and without a backtick that would end the code."""
    word = word.replace("`", "'")
    return f"`{word[:60]}…`" if len(word) > 60 else f"`{word}`"
