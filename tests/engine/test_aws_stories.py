"""Deploys by the whole engine to an Auto Scaling group and to a stack, in moto's stead for AWS (tests/backends)."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from bot.backends.managed import Managed
from bot.fleet import Fleet
from bot.grammar import DeployTo
from bot.model import DeployState
from bot.records import Deploy
from bot.refusals import Refusal
from tests.backends.daemons import reach, truer_moto
from tests.backends.group_place import REGION, GroupPlace
from tests.backends.managed_places import ManagedPlace
from tests.backends.stack_place import StackPlace
from tests.building import fleet_of
from tests.engine.line import Line
from tests.fleet.samples import PRODUCTION, SHOP
from tests.waiting import eventually

CANARY = {"kind": "canary", "batches": ["25%", "100%"], "approve": True, "bake": None}
Begin = Callable[..., "Handed"]


class Handed(Line):
    """Over systems that are no stand-ins of the engine's tests."""

    def __init__(self, directory: Path, fleet: Fleet, systems: dict[str, Managed]) -> None:
        self.known = systems
        super().__init__(directory, fleet)

    def start(self) -> None:
        self.systems = dict(self.known)
        super().start()

    def said(self, deploy: Deploy) -> str:
        return self.messages()[f"deploy:{deploy.id}"]


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with truer_moto(tmp_path_factory.mktemp("moto")) as address:
        yield address


@pytest.fixture
def begun(aws: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Begin]:
    """Makes an engine over a place; `more` are keys of its deployment."""
    reach(monkeypatch, aws, REGION)
    with ExitStack() as stack:

        def begin(place: ManagedPlace, backend: str, **more: Any) -> Handed:
            config = place.site.config.model_dump(mode="json", exclude_unset=True)
            production = {"backend": backend, backend: config, **more}
            repo = ((*SHOP, "repo"), place.site.repo or "https://github.com/acme/shop.git")
            line = Handed(tmp_path, fleet_of(["web1"], (PRODUCTION, production), repo), {backend: place.backend()})
            line.launch()
            stack.callback(line.stop)
            return line

        yield begin


