from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.messages import outbreak as message
from bot.messages.members import ROOM, listed
from bot.messages.outbreak import answer, folded
from bot.model import Action, Changed, Content, Incident, Release, Target
from bot.plan.remedies import offers, scene_of
from bot.remedies import NamedStep
from bot.watch import NOTHING, Alert, Ended, Panel, Sighting
from tests.building import HOSTILE, problems, said

BEGUN = datetime(2026, 11, 20, 14, 2, 11, tzinfo=UTC)
OVER = BEGUN + timedelta(minutes=6, seconds=12)
SINCE, UNTIL = "<!date^1795183331^{time_secs}|14:02:11 UTC>", "<!date^1795183703^{time_secs}|14:08:23 UTC>"
SHOP = Target("shop", "production")
DEPLOY = Changed("deploy 41", BEGUN - timedelta(seconds=94), Release("b" * 40, "1.4.1"), BEGUN - timedelta(seconds=94))
SEEN = Sighting("GET http://web/", Action.RESTART, 3)


def down(number: int, host: str | None = None, target: Target = SHOP) -> Alert:
    name = host or f"web{number}"
    incident = Incident(number, f"{target.service}/http/{name}", target, BEGUN, "answered 503", name)
    return Alert(incident, SEEN, "#alerts", told_at=BEGUN, outbreak=1)


def up(number: int, how: Ended = Ended.UP) -> Alert:
    one = down(number)
    return replace(one, incident=replace(one.incident, ended_at=OVER), ended=how)


def again(number: int) -> Alert:
    """The same check, an hour later: it came up meanwhile."""
    one = down(number)
    return replace(one, incident=replace(one.incident, id=number + 100, started_at=BEGUN + timedelta(hours=1)))


def outbreak(alerts: list[Alert]) -> Content:
    still = [one for one in alerts if one.ended is None]
    scene = scene_of(still) if still else None
    mixed = len({one.incident.target for one in still}) > 1
    return message.outbreak(alerts, Panel(offers(scene), scene.down, scene.hosts, mixed=mixed) if scene else NOTHING)


SITE = replace(down(3), incident=replace(down(3).incident, host=None))


@pytest.mark.parametrize(
    ("alerts", "line"),
    [
        ([down(1), down(2)], f"DOWN · 2 checks · shop · production · since {SINCE}"),
        ([up(1), down(2), down(3)], f"DOWN · 2 of 3 checks · shop · production · since {SINCE}"),
        (
            [down(1), down(2, target=Target("api", "staging"))],
            f"DOWN · 2 checks · shop · production, api · staging · since {SINCE}",
        ),
        ([up(1), up(2)], f"UP · 2 checks · shop · production · were down 6 min 12 s ({SINCE} – {UNTIL})"),
        (
            [up(1), up(2, Ended.UNCHECKED)],
            (
                f"UP · 2 checks · shop · production · were down 6 min 12 s ({SINCE} – {UNTIL})"
                " · 1 of them left the fleet file meanwhile; whether that one is up is not known"
            ),
        ),
        (
            [up(1, Ended.UNCHECKED), up(2, Ended.UNCHECKED)],
            (
                f"NO LONGER CHECKED · 2 checks · shop · production · were down 6 min 12 s ({SINCE} – {UNTIL})"
                " · 2 of them left the fleet file meanwhile; whether they are up is not known"
            ),
        ),
        (
            [up(1, Ended.CLOSED), up(2, Ended.CLOSED)],
            (
                f"CLOSED · 2 checks · shop · production · were down 6 min 12 s ({SINCE} – {UNTIL})"
                " · 2 of them ended by hand; whether they are up is not known"
            ),
        ),
        (
            [up(1, Ended.CLOSED), up(2, Ended.UNCHECKED), up(3)],
            (
                f"UP · 3 checks · shop · production · were down 6 min 12 s ({SINCE} – {UNTIL})"
                " · 1 of them left the fleet file meanwhile and 1 of them ended by hand"
                "; whether they are up is not known"
            ),
        ),
        ([up(1), down(2), again(1)], f"DOWN · 2 checks · shop · production · since {SINCE}"),
        ([up(1), up(2), again(1), up(3)], f"DOWN · 1 of 3 checks · shop · production · since {SINCE}"),
        (
            [replace(up(1), note="restarted by <@U2>", acknowledged_by="U2", acknowledged_at=OVER), up(2)],
            (
                f"UP · 2 checks · shop · production · were down 6 min 12 s ({SINCE} – {UNTIL})"
                " · restarted by <@U2> · acknowledged by <@U2> after 6 min 12 s"
            ),
        ),
    ],
)
def test_the_first_line_says_how_many_of_how_many_and_of_what(alerts: list[Alert], line: str) -> None:
    assert outbreak(alerts).text == line


