"""Jobs that call the bot: their addresses, the beats that come in, and the checks over them."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from bot.backends.base import Answer
from bot.beats import Away, Beat
from bot.engine.clock import Clock
from bot.fleet import Fleet
from bot.hurdles import BEATS
from bot.model import Probe
from bot.plan.beats import absence, beating, seen, token_of
from bot.questions import BeatAsk
from bot.state.beats import Beats
from bot.state.checks import Checks
from bot.state.database import Database

LONGEST_TURN = timedelta(minutes=1)  # between two looks; whoever is silent for longer was away
AT_ONCE = timedelta()  # a new process heard nobody since the last look of the one before, however short that was
KEPT = 16  # absences
NO_SECRET = "HEARTBEAT_SECRET is not set: the job has no address to call"


class BeatBook:
    """Fills base.KindProber for BeatAsk: it asks nobody, and answers from what came in. `beat` is called by the web's
    threads, the rest by the sweep's, which waits for none of them. `secret` None: nobody can beat. `hidden`
    is what the words of a job pass through: without secrets.
    """

    def __init__(
        self,
        db: Database,
        fleet: Callable[[], Fleet],
        secret: str | None,
        clock: Clock,
        hidden: Callable[[str], str] = str,
    ) -> None:
        self._rows = Beats(db)
        self._fleet, self._secret, self._clock = fleet, secret, clock
        self._hidden = hidden
        self._beats = self._rows.all()
        self._looked: datetime | None = Checks(db).last_look()
        self._longest = AT_ONCE
        self._aways: deque[Away] = deque(maxlen=KEPT)
        self._tokens: tuple[Fleet, dict[bytes, str]] | None = None
        self._guard = threading.Lock()
        self._answers: deque[Answer] = deque()
        self._well: dict[str, bool] = {}  # what was last seen of each
        self._news: dict[str, None] = {}  # checks of which another look would see something else

    def beat(self, token: str, ok: bool, status: int | None, note: str) -> bool:
        """Keeps a beat; False when no check has that token. Raises StateError when it cannot be written."""
        check_id = self._known().get(_digest(token))
        if check_id is None:
            return False
        beat = Beat(self._clock.now(), ok, status, self._hidden(note))
        with self._guard:
            self._rows.put(check_id, beat)
            self._beats[check_id] = beat
        if not ok or not self._well.get(check_id):
            self._news[check_id] = None
        return True

    def news(self) -> list[str]:
        """The checks to look at now: their job failed, or came when it was not known to be well. Each once."""
        found = []
        while self._news:
            found.append(self._news.popitem()[0])
        return found

    def submit(self, asks: Sequence[tuple[str, BeatAsk]]) -> None:
        now = self._clock.now()
        for tag, ask in asks:
            probe = seen(ask, self._beats.get(tag), self._aways, now) if self._secret else _unset()
            self._well[tag] = probe.ok
            self._answers.append(Answer(tag, probe, now))

    def collect(self) -> list[Answer]:
        """Called at every sweep: a long silence between two calls means that nobody could be heard."""
        now = self._clock.now()
        if away := absence(self._looked, now, self._longest):
            self._aways.append(away)
        self._looked, self._longest = now, LONGEST_TURN
        answers: list[Answer] = []
        while self._answers:
            answers.append(self._answers.popleft())
        return answers

    def close(self) -> None:
        """There is nothing to end."""

    def _known(self) -> dict[bytes, str]:
        """Check ids by the digest of their token: looking one up tells nothing of the others by its time."""
        fleet = self._fleet()
        if self._tokens is None or self._tokens[0] is not fleet:
            found = {_digest(token_of(self._secret, check)): check for check in beating(fleet)} if self._secret else {}
            self._tokens = (fleet, found)
        return self._tokens[1]


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()


def _unset() -> Probe:
    return Probe.unasked(BEATS, NO_SECRET)
