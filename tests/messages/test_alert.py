from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from bot.messages import alert as message
from bot.messages.alert import acknowledged_message, answer, reminder
from bot.messages.plain import LEVELS, shown
from bot.model import Action, Changed, Content, Incident, Release, Target
from bot.plan.remedies import offers, scene_of
from bot.remedies import NamedStep
from bot.watch import Alert, Ended, Panel, Sighting, Silence

BEGUN = datetime(2026, 11, 20, 14, 2, 11, tzinfo=UTC)
OVER = datetime(2026, 11, 20, 14, 8, 23, tzinfo=UTC)
BEFORE = Release("b" * 40, "1.4.1")
DEPLOY = Changed("deploy 41 (1.4.1 → 1.4.2) by <@U1> ended", BEGUN - timedelta(seconds=94), BEFORE)
SIGHTING = Sighting(
    asked="GET https://shop.example.com/healthz",
    action=Action.ROLLBACK,
    streak=3,
    runbook="https://wiki.example.com/shop",
    changed=DEPLOY,
)
INCIDENT = Incident(7, "shop/production/http", Target("shop", "production"), BEGUN, "answered 503 in 41 ms: no table")
DOWN = Alert(INCIDENT, SIGHTING, "#alerts")
TAKEN = replace(DOWN, told_at=BEGUN, acknowledged_by="U2", acknowledged_at=BEGUN + timedelta(seconds=40))
NOBODY = "Incident 7 · nobody has acknowledged it: `/status ack 7`"
BACK = replace(DOWN, incident=replace(INCIDENT, ended_at=OVER), ended=Ended.UP)
ON_WEB1 = replace(DOWN, incident=replace(INCIDENT, host="web1"))
ALWAYS = ["Acknowledge", "Silence 1 h"]
STEPS = (NamedStep("flush-cache", "Every page is built anew."),)
LEFT = "when its check left the fleet file; whether it is up is not known"
SINCE, UNTIL = "<!date^1795183331^{time_secs}|14:02:11 UTC>", "<!date^1795183703^{time_secs}|14:08:23 UTC>"


def seen(facts: Alert, **changes: Any) -> Alert:
    return replace(facts, sighting=replace(facts.sighting, **changes))


def alert(facts: Alert, silence: Silence | None = None) -> Content:
    """With what is offered for it when it is told by itself."""
    scene = scene_of([facts])
    return message.alert(facts, Panel(offers(scene), scene.down, scene.hosts, silence))


def lines(content: Content) -> list[str]:
    """Every text of the message, in order."""
    found = []
    for block in content.blocks:
        if block["type"] == "section":
            found.append(block["text"]["text"])
        elif block["type"] == "context":
            found.extend(element["text"] for element in block["elements"])
    return found


def buttons(content: Content) -> dict[str, dict[str, Any]]:
    return {
        element["text"]["text"]: element
        for block in content.blocks
        if block["type"] == "actions"
        for element in block["elements"]
    }


def test_down_says_what_changed_and_what_to_do() -> None:
    content = alert(DOWN)
    assert lines(content) == [
        f"*DOWN* · shop · production · since {SINCE}",
        "*What*  GET https://shop.example.com/healthz answered 503 in 41 ms: no table · 3 checks in a row",
        "*Changed*  deploy 41 (1.4.1 → 1.4.2) by <@U1> ended 94 s before the first failure",
        NOBODY,
    ]
    assert content.text == f"DOWN · shop · production · since {SINCE} · answered 503 in 41 ms: no table"
    assert list(buttons(content)) == ["Roll back to 1.4.1", "Restart shop", *ALWAYS, "Runbook"]


@pytest.mark.parametrize(
    ("facts", "labels"),
    [
        (DOWN, ["Roll back to 1.4.1", "Restart shop", *ALWAYS, "Runbook"]),
        # nothing good to go back to
        (seen(DOWN, changed=replace(DEPLOY, rollback_to=None)), ["Restart shop", *ALWAYS, "Runbook"]),
        (seen(DOWN, changed=None, runbook=None), ["Restart shop", *ALWAYS]),
        (seen(DOWN, action=Action.RESTART), ["Restart shop", *ALWAYS, "Runbook"]),
        (
            seen(ON_WEB1, action=Action.RESTART, hosts=4, replaceable=True),
            ["Restart on web1", "Replace web1", *ALWAYS, "Runbook"],
        ),
        (seen(DOWN, action=Action.SCALE), ["Add 1 host", "Restart shop", *ALWAYS, "Runbook"]),
        (
            seen(DOWN, action=Action.RESTART, changed=replace(DEPLOY, deployed_at=DEPLOY.at)),  # just deployed
            ["Roll back to 1.4.1", "Restart shop", *ALWAYS, "Runbook"],
        ),
        (
            seen(ON_WEB1, action=Action.RESTART),
            ["Restart on web1", *ALWAYS, "Runbook"],
        ),
        (seen(DOWN, action=Action.RUNBOOK, steps=STEPS), ["Run flush-cache", "Restart shop", *ALWAYS, "Runbook"]),
        (seen(DOWN, steps=STEPS), ["Roll back to 1.4.1", "Restart shop", "Run flush-cache", *ALWAYS, "Runbook"]),
        (
            seen(DOWN, steps=(*STEPS, NamedStep("vacuum"))),  # a second row
            ["Roll back to 1.4.1", "Restart shop", "Run flush-cache", *ALWAYS, "Runbook", "Run vacuum"],
        ),
        (replace(DOWN, note="rolling back", offering=False), [*ALWAYS, "Runbook"]),  # no longer applies
        (seen(replace(DOWN, note="restarting", offering=False), action=Action.RESTART), [*ALWAYS, "Runbook"]),
        (
            replace(DOWN, note="rollback failed", offering=True),
            ["Roll back to 1.4.1", "Restart shop", *ALWAYS, "Runbook"],
        ),
        (TAKEN, ["Roll back to 1.4.1", "Restart shop", "Silence 1 h", "Runbook"]),
        (BACK, []),
    ],
)
def test_the_buttons_are_those_that_apply(facts: Alert, labels: list[str]) -> None:
    assert list(buttons(alert(facts))) == labels


