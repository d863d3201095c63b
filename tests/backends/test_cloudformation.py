"""Change sets and their execution, against moto as a process of its own that is made truer (truer_stacks.py)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import CloudRefused, FileAbsent, RefUnknown
from bot.managed import Course, ManagedOrder, Pace, Phase
from tests.backends.daemons import reach, truer_moto
from tests.backends.stack_place import QUEUE, REGION, StackPlace, template

Make = Callable[..., StackPlace]


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with truer_moto(tmp_path_factory.mktemp("moto")) as address:
        yield address


@pytest.fixture
def places(endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    reach(monkeypatch, endpoint, REGION)
    made: list[StackPlace] = []

    def make(**words: object) -> StackPlace:
        made.append(StackPlace(tmp_path / str(len(made)), **words))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def place(places: Make) -> StackPlace:
    return places()


def order(place: StackPlace, name: str, number: int = 41, seal: str = "") -> ManagedOrder:
    return ManagedOrder(f"deploy-{number}", place.backend().resolve(place.site, name), seal=seal)


def bring(place: StackPlace, wanted: ManagedOrder) -> Course:
    place.backend().begin(place.site, wanted)
    return place.follow(wanted)


def test_a_stack_that_does_not_exist_is_made(places: Make) -> None:
    place = places(made=False)
    assert place.backend().standing(place.site).current is None
    wanted = order(place, "first")
    assert place.backend().propose(place.site, wanted).changes == (
        "First (AWS::SQS::Queue) added",
        "Queue (AWS::SQS::Queue) added",
    )
    assert place.status() == "REVIEW_IN_PROGRESS"
    assert bring(place, wanted).phase is Phase.DONE
    assert place.status() == "CREATE_COMPLETE"


def test_a_first_share_of_a_stack_is_refused(place: StackPlace) -> None:
    with pytest.raises(CloudRefused, match="as a whole"):
        place.backend().propose(place.site, replace(order(place, "first"), pace=Pace("canary", (20,))))


def test_what_goes_stands_before_what_comes(place: StackPlace) -> None:
    place.release("second")
    assert place.backend().propose(place.site, order(place, "second")).changes == (
        "First (AWS::SQS::Queue) removed",
        "Queue (AWS::SQS::Queue) changed",  # to moto every resource that stays is one that changes
        "Second (AWS::SQS::Queue) added",
    )


def test_what_was_shown_is_the_very_set_that_is_executed(place: StackPlace) -> None:
    place.release("second")
    shown = place.backend().propose(place.site, replace(order(place, "second"), id=""))
    before = [one["ChangeSetName"] for one in place.change_sets()]
    assert bring(place, order(place, "second", seal=shown.seal)).phase is Phase.DONE
    assert [one["ChangeSetName"] for one in place.change_sets()] == before


def test_a_plan_that_was_approved_and_is_outdated_is_not_executed_but_planned_again(place: StackPlace) -> None:
    place.release("second")
    approved = order(place, "second", seal=place.backend().propose(place.site, order(place, "second")).seal)
    place.somebody_changes_it()
    with pytest.raises(CloudRefused, match="has changed since that was approved"):
        place.backend().begin(place.site, approved)
    assert place.backend().look(place.site, approved).phase is Phase.UNBEGUN
    again = place.backend().propose(place.site, approved)
    assert again.seal != approved.seal
    assert "Hand (AWS::SQS::Queue) removed" in again.changes
    assert bring(place, replace(approved, seal=again.seal)).phase is Phase.DONE


def test_no_changes_is_nothing_to_do_and_leaves_no_set_behind(place: StackPlace) -> None:
    wanted = place.commit_without_change("docs")
    before = len(place.change_sets())
    assert place.backend().propose(place.site, ManagedOrder("deploy-41", wanted)).changes == ()
    assert len(place.change_sets()) == before


def test_a_resource_that_fails_is_named_with_the_cause_and_the_stack_stands_as_before(place: StackPlace) -> None:
    place.release("broken", broken="Queue name too long (Service: Sqs, 400)")
    before = place.backend().standing(place.site).current
    ended = bring(place, order(place, "broken"))
    assert ended.phase is Phase.BACK
    assert len(ended.reasons) == 1
    assert ended.reasons[0].endswith("UPDATE_FAILED: Queue name too long (Service: Sqs, 400)")
    assert place.backend().standing(place.site).current == before


def test_a_rollback_that_fails_says_what_a_person_must_do(place: StackPlace) -> None:
    place.release("broken", broken="no", stuck=True)
    ended = bring(place, order(place, "broken"))
    assert ended.phase is Phase.FAILED
    assert f"aws cloudformation continue-update-rollback --stack-name {place.stack}" in ended.words
    facts = place.backend().standing(place.site)
    assert "continue-update-rollback" in facts.trouble
    with pytest.raises(CloudRefused, match="continue-update-rollback"):
        place.backend().propose(place.site, order(place, "first", 42))


def test_a_creation_that_failed_must_be_deleted_first(places: Make) -> None:
    place = places(made=False)
    place.release("broken", broken="Access Denied")
    ended = bring(place, order(place, "broken"))
    assert ended.phase is Phase.FAILED
    assert "Access Denied" in ended.reasons[0]
    assert f"delete-stack --stack-name {place.stack}" in ended.words
    with pytest.raises(CloudRefused, match="delete the stack"):
        place.backend().propose(place.site, order(place, "first", 42))


def test_a_stack_that_somebody_changes_just_now_is_left_alone(place: StackPlace) -> None:
    place.release("second")
    place.release("third")
    place.backend().begin(place.site, order(place, "second"))
    with pytest.raises(CloudRefused, match="is being changed"):
        place.backend().begin(place.site, order(place, "third", 42))


def test_progress_names_the_resources_at_work(place: StackPlace) -> None:
    place.release("second")
    wanted = order(place, "second")
    place.backend().begin(place.site, wanted)
    seen = place.backend().look(place.site, wanted)
    assert (seen.phase, seen.words) == (Phase.RUNNING, "0 resources done, at work: First, Queue, Second")


def test_a_creation_cannot_be_turned_back_and_says_so(places: Make) -> None:
    place = places(made=False)
    wanted = order(place, "first")
    place.backend().begin(place.site, wanted)
    with pytest.raises(CloudRefused, match="cannot cancel the making of a stack"):
        place.backend().turn_back(place.site, wanted)


def test_what_a_hand_did_since_is_no_release_of_ours(place: StackPlace) -> None:
    place.somebody_changes_it()
    assert place.backend().standing(place.site).current is None


def test_parameters_of_the_environment_are_given_with_the_release_filled_in(places: Make) -> None:
    place = places(parameters={"Size": "3", "Image": "shop:{sha}"}, made=False)
    place.backend().propose(place.site, order(place, "first"))
    told = place.client.describe_change_set(
        StackName=place.stack, ChangeSetName=place.change_sets()[0]["ChangeSetName"]
    )["Parameters"]
    sha = place.backend().resolve(place.site, "first").sha
    assert {one["ParameterKey"]: one["ParameterValue"] for one in told} == {"Size": "3", "Image": f"shop:{sha}"}


def test_a_commit_without_the_template_is_refused_when_it_is_named(places: Make) -> None:
    place = places(made=False, template="infra/other.yaml")
    with pytest.raises(FileAbsent, match=r"no file infra/other.yaml"):
        place.backend().resolve(place.site, "first")
    with pytest.raises(RefUnknown):
        place.backend().resolve(place.site, "nothing")


def test_a_template_that_aws_does_not_take_by_itself_is_refused(place: StackPlace) -> None:
    large = template("large", {f"Queue{number}": QUEUE for number in range(2000)})
    place.project.commit(files={"infra/shop.yaml": large})
    with pytest.raises(CloudRefused, match="nest a part of it"):
        place.backend().propose(place.site, order(place, "HEAD"))


def test_a_set_that_cannot_be_made_says_why_and_can_be_made_anew(places: Make) -> None:
    place = places(made=False)
    unfit = {"infra/shop.yaml": template("unfit", {"Queue": QUEUE}, Unfit="Parameters: [Size] must have values")}
    place.project.commit(files=unfit)
    for _ in range(2):
        with pytest.raises(CloudRefused, match=r"cannot be planned: Parameters: \[Size\] must have values"):
            place.backend().propose(place.site, order(place, "HEAD"))
    assert len(place.change_sets()) == 1
