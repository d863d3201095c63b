"""What waits for one person: gathered by the engine, shown first on their App Home."""

from dataclasses import dataclass

from bot.halt import Halt
from bot.holds import Lock
from bot.queue import Waiter
from bot.records import Approval, Deploy
from bot.watch import Alert


@dataclass(frozen=True, slots=True)
class Errands:
    """Deploys whose question counts on this person's yes, and deploys that an abort has stopped and of which they may
    say what follows, each with its question; outages they have acknowledged; their locks; their places in line.
    """

    approvals: tuple[tuple[Deploy, Approval], ...] = ()
    halts: tuple[tuple[Deploy, Halt], ...] = ()
    outages: tuple[Alert, ...] = ()
    locks: tuple[Lock, ...] = ()
    waiters: tuple[Waiter, ...] = ()
