from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.messages import outbreak as message
from bot.messages.outbreak import answer, members
from bot.model import Action, Content, Incident, Target
from bot.plan.remedies import offers, scene_of
from bot.watch import NOTHING, Alert, Ended, Panel, Sighting
from tests.building import HOSTILE, problems, said

BEGUN = datetime(2026, 11, 20, 14, 2, 11, tzinfo=UTC)
OVER = BEGUN + timedelta(minutes=6, seconds=12)
SINCE, UNTIL = "<!date^1795183331^{time_secs}|14:02:11 UTC>", "<!date^1795183703^{time_secs}|14:08:23 UTC>"
SHOP = Target("shop", "production")
SEEN = Sighting("GET http://web/", Action.RESTART, 3)


def down(number: int, host: str | None = None, target: Target = SHOP) -> Alert:
    name = host or f"web{number}"
    incident = Incident(number, f"{target.service}/http/{name}", target, BEGUN, "answered 503", name)
    return Alert(incident, SEEN, "#alerts", told_at=BEGUN, outbreak=1)


def up(number: int, how: Ended = Ended.UP) -> Alert:
    one = down(number)
    return replace(one, incident=replace(one.incident, ended_at=OVER), ended=how)


def outbreak(alerts: list[Alert]) -> Content:
    still = [one for one in alerts if one.ended is None]
    scene = scene_of(still) if still else None
    return message.outbreak(alerts, Panel(offers(scene), scene.down, scene.hosts) if scene else NOTHING)


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
                " · 1 of them left the fleet file meanwhile"
            ),
        ),
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
        ([down(1), down(2, target=Target("api", "production"))], "Restart on web1"),
        ([SITE, down(2)], "Restart shop"),  # which hosts are down is not known
    ],
)
def test_the_button_names_what_it_acts_on(alerts: list[Alert], label: str) -> None:
    (row,) = [block for block in outbreak(alerts).blocks if block["type"] == "actions"]
    assert [one["text"]["text"] for one in row["elements"]] == [label, "Acknowledge", "Silence 1 h"]


def test_the_thread_lists_them_all() -> None:
    message = members([down(1), up(2), down(3)])
    assert message.text == "3 checks: 2 down, 1 no longer"
    told = said(message.blocks)
    assert "*Down*  shop/http/web1, shop/http/web3" in told
    assert "*Over*  shop/http/web2" in told


@pytest.mark.parametrize(
    "message",
    [
        outbreak([down(number) for number in range(1, 301)]),
        outbreak([down(1, HOSTILE), down(2, HOSTILE + "2")]),
        outbreak([up(number) for number in range(1, 301)]),
        members([down(number, "x" * 60) for number in range(1, 301)]),
        answer([up(1), up(2)]),
    ],
)
def test_however_many_there_are_it_is_kept_inside_slacks_limits(message: Content) -> None:
    assert problems(message) == []
    assert "<!channel>" not in said(message.blocks)
