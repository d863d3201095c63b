"""The forms of /status that begin with a verb. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from bot.grammar.forms import Misread, StatusCommand
from bot.grammar.parts import LEASE, read_incident, read_lease, read_service
from bot.grammar.status_forms import AckOf, ChecksOf, CloseOf, IncidentsNow, SilenceOf, SilencesNow, UnsilenceOf
from bot.grammar.verbs import ANYWHERE, REASON, SERVICE, Verb, read_verb
from bot.grammar.words import Word

BEFORE_A_NAME = frozenset({*ANYWHERE, "for"})
STATUS_VERBS: Mapping[str, Verb[StatusCommand]] = {
    "checks": Verb("/status checks SERVICE", lambda it: ChecksOf(it.service), read_service, needs=SERVICE),
    "incidents": Verb("/status incidents", lambda _: IncidentsNow()),
    "silence": Verb(
        '/status silence SERVICE [in ENV] 2h "REASON"',
        lambda it: SilenceOf(it.service, it.lease or timedelta(), it.reason, it.environment or None),
        read_service,
        {**ANYWHERE, "for": read_lease},
        {**SERVICE, "lease": "how long: `30m`, `2h` or `1d`", **REASON},
    ),
    "unsilence": Verb(
        "/status unsilence SERVICE [in ENV]",
        lambda it: UnsilenceOf(it.service, it.environment or None),
        read_service,
        ANYWHERE,
        SERVICE,
    ),
    "silences": Verb("/status silences", lambda _: SilencesNow()),
    "ack": Verb(
        "/status ack NUMBER",
        lambda it: AckOf(it.incident or 0),
        read_incident,
        needs={"number": "an incident's number: the alert says it"},
    ),
    "close": Verb(
        '/status close NUMBER "REASON"',
        lambda it: CloseOf(it.incident or 0, it.reason),
        read_incident,
        needs={"number": "an incident's number: the alert says it", **REASON},
    ),
}


def read_status_verb(name: str, words: Sequence[Word]) -> StatusCommand | Misread:
    """`words` are those behind the verb."""
    return read_verb(STATUS_VERBS[name], name, list(_with_for(words)))


def _with_for(words: Sequence[Word]) -> Iterator[Word]:
    """`2h` as people write it becomes `for 2h`; the first word is a name, and what stands behind `in` as well."""
    for at, word in enumerate(words):
        if at and not word.quoted and LEASE.fullmatch(word.key) and words[at - 1].key not in BEFORE_A_NAME:
            yield Word("for")
        yield word