@pytest.mark.parametrize(
    ("alerts", "label"),
    [
        ([down(1), down(2)], "Restart on 2 hosts"),
        ([up(1), down(2)], "Restart on web2"),
        ([down(1), down(2, target=Target("api", "production"))], "Restart shop on web1"),
        ([SITE, down(2)], "Restart shop"),  # which hosts are down is not known
    ],
)
def test_the_button_names_what_it_acts_on(alerts: list[Alert], label: str) -> None:
    (row,) = [block for block in outbreak(alerts).blocks if block["type"] == "actions"]
    silence = "Silence shop 1 h" if "shop on" in label else "Silence 1 h"  # of several services it says which
    assert [one["text"]["text"] for one in row["elements"]] == [label, "Acknowledge", silence]


def test_in_a_message_of_several_services_every_button_says_whose_it_is() -> None:
    seen = replace(SEEN, action=Action.SCALE, hosts=4, replaceable=True, steps=(NamedStep("flush"),), changed=DEPLOY)
    lead = replace(down(1), sighting=seen)
    shown = outbreak([lead, down(2, target=Target("api", "production"))])
    labels = [one["text"]["text"] for block in shown.blocks if block["type"] == "actions" for one in block["elements"]]
    assert labels == [
        "Restart shop on web1",
        "Replace web1 of shop",
        "Add 1 host to shop",
        "Acknowledge",
        "Silence shop 1 h",
        "Roll back shop to 1.4.1",
        "Run flush of shop",
    ]


def listing(alerts: list[Alert]) -> str:
    return said(listed(alerts).blocks)


def test_the_thread_lists_them_all_and_says_a_check_of_many_hosts_once() -> None:
    message = listed([down(1), up(2), down(3)])
    assert message.text == "3 checks: 2 down, 1 no longer"
    told = said(message.blocks)
    assert "*Down*  shop/http on web1, web3" in told
    assert "*Over*  shop/http/web2" in told


def test_a_check_that_fails_again_is_listed_once() -> None:
    assert listed([up(1), down(2), again(1)]).text == "2 checks: 2 down, 0 no longer"
    assert listing([up(1), down(2), again(1)]).count("web1") == 1


def test_three_hundred_hosts_are_all_there() -> None:
    hosts = [f"web-eu-west-1a-{number:03d}" for number in range(300)]
    told = listing([down(number, host) for number, host in enumerate(hosts)])
    assert all(host in told for host in hosts)
    assert "more" not in told


def test_what_has_no_room_is_counted_and_no_name_is_cut() -> None:
    alerts = [down(number, f"{'x' * 60}{number:04d}") for number in range(400)]
    told = listing(alerts)
    shown = sum(f"x{number:04d}" in told for number in range(400))
    assert shown * 60 < ROOM
    assert f" and {400 - shown} more" in told


def test_what_is_down_goes_before_what_is_over_when_there_is_no_room_for_both() -> None:
    alerts = [up(number) for number in range(3000)] + [down(number) for number in range(3000, 3100)]
    told = listing(alerts)
    assert all(f"web{number}" in told for number in range(3000, 3100))
    assert " more" in told
    assert listing([up(number) for number in range(20)]).count("web") == 20


def test_what_comes_from_elsewhere_is_called_as_its_sender_calls_it() -> None:
    one = down(1)
    foreign = replace(
        one,
        sighting=replace(SEEN, asked="DiskFull on web1", source="Alertmanager"),
        incident=replace(one.incident, check_id="alertmanager/DiskFull/web1/9f1c", host=None),
    )
    assert "*Down*  DiskFull on web1 (Alertmanager)\nshop/http/web2" in listing([foreign, down(2)])
    assert "9f1c" not in listing([foreign, down(2)]) + said(outbreak([foreign, down(2)]).blocks)


def test_what_needs_it_is_listed_with_its_cause_and_the_rest_counted() -> None:
    told = said(folded([down(number) for number in range(12)]).blocks)
    assert told.count("answered 503") == 10
    assert "… and 2 more checks" in told
    assert "more" not in said(folded([down(1)]).blocks)


@pytest.mark.parametrize(
    "message",
    [
        outbreak([down(number) for number in range(1, 301)]),
        outbreak([down(1, HOSTILE), down(2, HOSTILE + "2")]),
        outbreak([up(number) for number in range(1, 301)]),
        listed([down(number, "x" * 60) for number in range(1, 301)]),
        listed([down(number, f"web{number}", Target(f"s{number}", "production")) for number in range(1, 2001)]),
        listed([down(1, "<!channel>" + HOSTILE), down(2, "<!channel>2")]),
        answer([up(1), up(2)]),
    ],
)
def test_however_many_there_are_it_is_kept_inside_slacks_limits(message: Content) -> None:
    assert problems(message) == []
    assert "<!channel>" not in said(message.blocks)
