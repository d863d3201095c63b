"""`--strategy canary --hosts web1,web2 --now --wait --force "reason"`, anywhere among the other words, and `!` at the
end. Pure.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from bot.grammar.forms import Misread
from bot.grammar.heard import Heard
from bot.grammar.parts import Words, joined, set_hosts
from bot.grammar.words import Word, nearest, reason, shown

STRATEGIES = ("all_at_once", "rolling", "canary", "blue_green", "staged")
OPTIONS = ("--force", "--hosts", "--now", "--strategy", "--wait")


@dataclass(frozen=True, slots=True)
class Option:
    """As it was typed; `value` None: there is none."""

    name: str
    value: str | None = None

    def __str__(self) -> str:
        return shown(self.name)


BANG = Option("!")


def part(words: Iterable[Word]) -> tuple[Words, list[Option]]:
    """The words without the options, and the options."""
    queue, plain, options = deque(words), Words(), list[Option]()
    forced = _take_bang(queue)
    while queue:
        word = queue.popleft()
        if word.is_option:
            options.append(_option(word, queue))
        else:
            plain.append(word)
    return plain, options + [BANG] * forced


def _take_bang(words: Words) -> bool:
    """Cuts off the `!` that ends a command."""
    if not words or words[-1].quoted or not words[-1].text.endswith("!"):
        return False
    last = words.pop().text.rstrip("!")
    if last:
        words.append(Word(last))
    return True


def _option(word: Word, behind: Words) -> Option:
    """With the value that belongs to it; one dash is as good as two."""
    typed, sign, value = word.text.lstrip("-").partition("=")
    name = f"--{typed.lower()}" if typed else word.text
    if name == "--hosts":
        return Option(name, joined(value or _next(behind, quoted=None), behind) or None)
    if sign and value:
        return Option(name, value)
    if name == "--strategy":
        return Option(name, _next(behind, quoted=None) or None)
    return Option(name, _next(behind, quoted=True) or None) if name == "--force" else Option(name)


def _next(words: Words, quoted: bool | None) -> str:
    """The next word, when it is no option; `quoted` None: quoted or not."""
    if not words or words[0].is_option or (quoted is not None and words[0].quoted is not quoted):
        return ""
    return words.popleft().text


def take(heard: Heard, options: Iterable[Option]) -> Misread | None:
    """Into what was understood so far."""
    seen: set[str] = set()
    for option in options:
        trouble = _twice(heard, option) if option.name in seen else _take(heard, option)
        if trouble:
            return trouble
        seen.add(option.name)
    return None


def _twice(heard: Heard, option: Option) -> Misread:
    return heard.wrong(f"{option} stands there twice")


def _take(heard: Heard, option: Option) -> Misread | None:
    match option.name:
        case "!":
            heard.force = heard.force or ""
        case "--force":
            heard.force = reason(option.value or "")
        case "--hosts":
            return set_hosts(heard, option.value) if option.value else _wants(heard, option, "web1,web2")
        case "--strategy":
            return _strategy(heard, option)
        case "--now" | "--wait" if option.value is not None:
            return heard.wrong(f"{option} takes no value")
        case "--now":
            heard.now = True
        case "--wait":
            heard.wait = True
        case _:
            return heard.not_understood(str(option), nearest(option.name, OPTIONS))
    return None


def _strategy(heard: Heard, option: Option) -> Misread | None:
    if not option.value:
        return _wants(heard, option, "canary")
    strategy = option.value.lower().replace("-", "_")
    if strategy not in STRATEGIES:
        known = ", ".join(map(shown, STRATEGIES))
        return heard.wrong(f"{shown(option.value)} is no strategy; there are {known}", nearest(strategy, STRATEGIES))
    heard.strategy = strategy
    return None


def _wants(heard: Heard, option: Option, example: str) -> Misread:
    return heard.wrong(f"{option} wants its value behind it, such as `{option.name} {example}`")


def none_allowed(heard: Heard, options: Iterable[Option]) -> Misread | None:
    """For the forms that take no options."""
    return next((heard.not_understood(str(option)) for option in options), None)
