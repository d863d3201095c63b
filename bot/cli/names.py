"""The names of a command, compared with the fleet: short names become real ones, unknown names are refused."""

from dataclasses import replace

from bot.fleet import Fleet
from bot.grammar import (
    ALL,
    AbortOf,
    AutoOf,
    ChecksOf,
    DeployCommand,
    DeployTo,
    FreezeOf,
    HistoryOf,
    HoldOf,
    LockOf,
    PlanOf,
    PromoteTo,
    RollbackOf,
    ScaleCommand,
    ScalePlanOf,
    ScaleTo,
    SilenceOf,
    StatusCommand,
    StatusOf,
    UnfreezeOf,
    UnlockOf,
    UnsilenceOf,
)
from bot.plan.known import find_environment, find_hosts, find_service, find_target
from bot.refusals import Reason, Refusal

Everywhere = FreezeOf | UnfreezeOf | LockOf | UnlockOf
Scaled = ScaleTo | AutoOf | HoldOf | ScalePlanOf
Somewhere = RollbackOf | PromoteTo | AbortOf | LockOf | UnlockOf | HistoryOf | SilenceOf | UnsilenceOf | Scaled
Command = DeployCommand | StatusCommand | ScaleCommand


def named(fleet: Fleet, command: Command) -> Command | Refusal:
    """The same command with every name as the fleet file has it."""
    match command:
        case DeployTo():
            return _deploy(fleet, command)
        case PlanOf():
            return _plan(fleet, command)
        case RollbackOf() if command.environment is None and _is_environment(fleet, command.ref):
            return _meant_in(command)
        case FreezeOf() | UnfreezeOf():
            return _everywhere(fleet, command)
        case LockOf() | UnlockOf() if command.service == ALL:
            return _everywhere(fleet, command)
        case RollbackOf() | PromoteTo() | AbortOf() | LockOf() | UnlockOf() | HistoryOf():
            return _somewhere(fleet, command)
        case SilenceOf() | UnsilenceOf() | ScaleTo() | AutoOf() | HoldOf() | ScalePlanOf():
            return _somewhere(fleet, command)
        case StatusOf(service=str(service)) | ChecksOf(service=service):
            found = find_service(fleet, service)
            return found if isinstance(found, Refusal) else command
        case _:
            return command


def _plan(fleet: Fleet, command: PlanOf) -> Command | Refusal:
    found = named(fleet, command.of)
    return PlanOf(found) if isinstance(found, DeployTo | RollbackOf | PromoteTo) else found


def _deploy(fleet: Fleet, command: DeployTo) -> DeployTo | Refusal:
    target = find_target(fleet, command.service, command.environment)
    if isinstance(target, Refusal):
        return target
    hosts = find_hosts(fleet, target, command.hosts)
    return hosts if isinstance(hosts, Refusal) else replace(command, environment=target.environment, hosts=hosts)


def _everywhere(fleet: Fleet, command: Everywhere) -> Everywhere | Refusal:
    found = find_environment(fleet, command.environment or "")
    return found if isinstance(found, Refusal) else replace(command, environment=found)


def _somewhere(fleet: Fleet, command: Somewhere) -> Somewhere | Refusal:
    if command.service is None:
        return command
    if command.environment is None:
        service = find_service(fleet, command.service)
        return service if isinstance(service, Refusal) else command
    target = find_target(fleet, command.service, command.environment)
    return target if isinstance(target, Refusal) else replace(command, environment=target.environment)


def _is_environment(fleet: Fleet, name: str | None) -> bool:
    return name is not None and not isinstance(find_environment(fleet, name), Refusal)


def _meant_in(command: RollbackOf) -> Refusal:
    """`rollback shop to production` names a place where a release should stand."""
    meant = f"rollback {command.service} in {command.ref}"
    detail = f"`{command.ref}` is an environment, and behind `to` stands a release"
    return Refusal(Reason.UNREADABLE, "/deploy rollback SERVICE [to RELEASE] [in ENV]", near=(meant,), detail=detail)
