"""Another number of hosts by command: what begins, what it comes to, and what is refused."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.backends.memory_pools import FULL
from bot.errors import CloudDenied, SlackAway
from bot.model import Step
from bot.refusals import Reason, Refusal
from bot.scales import Scaling, Stand
from bot.trail import What
from tests.building import TARGET, said
from tests.engine.scaled import RULES, ScaledLine, scaled_on

CONFIRM = ((("access",), {"production": {"deploy": ["@oncall"], "confirm": True}}),)
HOUR = timedelta(hours=1)


@pytest.fixture
def scaled(tmp_path: Path) -> Iterator[ScaledLine]:
    """Four machines, 2 to 10 by the fleet file, 60 % CPU."""
    with scaled_on(tmp_path) as made:
        yield made


def refused(found: object) -> Refusal:
    assert isinstance(found, Refusal), found
    return found


def asked(found: object) -> Scaling:
    assert isinstance(found, Scaling), found
    return found


@pytest.mark.parametrize(("text", "after"), [("6", 6), ("+2", 6), ("-1", 3), ("2", 2), ("10", 10)])
def test_so_many_are_there_and_well_in_the_end(scaled: ScaledLine, text: str, after: int) -> None:
    act = scaled.scale(text)
    assert (act.stand, act.before, act.after, act.reached) == (Stand.DONE, 4, after, after)
    assert act.result.startswith(f"{after} of {after} healthy after ")
    assert len(scaled.staying()) == after


def test_the_message_says_who_asked_what_it_costs_and_how_it_goes(scaled: ScaledLine) -> None:
    act = scaled.scale("6")
    assert scaled.messages()[f"scale:{act.id}"] == "shop · production 4 → 6 hosts · asked by <@U0ANA>"
    words = said(scaled.blocks(f"scale:{act.id}"))
    assert "6 of 6 healthy after" in words
    assert "0.40 → 0.60 an hour" in words
    assert "Undo: back to 4" in words
    assert [row.fields["what"] for row in scaled.journal.audit.newest(3)] == [
        What.SCALE_ENDED,
        What.SCALE_BEGUN,
        What.SCALE_HELD,
    ]


def test_the_newest_go_first_and_are_named_beforehand(scaled: ScaledLine) -> None:
    act = scaled.scale("-2")
    assert set(act.leave) <= {"m-1", "m-2", "m-3", "m-4"}
    assert set(scaled.staying()) == {"m-1", "m-2", "m-3", "m-4"} - set(act.leave)
    assert "going: " in said(scaled.blocks(f"scale:{act.id}"))


@pytest.mark.parametrize("text", ["500", "11", "1", "0", "-5", "-4", "+7", "999999999999999999"])
def test_beyond_the_limits_nothing_begins(scaled: ScaledLine, text: str) -> None:
    no = refused(scaled.ask_scale(text))
    assert (no.reason, no.name, no.known, no.detail) == (Reason.OUT_OF_LIMITS, text, ("2", "10"), "4")
    assert scaled.pools.acts == []


@pytest.mark.parametrize("text", ["4", "+0", "-0"])
def test_as_many_as_there_are_is_nothing_to_do(scaled: ScaledLine, text: str) -> None:
    assert refused(scaled.ask_scale(text)).reason is Reason.SO_MANY


@pytest.mark.parametrize(
    ("rules", "detail"),
    [(None, "the fleet file sets no limits"), (RULES, "the fleet file does not say how a host more is made")],
)
def test_what_cannot_be_scaled_says_why(tmp_path: Path, rules: dict[str, Any] | None, detail: str) -> None:
    with scaled_on(tmp_path, rules) as line:
        line.known = rules is None
        no = refused(line.ask_scale("6"))
    assert (no.reason, no.detail) == (Reason.NOT_SCALED, detail)


def test_limits_without_rules_are_for_people_and_there_is_nothing_to_hold(tmp_path: Path) -> None:
    with scaled_on(tmp_path, {"min": 2, "max": 10}) as line:
        assert line.scale("6").stand is Stand.DONE
        assert line.scaling.book.grips.of(TARGET) is None
        assert refused(line.scaling.desk.hold("U0ANA", "shop", None, HOUR)).reason is Reason.NOT_RULED
        assert line.sweep(99) == []


def test_while_one_is_on_its_way_another_is_told_so(scaled: ScaledLine) -> None:
    begun = scaled.scaling.book.begin(Scaling(TARGET, 4, 5, "U0BEN", scaled.clock.now()))
    assert begun is not None
    no = refused(scaled.ask_scale("+1"))
    assert (no.reason, no.scale) == (Reason.BUSY, begun)


def test_a_deploy_keeps_hosts_from_being_taken_away_and_not_from_being_added(scaled: ScaledLine) -> None:
    scaled.deploy("1.4.1")
    gate = scaled.backend.hang("m-1", Step.INSTALL)
    deploy = scaled.begin("1.4.2")
    no = refused(scaled.ask_scale("-1"))
    assert (no.reason, no.deploy) == (Reason.BUSY, deploy)
    assert scaled.scale("+1").stand is Stand.DONE
    gate.set()
    scaled.ended(deploy.id)


def test_while_hosts_are_taken_away_no_deploy_begins(scaled: ScaledLine) -> None:
    begun = scaled.scaling.book.begin(Scaling(TARGET, 4, 3, "U0BEN", scaled.clock.now(), ("m-4",)))
    no = refused(scaled.ask("1.4.2"))
    assert (no.reason, no.scale) == (Reason.BUSY, begun)
    scaled.scaling.runs.resume()
    assert begun is not None
    scaled.scale_ended(begun.id)
    scaled.deploy("1.4.2")


def test_who_may_is_the_environments_say(tmp_path: Path) -> None:
    access = ((("access",), {"production": {"deploy": ["@oncall"], "scale": ["@leads"]}}),)
    with scaled_on(tmp_path, changes=access) as line:
        assert refused(line.ask_scale("6", "U0EVE")).reason is Reason.MAY_NOT_SCALE
        line.members.trouble = SlackAway("no connection to Slack")
        assert refused(line.ask_scale("6", "U0ANA")).reason is Reason.UNSURE_WHO


def test_no_room_in_the_cloud_is_said_in_its_words_and_what_was_reached_stays(scaled: ScaledLine) -> None:
    scaled.pools.of(scaled.pool).most = 6
    act = scaled.scale("9")
    assert (act.stand, act.reached, act.well) == (Stand.SHORT, 6, 6)
    assert FULL in act.result
    assert act.result.startswith("6 of 9 healthy after ")
    assert act.result.endswith("What was reached stays.")
    assert len(scaled.staying()) == 6


def test_no_room_at_all_ends_at_once(scaled: ScaledLine) -> None:
    scaled.pools.of(scaled.pool).most = 4
    act = scaled.scale("6")
    assert (act.stand, act.reached) == (Stand.SHORT, 4)
    assert FULL in act.result


def test_a_cloud_that_cannot_be_read_begins_nothing(scaled: ScaledLine) -> None:
    scaled.pools.trouble = CloudDenied("autoscaling:DescribeAutoScalingGroups", "AccessDenied")
    no = refused(scaled.ask_scale("6"))
    assert (no.reason, no.detail) == (Reason.POOL_UNREAD, "autoscaling:DescribeAutoScalingGroups: AccessDenied")


def test_a_machine_that_never_gets_well_is_named_when_patience_ends(scaled: ScaledLine) -> None:
    scaled.pools.of(scaled.pool).sick.add("m-5")
    act = scaled.scale("+1")
    assert act.stand is Stand.SHORT
    assert act.result.startswith("4 of 5 healthy after 20 min")


def test_a_shielded_machine_stays_and_another_goes(scaled: ScaledLine) -> None:
    scaled.pools.of(scaled.pool).shielded |= {"m-4", "m-3"}
    act = scaled.scale("-2")
    assert set(act.leave) == {"m-1", "m-2"}
    assert refused(scaled.ask_scale("2")).reason is Reason.SO_MANY


def test_where_none_may_go_it_is_said_who_and_why(scaled: ScaledLine) -> None:
    scaled.pools.of(scaled.pool).shielded |= {"m-2", "m-3", "m-4"}
    no = refused(scaled.ask_scale("-2"))
    assert no.reason is Reason.NONE_MAY_GO
    assert "m-2 is protected in the cloud" in no.detail


# what a person asked for is held, and taken back


def test_the_rules_leave_alone_for_an_hour_what_a_person_asked_for(scaled: ScaledLine) -> None:
    scaled.scale("8")
    assert scaled.sweep(20, after=600) == []
    assert scaled.stands().desired == 8
    assert "gives it back to the rules" in said(scaled.blocks("scale:1"))
    (act,) = scaled.sweep(20, after=3600)
    assert act.after < 8
    assert "gives it back to the rules" not in said(scaled.blocks("scale:1"))


def test_given_back_the_rules_decide_again(scaled: ScaledLine) -> None:
    scaled.scale("8")
    assert scaled.scaling.desk.give_back("U0ANA", "shop", None) == TARGET
    assert [act.after for act in scaled.sweep(20, after=600)] != []
    assert scaled.scaling.desk.give_back("U0ANA", "shop", None) == TARGET  # they do already


def test_a_hold_of_its_own_has_a_message_that_says_how_it_ended(scaled: ScaledLine) -> None:
    held = scaled.scaling.desk.hold("U0ANA", "shop", "production", HOUR)
    assert not isinstance(held, Refusal)
    assert held.until == scaled.clock.now() + HOUR
    assert scaled.sweep(95) == []
    assert "held by <@U0ANA> until" in scaled.messages()[f"scale-hold:{held.id}"]
    (act,) = scaled.sweep(95, after=3600)
    assert act.after > act.before
    assert "the rules decide again · its time is over" in scaled.messages()[f"scale-hold:{held.id}"]


def test_a_hold_lasts_a_working_day_unless_it_is_said_and_a_week_at_most(scaled: ScaledLine) -> None:
    held = scaled.scaling.desk.hold("U0ANA", "shop", None, None)
    assert not isinstance(held, Refusal)
    assert held.until - held.since == timedelta(hours=8)
    no = refused(scaled.scaling.desk.hold("U0ANA", "shop", None, timedelta(days=8)))
    assert (no.reason, no.detail) == (Reason.HOLD_TOO_LONG, "7d")


def test_undo_brings_back_what_was_and_the_button_goes(scaled: ScaledLine) -> None:
    act = scaled.scale("6")
    back = asked(scaled.scaling.desk.undo("U0BEN", str(act.id)))
    ended = scaled.scale_ended(back.id)
    assert (ended.before, ended.after, ended.undoes, ended.stand) == (6, 4, act.id, Stand.DONE)
    assert "Undo" not in said(scaled.blocks(f"scale:{act.id}"))
    assert "took the last change back" in scaled.messages()[f"scale:{back.id}"]


def test_undo_of_what_was_changed_since_says_how_many_there_are(scaled: ScaledLine) -> None:
    first, second = scaled.scale("6"), scaled.scale("5")
    no = refused(scaled.scaling.desk.undo("U0BEN", str(first.id)))
    assert (no.reason, no.detail) == (Reason.OTHER_NUMBER, "5")
    scaled.pools.of(scaled.pool).desired = 7  # by hand in the console
    assert refused(scaled.scaling.desk.undo("U0BEN", str(second.id))).reason is Reason.OTHER_NUMBER


@pytest.mark.parametrize("button", ["", "99", "x", "9" * 40])
def test_a_button_that_no_act_carries_is_refused_without_a_crash(scaled: ScaledLine, button: str) -> None:
    for press in (scaled.scaling.desk.undo, scaled.scaling.desk.confirm, scaled.scaling.desk.cancel):
        assert refused(press("U0ANA", button)).reason is Reason.OVER


# where production wants a click


@pytest.fixture
def careful(tmp_path: Path) -> Iterator[ScaledLine]:
    with scaled_on(tmp_path, changes=CONFIRM) as made:
        yield made


def test_nothing_moves_before_the_click_and_one_click_counts(careful: ScaledLine) -> None:
    shown = asked(careful.ask_scale("6"))
    assert (shown.stand, careful.pools.acts, careful.messages()) == (Stand.PROPOSED, [], {})
    begun = asked(careful.scaling.desk.confirm("U0ANA", str(shown.id)))
    assert careful.scale_ended(begun.id).stand is Stand.DONE
    no = refused(careful.scaling.desk.confirm("U0ANA", str(shown.id)))
    assert (no.reason, "begun by that button already" in no.detail) == (Reason.OVER, True)
    assert careful.launched() == 2


def test_a_click_counts_for_the_number_that_was_shown(careful: ScaledLine) -> None:
    shown = asked(careful.ask_scale("6"))
    careful.pools.of(careful.pool).desired = 5
    no = refused(careful.scaling.desk.confirm("U0ANA", str(shown.id)))
    assert (no.reason, no.detail) == (Reason.OTHER_NUMBER, "5")
    assert careful.scaling.book.rows.unfinished() == []


def test_a_click_counts_for_those_that_were_shown_to_go(careful: ScaledLine) -> None:
    shown = asked(careful.ask_scale("-1"))
    careful.pools.of(careful.pool).shielded.add(shown.leave[0])
    assert refused(careful.scaling.desk.confirm("U0ANA", str(shown.id))).reason is Reason.OTHER_NUMBER


def test_a_click_of_another_person_or_too_late_does_not_count(careful: ScaledLine) -> None:
    shown = asked(careful.ask_scale("6"))
    assert refused(careful.scaling.desk.confirm("U0BEN", str(shown.id))).reason is Reason.NOT_YOURS
    careful.clock.sleep(timedelta(minutes=10))
    assert refused(careful.scaling.desk.confirm("U0ANA", str(shown.id))).reason is Reason.STALE


def test_a_cancelled_question_is_never_begun(careful: ScaledLine) -> None:
    shown = asked(careful.ask_scale("6"))
    assert asked(careful.scaling.desk.cancel("U0ANA", str(shown.id))).id == shown.id
    no = refused(careful.scaling.desk.confirm("U0ANA", str(shown.id)))
    assert "cancelled it" in no.detail
    assert careful.pools.acts == []


def test_a_click_during_a_deploy_may_be_made_again_after_it(careful: ScaledLine) -> None:
    careful.fleet = careful.current()
    shown = asked(careful.ask_scale("-1"))
    act = careful.acts.begin(TARGET, ["m-1"], 1, "U0CID", careful.clock.now())
    assert act is not None
    assert refused(careful.scaling.desk.confirm("U0ANA", str(shown.id))).reason is Reason.BUSY
    careful.acts.finish(act.id, True, "", careful.clock.now())
    assert careful.scale_ended(asked(careful.scaling.desk.confirm("U0ANA", str(shown.id))).id).stand is Stand.DONE
