"""Change sets and events in words: each kind that AWS knows."""

from typing import Any

import botocore.session
import pytest

from bot.backends.cloudformation.change_sets import filled, named
from bot.backends.cloudformation.changes import changes_of
from bot.backends.cloudformation.course import PHASES, course_of
from bot.backends.cloudformation.events import Run
from bot.backends.cloudformation.stack import STUCK, Found, obstacle
from bot.fleet.cloudformation import Cloudformation
from bot.managed import Phase
from bot.model import Release

MODEL: Any = botocore.session.get_session().get_service_model("cloudformation")
STACK = Cloudformation.model_validate({"stack": "shop", "template": "infra/shop.yaml"})
RELEASE = Release("a" * 40, "1.4.2")


def resource(name: str, action: str, **words: Any) -> dict[str, Any]:
    change = {"Action": action, "LogicalResourceId": name, "ResourceType": "AWS::RDS::DBInstance", **words}
    return {"Type": "Resource", "ResourceChange": change}


def detail(name: str) -> dict[str, Any]:
    return {"Target": {"Attribute": "Properties", "Name": name}}


def test_the_most_dangerous_stands_first() -> None:
    found = changes_of(
        [
            resource("Added", "Add"),
            resource("Changed", "Modify", Replacement="False"),
            resource("Perhaps", "Modify", Replacement="Conditional"),
            resource("Gone", "Remove"),
            resource("Nested", "Dynamic"),
            resource("Replaced", "Modify", Replacement="True"),
            resource("Taken", "Import"),
        ]
    )
    assert [change.resource for change in found] == [
        "Replaced",
        "Gone",
        "Perhaps",
        "Nested",
        "Changed",
        "Taken",
        "Added",
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            resource("Db", "Modify", Replacement="True", Details=[detail("Engine"), detail("Engine"), detail("Port")]),
            "Db (AWS::RDS::DBInstance) replaced for Engine, Port",
        ),
        (resource("Db", "Remove", PolicyAction="Delete"), "Db (AWS::RDS::DBInstance) removed"),
        (
            resource("Db", "Remove", PolicyAction="Retain"),
            "Db (AWS::RDS::DBInstance) removed, kept outside of the stack",
        ),
        (
            resource("Db", "Modify", Replacement="True", PolicyAction="ReplaceAndSnapshot"),
            "Db (AWS::RDS::DBInstance) replaced, after a snapshot",
        ),
        (
            resource("Db", "SyncWithActual", ResourceDriftStatus="MODIFIED"),
            "Db (AWS::RDS::DBInstance) changed, changed by hand meanwhile",
        ),
        (resource("Db", "SomethingNew"), "Db (AWS::RDS::DBInstance) not known before it happens"),
        (resource("Db", "Modify", Replacement="New"), "Db (AWS::RDS::DBInstance) not known before it happens"),
    ],
)
def test_a_change_says_what_becomes_of_the_resource_and_why(change: dict[str, Any], words: str) -> None:
    assert [str(one) for one in changes_of([change])] == [words]


def test_what_is_no_resource_is_no_change() -> None:
    assert changes_of([{"Type": "Hook"}]) == ()


@pytest.mark.parametrize("status", MODEL.shape_for("StackStatus").enum)
def test_every_state_of_a_stack_is_a_success_a_way_or_a_failure_with_a_way_out(status: str) -> None:
    phase = course_of("shop", Run(status)).phase
    if status in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"):
        assert phase is Phase.DONE
    elif status.endswith("_IN_PROGRESS"):
        assert phase is (Phase.GOING_BACK if "ROLLBACK" in status and "IMPORT" not in status else Phase.RUNNING)
    else:
        assert phase in (Phase.FAILED, Phase.BACK)
    assert set(PHASES) <= set(MODEL.shape_for("StackStatus").enum)


def test_only_a_stack_that_stands_as_before_has_gone_back() -> None:
    back = [
        status for status in MODEL.shape_for("StackStatus").enum if course_of("shop", Run(status)).phase is Phase.BACK
    ]
    assert back == ["UPDATE_ROLLBACK_COMPLETE"]


@pytest.mark.parametrize("status", STUCK)
def test_a_state_that_a_person_must_end_says_how(status: str) -> None:
    words = obstacle(STACK, Found(status))
    assert "aws cloudformation" in words
    assert "--stack-name shop" in words
    assert course_of("shop", Run(status)).words == words


@pytest.mark.parametrize(
    ("status", "hinders"),
    [
        ("", False),
        ("REVIEW_IN_PROGRESS", False),
        ("CREATE_COMPLETE", False),
        ("UPDATE_ROLLBACK_COMPLETE", False),
        ("UPDATE_IN_PROGRESS", True),
        ("DELETE_IN_PROGRESS", True),
        ("DELETE_COMPLETE", False),
    ],
)
def test_a_change_can_be_planned_where_nothing_hinders_it(status: str, hinders: bool) -> None:
    assert bool(obstacle(STACK, Found(status))) is hinders


def test_before_its_first_event_an_order_is_not_begun() -> None:
    assert course_of("shop", Run()).phase is Phase.UNBEGUN


def test_while_old_resources_are_deleted_it_is_not_done() -> None:
    course = course_of("shop", Run("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", done=frozenset({"A", "B"})))
    assert (course.phase, course.words) == (Phase.RUNNING, "2 resources done, what was replaced is being deleted")


def test_many_resources_at_work_are_counted() -> None:
    run = Run("UPDATE_IN_PROGRESS", done=frozenset({"A"}), working=("B", "C", "D", "E", "F"))
    assert course_of("shop", run).words == "1 resource done, at work: B, C, D and 2 more"


def test_without_a_failed_resource_the_stacks_own_reason_is_told() -> None:
    assert course_of("shop", Run("UPDATE_ROLLBACK_COMPLETE", "Cancelled by user")).reasons == ("Cancelled by user",)
    assert course_of("shop", Run("UPDATE_COMPLETE", "x")).reasons == ()


def test_a_set_has_the_name_of_what_it_was_made_from() -> None:
    standing = Found("CREATE_COMPLETE", id="arn:shop")
    other = STACK.model_copy(update={"parameters": {"Size": "4"}})
    names = [
        named(STACK, RELEASE, "template", standing),
        named(STACK, RELEASE, "template 2", standing),
        named(other, RELEASE, "template", standing),
        named(STACK, RELEASE, "template", Found("UPDATE_COMPLETE", id="arn:other")),
        named(STACK, Release("b" * 40, "1.4.2"), "template", standing),
    ]
    assert len(set(names)) == len(names)
    assert named(STACK, RELEASE, "template", standing) == names[0]
    assert all(len(name) <= 128 and name.startswith("pointsman-") for name in names)


def test_a_stack_that_waits_for_its_first_set_is_as_none() -> None:
    none, waiting = Found(), Found("REVIEW_IN_PROGRESS", id="arn:shop")
    assert named(STACK, RELEASE, "template", none) == named(STACK, RELEASE, "template", waiting)


def test_only_the_releases_own_words_are_filled_in() -> None:
    assert filled("{sha}-{ref}-{host}-{}", {"{sha}": "abc", "{ref}": "1.0"}) == "abc-1.0-{host}-{}"
