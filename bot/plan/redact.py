"""Free text as it may be kept: without what looks like a secret, and not endless."""

import re

from bot.secrecy import NONE, Secrets

LONGEST = 500  # characters
HIDDEN = "…"
LOOKS_SECRET = (
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL),
    re.compile(r"\b(?:xox[a-z]|xapp|xoxe\.xox[a-z])-[A-Za-z0-9-]+"),  # Slack
    re.compile(r"\b(?:gh[pousr]_|github_pat_)[A-Za-z0-9_]{10,}"),  # GitHub
    re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),  # AWS
    re.compile(r"(?<=://)[^/\s@]+(?=@)"),  # name and password in an address
    re.compile(r"(?i)(?<=\bbearer )\S{8,}"),
    re.compile(r"(?i)\b(?:password|passwd|secret|token|api[_-]?key)\s*[=:]\s*\S+"),
)


def redacted(text: str, secrets: Secrets = NONE) -> str:
    """At most LONGEST characters, every one of them UTF-8; `secrets` are known ones, hidden wherever they stand."""
    text = secrets.hidden(text)
    for pattern in LOOKS_SECRET:
        text = pattern.sub(HIDDEN, text)
    text = text.encode("utf-8", "replace").decode("utf-8")  # half a surrogate pair cannot be stored
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + HIDDEN
