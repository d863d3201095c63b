"""An alert's buttons while the bot cannot see, clicked in the sandbox's workspace over a real socket."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.fleet import Fleet
from bot.messages.blind import LEAVE
from bot.messages.proposals import CONFIRM
from bot.messages.remedies import RESTART, ROLLBACK, SCALE, STEP
from bot.messages.scaling import REPLACE
from bot.model import Action, DeployKind, Probe, Step
from bot.scales import Stand
from bot.state.blindness import Blindnesses
from bot.watch import Ended
from tests.building import TARGET, fleet_of, names, said
from tests.engine.line import line_on
from tests.engine.scaled import scaled_on
from tests.engine.test_relief import fall, watched_on
from tests.fleet.samples import PRODUCTION
from tests.handlers.front import Front, before, posted
from tests.handlers.test_scale import ScaleFront
from tests.waiting import eventually

FLUSH = f"{STEP}.flush-cache"
BAD = Probe(False, 0.04, 503, "answered 503")
CHECK = {"http": "http://{name}/healthz", "per_host": True, "every": "1s", "timeout": "1s", "down_after": 3}


def fleet(action: str) -> Fleet:
    steps = {"flush-cache": {"ssh": "./cache flush"}}
    return fleet_of(
        names(4), ((*PRODUCTION, "checks"), [{**CHECK, "action": action}]), ((*PRODUCTION, "actions"), steps)
    )


@pytest.fixture(params=[Action.RESTART])
def front(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Front]:
    """1.4.2 over 1.4.1 on four hosts; web2 is down, said in an alert; then the bot went blind."""
    with line_on(tmp_path, fleet(request.param.value)) as line, before(line, Front) as made:
        line.deploy("1.4.1")
        line.deploy("1.4.2")
        with line.db.transaction() as db:
            db.execute("UPDATE aftercare SET ended_at = 1, aftermath = 'well'")
        line.clock.sleep(timedelta(minutes=10))
        line.watch(5)
        line.targets.probes["http://web2/healthz"] = BAD
        line.watch(5)
        blind(made)
        yield made


def blind(front: Front, cause: str = "20 of 20 services fail at once") -> None:
    assert Blindnesses(front.line.db).begin(front.line.clock.now(), cause, "#alerts")


def sees_again(front: Front) -> None:
    assert Blindnesses(front.line.db).end(front.line.clock.now())


def press(front: Front, action: str, user: str = "ben") -> dict[str, Any]:
    """A click on the alert; what only this person is answered."""
    seen = len(front.private(user))
    assert front.server.click(user, posted(front, "incident:1"), action).error is None
    return front.one(lambda: front.private(user)[seen:])


def press_again(front: Front, asked: dict[str, Any], action: str, until: str, user: str = "ben") -> None:
    assert front.server.click(user, asked, action).error is None
    eventually(lambda: until in told(front, user))


def told(front: Front, user: str = "ben") -> str:
    return "\n".join(said(one["blocks"]) for one in front.private(user))


def orders(front: Front) -> list[str]:
    return [order for _, order, _ in front.line.backend.orders if not order.startswith("deploy")]


def test_a_restart_says_what_is_not_known_and_waits_for_a_second_click(front: Front) -> None:
    asked = press(front, RESTART)
    words = said(asked["blocks"])
    assert "I cannot see since" in words
    assert "(20 of 20 services fail at once): whether shop in production is still down is not known." in words
    assert "Restart shop in production on web2 anyway?" in words
    assert front.line.acts.newest(TARGET, 9) == []
    press_again(front, asked, "incident.anyway.restart", "Restarting shop in production on web2")
    act = front.line.act_ended(1)
    assert (act.hosts, act.ok) == (("web2",), True)
    assert "I cannot see since" not in told(front)


def test_that_it_was_begun_unseen_stands_in_the_audit(front: Front) -> None:
    press_again(front, press(front, RESTART), "incident.anyway.restart", "Restarting shop")
    front.line.act_ended(1)
    whys = {row.fields["what"]: row.fields["why"] for row in front.line.journal.audit.newest(20)}
    assert whys["restart.begun"] == "incident 1, while I could not see"


def test_a_named_step_is_asked_about_by_its_name_and_run_by_the_second_click(front: Front) -> None:
    asked = press(front, FLUSH)
    assert "Run flush-cache of shop in production on web2 anyway?" in said(asked["blocks"])
    press_again(front, asked, "incident.anyway.step", "Running flush-cache of shop in production on web2")
    assert (front.line.act_ended(1).step, front.line.act_ended(1).ok) == ("flush-cache", True)


def test_leaving_it_begins_nothing_and_takes_the_question_away(front: Front) -> None:
    press_again(front, press(front, RESTART), LEAVE, "Left as it is: nothing was begun.")
    assert "anyway" not in told(front)
    assert front.line.acts.newest(TARGET, 9) == []


def test_two_second_clicks_are_one_restart(front: Front) -> None:
    asked = press(front, RESTART)
    gate = front.line.backend.hang("web2", Step.RESTART)
    for _ in range(2):
        assert front.server.click("ben", asked, "incident.anyway.restart").error is None
    eventually(lambda: front.line.acts.newest(TARGET, 9))
    gate.set()
    front.line.act_ended(1)
    eventually(lambda: "begun" not in told(front))
    assert len(front.line.acts.newest(TARGET, 9)) == 1


def test_the_second_click_counts_when_the_bot_sees_again_and_it_is_still_down(front: Front) -> None:
    asked = press(front, RESTART)
    sees_again(front)
    press_again(front, asked, "incident.anyway.restart", "Restarting shop in production on web2")
    front.line.act_ended(1)


def test_another_blindness_is_asked_about_anew(front: Front) -> None:
    asked = press(front, RESTART)
    sees_again(front)
    blind(front, "none of the reference targets answers")
    press_again(front, asked, "incident.anyway.restart", "none of the reference targets answers")
    assert front.line.acts.newest(TARGET, 9) == []
    assert len(front.private("ben")) == 1


def test_a_second_click_that_comes_too_late_gets_the_truth(front: Front) -> None:
    asked = press(front, RESTART)
    now = front.line.clock.now()
    assert front.line.incidents.end("shop/production/http/web2", Ended.UP, now, now)
    press_again(front, asked, "incident.anyway.restart", "is up again")
    assert front.line.acts.newest(TARGET, 9) == []


def test_while_the_bot_sees_one_click_is_enough(front: Front) -> None:
    sees_again(front)
    assert "Restarting shop in production on web2" in said(press(front, RESTART)["blocks"])
    front.line.act_ended(1)


@pytest.mark.parametrize("front", [Action.ROLLBACK], indirect=True)
def test_a_rollback_shows_its_plan_and_begins_by_the_second_click(front: Front) -> None:
    asked = press(front, ROLLBACK)
    words = said(asked["blocks"])
    assert "I cannot see since" in words
    assert "whether shop is well is not known" in words
    assert front.line.journal.deploys.running(TARGET) is None
    press_again(front, asked, CONFIRM, "has begun")
    last = front.line.journal.deploys.last(TARGET)
    assert last is not None
    assert front.line.ended(last.id).plan.kind is DeployKind.ROLLBACK
    assert front.line.runs() == ["1.4.1"] * 4


def test_a_typed_rollback_and_a_deploy_are_asked_about_too(front: Front) -> None:
    for text in ("rollback shop in production", "shop@1.5.0 to production"):
        assert "I cannot see since" in said(front.answer("ana", text)["blocks"])
    assert front.line.journal.deploys.running(TARGET) is None


def test_a_host_more_is_added_by_the_second_click(tmp_path: Path) -> None:
    with watched_on(tmp_path) as line, before(line, ScaleFront) as front:
        fall(line)
        blind(front)
        asked = press(front, SCALE)
        assert "Add a host to shop in production anyway?" in said(asked["blocks"])
        assert line.pools.acts == []
        press_again(front, asked, "incident.anyway.scale", "goes from 4 to 5 hosts; #deploys shows how")
        assert line.scale_ended(1).reached == 5


def test_a_machine_is_replaced_only_after_a_click_that_knows(tmp_path: Path) -> None:
    with scaled_on(tmp_path) as line, before(line, Front) as front:
        blind(front)
        asked = front.answer("ana", "replace shop m-2 in production")
        assert "I cannot see since" in said(asked["blocks"])
        assert line.pools.acts == []
        press_again(front, asked, REPLACE, "m-2 is replaced by a new one", "ana")
        assert line.scale_ended(1).stand is Stand.DONE
