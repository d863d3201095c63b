"""What the engine asks of others: git, CI, Slack's user groups, metrics; all answer as the test says."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime

from bot.backends.base import Value
from bot.ci import CommitCheck
from bot.errors import ChecksError, RefUnknown, SlackError, SourceError
from bot.questions.kept import Kept
from bot.questions.numbers import CloudMetric, MetricQuestion
from bot.records import Commit
from tests.building import release


class Releases:
    """Fills Source: every name but `nothing…` and those `gone` is a release; `trouble` is what git says instead.
    `moved` says what SHA a name has by now; while `ready` is not set, git takes its time.
    """

    def __init__(self) -> None:
        self.trouble: SourceError | None = None
        self.ready = threading.Event()
        self.ready.set()
        self.gone: set[str] = set()
        self.moved: dict[str, str] = {}
        self.there = ["1.4.2", "1.4.1", "main"]  # the newest first
        self.carries: dict[tuple[str, str], list[str]] = {}
        self.between: dict[tuple[str, str], int] = {}

    def resolve(self, repo: str, ref: str) -> str:
        assert self.ready.wait(60)
        if self.trouble:
            raise self.trouble
        if ref.startswith("nothing") or ref in self.gone:
            raise RefUnknown(ref, ["1.4.2", "1.4.1"])
        return self.moved.get(ref) or release("main" if ref == "HEAD" else ref).sha

    def commits_between(self, repo: str, old: str, new: str) -> tuple[list[Commit], list[Commit]]:
        """Three people's, as many as `between` says for two refs, and the tagged ones that it `carries`."""
        if self.trouble:
            raise self.trouble
        return self._coming(old, new), self._coming(new, old)

    def _coming(self, old: str, new: str) -> list[Commit]:
        number = {(release(a).sha, release(b).sha): many for (a, b), many in self.between.items()}.get((old, new), 0)
        named = {(release(a).sha, release(b).sha): refs for (a, b), refs in self.carries.items()}.get((old, new), [])
        tagged = [Commit(release(ref).sha, "person 0", ref) for ref in named]
        return tagged + [Commit(f"{at:040x}", f"person {at % 3}", "subject") for at in range(number)]

    def recent(self, repo: str, most: int) -> list[Commit]:
        return [Commit(release("main").sha, "Ana", "Round the sum")][:most]

    def names(self, repo: str) -> list[str]:
        return self.there

    def tags(self, repo: str) -> dict[str, str]:
        return {name: release(name).sha for name in ("1.4.2", "1.4.1")}


class Builds:
    """Fills CommitChecks: what CI says of a release, by its ref. `trouble` is raised instead, one for each question;
    `before` is called with how many questions there were.
    """

    def __init__(self) -> None:
        self.said: dict[str, tuple[CommitCheck, ...]] = {}
        self.trouble: list[ChecksError] = []
        self.before: Callable[[int], object] = lambda _number: None
        self.asked: list[tuple[str, str]] = []

    def read(self, repo: str, sha: str) -> tuple[CommitCheck, ...]:
        self.asked.append((repo, sha))
        self.before(len(self.asked))
        if self.trouble:
            raise self.trouble.pop(0)
        return {release(ref).sha: checks for ref, checks in self.said.items()}.get(sha, ())


class Members:
    """Fills Registry."""

    def __init__(self) -> None:
        self.inside = {"U0ANA", "U0BEN"}
        self.trouble: SlackError | None = None

    def may(self, user_id: str, allowed: Sequence[str]) -> bool:
        if self.trouble:
            raise self.trouble
        return user_id in self.inside

    def handles(self) -> dict[str, str]:
        if self.trouble:
            raise self.trouble
        return {"leads": "S0LEADS"}


class Gauges:
    """Fills ListedMetrics: `answer` says what each question gets, and `listed` what is kept under a name. Unless a test
    says more nothing comes, and all is there.
    """

    def __init__(self) -> None:
        self.answer: Callable[[MetricQuestion, datetime], Value] = lambda _question, _at: Value(None, "nothing came")
        self.asked: list[tuple[datetime, MetricQuestion]] = []
        self.listed: Callable[[Sequence[CloudMetric]], Kept] = lambda metrics: Kept(
            series=frozenset(one.dimensions for one in metrics)
        )
        self.sought: list[tuple[CloudMetric, ...]] = []

    def kept(self, metrics: Sequence[CloudMetric]) -> Kept:
        self.sought.append(tuple(metrics))
        return self.listed(metrics)

    def read(self, questions: Sequence[MetricQuestion], at: datetime) -> list[Value]:
        self.asked += [(at, question) for question in questions]
        return [self.answer(question, at) for question in questions]
