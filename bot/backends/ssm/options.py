"""How patient to be with hosts that an agent serves."""

from dataclasses import dataclass
from datetime import timedelta

from bot.backends.ssh.options import Terms


@dataclass(frozen=True, slots=True)
class SsmOptions:
    """`delivery` is how long an agent may take to fetch a script, `patience` how long a lost one is sent again.

    `wait` is longer than over SSH, since each question costs a call and some seconds, and `lease` with it; `at_once` is
    AWS's MaxConcurrency. `poll` is the first pause before answers are looked for, and grows eightfold.
    """

    delivery: timedelta = timedelta(seconds=60)
    patience: timedelta = timedelta(seconds=60)
    lease: timedelta = timedelta(minutes=3)
    wait: timedelta = timedelta(seconds=20)
    poll: timedelta = timedelta(seconds=0.5)
    fetch_timeout: timedelta = timedelta(minutes=10)
    unpack_timeout: timedelta = timedelta(minutes=5)
    min_free: int = 100 * 1024 * 1024
    at_once: int = 50

    @property
    def terms(self) -> Terms:
        return Terms(self.lease, self.wait, self.fetch_timeout, self.unpack_timeout)
