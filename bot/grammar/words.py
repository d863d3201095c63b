"""A text as words: bare ones, forgiven their dashes and quotes, and quoted ones, kept as they were written. Pure."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz, process

LONGEST = 1000  # characters; Slack allows more, no command needs it
ARROWS = frozenset({"to", "in", "on"})
NEAR_ENOUGH = 66  # of 100, rapidfuzz' ratio: `fro` is near enough to `for`
DOUBLE, SINGLE = '"“”„‟«»', "'‘’‚‛"
FORGIVEN = str.maketrans(
    {
        **dict.fromkeys(DOUBLE, '"'),
        **dict.fromkeys(SINGLE, "'"),
        **dict.fromkeys("‐‑–−", "-"),
        **dict.fromkeys("—―", "--"),
    }
)
INVISIBLE = str.maketrans(dict.fromkeys("\u200b\u2060\ufeff", ""))
# What no reason needs: controls, marks that turn the reading direction, halves of characters.
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
ESCAPED = re.compile(rf"\\([{DOUBLE}{SINGLE}\\])")
OPTION = re.compile(rf"([-‐‑–−—―]+[A-Za-z_-]+)=(?=[{DOUBLE}{SINGLE}])")
BARE = re.compile(r"\S+")


def _between(quotes: str) -> re.Pattern[str]:
    """A quoted text: it ends at a quote of its kind with a space, a final ! or nothing behind it."""
    inner = rf"(?:\\[{DOUBLE}{SINGLE}\\]|\\(?![{DOUBLE}{SINGLE}\\])|[^\\])*?"
    return re.compile(rf"[{quotes}]({inner})[{quotes}](?=\s|!*\s*$)", re.DOTALL)


IN_DOUBLE, IN_SINGLE = _between(DOUBLE), _between(SINGLE)


@dataclass(frozen=True, slots=True)
class Word:
    """One word as it is meant. A quoted one is never a name, an option or a word of the grammar."""

    text: str
    quoted: bool = False

    @property
    def key(self) -> str:
        """The word of the grammar that it may be; empty for a quoted one."""
        return "" if self.quoted else self.text.lower()

    @property
    def is_option(self) -> bool:
        return not self.quoted and self.text.startswith("-")

    @property
    def is_arrow(self) -> bool:
        return self.key in ARROWS

    def __str__(self) -> str:
        """For the reader, short, in backticks."""
        return shown(f'"{self.text}"' if self.quoted else self.text)


@dataclass(frozen=True, slots=True)
class Unending:
    """A quote begins here and does not end."""

    text: str


def split(text: str) -> list[Word | Unending]:
    """The words of a text, in their order; after an unending quote there is none."""
    return list(_words(text.translate(INVISIBLE).strip().strip("`")))


def _words(text: str) -> Iterator[Word | Unending]:
    at = 0
    while found := BARE.search(text, at):
        at = found.start()
        quoted = _quoted(text, at)
        if quoted:
            yield Word(reason(ESCAPED.sub(r"\1", quoted[1])), quoted=True)
            at = quoted.end()
        elif text[at] in DOUBLE:
            yield Unending(text[at:].translate(FORGIVEN))
            return
        else:
            option = OPTION.match(text, at)
            word = (option[1] if option else found[0]).translate(FORGIVEN).strip("`")  # as code in a message
            yield from [Word(word)] if word else []
            at = option.end() if option else found.end()


def _quoted(text: str, at: int) -> re.Match[str] | None:
    return IN_DOUBLE.match(text, at) if text[at] in DOUBLE else IN_SINGLE.match(text, at)


def reason(text: str) -> str:
    """Words that a person wrote for people, on one line."""
    return " ".join(UNSEEN.sub(" ", text).split())


def in_quotes(text: str) -> str:
    """The text as a quoted word that is read as the same text."""
    return '"' + re.sub(rf"([{DOUBLE}\\])", r"\\\1", text) + '"'


def shown(word: str) -> str:
    """The word as the reader typed it, short and without a backtick that would end the code."""
    word = word.replace("`", "'")
    return f"`{word[:60]}…`" if len(word) > 60 else f"`{word}`"


def nearest(word: str, known: Collection[str]) -> tuple[str, ...]:
    """The words that may have been meant, at most two, the likeliest first; not the word itself."""
    found = process.extract(word.lower(), list(known), scorer=fuzz.ratio, limit=2, score_cutoff=NEAR_ENOUGH)
    return tuple(match for match, score, _ in found if score < 100)


def behind(word: str, value: str | None) -> str:
    """` in production`, with its space before it; empty for None, and without the word where there is none."""
    return "" if value is None else f" {word} {value}" if word else f" {value}"
