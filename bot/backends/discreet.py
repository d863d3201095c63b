"""What outside systems say of themselves, without the secrets that the bot knows: a page may show the token that it was
asked with, a step its environment, a task that stopped the variable that it could not read.
"""

import functools
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any, TypeVar, cast

from bot.backends.base import Answer
from bot.errors import PointsmanError
from bot.model import Probe
from bot.secrecy import Hidden, without

Port = TypeVar("Port")

WORDS = frozenset(
    {
        "author",
        "cause",
        "changes",
        "detail",
        "drift",
        "notes",
        "reason",
        "reasons",
        "subject",
        "tail",
        "trouble",
        "what",
        "words",
    }
)
"""Fields of answers in which somebody else's words stand. All others are names: by these the bot acts, and a weak
secret that happens to be a part of one must not change where."""


def discreet(port: Port, hidden: Hidden, words: Collection[str] | None = WORDS) -> Port:
    """The same port; words in what it answers, and all that it refuses with, pass through `hidden` before anybody sees
    them. `words` None: its answers are nothing but words.
    """
    return cast(Port, _Discreet(port, hidden, words))


class _Discreet:
    def __init__(self, port: Any, hidden: Hidden, words: Collection[str] | None) -> None:
        self._port, self._hidden, self._words = port, hidden, words

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)
        return _discreet_call(found, self._hidden, self._words) if callable(found) else found


def _discreet_call(call: Callable[..., Any], hidden: Hidden, words: Collection[str] | None) -> Callable[..., Any]:
    @functools.wraps(call)
    def told(*arguments: Any, **named: Any) -> Any:
        try:
            return without(call(*arguments, **named), hidden, words)
        except PointsmanError as error:
            error.args = without(error.args, hidden)
            vars(error).update({name: without(said, hidden) for name, said in vars(error).items() if name in WORDS})
            raise

    return told


def discreet_answer(answer: Answer, hidden: Hidden) -> Answer:
    """Of a check. There are many of them, and the good ones have no words: only these are looked at."""
    probe = discreet_probe(answer.probe, hidden)
    return answer if probe is answer.probe else replace(answer, probe=probe)


def discreet_probe(probe: Probe, hidden: Hidden) -> Probe:
    cause = hidden(probe.cause) if probe.cause else ""
    return probe if cause == probe.cause else replace(probe, cause=cause)
