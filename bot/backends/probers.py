"""Sends each question to the prober of its kind, and says in the log once when the bot itself cannot ask."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from bot.backends.base import Answer, KindProber
from bot.backends.discreet import discreet_answer
from bot.model import Blind
from bot.questions import Question
from bot.secrecy import Hidden

log = structlog.get_logger(__name__)


class Probers:
    """Fills base.BackgroundProber. `kinds` has the prober of every type of question; one may stand for several.
    `hidden` is what their words pass through: without secrets.
    """

    def __init__(self, kinds: Mapping[type, KindProber[Any]], hidden: Hidden = str) -> None:
        self._kinds = dict(kinds)
        self._hidden = hidden
        self._each = list({id(prober): prober for prober in kinds.values()}.values())
        self._unseen: dict[str, str] = {}  # by tag: why its last answer saw nothing
        self._causes: Counter[str] = Counter()  # how many of them say so

    @property
    def kinds(self) -> frozenset[type]:
        """The types of questions that are asked."""
        return frozenset(self._kinds)

    def submit(self, asks: Sequence[tuple[str, Question]]) -> None:
        by_kind: dict[type, list[tuple[str, Question]]] = {}
        for tag, question in asks:
            by_kind.setdefault(type(question), []).append((tag, question))
        for kind, some in by_kind.items():
            self._kinds[kind].submit(some)

    def collect(self) -> list[Answer]:
        answers = [discreet_answer(answer, self._hidden) for prober in self._each for answer in prober.collect()]
        for answer in answers:
            self._say(answer.tag, answer.probe.cause if answer.probe.blind is Blind.UNKNOWN else "")
        return answers

    def _say(self, tag: str, cause: str) -> None:
        """A thousand checks that cannot be asked for one cause are one line, and one when the last of them can."""
        before = self._unseen.get(tag, "")
        if cause == before:
            return
        if before:
            self._causes[before] -= 1
            if not self._causes[before]:
                log.info("checks see again", check=tag, after=before)
        self._unseen[tag] = cause
        if cause:
            self._causes[cause] += 1
            if self._causes[cause] == 1:
                log.warning("a check saw nothing, which says nothing of its target", check=tag, cause=cause)

    def close(self) -> None:
        for prober in self._each:
            prober.close()
