"""A deploy that is done is watched: what goes down is rolled back by itself, once, and said where people look."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.aftercare import Aftercare, Aftermath
from bot.fleet import Fleet
from bot.model import DeployKind, DeployState, Probe, Step
from bot.records import Act, Deploy
from bot.refusals import Reason, Refusal
from bot.trail import THE_BOT
from tests.building import TARGET, fleet_of, names, release, texts
from tests.engine.line import Line, line_on
from tests.fleet.samples import PRODUCTION, REMOVED, SHOP

SITE, DOWN = "https://shop.example.com/healthz", Probe(False, 0.041, 503, "answered 503 in 41 ms")
CHECK = {"http": SITE, "every": "10s", "timeout": "5s", "action": "rollback"}
NO_GRACE = ((*PRODUCTION, "deploy_grace"), "0s")
PER_HOST = {**CHECK, "name": "app", "http": "http://{name}:8080/healthz", "per_host": True}


def checked(*checks: dict[str, object], strategy: object = REMOVED) -> Fleet:
    """Four hosts with these checks; without any, one of the site. Restarts excuse nothing."""
    kept = [] if strategy is REMOVED else [((*PRODUCTION, "strategy"), strategy)]
    return fleet_of(names(4), ((*PRODUCTION, "checks"), list(checks or (CHECK,))), NO_GRACE, *kept)


@pytest.fixture
def watched(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Line]:
    """1.4.1 stands, and was well for its five minutes. The parameter is the fleet."""
    with line_on(tmp_path, getattr(request, "param", checked())) as made:
        made.deploy("1.4.1")
        made.watch(310)
        yield made


def care_of(line: Line, deploy: Deploy) -> Aftercare:
    found = line.journal.aftercares.of(deploy.id)
    assert found is not None
    return found


def newest(line: Line) -> Deploy:
    found = line.journal.deploys.last(TARGET)
    assert found is not None
    return found


def first_line(line: Line, deploy: Deploy) -> str:
    return line.messages()[f"deploy:{deploy.id}"]


def shown(line: Line, deploy: Deploy) -> str:
    return "\n".join(texts(line.blocks(f"deploy:{deploy.id}")))


def audited(line: Line) -> list[tuple[object, ...]]:
    rows = reversed(line.journal.audit.newest(50))
    return [(row.fields["who"], row.fields["what"], row.fields["subject"]) for row in rows]


def fell(line: Line, ref: str = "1.4.2") -> tuple[Deploy, Deploy]:
    """A deploy after which the site goes down, and what followed on it."""
    deploy = line.deploy(ref)
    line.targets.probes[SITE] = DOWN
    line.watch(40)
    return deploy, line.ended(newest(line).id)


def test_while_it_is_watched_the_message_says_until_when_and_then_that_it_stayed_well(watched: Line) -> None:
    deploy = watched.deploy("1.4.2")
    assert "Watching shop's checks until " in shown(watched, deploy)
    assert "it goes back to 1.4.1 by itself" in shown(watched, deploy)
    watched.watch(280)
    assert care_of(watched, deploy).aftermath is None
    watched.watch(30)
    assert care_of(watched, deploy).aftermath is Aftermath.WELL
    assert "All checks stayed well for 5 min afterwards." in shown(watched, deploy)
    assert first_line(watched, deploy) == "✓ Deploy 2 · shop 1.4.2 → production done on 4 hosts"
    assert f"deploy:{deploy.id}:down" not in watched.messages()


def test_a_check_that_goes_down_rolls_it_back_by_itself(watched: Line) -> None:
    deploy, back = fell(watched)
    assert (back.plan.kind, back.release, back.requester) == (DeployKind.ROLLBACK, release("1.4.1"), THE_BOT)
    assert back.state is DeployState.SUCCEEDED
    assert watched.runs() == ["1.4.1"] * 4
    assert care_of(watched, deploy).rollback == back.id
    assert first_line(watched, deploy) == (
        "↩ Deploy 2 · shop 1.4.2 → production done on 4 hosts, then went down"
        " · rolled back to 1.4.1 by itself: rollback 3"
    )
    assert first_line(watched, back) == "✓ Rollback 3 · shop 1.4.1 → production done on 4 hosts · locked"
    watched.watch(60)
    assert newest(watched) == watched.journal.deploys.get(back.id)  # and nothing follows on the rollback


def test_it_is_said_in_the_thread_in_the_alert_and_in_the_audit(watched: Line) -> None:
    deploy, back = fell(watched)
    thread = watched.messages()["deploy:2:down"]
    assert thread.startswith("<@U0ANA> shop · production went DOWN at <!date^")
    assert "after deploy 2 was done: answered 503 in 41 ms" in thread
    assert "It goes back to 1.4.1 by itself (rollback 3)" in "\n".join(texts(watched.blocks("deploy:2:down")))
    assert "rolled back to 1.4.1 by itself" in "\n".join(texts(watched.blocks("incident:1")))
    assert "By itself, because of deploy 2 of <@U0ANA>: shop · production went DOWN" in shown(watched, back)
    assert (THE_BOT, "rollback.automatic", "deploy 3") in audited(watched)
    assert (THE_BOT, "rollback.begun", "deploy 3") not in audited(watched)
    assert back.incident == 1
    assert deploy.state is DeployState.SUCCEEDED


def test_afterwards_the_service_is_locked_until_somebody_unlocks_it(watched: Line) -> None:
    _, back = fell(watched)
    held = watched.ask("1.5.0")
    assert isinstance(held, Refusal)
    assert held.reason is Reason.LOCKED
    assert held.lock is not None
    assert held.lock.reason == "deploy 2 of 1.4.2 went down and was rolled back"
    assert "Unlock shop in production" in shown(watched, back)
    watched.locks.unlock("U0ANA", "shop", "production")
    assert isinstance(watched.begin("1.5.0"), Deploy)
    watched.ended(newest(watched).id)


@pytest.mark.parametrize("watched", [checked(PER_HOST)], indirect=True)
def test_one_host_that_goes_down_is_enough(watched: Line) -> None:
    deploy = watched.deploy("1.4.2")
    watched.targets.probes["http://web3:8080/healthz"] = DOWN
    watched.watch(40)
    assert watched.ended(newest(watched).id).plan.kind is DeployKind.ROLLBACK
    assert "shop · production · web3 went DOWN" in shown(watched, deploy)


@pytest.mark.parametrize(
    "watched",
    [
        checked(strategy={"kind": "all_at_once", "bake": "1m"}),
        checked(strategy={"kind": "rolling", "bake": "1m"}),
        checked(strategy={"kind": "canary", "bake": "1m"}),
    ],
    indirect=True,
)
def test_every_kind_of_strategy_is_watched_for_its_bake(watched: Line) -> None:
    deploy = watched.deploy("1.4.2")
    assert care_of(watched, deploy).span == timedelta(minutes=1)
    watched.targets.probes[SITE] = DOWN
    watched.watch(40)
    assert watched.ended(newest(watched).id).release == release("1.4.1")


@pytest.mark.parametrize("watched", [checked(strategy={"bake": None}), fleet_of()], indirect=True)
def test_without_a_bake_or_without_checks_nothing_is_watched(watched: Line) -> None:
    deploy = watched.deploy("1.4.2")
    assert watched.journal.aftercares.of(deploy.id) is None
    assert "Watching" not in shown(watched, deploy)


def test_what_was_down_before_is_not_its_doing(watched: Line) -> None:
    watched.targets.probes[SITE] = DOWN
    watched.watch(40)
    deploy = watched.deploy("1.4.2")
    watched.watch(320)
    assert newest(watched).id == deploy.id
    assert care_of(watched, deploy).aftermath is Aftermath.UNSURE
    assert "not known to be well: shop/production/http" in shown(watched, deploy)


def test_what_goes_down_after_its_time_is_not_its_doing_and_what_began_to_fail_within_it_is(watched: Line) -> None:
    deploy = watched.deploy("1.4.2")
    watched.watch(285)
    watched.targets.probes[SITE] = DOWN
    watched.watch(15)
    assert newest(watched).id == deploy.id  # the time is over, and the check has not settled yet
    watched.watch(30)
    late = newest(watched)
    assert watched.ended(late.id).plan.kind is DeployKind.ROLLBACK
    assert "Watching" not in shown(watched, deploy)


def test_with_nothing_good_to_go_back_to_people_are_told(tmp_path: Path) -> None:
    with line_on(tmp_path, checked()) as line:
        deploy, after = fell(line, "1.4.1")
        assert after.id == deploy.id
        assert "It is not rolled back by itself" in "\n".join(texts(line.blocks("deploy:1:down")))
        assert "no other release ever fully succeeded there" in shown(line, deploy)
        assert (THE_BOT, "rollback.left", "deploy 1") in audited(line)


@pytest.mark.parametrize(
    "watched",
    [fleet_of(names(4), ((*PRODUCTION, "checks"), [CHECK]), ((*SHOP, "irreversible"), ["1.4.2"]))],
    indirect=True,
)
def test_what_cannot_be_undone_is_left_to_people(watched: Line) -> None:
    deploy, after = fell(watched)
    assert after.id == deploy.id
    assert watched.runs() == ["1.4.2"] * 4
    assert "going back cannot undo 1.4.2, which the fleet file calls irreversible" in shown(watched, deploy)
    assert "`/deploy rollback shop in production`" in shown(watched, deploy)


def test_the_same_release_again_is_not_rolled_back_since_that_would_undo_nothing(watched: Line) -> None:
    watched.deploy("1.4.2")
    deploy, after = fell(watched, "1.4.2")
    assert after.id == deploy.id
    assert "going back would undo nothing" in shown(watched, deploy)


def test_a_newer_deploy_ends_the_watch(watched: Line) -> None:
    deploy, newer = watched.deploy("1.4.2"), watched.deploy("1.5.0")
    watched.watch(1)
    assert care_of(watched, deploy).aftermath is Aftermath.OVERTAKEN
    assert care_of(watched, newer).aftermath is None


def test_neither_a_freeze_nor_somebodys_lock_stops_it(watched: Line) -> None:
    deploy = watched.deploy("1.4.2")
    watched.freezes.freeze("U0BEN", "production", "stocktaking", "", "", "")
    watched.locks.lock("U0BEN", "shop", "production", "load test", None)
    watched.targets.probes[SITE] = DOWN
    watched.watch(40)
    assert watched.ended(newest(watched).id).state is DeployState.SUCCEEDED
    assert newest(watched).id != deploy.id


def test_a_restart_that_runs_there_is_waited_for(watched: Line) -> None:
    deploy = watched.deploy("1.4.2")
    gate = watched.backend.hang("web1", Step.RESTART)
    watched.targets.probes[SITE] = DOWN
    for _ in range(35):
        watched.clock.sleep(timedelta(seconds=1))
        watched.monitor.sweep()
    act = watched.act_desk.ask_restart("U0ANA", "1")
    assert isinstance(act, Act), act
    watched.watch(3)
    assert newest(watched).id == deploy.id
    gate.set()
    watched.act_ended(act.id)
    watched.watch(3)
    assert watched.ended(newest(watched).id).release == release("1.4.1")


def test_a_rollback_that_fails_pings_who_had_deployed(watched: Line) -> None:
    deploy = watched.deploy("1.4.2")
    watched.apps.sick_together.add(("web2", release("1.4.1").sha))
    watched.targets.probes[SITE] = DOWN
    watched.watch(40)
    back = watched.ended(newest(watched).id)
    assert back.state is DeployState.FAILED
    assert watched.messages()[f"deploy:{back.id}:failed"].startswith("<@U0ANA> ✗ Rollback 3")
    assert first_line(watched, deploy).endswith("rollback 3 to 1.4.1 failed: look at its message first")
    assert "the rollback to 1.4.1 failed" in "\n".join(texts(watched.blocks("incident:1")))


def test_of_two_replicas_one_begins_it(watched: Line) -> None:
    deploy = watched.deploy("1.4.2")
    other = watched.another_engine(watched.engine.outside)
    watched.targets.probes[SITE] = DOWN
    for _ in range(40):
        watched.clock.sleep(timedelta(seconds=1))
        watched.monitor.sweep()
        watched.aftercare.sweep()
        other.aftercare.sweep()
    back = watched.ended(newest(watched).id)
    assert back.id == deploy.id + 1
    assert watched.runs() == ["1.4.1"] * 4


def test_a_target_that_leaves_the_fleet_file_is_no_longer_watched(watched: Line) -> None:
    deploy = watched.deploy("1.4.2")
    watched.fleet = watched.fleet.model_copy(update={"services": {"api": watched.fleet.services["shop"]}})
    watched.aftercare.sweep()
    assert care_of(watched, deploy).aftermath is Aftermath.GONE
