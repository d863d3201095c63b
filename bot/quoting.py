"""What a target said, as one short and harmless line. Pure."""

import re

# Halves of a surrogate pair are no text: JSON can name one, and no database takes it.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]+")
TITLE = re.compile(r"<title[^>]*>([^<]{1,500})", re.IGNORECASE)
FIRST_LINE = 120  # characters of a body that are worth a place in an alert


def first_line(body: bytes) -> str:
    """The title of a page, or the first line of anything else that says something; cleaned and cut."""
    text = body[:4096].decode("utf-8", "replace")
    title = TITLE.search(text)
    if title:
        return clean(title[1])
    return next(filter(None, map(clean, text.splitlines())), "")


def clean(text: str, most: int = FIRST_LINE) -> str:
    """One line without control characters and direction marks, cut at `most`."""
    line = " ".join(CONTROL.sub(" ", text).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
