"""The ledger counts each thread's CPU for what it was spent on."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

from benchmarks.deploying.ledger import BACKEND, WORK, Ledger, role
from bot.app.engine import Outside
from bot.backends.base import Order

BUSY = 0.05  # seconds of CPU


def toil() -> None:
    begun = time.thread_time()
    while time.thread_time() - begun < BUSY:
        pass


class Still:
    """Clocks of no thread, so that only what is wrapped counts."""

    def seconds(self) -> Counter[str]:
        return Counter()


class Parts:
    """A backend, a prober and a source in one; each call costs BUSY."""

    def survey(self, *_: Any) -> None:
        toil()

    def bring(self, site: Any, order: Order, hosts: Any, progress: Callable[..., None]) -> None:
        toil()
        assert not order.halted()
        progress("web1", "fetch")

    def probe(self, *_: Any) -> None:
        toil()

    resolve = commits_between = names = tags = recent = probe


def followed() -> tuple[Ledger, Parts]:
    parts = Parts()
    ledger = Ledger(cast(Any, Still()))
    made = cast(Any, parts)
    ledger.follow(replace(_OUTSIDE, backend=made, prober=made, source=made))
    return ledger, parts


_OUTSIDE = Outside(*cast(Any, [None] * 6))


def spent(ledger: Ledger, act: Callable[[], None]) -> dict[str, float]:
    before = ledger.parts()
    act()
    return {name: seconds - before[name] for name, seconds in ledger.parts().items()}


def test_health_git_and_preflight_are_the_deploys_work() -> None:
    ledger, parts = followed()
    for act in (parts.survey, parts.probe, parts.resolve):
        found = spent(ledger, act)
        assert found[WORK] >= BUSY
        assert found[BACKEND] < BUSY / 2


def test_an_order_is_the_backends_and_what_it_calls_back_is_not() -> None:
    ledger, parts = followed()

    def halted() -> bool:
        toil()
        return False

    order = Order("deploy-1", "a" * 40, frozenset(), halted)
    found = spent(ledger, lambda: parts.bring(None, order, [], lambda host, step: toil()))
    assert BUSY <= found[BACKEND] < 2 * BUSY
    assert found[WORK] < BUSY / 2


def test_a_thread_is_known_by_its_name_without_its_number() -> None:
    assert [role(threading.Thread(name=name)) for name in ("ssh_7", "http-prober", "12")] == ["ssh", "http-prober", "?"]