def test_replacing_names_the_host_and_says_what_will_happen() -> None:
    swap = buttons(alert(seen(ON_WEB1, action=Action.RESTART, hosts=4, replaceable=True)))["Replace web1"]
    assert (swap["action_id"], swap["value"]) == ("incident.replace", "7:web1")
    assert swap["confirm"]["title"]["text"] == "Replace web1 of shop in production?"
    assert "Ends web1 once it has drained" in swap["confirm"]["text"]["text"]
    assert swap["confirm"]["confirm"]["text"] == "Replace it"


def test_a_button_carries_the_incident_and_asks_before_it_acts() -> None:
    rollback = buttons(alert(DOWN))["Roll back to 1.4.1"]
    assert (rollback["action_id"], rollback["value"], rollback["style"]) == ("incident.rollback", "7", "danger")
    assert rollback["confirm"]["title"]["text"] == "Roll back shop in production?"
    assert "1.4.1" in rollback["confirm"]["text"]["text"]
    restart = buttons(alert(seen(DOWN, action=Action.RESTART)))["Restart shop"]
    assert (restart["action_id"], restart["value"]) == ("incident.restart", "7")
    assert restart["confirm"]["text"]["text"] == "Runs the restart step of shop on every host now."
    step = buttons(alert(seen(DOWN, steps=STEPS)))["Run flush-cache"]
    assert (step["action_id"], step["value"]) == ("incident.step.flush-cache", "7:flush-cache")
    assert step["confirm"]["title"]["text"] == "Run flush-cache for shop in production?"
    assert step["confirm"]["text"]["text"] == "Every page is built anew.\nRuns flush-cache of shop on every host now."
    runbook = buttons(alert(DOWN))["Runbook"]
    assert (runbook["action_id"], runbook["url"]) == ("incident.runbook", "https://wiki.example.com/shop")


def test_without_any_way_back_the_way_out_is_said() -> None:
    facts = seen(DOWN, changed=None, runbook=None)
    assert lines(alert(facts))[-2:] == [NOBODY, "*Do*  no release to go back to is known: deploy one that works"]
    assert "*Changed*  nothing that Pointsman did here is known" in lines(alert(facts))


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"cause": "connection refused"},
            "*What*  GET https://shop.example.com/healthz: connection refused · 3 checks",
        ),
        ({"cause": "answered 200 after 5 ms, but"}, "*What*  GET https://shop.example.com/healthz answered 200 after"),
        ({"cause": "body lacks '<b>&'"}, "healthz: body lacks '&lt;b&gt;&amp;'"),
        ({"cause": "answered 500 in 1 ms: <!channel> <@U1>"}, "&lt;!channel&gt; &lt;@U1&gt;"),
        ({"cause": "x" * 5000}, "x" * 399 + "…"),
        ({"host": "web2"}, f"*DOWN* · shop · production · web2 · since {SINCE}"),
    ],
)
def test_what_was_seen_is_shown_and_never_acts(changes: dict[str, Any], line: str) -> None:
    facts = replace(DOWN, incident=replace(INCIDENT, **changes))
    assert line in "\n".join(lines(alert(facts)))


@pytest.mark.parametrize(
    ("at", "when"),
    [
        (BEGUN - timedelta(days=3), "3 days before the first failure"),
        (BEGUN, "0 s before the first failure"),
        (BEGUN + timedelta(seconds=12), "12 s after the first failure"),
    ],
)
def test_a_change_is_set_against_the_first_failure(at: datetime, when: str) -> None:
    assert lines(alert(seen(DOWN, changed=replace(DEPLOY, at=at))))[2].endswith(f" ended {when}")


def test_what_was_done_shortly_before_stands_below_it() -> None:
    besides = (("a lock by <@U2> (data migration) began", BEGUN - timedelta(seconds=50)),)
    assert lines(alert(seen(DOWN, changed=replace(DEPLOY, besides=besides))))[2] == (
        "*Changed*  deploy 41 (1.4.1 → 1.4.2) by <@U1> ended 94 s before the first failure\n"
        "*Also*  a lock by <@U2> (data migration) began 50 s before it"
    )


