"""Which machines a target has that can be made more or fewer, as the fleet file says. Pure."""

from bot.capacity import AsgPool, Ec2Pool, EcsPool, First, Launch, Pool
from bot.cloud import Account, Search, TargetGroup
from bot.fleet import Fleet
from bot.fleet.ec2 import Ec2
from bot.model import Target


def pool_of(fleet: Fleet, target: Target) -> Pool | None:
    """None where nothing can be changed: hosts that are written down, or instances that nobody says how to make."""
    deployment = fleet.deployment(target)
    if deployment is None:
        return None
    account = fleet.account(target.environment)
    if deployment.ec2:
        return _ec2(deployment.ec2, account.at(deployment.ec2.region))
    if deployment.ecs:
        return EcsPool(deployment.ecs.cluster, deployment.ecs.service, account.at(deployment.ecs.region))
    return AsgPool(deployment.asg.group, account.at(deployment.asg.region)) if deployment.asg else None


def goes_first(fleet: Fleet, target: Target) -> First:
    """Which of its machines goes first."""
    deployment = fleet.deployment(target)
    return deployment.ec2.remove if deployment and deployment.ec2 else "newest"


def _ec2(ec2: Ec2, account: Account) -> Pool | None:
    group = TargetGroup(ec2.target_group, account) if ec2.target_group else None
    if ec2.group:
        return AsgPool(ec2.group, account, group)
    if ec2.launch is None:
        return None
    search = Search(tuple(sorted(ec2.tags.items())), account, ec2.user or "", ec2.port, ec2.address, dict(ec2.vars))
    launch = Launch(ec2.launch.template, ec2.launch.version, ec2.launch.subnets)
    return Ec2Pool(search, launch, group, ec2.drain, ec2.join)
