"""From the text behind /scale to its form, or to what was not understood. Never raises. Pure.

    /scale SERVICE [in ENV] 6 | +2 | -1 | auto | hold [2h] | plan [6 | +2 | -1]

What is wanted may stand before the service or its environment as well: `hold shop for 2h`, `shop to 6 in production`.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.grammar.forms import Form, Help, Misread
from bot.grammar.heard import Heard
from bot.grammar.parts import Words, read_environment, read_lease, read_service
from bot.grammar.scale_forms import Amount, AutoOf, HoldOf, ScaleCommand, ScalePlanOf, ScaleTo
from bot.grammar.words import LONGEST, Unending, Word, nearest, shown, split

SCALE_USAGE = "/scale SERVICE [in ENV] 6 | +2 | -1 | auto | hold [2h] | plan"
SCALE_VERBS = ("auto", "hold", "plan", "help")
AMOUNT = re.compile(r"(\+|-{1,2})?([0-9]{1,18})")
LIKE_A_LEASE = re.compile(r"[0-9.]+[a-z]+")
LIKE_A_NUMBER = re.compile(r"[+-]*[0-9.,]+([eE][+-]?[0-9]+)?%?")
NUMBERS = "write how many there shall be, such as `6`, or `+2` or `-1` for more or fewer"


@dataclass(slots=True)
class ScaleHeard(Heard):
    """And how many hosts."""

    amount: Amount | None = None

    def _towards(self) -> str:
        return "in"


def parse_scale(text: str) -> ScaleCommand:
    words: list[Word] = []
    for word in split(text) if len(text) <= LONGEST else ():
        if isinstance(word, Unending):
            return Misread(f"The quote that begins with {shown(word.text)} does not end", SCALE_USAGE)
        words.append(word)
    if len(text) > LONGEST:
        return Misread(f"That is {len(text):,} characters long, a command has at most {LONGEST:,}", SCALE_USAGE)
    if not words:
        return Form()
    if len(words) == 1 and words[0].key.rstrip("!") == "help":
        return Help()
    return _read(words)


def _read(words: Sequence[Word]) -> ScaleCommand:
    heard = ScaleHeard(SCALE_USAGE)
    left = Words(_verb_last(words))
    if left[0].is_arrow or (len(left) == 1 and left[0].key in SCALE_VERBS):
        return heard.wrong(f"{left[0]} stands where a service should")
    trouble = read_service(heard, left) or _rest(heard, left)
    return trouble or _built(heard)


def _verb_last(words: Sequence[Word]) -> Iterator[Word]:
    """`hold shop 2h` as `shop hold 2h`; a service may be called as a verb, then something else stands behind it."""
    first, rest = words[0], words[1:]
    leads = not first.quoted and (first.key in SCALE_VERBS or AMOUNT.fullmatch(first.text))
    if leads and rest and _may_be_service(rest[0]):
        return iter((rest[0], first, *rest[1:]))
    return iter(words)


def _may_be_service(word: Word) -> bool:
    return not (word.quoted or word.is_arrow or word.key in SCALE_VERBS or LIKE_A_NUMBER.fullmatch(word.text))


def _rest(heard: ScaleHeard, words: Words) -> Misread | None:
    while words:
        word = words.popleft()
        trouble = _one(heard, word, words)
        if trouble:
            return trouble
    return None


def _one(heard: ScaleHeard, word: Word, behind: Words) -> Misread | None:
    if word.quoted:
        return heard.not_understood(str(word))
    if word.key in READERS and behind:
        return READERS[word.key](heard, behind)
    if LIKE_A_NUMBER.fullmatch(word.text):
        return _amount(heard, word)
    if LIKE_A_LEASE.fullmatch(word.key) and heard.verb == "hold" and heard.lease is None:
        return read_lease(heard, Words([word]))
    if word.key in SCALE_VERBS[:-1] and not heard.verb:
        return _verb(heard, word)
    if not heard.environment and not word.is_option and not word.is_arrow and not nearest(word.key, SCALE_VERBS):
        return read_environment(heard, Words([word]))
    return heard.not_understood(str(word), nearest(word.key, SCALE_VERBS))


def _in(heard: Heard, words: Words) -> Misread | None:
    if heard.environment:
        return heard.not_understood(f"a second environment, {words[0]}")
    return read_environment(heard, words)


def _to(heard: Heard, words: Words) -> Misread | None:
    """`to 6`, or `to production` as in /deploy."""
    if LIKE_A_NUMBER.fullmatch(words[0].text) and not words[0].quoted and isinstance(heard, ScaleHeard):
        return _amount(heard, words.popleft())
    return _in(heard, words)


def _for(heard: Heard, words: Words) -> Misread | None:
    if heard.verb != "hold" or heard.lease is not None:
        return heard.not_understood(f"`for {words[0].text[:40]}`")
    return read_lease(heard, words)


READERS: Mapping[str, Callable[[Heard, Words], Misread | None]] = {"in": _in, "on": _in, "to": _to, "for": _for}


def _amount(heard: ScaleHeard, word: Word) -> Misread | None:
    found = AMOUNT.fullmatch(word.text)
    if found is None:
        return heard.wrong(f"{word} is not a number of hosts: {NUMBERS}")
    if heard.amount is not None:
        return heard.wrong(f"Two numbers of hosts stand there, {shown(str(heard.amount))} and {word}")
    if heard.verb in ("auto", "hold"):
        return heard.not_understood(f"{word} beside `{heard.verb}`")
    heard.amount = Amount(int(found[2]), {"": "", "+": "+"}.get(found[1] or "", "-"))
    return None


def _verb(heard: ScaleHeard, word: Word) -> Misread | None:
    if heard.amount is not None and word.key != "plan":
        return heard.not_understood(f"{word} beside {shown(str(heard.amount))}")
    heard.verb = word.key
    return None


def _built(heard: ScaleHeard) -> ScaleCommand:
    service, environment = heard.service, heard.environment or None
    match heard.verb:
        case "auto":
            return AutoOf(service, environment)
        case "hold":
            return HoldOf(service, environment, heard.lease)
        case "plan":
            return ScalePlanOf(service, environment, heard.amount)
    if heard.amount is None:
        missing = heard.wrong(f"How many hosts? {NUMBERS[0].upper()}{NUMBERS[1:]}; `plan` says what the rules would do")
        return replace(missing, near=nearest(service, SCALE_VERBS))
    return ScaleTo(service, heard.amount, environment)
