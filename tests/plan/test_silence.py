"""Who is told nothing now: by a person's silence, or by a window of the fleet file."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model import Target
from bot.plan.silence import maintenance, silenced
from bot.watch import Silence
from tests.building import NOW, TARGET, fleet_of, names, seconds
from tests.fleet.samples import PRODUCTION

ANAS = Silence("shop", "production", "U0ANA", "moving", NOW, NOW + timedelta(hours=2))
NOON = "Fri 12:00 - Fri 13:00 UTC"  # NOW is a Friday's noon


@pytest.mark.parametrize(
    ("silence", "later", "expected"),
    [
        (ANAS, 0, True),
        (replace(ANAS, environment=None), 0, True),
        (ANAS, 7199, True),
        (ANAS, 7200, False),
        (replace(ANAS, environment="staging"), 0, False),
        (replace(ANAS, service="api"), 0, False),
        (replace(ANAS, service="api", environment=None), 0, False),
        (replace(ANAS, ended_at=NOW), 0, False),
    ],
)
def test_a_persons_silence_covers_its_service_for_its_time(silence: Silence, later: int, expected: bool) -> None:
    assert silenced(TARGET, [silence], fleet_of(names(1)), NOW + seconds(later)) is expected


@pytest.mark.parametrize(("later", "expected"), [(-1, False), (0, True), (3599, True), (3600, False)])
def test_a_window_of_the_fleet_file_covers_its_deployment(later: int, expected: bool) -> None:
    fleet = fleet_of(names(1), ((*PRODUCTION, "maintenance"), [NOON]))
    assert silenced(TARGET, [], fleet, NOW + seconds(later)) is expected
    assert silenced(Target("shop", "staging"), [], fleet, NOW + seconds(later)) is False


def test_the_windows_that_are_open_are_told_with_their_end() -> None:
    fleet = fleet_of(names(1), ((*PRODUCTION, "maintenance"), [NOON, "02:00 - 03:00 UTC"]))
    (found,) = maintenance(TARGET, fleet, NOW)
    assert (found.target, found.window, found.until) == (TARGET, NOON, NOW + timedelta(hours=1))
    assert maintenance(Target("gone", "production"), fleet, NOW) == []
