from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.model import Action, Changed, Incident
from bot.plan.remedies import FRESH, backdrop_of, calming, fresh_release, is_fresh, offers, scene_of
from bot.remedies import Kind, NamedStep, Offer, Scene
from bot.watch import Alert, Backdrop, Sighting
from tests.building import NOW, TARGET, fleet_of, names, release, seconds
from tests.fleet.samples import PRODUCTION, REMOVED, changed, load

BACK, AGAIN, FLUSH, MORE, SWAP = Kind.ROLLBACK, Kind.RESTART, Kind.STEP, Kind.SCALE, Kind.REPLACE
STEPS = (NamedStep("flush-cache", "Every page is built anew."),)
ALL, ONE = tuple(names(4)), ("web2",)


@pytest.mark.parametrize(
    ("preferred", "down", "back", "fresh", "kinds"),
    [
        # every host of a freshly deployed release, whatever the check names
        (BACK, ALL, "1.4.1", True, [BACK, AGAIN, FLUSH]),
        (AGAIN, ALL, "1.4.1", True, [BACK, AGAIN, FLUSH]),
        (FLUSH, ALL, "1.4.1", True, [BACK, AGAIN, FLUSH]),
        (AGAIN, (), "1.4.1", True, [BACK, AGAIN, FLUSH]),  # one check for all of them
        # some hosts of several
        (AGAIN, ONE, "1.4.1", True, [AGAIN, BACK, FLUSH]),
        (BACK, ONE, "1.4.1", False, [AGAIN, BACK, FLUSH]),
        (FLUSH, ONE, "1.4.1", False, [AGAIN, FLUSH]),
        # all of a release that stood for long: what the check names
        (BACK, ALL, "1.4.1", False, [BACK, AGAIN, FLUSH]),
        (AGAIN, ALL, "1.4.1", False, [AGAIN, FLUSH]),  # going back is not offered: it stood well
        (FLUSH, ALL, "1.4.1", False, [FLUSH, AGAIN]),
        # a host more, only where the check names it
        (MORE, ALL, "1.4.1", False, [MORE, AGAIN, FLUSH]),
        (MORE, (), "1.4.1", True, [BACK, MORE, AGAIN, FLUSH]),
        (MORE, ONE, "", False, [AGAIN, MORE, FLUSH]),
        # nothing to go back to
        (BACK, ALL, "", True, [AGAIN, FLUSH]),
        (AGAIN, ALL, "", True, [AGAIN, FLUSH]),
        (None, (), "", False, [AGAIN, FLUSH]),
    ],
)
def test_what_is_offered_and_in_which_order_follows_what_is_down(
    preferred: Kind | None, down: tuple[str, ...], back: str, fresh: bool, kinds: list[Kind]
) -> None:
    found = offers(Scene(preferred, down, 4, back, fresh, STEPS))
    assert [offer.kind for offer in found] == kinds


@pytest.mark.parametrize(
    ("preferred", "down", "hosts", "replaceable", "kinds"),
    [
        (AGAIN, ONE, 4, True, [AGAIN, SWAP, FLUSH]),
        (BACK, ONE, 4, True, [AGAIN, SWAP, BACK, FLUSH]),
        (MORE, ONE, 4, True, [AGAIN, SWAP, MORE, FLUSH]),
        (AGAIN, ONE, 4, False, [AGAIN, FLUSH]),  # nobody could make another one
        (AGAIN, ("web1", "web2"), 4, True, [AGAIN, FLUSH]),  # one at a time
        (AGAIN, ALL, 4, True, [AGAIN, FLUSH]),
        (AGAIN, ONE, 1, True, [AGAIN, FLUSH]),  # then it is the release, or all of it
    ],
)
def test_one_host_of_several_can_be_replaced_where_a_cloud_makes_them(
    preferred: Kind, down: tuple[str, ...], hosts: int, replaceable: bool, kinds: list[Kind]
) -> None:
    found = offers(Scene(preferred, down, hosts, "1.4.1", False, STEPS, replaceable=replaceable))
    assert [offer.kind for offer in found] == kinds
    assert {offer.hosts for offer in found if offer.kind is SWAP} <= {ONE}


@pytest.mark.parametrize(
    ("place", "replaceable"),
    [
        ([], False),
        ([("ec2", {"tags": {"service": "shop"}, "user": "deploy", "group": "shop"})], True),
        ([("ec2", {"tags": {"service": "shop"}, "user": "deploy", "launch": {"template": "shop"}})], True),
        ([("ec2", {"tags": {"service": "shop"}, "user": "deploy"})], False),
    ],
)
def test_who_makes_the_hosts_is_in_the_fleet_file(place: list[tuple[str, Any]], replaceable: bool) -> None:
    made = [((*PRODUCTION, "backend"), "ec2"), ((*PRODUCTION, "hosts"), REMOVED)] if place else []
    health = [((*PRODUCTION, "health"), {"http": "http://{name}:8080/healthz"})] if place else []
    fleet = load(changed(*made, *health, *(((*PRODUCTION, key), value) for key, value in place)))
    assert backdrop_of(fleet, TARGET).replaceable is replaceable