@pytest.fixture
def group(aws: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[GroupPlace]:
    reach(monkeypatch, aws, REGION)
    made = GroupPlace()
    yield made
    made.close()


@pytest.fixture
def stack(aws: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StackPlace]:
    reach(monkeypatch, aws, REGION)
    made = StackPlace(tmp_path / "stack")
    yield made
    made.close()


def asked(line: Handed, deploy: Deploy) -> str:
    """The button of the approval that it waits for."""
    question = eventually(lambda: line.journal.approvals.newest(deploy.id), timeout=120)
    assert question is not None
    return f"{deploy.id}:{question.position}:{question.plan_hash}"


def test_an_instance_refresh_that_fails_is_rolled_back_and_says_why(begun: Begin, group: GroupPlace) -> None:
    group.release("second")
    group.release("broken", broken="2 instances failed the health check of target group shop")
    line = begun(group, "asg")
    assert line.deploy("second").state is DeployState.SUCCEEDED
    assert group.versions() == ["2"] * 4
    deploy = line.deploy("broken")
    assert deploy.state is DeployState.ROLLED_BACK
    assert group.versions() == ["2"] * 4
    assert "2 instances failed the health check of target group shop" in line.said(deploy)
    assert f"rolled back to second on {group.name} (Auto Scaling)" in line.said(deploy)


def test_what_aws_could_not_roll_back_is_brought_back_by_a_refresh_of_our_own(begun: Begin, group: GroupPlace) -> None:
    group.release("second")
    group.release("broken", broken="no capacity", stuck="yes")
    line = begun(group, "asg")
    line.deploy("second")
    deploy = line.deploy("broken")
    assert deploy.state is DeployState.ROLLED_BACK
    assert "no capacity" in line.said(deploy)
    assert {group.template_version(number)["VersionDescription"] for number in group.versions()} == {
        f"pointsman deploy-{deploy.id}-back over 2 second"
    }
    assert [one["Status"] for one in group.refreshes()][:2] == ["Successful", "RollbackFailed"]


def test_a_canary_of_the_group_waits_for_people_and_then_the_rest_is_replaced(begun: Begin, group: GroupPlace) -> None:
    group.release("second")
    line = begun(group, "asg", strategy=CANARY)
    deploy = line.begin("second")
    button = asked(line, deploy)
    assert group.versions() == ["1", "1", "1", "2"]
    canary = group.at("2")
    assert not isinstance(line.approvals.promote("U0BEN", button), Refusal)
    assert line.ended(deploy.id).state is DeployState.SUCCEEDED
    assert group.versions() == ["2"] * 4
    assert canary <= group.at("2")


def test_a_canary_that_nobody_wants_is_rolled_back_by_aws(begun: Begin, group: GroupPlace) -> None:
    group.release("second")
    line = begun(group, "asg", strategy=CANARY)
    deploy = line.begin("second")
    line.approvals.abort("U0BEN", asked(line, deploy))
    assert line.ended(deploy.id).state is DeployState.ROLLED_BACK
    assert group.versions() == ["1"] * 4
    assert [one["Status"] for one in group.refreshes()] == ["RollbackSuccessful"]


def test_a_rollback_by_hand_brings_the_older_image_with_all_that_its_version_had(
    begun: Begin, group: GroupPlace
) -> None:
    group.release("second")
    line = begun(group, "asg")
    for name in ("first", "second"):
        line.deploy(name)
    group.larger(str(len(group.template_versions()) + 1), group.image("second"))
    back = line.moves.roll_back("U0ANA", "shop", None, "production")
    assert isinstance(back, Deploy), back
    assert line.ended(back.id).state is DeployState.SUCCEEDED
    (number,) = set(group.versions())
    data = group.template_version(number)["LaunchTemplateData"]
    assert data == {"ImageId": group.image("first"), "InstanceType": "t3.micro"}


def test_a_group_that_somebody_else_refreshes_is_left_alone(begun: Begin, group: GroupPlace) -> None:
    group.release("second")
    line = begun(group, "asg")
    group.hold()
    group.autoscaling.start_instance_refresh(AutoScalingGroupName=group.name)
    deploy = line.deploy("second")
    assert deploy.state is DeployState.FAILED
    assert "an instance refresh that is not this deploy's is at work" in deploy.reason
    assert len(group.template_versions()) == 1


def test_status_names_the_instances_that_run_something_else(begun: Begin, group: GroupPlace) -> None:
    group.release("second")
    line = begun(group, "asg")
    line.deploy("second")
    group.tamper()
    (drift, *_) = line.engine.systems.of(group.site).standing(group.site).drift
    assert "runs launch template version 2, not 3" in drift


def test_a_change_set_that_was_approved_and_is_outdated_is_not_executed(begun: Begin, stack: StackPlace) -> None:
    stack.release("second")
    line = begun(stack, "cloudformation", strategy={"kind": "rolling", "approve": True})
    deploy = line.begin("second")
    button = asked(line, deploy)
    stack.somebody_changes_it()
    before = stack.begun()
    assert not isinstance(line.approvals.promote("U0BEN", button), Refusal)
    ended = line.ended(deploy.id)
    assert ended.state is DeployState.FAILED
    assert "the stack has changed since that was approved, so it was planned again" in ended.reason
    assert stack.begun() == before
    again = line.begin("second")
    assert not isinstance(line.approvals.promote("U0BEN", asked(line, again)), Refusal)
    assert line.ended(again.id).state is DeployState.SUCCEEDED


def test_what_a_deploy_would_do_to_the_stack_is_shown_before_it_begins(begun: Begin, stack: StackPlace) -> None:
    stack.release("second")
    line = begun(stack, "cloudformation")
    seen = line.previews.of(DeployTo("shop", "production", "second"))
    assert not isinstance(seen, Refusal)
    assert seen.plan.handed is not None
    assert seen.plan.handed.does[0] == "First (AWS::SQS::Queue) removed"


def test_a_stack_that_fails_stands_as_before_and_tells_the_resource(begun: Begin, stack: StackPlace) -> None:
    stack.release("broken", broken="Queue name too long (Service: Sqs, 400)")
    line = begun(stack, "cloudformation")
    line.deploy("first")
    deploy = line.deploy("broken")
    assert deploy.state is DeployState.ROLLED_BACK
    assert "Queue name too long (Service: Sqs, 400)" in line.said(deploy)
    assert stack.status() == "UPDATE_ROLLBACK_COMPLETE"