def test_one_failed_check_is_not_a_row() -> None:
    assert lines(alert(seen(DOWN, streak=1)))[1].endswith(" · 1 check")


@pytest.mark.parametrize(
    ("hosts", "words"), [(4, " · 1 of 4 hosts (web2) · 3 checks in a row"), (1, "no table · 3 checks in a row")]
)
def test_a_check_per_host_says_of_how_many_hosts_it_speaks(hosts: int, words: str) -> None:
    facts = seen(replace(DOWN, incident=replace(INCIDENT, host="web2")), hosts=hosts)
    assert lines(alert(facts))[1].endswith(words)


def test_a_silence_stands_in_the_alert_and_can_be_ended_there() -> None:
    silence = Silence("shop", "production", "U2", "moving", BEGUN, OVER)
    content = alert(DOWN, silence)
    until = "<!date^1795183703^{time}|14:08 UTC>"
    assert lines(content)[-1] == (
        f":mute: shop in production is silenced by <@U2> until {until}: what is still down then is told then"
    )
    silenced = buttons(content)
    assert "Silence 1 h" not in silenced
    assert (silenced["End the silence"]["action_id"], silenced["End the silence"]["value"]) == (
        "incident.unsilence",
        "7",
    )
    assert "confirm" not in buttons(alert(DOWN))["Silence 1 h"]  # it can be ended


def test_the_note_stands_above_the_buttons() -> None:
    content = alert(replace(DOWN, note="rolling back to 1.4.1, asked by <@U2>", offering=False))
    assert lines(content)[-2:] == ["rolling back to 1.4.1, asked by <@U2>", NOBODY]
    assert content.blocks[-1]["type"] == "actions"


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        (BACK, f"*UP* · shop · production · was down 6 min 12 s ({SINCE} – {UNTIL})"),
        (
            replace(BACK, note="rolled back to 1.4.1 by <@U2>"),
            f"*UP* · shop · production · was down 6 min 12 s ({SINCE} – {UNTIL}) · rolled back to 1.4.1 by <@U2>",
        ),
        (
            replace(TAKEN, incident=BACK.incident, ended=Ended.UP),
            (f"*UP* · shop · production · was down 6 min 12 s ({SINCE} – {UNTIL}) · acknowledged by <@U2> after 40 s"),
        ),
        (
            replace(BACK, ended=Ended.UNCHECKED),
            f"*NO LONGER CHECKED* · shop · production · was down for 6 min 12 s ({SINCE} – {UNTIL}) {LEFT}",
        ),
    ],
)
def test_the_closed_form_says_how_long_and_what_was_done(facts: Alert, line: str) -> None:
    content = alert(facts)
    assert lines(content)[0] == line
    assert content.text == line.replace("*", "")
    assert lines(content)[1].startswith("*What*  GET https://shop.example.com/healthz answered 503")
    assert lines(content)[2].startswith("*Changed*  deploy 41")
    assert lines(answer(facts)) == [line]


def test_who_acknowledged_stands_in_the_open_alert_and_is_told_so() -> None:
    assert lines(alert(TAKEN))[-1] == "Incident 7 · acknowledged by <@U2> after 40 s"
    assert acknowledged_message(TAKEN).text.startswith("DOWN · shop · production · you take care of it")


@pytest.mark.parametrize(
    ("owners", "told"),
    [(["@shop-team", "U024BE7LH"], " · <!subteam^S1>, <@U024BE7LH>"), (["@gone"], " · @gone"), ([], "")],
)
def test_a_reminder_tells_the_owners_and_says_how_to_end_it(owners: list[str], told: str) -> None:
    content = reminder(DOWN, owners, {"shop-team": "S1"}, OVER)
    line = f"STILL DOWN · shop · production · for 6 min 12 s · nobody has acknowledged it{told}"
    assert content.text == line
    assert "`/status ack 7`" in lines(content)[-1]


def test_a_reminder_of_many_says_how_many() -> None:
    told = reminder(ON_WEB1, (), {}, OVER, others=299).text
    assert told.startswith("STILL DOWN · shop · production · web1 and 299 more checks · for 6 min 12 s")


@given(
    st.text(max_size=3000),
    st.text(max_size=3000),
    st.text(min_size=1, max_size=200),
    st.sampled_from(Action),
    st.sampled_from([None, *Ended]),
)
def test_every_alert_is_kept_inside_slacks_limits(
    cause: str, note: str, name: str, action: Action, ended: Ended | None
) -> None:
    facts = replace(
        seen(DOWN, action=action, changed=replace(DEPLOY, rollback_to=Release("c" * 40, name))),
        incident=replace(INCIDENT, cause=cause, host=name, target=Target(name, name), ended_at=OVER if ended else None),
        note=note,
        ended=ended,
    )
    for content in (alert(facts), answer(facts)):
        assert 0 < len(content.text) <= 4000
        for block in content.blocks:
            parsed = Block.parse(block)
            assert parsed is not None
            parsed.validate_json()
        assert all(shown(content, level).blocks or level for level in range(LEVELS))
