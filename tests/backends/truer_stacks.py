"""CloudFormation in moto, made truer: a change set is executed step by step, one at each look at the stack's events.

Every event bears its token. A template whose `Metadata` has `Breaks` fails for that reason and goes back, one with
`Stuck` cannot. A set is obsolete once its stack was changed after it was made; DetectStackDrift finds the stack's
first resource changed.
"""

from collections.abc import Callable
from typing import Any

from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import Event, Stack
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow

Step = Callable[[], None]
KINDS = {"CREATE": ("CREATE", "ROLLBACK"), "UPDATE": ("UPDATE", "UPDATE_ROLLBACK")}
described = CloudFormationResponse.describe_change_set
made = CloudFormationResponse.create_change_set
told = CloudFormationResponse.describe_stack_events


class InvalidChangeSetStatus(ServiceException):
    code = "InvalidChangeSetStatus"


class Execution:
    """What is still to happen on one stack, in order."""

    def __init__(self, change_set: Any, token: str) -> None:
        self.set, self.stack, self.token = change_set, change_set.stack, token
        self.forward, self.back = KINDS[change_set.change_set_type]
        self.names = [change.logical_resource_id for change in change_set.changes] or ["Shop"]
        metadata = change_set.template_dict.get("Metadata", {})
        self.breaks, self.stuck = metadata.get("Breaks", ""), metadata.get("Stuck", False)
        self.status(f"{self.forward}_IN_PROGRESS", "User Initiated")
        end = self.break_down if self.breaks else self.succeed
        self.steps: list[Step] = [self.begin, nothing, nothing, end]

    def status(self, status: str, reason: str = "") -> None:
        self.stack.status = status
        self.stack._add_stack_event(status, reason or None)
        self.stack.events[-1].client_request_token = self.token

    def event(self, name: str, status: str, reason: str = "") -> None:
        kinds = {change.logical_resource_id: change.resource_type for change in self.set.changes}
        event = Event(
            stack_id=self.stack.stack_id,
            stack_name=self.stack.name,
            logical_resource_id=name,
            physical_resource_id=name.lower(),
            resource_type=kinds.get(name, "AWS::SQS::Queue"),
            resource_status=status,
            resource_status_reason=reason or None,
            resource_properties=None,
        )
        event.client_request_token = self.token  # type: ignore[assignment]
        self.stack.events.append(event)

    def begin(self) -> None:
        for name in self.names:
            self.event(name, f"{self.forward}_IN_PROGRESS")

    def succeed(self) -> None:
        self.set.apply()
        for name in self.names:
            self.event(name, f"{self.forward}_COMPLETE")
        self.set.execution_status = "EXECUTE_COMPLETE"
        self.stack.template = self.set.template
        self.stack.drift_information = None
        self.status(f"{self.forward}_COMPLETE")

    def break_down(self) -> None:
        first, *others = self.names
        self.event(first, f"{self.forward}_FAILED", self.breaks)
        for name in others:
            self.event(name, f"{self.forward}_FAILED", f"Resource {self.forward.lower()} cancelled")
        self.set.execution_status = "EXECUTE_FAILED"
        self.go_back(f"The following resource(s) failed: [{first}].")

    def go_back(self, reason: str) -> None:
        self.status(f"{self.back}_IN_PROGRESS", reason)
        self.steps = [self.end_back]

    def end_back(self) -> None:
        for name in self.names:
            self.event(
                name, f"{self.forward}_{'FAILED' if self.stuck else 'COMPLETE'}", "Cannot go back" if self.stuck else ""
            )
        self.status(f"{self.back}_{'FAILED' if self.stuck else 'COMPLETE'}")


def step(stack: Any) -> None:
    execution = getattr(stack, "execution", None)
    if execution and execution.steps:
        execution.steps.pop(0)()


