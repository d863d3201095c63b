"""kill -9 before any statement of the look in which a blind spot is told, or its end: people see what they see when
nothing dies.
"""

from itertools import count
from pathlib import Path

import pytest

from tests.engine.dying import Doom, Killed, doomed
from tests.engine.spots import AWAY, Place, three

ONE = "NOT WATCHED · 1 check"
AGAIN = "WATCHED AGAIN · 1 check"


@pytest.mark.timeout(900)
@pytest.mark.parametrize("told", [ONE, AGAIN])
def test_a_kill_at_any_statement_changes_nothing_that_people_see(tmp_path: Path, told: str) -> None:
    looks = _looks_until(tmp_path / "immortal.db", told)
    for point in count():
        doom = Doom()
        place = Place(tmp_path / f"{point}.db", three("cpu"), doomed(doom))
        for how in looks[:-1]:
            _change(place, how)
        died = _dies(place, doom, point)
        for _ in range(5):
            place.to_next_look()
        assert place.told() == [told], f"killed at statement {point}"
        place.world.close()
        if not died:
            break
    assert point > 20


def _looks_until(path: Path, told: str) -> list[str]:
    """What the world does before each look up to the one in which that is told; nobody dies."""
    place, looks = Place(path, three("cpu")), ["away"]
    _change(place, looks[-1])
    while place.told() != [told]:
        assert len(looks) < 100, f"{told} is not told"
        looks.append("mend" if place.told() == [ONE] else "away")
        _change(place, looks[-1])
    place.world.close()
    return looks


def _change(place: Place, how: str) -> None:
    if how == "mend":
        place.mend()
    else:
        place.say(AWAY)
    place.to_next_look()


def _dies(place: Place, doom: Doom, point: int) -> bool:
    """Whether it was killed before that statement of the next look."""
    doom.after = point
    try:
        place.to_next_look()
    except Killed:
        doom.after = None
        place.restart()
        return True
    doom.after = None
    return False
