"""Names and times as Slack writes them: rising message timestamps, letter-prefixed ids, hard-to-guess tokens."""

import secrets
import string
import time
from collections.abc import Callable

Clock = Callable[[], float]
ALPHABET = string.ascii_uppercase + string.digits


def new_id(prefix: str) -> str:
    """An id such as `V0A1B2C3D4E`: a letter that names the kind, then ten characters."""
    return prefix + "0" + "".join(secrets.choice(ALPHABET) for _ in range(9))


def new_block_id() -> str:
    """The five characters that Slack gives a block that came without `block_id`."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(5))


class Timestamps:
    """Hands out message timestamps: unique in the whole workspace and rising, as conversations are ordered by them."""

    def __init__(self, clock: Clock = time.time) -> None:
        self.clock = clock
        self._last = 0

    def next(self) -> str:
        """`"1763679600.000100"`: seconds since 1970, a dot, six digits."""
        self._last = max(int(self.clock() * 1_000_000), self._last + 1)
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def at_least(self, ts: str) -> None:
        """Never hand out `ts` or anything older; used when a kept workspace is loaded."""
        seconds, _, micros = ts.partition(".")
        self._last = max(self._last, int(seconds) * 1_000_000 + int(micros or 0))
