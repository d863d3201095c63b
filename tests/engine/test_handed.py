"""Deploys whose release a system brings by itself: begun, followed, and turned back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.backends.managed import ManagedSite
from bot.errors import CloudAway, CloudDenied
from bot.grammar import DeployTo
from bot.managed import ManagedOrder
from bot.model import DeployState, HostState
from bot.records import Deploy
from bot.refusals import Reason, Refusal
from tests.building import TARGET
from tests.engine.handed import CANARY, SERVICE, Handed, digest, handed_on, managed_fleet, three
from tests.waiting import eventually


@pytest.fixture
def handed(tmp_path: Path) -> Iterator[Handed]:
    """1.4.1 stands there."""
    with handed_on(tmp_path, managed_fleet()) as made:
        yield made


def stages(line: Handed, deploy: Deploy) -> list[tuple[str, str]]:
    return [(stage.name, stage.state.value) for stage in line.view(deploy).stages]


def said(line: Handed, deploy: Deploy) -> str:
    return line.messages()[f"deploy:{deploy.id}"]


def test_a_release_is_brought_by_the_system_and_followed_to_its_end(handed: Handed) -> None:
    deploy = handed.deploy("1.4.2")
    assert deploy.state is DeployState.SUCCEEDED
    assert handed.unit.current == digest("1.4.2")
    assert stages(handed, deploy) == [("Preflight", "complete"), ("Roll out", "complete")]
    assert said(handed, deploy) == f"✓ Deploy 2 · shop 1.4.2 → production done on {SERVICE}"
    assert [(order, sha) for _, order, sha in handed.memory.begun][1:] == [("deploy-2", digest("1.4.2"))]


def test_what_ran_before_is_read_and_how_long_it_took_is_kept(handed: Handed) -> None:
    (unit,) = handed.view(handed.deploy("1.4.2")).hosts
    assert (unit.host, unit.before) == (SERVICE, digest("1.4.1"))
    assert unit.healthy_after is not None


def test_a_release_that_the_system_takes_back_itself_is_no_success(handed: Handed) -> None:
    handed.breaks("1.5.0", "task stopped: exit code 137")
    deploy = handed.deploy("1.5.0")
    assert deploy.state is DeployState.ROLLED_BACK
    assert handed.unit.current == digest("1.4.1")
    assert said(handed, deploy) == (
        "↩ Deploy 2 · shop 1.5.0 → production failed at Roll out: task stopped: exit code 137; it went back by itself"
        f" · rolled back to 1.4.1 on {SERVICE}"
    )
    assert [order for _, order, _ in handed.memory.begun] == ["deploy-1", "deploy-2"]


def test_what_stays_where_it_failed_is_brought_back_to_what_was_good_by_an_order_of_its_own(handed: Handed) -> None:
    handed.breaks("1.5.0", "no space left")
    handed.unit.stuck.add(digest("1.5.0"))
    deploy = handed.deploy("1.5.0")
    assert deploy.state is DeployState.ROLLED_BACK
    assert handed.unit.current == digest("1.4.1")
    assert [order for _, order, _ in handed.memory.begun][2:] == ["deploy-2-back"]
    assert stages(handed, deploy)[-1] == ("Rollback", "complete")


def test_the_way_back_leads_to_what_was_good_and_not_to_what_a_hand_had_put_there(handed: Handed) -> None:
    handed.unit.current = digest("1.4.2")
    handed.breaks("1.5.0", "exit code 1")
    deploy = handed.deploy("1.5.0")
    assert deploy.state is DeployState.ROLLED_BACK
    assert handed.unit.current == digest("1.4.1")
    assert "not 1.4.1, which was deployed last" in handed.view(deploy).stages[0].detail


def test_the_first_release_has_nothing_to_go_back_to(tmp_path: Path) -> None:
    with handed_on(tmp_path, managed_fleet(), first=None) as line:
        line.breaks("1.5.0", "exit code 1")
        deploy = line.deploy("1.5.0")
        assert deploy.state is DeployState.FAILED
        assert line.memory.begun == [(SERVICE, "deploy-1", digest("1.5.0"))]


def test_how_far_it_is_stands_in_the_one_message(tmp_path: Path) -> None:
    with handed_on(tmp_path, managed_fleet(), stride=10) as line:
        line.unit.held = True
        deploy = line.begin("1.4.2")
        detail = eventually(lambda: line.view(deploy).stages[1].detail, timeout=60)
        assert detail == f"0 % · 0 % of {SERVICE}"
        line.unit.held = False
        assert line.ended(deploy.id).state is DeployState.SUCCEEDED


def test_an_abort_turns_it_back(tmp_path: Path) -> None:
    with handed_on(tmp_path, managed_fleet()) as line:
        line.unit.held = True
        deploy = line.begin("1.4.2")
        eventually(lambda: line.view(deploy).hosts[0].state is HostState.CHANGING, timeout=60)
        assert isinstance(line.moves.abort("U0ANA", str(deploy.id)), Deploy)
        line.unit.held = False
        ended = line.ended(deploy.id)
        assert ended.state is DeployState.ROLLED_BACK
        assert line.unit.current == digest("1.4.1")
        assert "aborted by <@U0ANA>" in ended.reason


def test_a_release_that_does_not_arrive_in_time_is_turned_back(tmp_path: Path) -> None:
    with handed_on(tmp_path, managed_fleet(), stride=0) as line:
        line.unit.current = digest("1.4.1")
        deploy = line.deploy("1.4.2")
        assert deploy.state is DeployState.ROLLED_BACK


def test_what_cannot_be_read_for_a_while_is_waited_out(handed: Handed) -> None:
    handed.unit.held = True
    deploy = handed.begin("1.4.2")
    eventually(lambda: len(handed.memory.begun) == 2, timeout=60)
    handed.unit.away = True
    eventually(lambda: "no answer" in handed.view(deploy).stages[1].detail, timeout=60)
    handed.unit.away = handed.unit.held = False
    assert handed.ended(deploy.id).state is DeployState.SUCCEEDED


class Denying(Handed):
    """A system that lets nobody begin anything."""

    def start(self) -> None:
        super().start()

        def deny(site: ManagedSite, order: ManagedOrder) -> None:
            raise CloudDenied("ecs:UpdateService", "no policy allows it")

        self.memory.begin = deny  # type: ignore[method-assign] # a boundary of the test's own


def test_where_it_may_not_be_begun_nothing_was_changed(tmp_path: Path) -> None:
    line = Denying(tmp_path, managed_fleet())
    line.launch()
    try:
        deploy = line.deploy("1.4.2")
        assert deploy.state is DeployState.FAILED
        assert "ecs:UpdateService: no policy allows it" in deploy.reason
        assert line.view(deploy).hosts[0].state is HostState.UNCHANGED
    finally:
        line.stop()


def test_a_rollback_by_hand_orders_the_older_release(handed: Handed) -> None:
    handed.deploy("1.4.2")
    back = handed.moves.roll_back("U0ANA", "shop", None, "production")
    assert isinstance(back, Deploy)
    assert handed.ended(back.id).state is DeployState.SUCCEEDED
    assert handed.unit.current == digest("1.4.1")
    assert handed.messages()[f"deploy:{back.id}"] == f"✓ Rollback 3 · shop 1.4.1 → production done on {SERVICE}"


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        (DeployTo("shop", "production", "1.4.2", hosts=("web1",)), "--hosts"),
        (DeployTo("shop", "production", "1.4.2", strategy="rolling"), "--rolling"),
    ],
)
def test_what_is_for_hosts_is_refused(handed: Handed, wanted: DeployTo, name: str) -> None:
    answer = handed.desk.ask("U0ANA", wanted)
    assert isinstance(answer, Refusal)
    assert (answer.reason, answer.name, answer.known) == (Reason.AS_A_WHOLE, name, (SERVICE,))


def test_a_name_that_no_image_has_is_refused_with_those_that_are_near(handed: Handed) -> None:
    answer = handed.ask("9.9.9")
    assert isinstance(answer, Refusal)
    assert (answer.reason, answer.near) == (Reason.UNKNOWN_REF, ("1.4.1", "1.4.2", "1.5.0"))


def test_a_system_that_does_not_answer_is_said_before_anything_begins(handed: Handed) -> None:
    handed.unit.away = True
    answer = handed.ask("1.4.2")
    assert isinstance(answer, Refusal)
    assert answer.reason is Reason.CLOUD
    assert str(CloudAway("memory:Bring", "no answer")) in answer.detail


def test_what_stands_in_its_way_there_is_said_by_the_preflight(handed: Handed) -> None:
    handed.unit.trouble = "service shop is INACTIVE"
    deploy = handed.deploy("1.4.2")
    assert deploy.state is DeployState.FAILED
    assert "service shop is INACTIVE" in deploy.reason
    assert len(handed.memory.begun) == 1


def test_a_canary_waits_at_its_share_until_a_person_lets_it_go_on(tmp_path: Path) -> None:
    with handed_on(tmp_path, managed_fleet(strategy={**CANARY, "bake": "2s", "approve": True}), first=None) as line:
        line.unit.current = digest("1.4.1")
        deploy = line.begin("1.4.2")
        question = eventually(lambda: line.journal.approvals.newest(deploy.id), timeout=60)
        assert question is not None
        assert line.unit.current == digest("1.4.1")
        assert stages(line, deploy)[1] == ("Roll out to 20 %", "complete")
        button = f"{deploy.id}:{question.position}:{question.plan_hash}"
        assert not isinstance(line.approvals.promote("U0BEN", button), Refusal)
        assert line.ended(deploy.id).state is DeployState.SUCCEEDED
        assert line.unit.current == digest("1.4.2")
        assert [name for name, _ in stages(line, deploy)] == [
            "Preflight",
            "Roll out to 20 %",
            "Approval",
            "Roll out to the rest",
        ]


def test_a_canary_that_nobody_wants_goes_back_the_systems_own_way(tmp_path: Path) -> None:
    with handed_on(tmp_path, managed_fleet(strategy={**CANARY, "bake": None, "approve": True}), first=None) as line:
        line.unit.current = digest("1.4.1")
        deploy = line.begin("1.4.2")
        question = eventually(lambda: line.journal.approvals.newest(deploy.id), timeout=60)
        assert question is not None
        line.approvals.abort("U0BEN", f"{deploy.id}:{question.position}:{question.plan_hash}")
        assert line.ended(deploy.id).state is DeployState.ROLLED_BACK
        assert line.unit.current == digest("1.4.1")
        assert [order for _, order, _ in line.memory.begun] == ["deploy-1"]


def test_a_check_that_goes_down_at_the_checkpoint_turns_the_canary_back(tmp_path: Path) -> None:
    with handed_on(tmp_path, managed_fleet(strategy={**CANARY, "bake": "30m"}), first=None) as line:
        line.unit.current = digest("1.4.1")
        deploy = line.begin("1.4.2")
        eventually(lambda: line.memory.begun and not line.unit.held, timeout=60)
        line.outage()
        ended = line.ended(deploy.id)
        assert ended.state is DeployState.ROLLED_BACK
        assert "a check went down: answered 503" in ended.reason
        assert line.unit.current == digest("1.4.1")


def test_status_shows_the_service_as_one_with_what_it_runs(handed: Handed) -> None:
    handed.deploy("1.4.2")
    (place,) = [one for row in handed.board.overview().rows for one in row if one.target == TARGET]
    assert [(host.name, str(host.release)) for host in place.hosts] == [(SERVICE, "1.4.2")]


def test_the_plan_says_what_the_system_would_change(handed: Handed) -> None:
    seen = handed.previews.of(DeployTo("shop", "production", "1.4.2"))
    assert not isinstance(seen, Refusal)
    assert seen.plan.handed is not None
    assert seen.plan.handed.does == (f"{SERVICE} runs {digest('1.4.2')[7:19]} instead of {digest('1.4.1')}",)


def test_one_digest_is_promoted_through_three_environments_whatever_its_tag_means_by_then(tmp_path: Path) -> None:
    with handed_on(tmp_path, three(), first=None) as line:
        first = line.ask("1.4.2", environment="dev")
        assert isinstance(first, Deploy)
        line.ended(first.id)
        for place in ("qa", "production"):
            for unit in line.memory.units():
                unit.names["1.4.2"] = digest("moved")
            begun = line.moves.promote("U0ANA", "shop", place)
            assert isinstance(begun, Deploy), begun
            assert line.ended(begun.id).state is DeployState.SUCCEEDED
            assert str(begun.release) == "1.4.2"
        assert [sha for _, _, sha in line.memory.begun] == [digest("1.4.2")] * 3


def test_without_a_name_the_first_environment_gets_the_newest_image_and_the_next_what_stands_before(
    tmp_path: Path,
) -> None:
    with handed_on(tmp_path, three(), first=None) as line:
        for place in ("dev", "qa"):
            begun = line.ask(None, environment=place)
            assert isinstance(begun, Deploy), begun
            line.ended(begun.id)
        assert [sha for _, _, sha in line.memory.begun] == [digest("1.5.0")] * 2
        answer = line.moves.promote("U0ANA", "shop", "dev")
        assert isinstance(answer, Refusal)
        assert answer.reason is Reason.FIRST_STEP