def test_an_offer_says_which_hosts_and_what_to_ask() -> None:
    back, again, flush = offers(Scene(BACK, ALL, 4, "1.4.1", True, STEPS))
    assert (back.name, back.hosts) == ("1.4.1", ())  # a rollback is for all of them
    assert again.hosts == ALL
    assert flush == Offer(FLUSH, "flush-cache", ALL, "Every page is built anew.")


@pytest.mark.parametrize(
    ("down", "hosts", "partly"), [(ONE, 4, True), (ALL, 4, False), ((), 4, False), (ONE, 1, False), (ONE, 0, False)]
)
def test_some_hosts_of_several_is_partly(down: tuple[str, ...], hosts: int, partly: bool) -> None:
    assert Scene(AGAIN, down, hosts).partly is partly


CHANGED = Changed("deploy 41 ended", NOW, release("1.4.1"), NOW)


@pytest.mark.parametrize(
    ("changed", "first", "fresh"),
    [
        (CHANGED, NOW + seconds(94), True),
        (CHANGED, NOW + FRESH, True),
        (CHANGED, NOW + FRESH + seconds(1), False),
        (CHANGED, NOW - seconds(1), False),  # it came to its end after the first failure
        (replace(CHANGED, deployed_at=None), NOW, False),  # brought back
        (None, NOW, False),
    ],
)
def test_a_release_is_fresh_for_an_hour(changed: Changed | None, first: datetime, fresh: bool) -> None:
    assert is_fresh(changed, first) is fresh


DEPLOYED = replace(CHANGED, deployed=release("1.4.2"))


@pytest.mark.parametrize(
    ("changed", "first", "sha"),
    [
        (DEPLOYED, NOW + seconds(94), release("1.4.2").sha),
        (DEPLOYED, NOW + FRESH + seconds(1), ""),
        (CHANGED, NOW + seconds(94), ""),  # written by an older version
        (None, NOW, ""),
    ],
)
def test_what_was_deployed_within_the_hour_is_known_by_its_commit(
    changed: Changed | None, first: datetime, sha: str
) -> None:
    assert fresh_release(changed, first) == sha


def down(number: int, host: str | None, action: Action = Action.RESTART) -> Alert:
    seen = Sighting("GET http://web/", action, 3, changed=CHANGED, hosts=4, steps=STEPS)
    return Alert(Incident(number, f"check {number}", TARGET, NOW + timedelta(minutes=1), "503", host), seen, "#alerts")


def test_the_scene_is_that_of_the_first_ones_target() -> None:
    other = replace(down(3, "db1"), incident=replace(down(3, "db1").incident, target=replace(TARGET, service="api")))
    assert scene_of([down(1, "web2"), down(2, "web1"), other]) == Scene(
        AGAIN, ("web1", "web2"), 4, "1.4.1", True, STEPS
    )


@pytest.mark.parametrize(
    ("hosts", "source", "offered"), [(0, "alertmanager", False), (4, "alertmanager", True), (0, "", True)]
)
def test_what_an_alert_from_elsewhere_speaks_of_may_be_nothing_that_the_bot_runs(
    hosts: int, source: str, offered: bool
) -> None:
    alert = down(1, None)
    alert = replace(alert, sighting=replace(alert.sighting, hosts=hosts, source=source))
    assert bool(offers(scene_of([alert]))) is offered


def test_beside_a_check_of_the_whole_site_no_single_host_is_to_blame() -> None:
    scene = scene_of([down(1, "web2"), down(2, None)])
    assert (scene.down, scene.partly) == ((), False)


def test_the_backdrop_is_what_the_fleet_file_says_of_the_target() -> None:
    fleet = fleet_of(names(3), ((*PRODUCTION, "actions"), {"flush-cache": {"ssh": "flush", "confirm": "Sure?"}}))
    steps = (NamedStep("flush-cache", "Sure?"),)
    assert backdrop_of(fleet, TARGET) == Backdrop("https://wiki.example.com/shop", 3, steps)
    assert backdrop_of(fleet_of(), replace(TARGET, service="gone")) == Backdrop()


@pytest.mark.parametrize(
    ("preferred", "down", "back", "fresh", "kinds"),
    [
        (BACK, (), "1.4.1", False, [BACK]),
        (BACK, (), "", True, []),
        (AGAIN, (), "1.4.1", True, [BACK, AGAIN]),
        (AGAIN, (), "1.4.1", False, [AGAIN]),
        (AGAIN, ONE, "1.4.1", True, [AGAIN, BACK]),  # and no new machine
        (FLUSH, (), "1.4.1", True, [BACK, FLUSH]),
        (FLUSH, (), "", False, [FLUSH]),
        (MORE, (), "1.4.1", False, [MORE]),
    ],
)
def test_a_flapping_check_offers_what_it_names_and_going_back_from_what_is_fresh(
    preferred: Kind, down: tuple[str, ...], back: str, fresh: bool, kinds: list[Kind]
) -> None:
    scene = Scene(preferred, down, 4, back, fresh, STEPS, replaceable=True)
    assert [offer.kind for offer in calming(scene)] == kinds
