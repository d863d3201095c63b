from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.drafts import Draft, Fate
from bot.state.database import Database
from bot.state.proposals import KEPT, Proposals
from bot.state.schema import apply_all
from tests.building import HOSTILE, NOW, TARGET

TEN = timedelta(minutes=10)
DRAFT = Draft(
    "shop@1.4.2 to production", TARGET, "U0ANA", '{"a":1}', "f" * 64, ("confirm:", "incident:7"), NOW, NOW + TEN
)


@pytest.fixture
def proposals(tmp_path: Path) -> Iterator[Proposals]:
    db = Database(tmp_path / "state.db")
    apply_all(db)
    yield Proposals(db)
    db.close()


@pytest.mark.parametrize(
    "draft", [DRAFT, replace(DRAFT, incident=7), replace(DRAFT, doubts=()), replace(DRAFT, command=HOSTILE)]
)
def test_a_proposal_comes_back_as_it_was_written(proposals: Proposals, draft: Draft) -> None:
    put = proposals.put(draft)
    assert put == replace(draft, id=1)
    assert proposals.get(1) == put
    assert proposals.get(2) is None


@pytest.mark.parametrize(("fate", "deploy"), [(Fate.CONFIRMED, 41), (Fate.CANCELLED, None), (Fate.REPLACED, None)])
def test_it_ends_once(proposals: Proposals, fate: Fate, deploy: int | None) -> None:
    put = proposals.put(DRAFT)
    ended = proposals.end(put.id, fate, NOW + TEN, deploy)
    assert ended == replace(put, fate=fate, ended_at=NOW + TEN, deploy=deploy) == proposals.get(put.id)
    assert proposals.end(put.id, Fate.CONFIRMED, NOW + TEN, 42) is None
    assert proposals.get(put.id) == ended
    assert proposals.end(99, fate, NOW) is None


def test_of_ten_ends_at_once_one_counts(proposals: Proposals) -> None:
    put = proposals.put(DRAFT)
    with ThreadPoolExecutor(10) as pool:
        ended = list(pool.map(lambda number: proposals.end(put.id, Fate.CONFIRMED, NOW, number), range(10)))
    (won,) = [one for one in ended if one]
    assert won == proposals.get(put.id)


def test_what_is_long_over_is_forgotten(proposals: Proposals) -> None:
    proposals.put(DRAFT)
    later = replace(DRAFT, created_at=NOW + TEN + KEPT, expires_at=NOW + 2 * TEN + KEPT)
    kept = proposals.put(later)
    assert proposals.get(1) is not None, "to the very moment"
    proposals.put(replace(later, created_at=later.created_at + timedelta(seconds=1)))
    assert proposals.get(1) is None
    assert proposals.get(kept.id) == kept
