"""The rules at work over a pool in memory: what they do, what they say, and when they stand still."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.backends.memory_pools import FULL
from bot.errors import CloudAway, CloudDenied
from bot.messages.scaling import HOLD, UNDO
from bot.model import Action, Step
from bot.refusals import Refusal
from bot.scales import Outlook, Scaling, Stand
from bot.scaling import Why
from bot.trail import THE_BOT
from bot.watch import Ended
from tests.building import TARGET, said
from tests.engine.scaled import RULES, ScaledLine, scaled_on

DENIED = CloudDenied("autoscaling:DescribeAutoScalingGroups", "AccessDenied")


@pytest.fixture
def scaled(tmp_path: Path) -> Iterator[ScaledLine]:
    """Four machines, 2 to 10 by the fleet file, 60 % CPU."""
    with scaled_on(tmp_path) as made:
        yield made


def buttons(line: ScaledLine, key: str) -> set[str]:
    return {
        element["action_id"]
        for block in line.blocks(key)
        if block["type"] == "actions"
        for element in block["elements"]
    }


def quiet(line: ScaledLine, cpu: float | None, looks: int = 1) -> bool:
    """Whether nothing was begun in so many looks."""
    return not any(line.sweep(cpu) for _ in range(looks))


# it acts, and explains itself


def test_a_busy_service_gets_hosts_and_the_message_says_why(scaled: ScaledLine) -> None:
    (act,) = scaled.sweep(90)
    assert (act.before, act.after, act.requester, act.stand) == (4, 6, THE_BOT, Stand.DONE)
    line = "shop · production 4 → 6 hosts · median CPU 90 % on 4 warm hosts over 2 min (target 60 %)"
    assert scaled.messages()[f"scale:{act.id}"] == line
    words = said(scaled.blocks(f"scale:{act.id}"))
    assert "6 of 6 healthy after" in words
    assert "0.40 → 0.60 an hour" in words
    assert buttons(scaled, f"scale:{act.id}") == {UNDO, HOLD}


def test_why_no_more_is_said(tmp_path: Path) -> None:
    rules = {**RULES, "max": 7, "out": {"at_most": 1, "every": "2m"}}
    with scaled_on(tmp_path, rules) as line:
        (act,) = line.sweep(90)
        assert (act.after, act.limit) == (5, "6 would be needed; 1 host per 2 min is the limit")
        assert "1 host per 2 min is the limit" in said(line.blocks(f"scale:{act.id}"))


def test_an_idle_service_loses_hosts_once_that_was_wanted_for_long_enough(scaled: ScaledLine) -> None:
    assert quiet(scaled, 60)
    assert quiet(scaled, 20, 19)  # 285 s after the last look that wanted four
    (act,) = scaled.sweep(20)
    assert (act.after, act.stand, len(act.leave)) == (2, Stand.DONE, 2)


def test_nothing_flaps(scaled: ScaledLine) -> None:
    (grown,) = scaled.sweep(90)
    begun = [act for look in range(16) for act in scaled.sweep(90 if look % 2 else 20)]
    assert [act for act in begun if act.after < act.before] == []
    assert grown.after == 6


def test_a_new_host_counts_once_it_is_warm(scaled: ScaledLine) -> None:
    scaled.sweep(90)
    scaled.cpu.of = dict.fromkeys(scaled.staying()[4:], 5.0)  # idle as long as they are cold
    assert quiet(scaled, 61)


def test_the_least_and_the_most_hold_whatever_the_cpu_says(tmp_path: Path) -> None:
    with scaled_on(tmp_path, {**RULES, "min": 5}) as line:
        (act,) = line.sweep(10)
        assert (act.after, act.seen) == (5, "5 is the least")


def test_a_schedule_alone_is_a_rule(tmp_path: Path) -> None:
    """The clock of the tests stands at Friday 12:00."""
    with scaled_on(tmp_path, {"min": 2, "max": 10, "schedules": ["Mon-Fri 08:00 min 6 UTC"]}) as line:
        (act,) = line.sweep(10)
        assert (act.after, act.stand) == (6, Stand.DONE)


def test_a_number_that_the_rules_changed_is_undone_and_held(scaled: ScaledLine) -> None:
    (act,) = scaled.sweep(90)
    back = scaled.scaling.desk.undo("U0BEN", str(act.id))
    assert scaled.scale_ended(getattr(back, "id", 0)).after == 4
    assert quiet(scaled, 90)


# it keeps off


def test_no_host_is_taken_away_during_a_deploy_and_it_is_afterwards(scaled: ScaledLine) -> None:
    scaled.deploy("1.4.1")
    scaled.clock.sleep(timedelta(minutes=10))
    gate = scaled.backend.hang("m-1", Step.INSTALL)
    deploy = scaled.begin("1.4.2")
    assert quiet(scaled, 20, 30)
    (grown,) = scaled.sweep(90)  # while hosts are added
    assert grown.after > grown.before
    gate.set()
    scaled.ended(deploy.id)
    assert set(scaled.runs()) == {"1.4.2"}  # the new ones too
    scaled.clock.sleep(timedelta(minutes=10))
    acts = [act for _ in range(25) for act in scaled.sweep(20)]
    assert [act.after < act.before for act in acts] == [True]


def test_each_guard_by_itself_keeps_the_hosts_of_a_deploy(scaled: ScaledLine) -> None:
    scaled.clock.sleep(timedelta(minutes=10))
    scaled.cpu.all = 20
    gate = scaled.backend.hang("m-1", Step.INSTALL)
    deploy = scaled.begin("1.4.2")
    seen = scaled.scaling.outlooks.of("U0ANA", "shop", "production", None)  # the rules
    assert isinstance(seen, Outlook)
    assert seen.decision is not None
    assert seen.decision.why is Why.DEPLOYING
    assert isinstance(scaled.ask_scale("-1"), Refusal)  # what people are told
    assert scaled.scaling.book.begin(Scaling(TARGET, 4, 3, THE_BOT, scaled.clock.now())) is None  # the row
    gate.set()
    scaled.ended(deploy.id)


def test_no_host_is_taken_away_while_an_incident_is_open(scaled: ScaledLine) -> None:
    outage = scaled.outage(None, Action.RESTART)
    assert quiet(scaled, 20, 30)
    scaled.clock.sleep(timedelta(minutes=1))
    scaled.incidents.end(outage.incident.check_id, Ended.UP, scaled.clock.now(), scaled.clock.now())
    assert [act.after for act in scaled.sweep(20)] == [2]


def test_while_an_act_is_on_its_way_nothing_is_decided(scaled: ScaledLine) -> None:
    begun = scaled.scaling.book.begin(Scaling(TARGET, 4, 5, "U0ANA", scaled.clock.now()))
    assert begun is not None
    scaled.clock.sleep(timedelta(seconds=15))
    scaled.cpu.all = 95
    scaled.scaling.orchestrator.sweep()
    assert scaled.scaling.book.rows.unfinished() == [begun]


def test_what_the_cloud_refuses_is_asked_for_ever_later(scaled: ScaledLine) -> None:
    kept = scaled.pools.of(scaled.pool)
    kept.most = 4
    looks = [bool(scaled.sweep(90)) for _ in range(4 * 60)]  # an hour of looks
    assert [look // 4 for look, acts in enumerate(looks) if acts] == [0, 5, 15, 35, 55]
    seen = scaled.scaling.outlooks.of("U0ANA", "shop", "production", None)
    assert isinstance(seen, Outlook)
    assert seen.limit == "6 would be needed; the cloud refused it a moment ago, and is asked again a little later"
    kept.most = 5
    act = next(act for _ in range(4 * 20) for act in scaled.sweep(90))
    assert (act.reached, act.stand) == (5, Stand.SHORT)
    assert FULL in act.result


def test_one_refusal_outwards_keeps_nobody_from_going(scaled: ScaledLine) -> None:
    scaled.pools.of(scaled.pool).most = 4
    assert [act.stand for act in scaled.sweep(90)] == [Stand.SHORT]
    acts = [act for _ in range(25) for act in scaled.sweep(20)]
    assert [(act.after, act.stand) for act in acts] == [(2, Stand.DONE)]


# it stands still, and says so once


def stood_still(line: ScaledLine) -> list[str]:
    return [text for key, text in line.messages().items() if "scale-blind" in key or "scale-no-data" in key]


def test_a_cloud_that_cannot_be_read_is_said_once_after_a_minute_and_its_return_too(scaled: ScaledLine) -> None:
    for look in range(12):
        scaled.pools.trouble = DENIED
        assert quiet(scaled, 95)
        assert (stood_still(scaled) == []) is (look < 4)
    (words,) = stood_still(scaled)
    assert "shop · production: the rules cannot decide since" in words
    (key,) = [key for key in scaled.messages() if "scale-blind" in key]
    assert "AccessDenied" in said(scaled.blocks(key))
    assert [act.after for act in scaled.sweep(90)] == [6]
    assert "the rules decide again, after 3 min" in stood_still(scaled)[0]


def test_a_moment_without_the_cloud_is_not_said(scaled: ScaledLine) -> None:
    scaled.pools.trouble = CloudAway("autoscaling:DescribeAutoScalingGroups", "timed out")
    assert quiet(scaled, 60, 10)
    assert stood_still(scaled) == []


def test_without_a_number_nothing_is_done_and_that_is_said_once(scaled: ScaledLine) -> None:
    scaled.cpu.all = None
    assert quiet(scaled, None, 30)
    (words,) = stood_still(scaled)
    assert "the rules cannot decide" in words
    assert quiet(scaled, 60)
    assert "the rules decide again" in stood_still(scaled)[0]


def test_missing_numbers_keep_hosts_from_being_taken_away(scaled: ScaledLine) -> None:
    scaled.cpu.of = dict.fromkeys(scaled.staying()[:3], None)
    assert quiet(scaled, 55, 30)


def test_a_busy_minority_that_the_median_hides_is_said_once(scaled: ScaledLine) -> None:
    """Two of four are hot: the median of 99, 99, 20 and 20 % is just the target."""
    scaled.cpu.of = dict.fromkeys(scaled.staying()[:2], 99.0)
    assert quiet(scaled, 20, 8)
    assert [key for key in scaled.messages() if "scale-hot" in key] == []  # it may be a moment's peak
    assert quiet(scaled, 20, 8)
    (key,) = [key for key in scaled.messages() if "scale-hot" in key]
    assert "2 of 4 hosts above 90 %, which the rest hides" in scaled.messages()[key]
    assert f"Hot: {', '.join(scaled.staying()[:2])}." in said(scaled.blocks(key))


def test_which_may_be_acted_on(tmp_path: Path) -> None:
    with scaled_on(tmp_path, {**RULES, "hot": {"cpu": 90, "share": "25%", "act": True}}) as line:
        line.cpu.of = dict.fromkeys(line.staying()[:2], 99.0)
        (act,) = line.sweep(20)
        assert act.after == 5
        assert "2 of 4 hosts above 90 %" in act.seen


def test_a_defect_at_one_service_ends_no_sweep_and_the_next_look_decides(scaled: ScaledLine) -> None:
    scaled.pools.trouble = ValueError("a defect")
    assert quiet(scaled, 90)
    assert [act.after for act in scaled.sweep(90)] == [6]


def test_what_may_not_go_is_said_once(scaled: ScaledLine) -> None:
    scaled.pools.of(scaled.pool).shielded |= {"m-1", "m-2", "m-3", "m-4"}
    assert quiet(scaled, 20, 40)
    (words,) = [said(scaled.blocks(key)) for key in scaled.messages() if "scale-stuck" in key]
    assert "is protected in the cloud" in words
