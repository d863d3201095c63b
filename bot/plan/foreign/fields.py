"""What senders call things, and what of it may be shown."""

import re
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError

from bot.model import Severity
from bot.reports import Malformed
from bot.secrecy import CUT, shortened

SHORT, LONG = 200, 1000  # characters of a name, of a cause
MILD = frozenset({"warning", "warn", "info", "information", "notice", "low", "minor", "none", "ticket"})
CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")


def tame(value: object) -> object:
    """One line without control characters, not endless."""
    return shortened(CONTROLS.sub(" ", value).strip(), LONG) if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(tame)]
Short = Annotated[Text, StringConstraints(max_length=SHORT)]
Name = Annotated[Text, StringConstraints(min_length=1, max_length=SHORT)]


class Sent(BaseModel):
    """Unknown keys are the sender's business: later versions add some."""

    model_config = ConfigDict(extra="ignore", frozen=True)


def severity(word: str) -> Severity:
    """What is not known to be mild is a page."""
    return Severity.WARN if word.strip().lower() in MILD else Severity.PAGE


def first(words: Mapping[str, str], *names: str) -> str:
    """The first of these that is there and not empty."""
    return shortened(next((found for name in names if (found := words.get(name, "").strip())), ""), SHORT)


def address(text: str) -> str | None:
    """A web address that may stand on a button; None when it is none."""
    text = text.strip()
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    sound = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc
    return text if sound and not text.endswith(CUT) and not re.search(r"[\s<>|]", text) else None


def malformed(error: ValidationError) -> Malformed:
    """The first thing that is wrong, with its place: `alerts.0.startsAt: …`."""
    found = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(map(str, found["loc"]))
    return Malformed(f"{place}: {found['msg']}" if place else found["msg"])
