"""A no beside the field that it is about: plain text, for Slack shows nothing else there."""

import re
from datetime import datetime
from html import unescape

from bot.messages.form import ENVIRONMENT, RELEASE, SERVICE, STRATEGY
from bot.messages.refusals import words
from bot.refusals import Reason, Refusal

LONGEST = 300  # characters; the whole of it stands below the fields
NOT_SHOWN = "What this would do is not shown yet: wait for it below, then press Deploy again."
FIELDS = {
    Reason.UNKNOWN_SERVICE: SERVICE,
    Reason.UNKNOWN_REF: RELEASE,
    Reason.SOURCE: RELEASE,
    Reason.MOVED: RELEASE,
    Reason.NOTHING_TO_PROMOTE: RELEASE,
    Reason.UNSETTLED: RELEASE,
    Reason.CHECKS_FAILED: RELEASE,
    Reason.CHECKS_UNREADABLE: RELEASE,
    Reason.UNREADABLE: STRATEGY,
}
TOKENS = (
    (re.compile(r"<!date\^[^|>]*\|([^>]*)>"), r"\1"),
    (re.compile(r"<@[^>]*>"), "somebody"),
    (re.compile(r"<!subteam\^[^>]*>"), "a group"),
    (re.compile(r"<![^|>]*\|([^>]*)>"), r"\1"),
    (re.compile(r"<[^|>]*\|([^>]*)>"), r"\1"),
    (re.compile(r"[`*]|:[a-z_]+: ?"), ""),
)


def field_of(refusal: Refusal) -> str:
    """The field that it is about; where something stands in the way, the environment's."""
    return FIELDS.get(refusal.reason, ENVIRONMENT)


def error_text(refusal: Refusal, now: datetime) -> str:
    what, way_out = words(refusal, now)
    text = f"{what} {way_out}".strip()
    for token, plain in TOKENS:
        text = token.sub(plain, text)
    text = unescape(text)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
