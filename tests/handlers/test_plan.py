"""`/deploy plan …` while something stands in the way: the plan is shown with it, and what would begin is refused."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from bot.model import Step
from bot.records import Deploy
from tests.building import fleet_of, names, said
from tests.fleet.samples import SHOP
from tests.handlers.front import Front

STAGING = {
    "backend": "ssh",
    "hosts": [{"name": "stage1", "address": "deploy@10.0.1.5"}],
    "path": "/srv/shop",
    "steps": {"restart": "sudo systemctl restart shop"},
    "health": {"http": "http://{name}:8080/healthz"},
}
PLANS = {
    "plan shop 1.5.0 to production": "Plan · shop 1.5.0 → production · nothing has moved",
    "plan rollback shop in production": "Plan · rollback of shop 1.4.1 → production · nothing has moved",
    "plan promote shop to production": "Plan · shop 1.6.0 → production · nothing has moved",
}
BEGINS = {text: text.removeprefix("plan ") for text in PLANS}


@pytest.fixture
def staged(front: Front) -> Front:
    """1.4.2 stands in production, on top of 1.4.1; 1.6.0 in staging."""
    front.line.fleet = fleet_of(names(4), ((*SHOP, "environments", "staging"), STAGING))
    front.line.deploy("1.4.1")
    front.line.deploy("1.4.2")
    begun = front.line.ask("1.6.0", environment="staging")
    assert isinstance(begun, Deploy)
    front.line.ended(begun.id)
    return front


@contextmanager
def running(front: Front) -> Iterator[str]:
    gate = front.line.backend.hang("web1", Step.INSTALL)
    deploy = front.line.begin("1.5.0", "U0BEN")
    yield f":hourglass_flowing_sand: Deploy {deploy.id} of 1.5.0 by <@U0BEN> is running there since"
    gate.set()
    front.line.ended(deploy.id)


@contextmanager
def locked(front: Front) -> Iterator[str]:
    front.answer("ben", 'lock shop in production "load test"')
    yield ":lock: shop in production · locked by <@"


@contextmanager
def frozen(front: Front) -> Iterator[str]:
    front.answer("ben", 'freeze production "stocktaking"')
    yield ":snowflake: production · frozen"


IN_THE_WAY = pytest.mark.parametrize(
    ("text", "way", "stops"),
    [(text, way, way is not frozen or "rollback" not in text) for text in PLANS for way in (running, locked, frozen)],
)


@IN_THE_WAY
def test_the_plan_is_shown_with_what_stands_in_its_way_and_nothing_begins(
    staged: Front, text: str, way: Callable[[Front], AbstractContextManager[str]], stops: bool
) -> None:
    with way(staged) as line:
        before = len(staged.line.journal.deploys.recent(20))
        answer = staged.answer("ana", text)
        assert answer["text"] == PLANS[text]
        told = said(answer["blocks"])
        assert (f"*In the way now*\n{line}" in told) is stops
        assert "*Then*" in told or "*Returns*" in told
        if stops:
            assert "→ production has begun" not in staged.answer("ana", BEGINS[text])["text"]
        assert len(staged.line.journal.deploys.recent(20)) == before
