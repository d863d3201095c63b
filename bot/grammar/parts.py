"""How each part of a command is read: a reader takes the words that belong to it, or says what is wrong. Pure.

Names come out in lower case, as every name of a fleet file is; refs, hosts and reasons stay as they were typed.
"""

import re
from collections import deque

from bot.fleet.duration import parse_duration
from bot.grammar.forms import Misread
from bot.grammar.heard import Heard
from bot.grammar.until import read_until
from bot.grammar.words import FORGIVEN, Word, shown

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
HOST = re.compile(r"[A-Za-z0-9:][A-Za-z0-9._:-]*")  # a host without a name is called by its address
LEASE = re.compile(r"[0-9]{1,4}[smhd]")
NUMBER = re.compile(r"#?([0-9]{1,18})")
LONGEST_REF = 200
# What git itself forbids, and what a shell would read: no such text goes any further.
NOT_IN_REFS = re.compile(r"""[\s~^:?*\[\]\\$`"'!;&|<>(){}]""")
DIGEST = re.compile(r"sha256:[0-9a-f]{7,64}")  # of an image, or its beginning
NOT_A_REF = re.compile(r"^[-/.]|[/.]$|//|\.\.|/\.|\.lock(/|$)|^@$")
Words = deque[Word]


def name(heard: Heard, kind: str, word: Word) -> str | Misread:
    """`kind` is `a service` or `an environment`."""
    known = not word.quoted and NAME.fullmatch(word.text)
    return word.text.lower() if known else heard.no_name(kind, word)


def read_service(heard: Heard, words: Words) -> Misread | None:
    found = name(heard, "a service", words.popleft())
    if isinstance(found, Misread):
        return found
    heard.service = found
    return None


def read_release(heard: Heard, words: Words) -> Misread | None:
    """SERVICE, SERVICE@REF or SERVICE/REF; whichever of the two signs comes first."""
    word = words.popleft()
    service, sign, ref = _parted(word)
    if sign and not ref:
        return heard.wrong(f"{word} ends where a ref should stand")
    if sign and not service:
        return heard.wrong(f"{word} names no service before its {sign}")
    trouble = read_service(heard, deque([Word(service, word.quoted)]))
    return trouble or (set_ref(heard, ref) if ref else None)


def _parted(word: Word) -> tuple[str, str, str]:
    sign = None if word.quoted else re.search("[@/]", word.text)
    return (word.text[: sign.start()], sign[0], word.text[sign.end() :]) if sign else (word.text, "", "")


def read_ref(heard: Heard, words: Words) -> Misread | None:
    word = words.popleft()
    if heard.ref or word.quoted:
        return heard.not_understood(str(word))
    return set_ref(heard, word.text)


def set_ref(heard: Heard, ref: str) -> Misread | None:
    why = ref_trouble(ref)
    if why:
        return heard.wrong(f"{shown(ref)} cannot be a ref here: {why}")
    heard.ref = ref
    return None


def ref_trouble(ref: str) -> str:
    """Why no branch, tag or commit may be called so, empty when one may: `it holds $`."""
    if DIGEST.fullmatch(ref):
        return ""
    strange = NOT_IN_REFS.search(ref.translate(FORGIVEN))
    if strange:
        sign = "a space" if strange[0].isspace() else "a backtick" if strange[0] == "`" else strange[0]
        return f"it holds {sign}"
    if not ref.isprintable():
        return "it holds a character that cannot be seen"
    if len(ref) > LONGEST_REF:
        return f"it is {len(ref)} characters long, a ref has at most {LONGEST_REF}"
    return "" if ref and not NOT_A_REF.search(ref) else "git allows no branch or tag of that name"


def read_environment(heard: Heard, words: Words) -> Misread | None:
    word = words.popleft()
    if word.is_arrow:
        return heard.not_understood(f"{word} where an environment should stand")
    found = name(heard, "an environment", word)
    if isinstance(found, Misread):
        return found
    heard.environment = found
    return None


def read_place(heard: Heard, words: Words) -> Misread | None:
    """ENV or ENV/HOST,HOST; a comma may have a space behind it."""
    word = words.popleft()
    environment, slash, hosts = word.text.partition("/") if not word.quoted else (word.text, "", "")
    if slash and not hosts:
        return heard.wrong(f"{word} ends where hosts should stand")
    trouble = read_environment(heard, deque([Word(environment, word.quoted)]))
    return trouble or (set_hosts(heard, joined(hosts, words)) if hosts else None)


def joined(listed: str, words: Words) -> str:
    """The list with the words that a comma ties to it."""
    while (
        words
        and not (words[0].quoted or words[0].is_option)
        and (listed.endswith(",") or words[0].text.startswith(","))
    ):
        listed += words.popleft().text
    return listed


def set_hosts(heard: Heard, listed: str) -> Misread | None:
    hosts = tuple(listed.split(","))
    if "" in hosts:
        return heard.wrong(f"{shown(listed)} has a comma without a host beside it")
    for host in hosts:
        if not HOST.fullmatch(host):
            return heard.no_name("a host", Word(host))
        if hosts.count(host) > 1:
            return heard.wrong(f"The host {shown(host)} is named twice")
    if heard.hosts:
        return heard.wrong("Hosts are named twice: behind the environment and with `--hosts`")
    heard.hosts = hosts
    return None


def read_machine(heard: Heard, words: Words) -> Misread | None:
    """SERVICE HOST, also SERVICE/HOST."""
    service, slash, host = words[0].text.partition("/") if not words[0].quoted else (words[0].text, "", "")
    trouble = read_service(heard, deque([Word(service, words.popleft().quoted)]))
    if trouble or (not slash and (not words or words[0].key == "in")):
        return trouble
    return set_hosts(heard, host if slash else words.popleft().text)


def read_task(heard: Heard, words: Words) -> Misread | None:
    """SERVICE TASK."""
    trouble = read_service(heard, words)
    if trouble or not words or words[0].key == "in":
        return trouble
    found = name(heard, "a task", words.popleft())
    if isinstance(found, Misread):
        return found
    heard.task = found
    return None


def read_running(heard: Heard, words: Words) -> Misread | None:
    """A deploy's number, or a service where more is said."""
    number = NUMBER.fullmatch(words[0].text)
    if number and not words[0].quoted and len(words) == 1:
        heard.deploy = int(number[1])
        words.popleft()
        return None
    return read_service(heard, words)


def read_incident(heard: Heard, words: Words) -> Misread | None:
    word = words.popleft()
    number = None if word.quoted else NUMBER.fullmatch(word.text)
    if number is None:
        return heard.wrong(f"{word} is not the number of an incident: the alert says it")
    heard.incident = int(number[1])
    return None


def read_lease(heard: Heard, words: Words) -> Misread | None:
    word = words.popleft()
    lease = parse_duration(word.key) if LEASE.fullmatch(word.key) else None
    if not lease:
        return heard.wrong(f"{word} is not a time that a {heard.verb} can last: write `30m`, `2h` or `1d`")
    heard.lease = lease
    return None


def read_end(heard: Heard, words: Words) -> Misread | None:
    found = read_until(words)
    if found is None:
        return heard.not_understood("until when: write `until 18:00`, `until Mon 08:00` or `until 2026-11-23 08:00`")
    heard.until = found
    return None
