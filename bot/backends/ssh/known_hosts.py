"""OpenSSH's known_hosts, read once for all hosts and compared as text: no key is parsed.

Read: plain, `[host]:port`, hashed and wildcard names, `@revoked`. A `@cert-authority` line is passed over.
"""

import base64
import binascii
import fnmatch
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, auto


class Verdict(Enum):
    KNOWN = auto()
    UNKNOWN = auto()  # no line names this host
    CHANGED = auto()  # lines name it, none with this key
    REVOKED = auto()


@dataclass(frozen=True, slots=True)
class Line:
    """One key of a host: its type, its base64 text, where it stands."""

    key_type: str
    key: str
    number: int


@dataclass(frozen=True, slots=True)
class KnownHosts:
    """`plain` by exact name; `patterns` are the names that must be tried one by one: hashed or with wildcards."""

    plain: dict[str, list[Line]] = field(default_factory=dict)
    patterns: list[tuple[str, Line]] = field(default_factory=list)
    revoked: frozenset[str] = frozenset()

    def lines(self, name: str) -> list[Line]:
        """Every line for a host, in file order."""
        matched = [line for pattern, line in self.patterns if matches(pattern, name)]
        return sorted([*self.plain.get(name, ()), *matched], key=lambda line: line.number)

    def judge(self, name: str, key_type: str, key: str) -> Verdict:
        if key in self.revoked:
            return Verdict.REVOKED
        lines = self.lines(name)
        if not lines:
            return Verdict.UNKNOWN
        same = any((line.key_type, line.key) == (key_type, key) for line in lines)
        return Verdict.KNOWN if same else Verdict.CHANGED


def parse(text: str) -> KnownHosts:
    """What cannot be read is passed over, as OpenSSH does."""
    plain: dict[str, list[Line]] = {}
    patterns: list[tuple[str, Line]] = []
    revoked: set[str] = set()
    for number, row in enumerate(text.splitlines(), start=1):
        marker, fields = _fields(row)
        if len(fields) < 3 or marker == "@cert-authority":
            continue
        names, key_type, key = fields[:3]
        if marker == "@revoked":
            revoked.add(key)
        elif any(sign in names for sign in "|*?!"):
            patterns.append((names, Line(key_type, key, number)))
        else:
            for name in names.lower().split(","):
                plain.setdefault(name, []).append(Line(key_type, key, number))
    return KnownHosts(plain, patterns, frozenset(revoked))


def name_of(address: str, port: int) -> str:
    """How known_hosts calls a host."""
    address = address.lower()
    return address if port == 22 else f"[{address}]:{port}"


def fingerprint(key: str) -> str:
    """`SHA256:…` of a key's base64 text, as `ssh-keygen -l` prints it."""
    try:
        raw = base64.b64decode(key, validate=True)
    except binascii.Error:
        return "an unreadable key"
    return "SHA256:" + base64.b64encode(hashlib.sha256(raw).digest()).decode().rstrip("=")


def matches(names: str, name: str) -> bool:
    """Whether a comma list of hashed names and patterns names this host; one `!pattern` that fits vetoes."""
    parts = names.split(",")
    if any(part.startswith("!") and _fits(part[1:], name) for part in parts):
        return False
    return any(not part.startswith("!") and _fits(part, name) for part in parts)


def _fits(pattern: str, name: str) -> bool:
    if pattern.startswith("|1|"):
        return _hashed(pattern, name)
    # fnmatch would read the brackets of [host]:port as a set
    return fnmatch.fnmatchcase(name, pattern.lower().replace("[", "[[]"))


def _hashed(pattern: str, name: str) -> bool:
    try:
        salt, digest = (base64.b64decode(part) for part in pattern.split("|")[2:4])
    except (ValueError, binascii.Error):
        return False
    return hmac.compare_digest(hmac.new(salt, name.encode(), hashlib.sha1).digest(), digest)


def _fields(row: str) -> tuple[str, list[str]]:
    fields = row.split()
    if not fields or fields[0].startswith("#"):
        return "", []
    return (fields[0], fields[1:]) if fields[0].startswith("@") else ("", fields)


def key_types(lines: Iterable[Line]) -> list[str]:
    """The types a host is known by, without repeats: it must be asked for these first."""
    return list(dict.fromkeys(line.key_type for line in lines))
