"""One app, two replicas, each with a socket and handlers of its own over one database: Slack hands each click to one of
them, and the clicks of a double click to both at once.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from slack_bolt import App, BoltResponse

from bot.app.assembly import open_office
from bot.engine.audit import Audit
from bot.engine.people import People
from bot.model import DeployState, Step
from bot.records import Deploy
from bot.trail import What
from handlers import register
from tests.building import fleet_of, names
from tests.engine.asking import careful
from tests.fleet.samples import PRODUCTION
from tests.handlers.front import Front
from tests.sandbox.slack.apps import bolt_app, by_socket, web_client
from tests.waiting import eventually
from tests.workspace import port_to

CANARY = {"kind": "canary", "bake": None, "approve": True}


class Twins:
    """`heard` counts the clicks that each replica was handed. Neither goes on before the other has one, within what
    Slack waits for an acknowledgement.
    """

    def __init__(self, front: Front) -> None:
        self.front, self.line, self.server = front, front.line, front.server
        self.heard: Counter[str] = Counter()
        self._both = Barrier(2, timeout=1.5)
        self.other = bolt_app(self.server)
        people = People(port_to(self.server), self.line.clock)
        audit = Audit(self.line.db, self.line.clock)
        self.engine = self.line.another_engine(self.line.engine.outside)  # the newer one runs what is begun
        register(self.other, open_office(self.engine, audit, people, ""))
        self._listen(front.app, "one")
        self._listen(self.other, "other")

    def _listen(self, app: App, name: str) -> None:
        @app.middleware
        def count(body: dict[str, Any], next: Callable[[], BoltResponse]) -> BoltResponse:  # noqa: A002
            if body.get("type") == "block_actions":
                self.heard[name] += 1
                with suppress(BrokenBarrierError):
                    self._both.wait()
            return next()

    def posted(self, deploy: Deploy) -> dict[str, Any]:
        """The deploy's message as it stands, in the channel."""
        blocks = self.line.blocks(f"deploy:{deploy.id}")
        channel = self.server.channels["deploys"]
        ts = web_client(self.server).chat_postMessage(channel=channel, text="a deploy", blocks=blocks)["ts"]
        return next(one for one in self.server.messages("deploys") if one["ts"] == ts)

    def clicked_twice(self, user: str, post: dict[str, Any], action: str) -> list[str]:
        """The answers to two clicks at once."""
        before = len(self.front.private(user))
        with ThreadPoolExecutor(2) as pool:
            clicks = [pool.submit(self.server.click, user, post, action) for _ in range(2)]
            assert [one.result().error for one in clicks] == [None, None]
        assert self.heard == {"one": 1, "other": 1}
        eventually(lambda: len(self.front.private(user)) >= before + 2, timeout=60)
        return [str(one["text"]) for one in self.front.private(user)[before:]]

    def acts(self, what: What) -> int:
        return sum(row.fields["what"] == what for row in self.line.journal.audit.newest(99))


@pytest.fixture
def twins(front: Front) -> Iterator[Twins]:
    """1.4.1 stands; from now on a canary waits for people."""
    front.line.deploy("1.4.1")
    front.line.fleet = fleet_of(names(4), ((*PRODUCTION, "strategy"), CANARY))
    made = Twins(front)
    with by_socket(front.server, made.other):
        assert front.server.sockets == 2
        yield made
        front.line.clock.still = False


def test_a_double_click_on_promote_is_one_approval_and_both_clicks_are_answered(twins: Twins) -> None:
    twins.line.clock.still = True
    deploy = twins.line.begin("1.4.2")
    eventually(lambda: twins.line.journal.approvals.newest(deploy.id))
    answers = twins.clicked_twice("lea", twins.posted(deploy), "deploy.promote")
    assert sorted("goes on" in answer for answer in answers) == [False, True]
    assert any("decided already: promoted by" in answer for answer in answers)
    assert twins.line.ended(deploy.id).state is DeployState.SUCCEEDED
    assert twins.acts(What.APPROVAL_PROMOTED) == 1


def test_a_double_click_on_abort_is_one_abort(twins: Twins) -> None:
    twins.line.fleet = fleet_of(names(4))
    gate = twins.line.backend.hang("web1", Step.TEST)
    deploy = twins.line.begin("1.4.2")

    def testing() -> bool:
        twins.engine.journal.stepping.write()
        return twins.line.view(deploy).hosts[0].step is Step.TEST

    eventually(testing)
    answers = twins.clicked_twice("ben", twins.posted(deploy), "deploy.stop")
    assert sorted("is being aborted: what runs" in answer for answer in answers) == [False, True]
    gate.set()
    assert twins.line.ended(deploy.id).state is DeployState.FAILED
    assert twins.acts(What.DEPLOY_ABORTED) == 1


def test_a_double_click_that_confirms_a_plan_begins_one_deploy(twins: Twins) -> None:
    twins.line.fleet = careful()
    shown = twins.front.answer("ana", "shop@1.4.2 to production")
    user, before = twins.server.users["ana"], len(twins.line.journal.deploys.recent(9))
    with ThreadPoolExecutor(2) as pool:
        clicks = [pool.submit(twins.server.click, "ana", shown, "proposal.confirm") for _ in range(2)]
        assert [one.result().error for one in clicks] == [None, None]
    assert twins.heard == {"one": 1, "other": 1}
    eventually(lambda: twins.acts(What.PROPOSAL_CONFIRMED))
    begun = twins.line.journal.deploys.recent(9)
    assert len(begun) == before + 1
    assert begun[0].requester == user
    twins.line.ended(begun[0].id)
