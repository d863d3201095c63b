"""From the text behind /deploy or /status to its form, or to what was not understood. Never raises. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from bot.grammar.deploy import read_deploy
from bot.grammar.forms import DeployCommand, Form, Help, Misread, PlanOf, StatusCommand
from bot.grammar.heard import Heard
from bot.grammar.parts import NAME, name
from bot.grammar.status import STATUS_VERBS, read_status_verb
from bot.grammar.status_forms import StatusOf
from bot.grammar.verbs import PLANNED, VERBS, read_verb
from bot.grammar.words import LONGEST, Unending, Word, nearest, shown, split

DEPLOY_USAGE = "/deploy SERVICE[@REF] to ENV"
PLAN_USAGE = "/deploy plan SERVICE[@REF] to ENV"
STATUS_USAGE = "/status [SERVICE]"
COMMAND_VERBS = ("help", "plan", *VERBS)


def parse_deploy(text: str) -> DeployCommand:
    words = _words(text, DEPLOY_USAGE)
    if isinstance(words, Misread):
        return words
    command = _deploy(words)
    if not isinstance(command, Misread) and len(str(command)) > LONGEST:
        return _too_long(len(str(command)), DEPLOY_USAGE)
    return command


def parse_status(text: str) -> StatusCommand:
    words = _words(text, STATUS_USAGE)
    if isinstance(words, Misread):
        return words
    if not words:
        return StatusOf()
    if len(words) == 1 and words[0].key == "help":
        return Help()
    if words[0].key in STATUS_VERBS:
        command = read_status_verb(words[0].key, words[1:])
        tells = not isinstance(command, Misread) and len(str(command)) > LONGEST
        return _too_long(len(str(command)), STATUS_USAGE) if tells else command
    return _one_service(words)


def _one_service(words: Sequence[Word]) -> StatusCommand:
    heard = Heard(STATUS_USAGE)
    service = name(heard, "a service", words[0])
    if isinstance(service, Misread):
        return service
    heard.service = service
    if len(words) > 1:
        return heard.not_understood(str(words[1]), nearest(words[0].key, STATUS_VERBS))
    return StatusOf(service)


def near_verbs(word: str) -> tuple[str, ...]:
    """The verbs of /deploy that may have been meant by a word that is no service."""
    return nearest(word, COMMAND_VERBS)


def _words(text: str, usage: str) -> list[Word] | Misread:
    if len(text) > LONGEST:
        return _too_long(len(text), usage)
    words: list[Word] = []
    for word in split(text):
        if isinstance(word, Unending):
            verbs = VERBS if usage == DEPLOY_USAGE else STATUS_VERBS
            verb = verbs.get(words[0].key) if words else None
            what = f"The quote that begins with {shown(word.text)} does not end"
            return Misread(what, verb.usage if verb else usage)
        words.append(word)
    return words


def _too_long(length: int, usage: str) -> Misread:
    return Misread(f"That is {length:,} characters long, a command has at most {LONGEST:,}", usage)


def _deploy(words: Sequence[Word]) -> DeployCommand:
    if not words:
        return Form()
    verb, rest = words[0].key, words[1:]
    if rest and rest[0].is_arrow:  # a service may be called `status`
        return read_deploy(words, Heard(DEPLOY_USAGE))
    if verb.rstrip("!") == "help":
        return Help()
    if verb == "plan":
        return _plan(rest)
    return read_verb(VERBS[verb], verb, rest) if verb in VERBS else _plain(words)


def _plan(words: Sequence[Word]) -> DeployCommand:
    """Of a deploy, or of another way to move a release; a service may be called as one of the verbs."""
    other = "" if not words or (len(words) > 1 and words[1].is_arrow) else words[0].key
    if other in PLANNED:
        found = read_verb(PLANNED[other], other, words[1:])
        if isinstance(found, Misread):
            return replace(found, usage=found.usage.replace("/deploy ", "/deploy plan ", 1))
        return PlanOf(found)
    if other in COMMAND_VERBS:
        what = f"A deploy, a rollback or a promotion can be planned, not {shown(other)}"
        return Misread(what, PLAN_USAGE, "`plan`")
    deploy = read_deploy(words, Heard(PLAN_USAGE, "plan"))
    return deploy if isinstance(deploy, Misread) else PlanOf(deploy)


def _plain(words: Sequence[Word]) -> DeployCommand:
    """A deploy; where it is none, its first word may be a verb with a slip of the keyboard."""
    found = read_deploy(words, Heard(DEPLOY_USAGE))
    slip = isinstance(found, Misread) and not found.near and NAME.fullmatch(words[0].text)
    if isinstance(found, Misread) and slip:
        return replace(found, near=near_verbs(words[0].key))
    return found
