from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.holds import Frozen, Lock, Scope
from bot.model import DeployKind, Target
from bot.plan.objections import Going, objections, passed, widest
from bot.refusals import Reason, Refusal
from tests.building import NOW, TARGET, release

SCOPE, EVERYTHING = Scope("production", "shop"), Scope("production")
ANA, BEN, CEM = Going(TARGET, "U0ANA"), Going(TARGET, "U0BEN"), Going(TARGET, "U0CEM")


def hours(number: float) -> datetime:
    return NOW + timedelta(hours=number)


def lock(holder: str = "U0ANA", scope: Scope = SCOPE, until: datetime | None = None) -> Lock:
    return Lock(scope, holder, "load test", hours(-1), until, id=5)


def locked(by: Lock) -> Refusal:
    return Refusal(Reason.LOCKED, str(by.scope), target=TARGET, lock=by)


ANAS, BOTS, GLOBAL = lock(), lock(""), lock("U0CEM", EVERYTHING)
LAPSED = lock(until=NOW)
WINDOW = Frozen("production", hours(-1), hours(8), window="Fri 16:00 - Mon 08:00 Europe/Madrid")
MANUAL = Frozen("production", hours(-1), None, by="U0LEA", reason="audit")
COLD = Refusal(Reason.FROZEN, "production", target=TARGET, frozen=WINDOW)
UNDO = replace(BEN, kind=DeployKind.ROLLBACK)
FORCED = replace(BEN, force="customers cannot pay")
RELEASE = release("1.4.2")
GATED = replace(FORCED, release=RELEASE, checks=True)
BOUND = replace(ANAS, ref="topic/x")
TOPIC, MAIN = replace(ANA, release=release("topic/x")), replace(ANA, release=release("main"))


def undone(by: Lock) -> Refusal:
    return Refusal(Reason.OTHER_REF, "main", target=TARGET, lock=by)


SHORT = release("main").sha[:7]


@pytest.mark.parametrize(
    ("going", "locks", "frozen", "outcome"),
    [
        (ANA, [], None, []),
        (ANA, [ANAS], None, []),  # the holder may
        (BEN, [ANAS], None, [locked(ANAS)]),
        (BEN, [LAPSED], None, []),
        (BEN, [replace(ANAS, ended_at=NOW)], None, []),
        (BEN, [lock(scope=Scope("production", "till"))], None, []),
        (BEN, [lock(scope=Scope("staging", "shop")), lock(scope=Scope("staging"))], None, []),
        (BEN, [GLOBAL], None, [locked(GLOBAL)]),
        (CEM, [GLOBAL], None, []),
        (CEM, [GLOBAL, ANAS], None, [locked(ANAS)]),
        (ANA, [ANAS, GLOBAL], None, [locked(GLOBAL)]),  # one's own lock does not open another's
        (BEN, [ANAS, GLOBAL], None, [locked(GLOBAL), locked(ANAS)]),  # the widest first
        (ANA, [BOTS], None, [locked(BOTS)]),
        (BEN, [], WINDOW, [COLD]),
        (BEN, [ANAS], WINDOW, [locked(ANAS), COLD]),  # locks before the freeze
        (UNDO, [BOTS], WINDOW, []),  # further back may always be gone
        (UNDO, [ANAS], WINDOW, [locked(ANAS)]),
        (FORCED, [], WINDOW, []),
        (FORCED, [ANAS, BOTS], WINDOW, [locked(ANAS), locked(BOTS)]),  # force opens no lock
        (TOPIC, [BOUND], None, []),  # what it was taken for
        (MAIN, [BOUND], None, [undone(BOUND)]),  # the holder's own other branch would undo it
        (MAIN, [ANAS], None, []),  # taken for no ref: whatever the holder deploys
        (ANA, [BOUND], None, []),  # the release is not known yet
        (replace(TOPIC, by="U0BEN"), [BOUND], None, [locked(BOUND)]),  # nobody else deploys even that
        (replace(MAIN, kind=DeployKind.ROLLBACK), [BOUND], None, []),
        (replace(MAIN, force="why"), [BOUND], None, [undone(BOUND)]),
        (MAIN, [replace(ANAS, ref=SHORT.upper())], None, []),  # the commit by its digits
        (MAIN, [replace(ANAS, ref=SHORT[:6])], None, [undone(replace(ANAS, ref=SHORT[:6]))]),  # too few to mean one
    ],
)
def test_what_stands_in_the_way(going: Going, locks: list[Lock], frozen: Frozen | None, outcome: list[Refusal]) -> None:
    assert objections(going, locks, frozen, NOW) == outcome


def test_the_bots_lock_stands_until_somebody_has_looked() -> None:
    assert objections(ANA, [BOTS], None, hours(24 * 400)) == [locked(BOTS)]


@pytest.mark.parametrize("locks", [[ANAS, GLOBAL], [GLOBAL, ANAS, LAPSED]])
def test_the_widest_lock_comes_first_whatever_their_order(locks: list[Lock]) -> None:
    assert widest(locks, TARGET, NOW) == [GLOBAL, ANAS]
    assert widest(locks, Target("till", "production"), NOW) == [GLOBAL]


@pytest.mark.parametrize(
    ("going", "frozen", "words"),
    [
        (FORCED, WINDOW, "the freeze of production (Fri 16:00 - Mon 08:00 Europe/Madrid): customers cannot pay"),
        (FORCED, MANUAL, "the freeze of production (audit): customers cannot pay"),
        (replace(BEN, force=""), MANUAL, "the freeze of production (audit): no reason given"),
        (BEN, MANUAL, ""),
        (GATED, None, f"CI checks of {RELEASE.short}: customers cannot pay"),
        (GATED, MANUAL, f"the freeze of production (audit) and CI checks of {RELEASE.short}: customers cannot pay"),
        (replace(GATED, force=""), None, f"CI checks of {RELEASE.short}: no reason given"),
        (replace(GATED, force=None), None, ""),
        (replace(GATED, kind=DeployKind.ROLLBACK), None, ""),
        (FORCED, None, ""),  # there was nothing to pass
        (replace(FORCED, kind=DeployKind.ROLLBACK), WINDOW, ""),  # it passes without
    ],
)
def test_what_force_passed_is_kept_in_words(going: Going, frozen: Frozen | None, words: str) -> None:
    assert passed(going, frozen) == words
