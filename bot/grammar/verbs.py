"""The forms that begin with a verb: a subject, then clauses in any order. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from bot.grammar import options
from bot.grammar.forms import AbortOf, DeployCommand, HistoryOf, Misread, PromoteTo, RollbackOf
from bot.grammar.heard import Heard
from bot.grammar.hold_forms import ALL, FreezeOf, LockOf, Locks, UnfreezeOf, UnlockOf
from bot.grammar.machine_forms import ReplaceOf
from bot.grammar.parts import (
    Words,
    read_end,
    read_environment,
    read_lease,
    read_machine,
    read_ref,
    read_release,
    read_running,
    read_service,
    read_task,
)
from bot.grammar.status_forms import StatusOf
from bot.grammar.task_forms import RunOf
from bot.grammar.words import Word, nearest

Built = TypeVar("Built", covariant=True)
Reader = Callable[[Heard, Words], Misread | None]
IN: Mapping[str, Reader] = {"in": read_environment, "on": read_environment}
ANYWHERE: Mapping[str, Reader] = {**IN, "to": read_environment}


@dataclass(frozen=True, slots=True)
class Verb(Generic[Built]):
    """`subject` reads what stands behind the verb, `clauses` what stands behind each of their words, `needs` are the
    attributes of Heard that must be there in the end, with what to call them.
    """

    usage: str
    build: Callable[[Heard], Built]
    subject: Reader | None = None
    clauses: Mapping[str, Reader] = field(default_factory=dict)
    needs: Mapping[str, str] = field(default_factory=dict)


SERVICE = {"service": "a service"}
REASON = {"reason": 'its reason in quotes: `"data migration"`'}
PLANNED: Mapping[str, Verb[RollbackOf | PromoteTo]] = {
    "rollback": Verb(
        "/deploy rollback SERVICE [to RELEASE] [in ENV]",
        lambda it: RollbackOf(it.service, it.ref or None, it.environment or None),
        read_release,
        {**IN, "to": read_ref},
        SERVICE,
    ),
    "promote": Verb(
        "/deploy promote SERVICE [to ENV]",
        lambda it: PromoteTo(it.service, it.environment or None),
        read_service,
        {"to": read_environment},
        SERVICE,
    ),
}
"""Other ways to move a release; a plan can be asked of each."""
VERBS: Mapping[str, Verb[DeployCommand]] = {
    "status": Verb("/deploy status SERVICE", lambda it: StatusOf(it.service), read_service, needs=SERVICE),
    "history": Verb(
        "/deploy history SERVICE [in ENV] | NUMBER",
        lambda it: HistoryOf(it.service or None, it.environment or None, it.deploy),
        read_running,
        IN,
        {"subject": "a service, or a deploy's number"},
    ),
    **PLANNED,
    "abort": Verb(
        "/deploy abort [NUMBER | SERVICE [in ENV]]",
        lambda it: AbortOf(it.deploy, it.service or None, it.environment or None),
        read_running,
        ANYWHERE,
    ),
    "replace": Verb(
        "/deploy replace SERVICE HOST [in ENV]",
        lambda it: ReplaceOf(it.service, it.hosts[0], it.environment or None),
        read_machine,
        IN,
        {**SERVICE, "hosts": "the host that goes"},
    ),
    "run": Verb(
        "/deploy run SERVICE TASK [in ENV]",
        lambda it: RunOf(it.service, it.task, it.environment or None),
        read_task,
        IN,
        {**SERVICE, "task": "the task that the fleet file calls so"},
    ),
    "lock": Verb(
        '/deploy lock SERVICE[@REF] [in ENV] "REASON" [for 2h]',
        lambda it: LockOf(it.service, it.reason, it.environment or None, it.lease, it.ref or None),
        read_release,
        {**ANYWHERE, "for": read_lease},
        {**SERVICE, **REASON},
    ),
    "unlock": Verb(
        "/deploy unlock SERVICE [in ENV]",
        lambda it: UnlockOf(it.service, it.environment or None),
        read_service,
        ANYWHERE,
        SERVICE,
    ),
    "locks": Verb("/deploy locks", lambda _: Locks()),
    "freeze": Verb(
        '/deploy freeze ENV [until TIME] "REASON"',
        lambda it: FreezeOf(it.environment, it.reason, it.until),
        read_environment,
        {"until": read_end},
        {"environment": "an environment", **REASON},
    ),
    "unfreeze": Verb(
        "/deploy unfreeze ENV",
        lambda it: UnfreezeOf(it.environment),
        read_environment,
        needs={"environment": "an environment"},
    ),
}


def read_verb(verb: Verb[Built], name: str, words: Iterable[Word]) -> Built | Misread:
    """The form that `name` begins; `words` are those behind it."""
    heard = Heard(verb.usage, name)
    plain, asked = options.part(words)
    if verb.subject and plain:
        trouble = verb.subject(heard, plain)
        if trouble:
            return trouble
    trouble = _clauses(heard, plain, verb) or options.none_allowed(heard, asked) or _missing(heard, verb)
    return trouble or verb.build(heard)


def _clauses(heard: Heard, words: Words, verb: Verb[object]) -> Misread | None:
    seen: set[Reader] = set()
    while words:
        word = words.popleft()
        reader = _reason if word.quoted and "reason" in verb.needs else verb.clauses.get(word.key)
        if reader is None or reader in seen:
            hint = ": a reason stands in quotes" if "reason" in verb.needs and not heard.reason else ""
            return heard.not_understood(f"{word}{hint}", nearest(word.key, verb.clauses))
        if reader is _reason:
            words.appendleft(word)
        elif not words:
            return heard.not_understood(f"what should stand behind {word}")
        trouble = reader(heard, words)
        if trouble:
            return trouble
        seen.add(reader)
    return None


def _reason(heard: Heard, words: Words) -> Misread | None:
    heard.reason = words.popleft().text
    return None


def _missing(heard: Heard, verb: Verb[object]) -> Misread | None:
    for attribute, called in verb.needs.items():
        if not getattr(heard, attribute):
            return heard.wrong(f"`{heard.verb}` wants {called}")
    if heard.service == ALL and "in" in verb.clauses and not heard.environment:
        return heard.wrong(f"`{heard.verb} {ALL}` wants the environment that is meant: `{heard.verb} {ALL} in ENV`")
    if heard.service == ALL and heard.ref:
        return heard.wrong(f"A lock on `{ALL}` services cannot be for one ref")
    return None
