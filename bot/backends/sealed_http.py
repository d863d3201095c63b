"""HTTP checks whose headers hold secrets that AWS keeps: opened before they are asked, in threads of their own."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Protocol

from bot.backends.aws_sessions import utc_now
from bot.backends.base import Answer
from bot.backends.vault import Vault
from bot.errors import SecretClosed
from bot.hurdles import store_of
from bot.model import Probe
from bot.questions import Ask
from bot.questions.request import sealed_key

THREADS = 4  # AWS is asked once in some minutes for each secret


class Asks(Protocol):
    """bot.backends.http.CurlProber."""

    def submit(self, asks: Sequence[tuple[str, Ask]]) -> None: ...

    def collect(self) -> list[Answer]: ...

    def probe(self, asks: Sequence[Ask]) -> list[Probe]: ...

    def close(self) -> None: ...


class Headers(Mapping[str, str]):
    """What stands for a secret in headers: names of CHECK_SECRETS, and what the vault has opened."""

    def __init__(self, plain: Mapping[str, str], vault: Vault) -> None:
        self._plain = plain
        self._vault = vault
        self._keys: dict[str, tuple[str, Ask]] = {}

    def note(self, name: str, ask: Ask) -> None:
        self._keys[sealed_key(name, ask.request.account)] = name, ask

    def __getitem__(self, key: str) -> str:
        if key not in self._keys:
            return self._plain[key]
        name, ask = self._keys[key]
        found = self._vault.known(name, ask.request.account)
        if found is None:
            raise KeyError(key)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter({**self._plain, **self._keys})

    def __len__(self) -> int:
        return len(self._plain) + len(self._keys)


class SealedHttp:
    """Fills what `asks` fills, with `headers` as that one's secrets."""

    def __init__(self, asks: Asks, headers: Headers, vault: Vault, clock: Callable[[], datetime] = utc_now) -> None:
        self._asks = asks
        self._headers = headers
        self._vault = vault
        self._clock = clock
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="secrets")
        self._answers: deque[Answer] = deque()

    def submit(self, asks: Sequence[tuple[str, Ask]]) -> None:
        closed = [(tag, ask) for tag, ask in asks if not self._is_open(ask)]
        later = {tag for tag, _ in closed}
        self._asks.submit([(tag, ask) for tag, ask in asks if tag not in later] if later else asks)
        for tag, ask in closed:
            self._pool.submit(self._opened, tag, ask)

    def collect(self) -> list[Answer]:
        own: list[Answer] = []
        while self._answers:
            own.append(self._answers.popleft())
        return own + self._asks.collect()

    def probe(self, asks: Sequence[Ask]) -> list[Probe]:
        """Of a deploy's health, which has no headers."""
        return self._asks.probe(asks)

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._asks.close()

    def _is_open(self, ask: Ask) -> bool:
        if not ask.request.headers:
            return True
        for name in ask.request.sealed:
            self._headers.note(name, ask)
        return all(self._vault.fresh(name, ask.request.account) for name in ask.request.sealed)

    def _opened(self, tag: str, ask: Ask) -> None:
        try:
            for name in ask.request.sealed:
                self._vault.open(name, ask.request.account)
        except SecretClosed as error:
            probe = Probe.unasked(store_of(error.name), f"it cannot be asked: {error}")
            self._answers.append(Answer(tag, probe, self._clock()))
            return
        self._asks.submit([(tag, ask)])