def create_change_set(self: Any) -> Any:
    name = self._get_param("ChangeSetName")
    if any(one.change_set_name == name for one in self.cloudformation_backend.change_sets.values()):
        raise ValidationError(name, message=f"AlreadyExists: change set {name}")
    answer: Any = made(self)
    change_set = self.cloudformation_backend.change_sets[answer.result["Id"]]
    change_set.of_state = changes(change_set.stack)
    if why := change_set.template_dict.get("Metadata", {}).get("Unfit"):
        change_set.status, change_set.execution_status, change_set.status_reason = "FAILED", "UNAVAILABLE", why
    if change_set.status == "FAILED" and drifted(change_set.stack) and self._get_param("DeploymentMode"):
        change_set.status, change_set.execution_status, change_set.status_reason = "CREATE_COMPLETE", "AVAILABLE", None
    return answer


def describe_change_set(self: Any) -> Any:
    answer: Any = described(self)
    change_set = answer.result
    if change_set.execution_status == "AVAILABLE" and change_set.of_state != changes(change_set.stack):
        change_set.execution_status = "OBSOLETE"
    if drifted(change_set.stack) and not change_set.changes:
        change_set.changes = [drift_change(change_set.stack)]
    return answer


def execute_change_set(self: Any) -> Any:
    found = self.cloudformation_backend.describe_change_set(self._get_param("ChangeSetName"))
    if found.execution_status != "AVAILABLE" or found.of_state != changes(found.stack):
        raise InvalidChangeSetStatus(f"ChangeSet [{found.change_set_id}] cannot be executed in its current status")
    stack = found.stack
    found.execution_status = "EXECUTE_IN_PROGRESS"
    stack.changed = changes(stack) + 1
    stack.last_updated_time = utcnow()
    stack.execution = Execution(found, self._get_param("ClientRequestToken"))
    return EmptyResult()


def cancel_update_stack(self: Any) -> Any:
    stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
    if stack.status != "UPDATE_IN_PROGRESS":
        raise ValidationError(stack.name, message="CancelUpdateStack cannot be called from current stack status")
    stack.execution.token = self._get_param("ClientRequestToken")
    stack.execution.go_back("User Initiated")
    return EmptyResult()


def describe_stack_events(self: Any) -> Any:
    step(self.cloudformation_backend.get_stack(self._get_param("StackName")))
    return told(self)


def detect_stack_drift(self: Any) -> Any:
    stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
    stack.drift_information = {"StackDriftStatus": "DRIFTED"}
    return ActionResult({"StackDriftDetectionId": "drift-1"})


def describe_stack_resource_drifts(self: Any) -> Any:
    stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
    change = drift_change(stack)
    drift = {
        "StackId": stack.stack_id,
        "LogicalResourceId": change.logical_resource_id,
        "ResourceType": change.resource_type,
        "StackResourceDriftStatus": "MODIFIED",
        "Timestamp": utcnow(),
    }
    return ActionResult({"StackResourceDrifts": [drift]})


class DriftChange:
    """As moto's own changes."""

    def __init__(self, name: str, kind: str) -> None:
        self.action, self.logical_resource_id, self.resource_type = "Modify", name, kind
        self.resource_drift_status = "MODIFIED"


def drift_change(stack: Any) -> DriftChange:
    name, resource = next(iter(stack.resource_map._template["Resources"].items()))
    return DriftChange(name, resource["Type"])


def drifted(stack: Any) -> bool:
    return bool(getattr(stack, "drift_information", None))


def changes(stack: Any) -> int:
    return int(getattr(stack, "changed", 0))


def nothing(*_: Any) -> None:
    """An unchanged template is no error when a change set is made: the set says so itself."""


def mend() -> None:
    for action in (
        create_change_set,
        describe_change_set,
        execute_change_set,
        cancel_update_stack,
        describe_stack_events,
        detect_stack_drift,
        describe_stack_resource_drifts,
    ):
        setattr(CloudFormationResponse, action.__name__, action)
    setattr(CloudFormationResponse, "_validate_different_update", nothing)  # noqa: B010
    updated = Stack.update

    def update(self: Any, *arguments: Any, **words: Any) -> None:
        updated(self, *arguments, **words)
        self.changed = changes(self) + 1

    Stack.update = update  # type: ignore[method-assign]
