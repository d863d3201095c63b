"""Which uses of AWS a fleet file makes: a line here for each. `python -m bot iam` prints them as a policy.

A use that comes with a deployment goes to OF_DEPLOYMENT, one that comes once with an environment to OF_ENVIRONMENT.
"""

from collections.abc import Callable, Iterable

from bot.fleet import Deployment, Fleet
from bot.plan.iam.asg import refreshed_group
from bot.plan.iam.capacity import ecs_services, instances, scaling_groups
from bot.plan.iam.cloudformation import changed_stack
from bot.plan.iam.ec2 import by_ssm, found_hosts, target_group
from bot.plan.iam.ecs import images, rollouts
from bot.plan.iam.grants import Grant, Where
from bot.plan.iam.metrics import dashboards, numbers
from bot.plan.iam.secrets import secrets

OF_DEPLOYMENT: tuple[Callable[[Deployment, Where], Iterable[Grant]], ...] = (
    found_hosts,
    by_ssm,
    target_group,
    instances,
    scaling_groups,
    ecs_services,
    numbers,
    secrets,
    refreshed_group,
    changed_stack,
    rollouts,
    images,
)
OF_ENVIRONMENT: tuple[Callable[[Fleet, str, Where], Iterable[Grant]], ...] = (dashboards,)


def grants(fleet: Fleet, environment: str, where: Where) -> list[Grant]:
    """All that the environment needs, some of it more than once."""
    found: list[Grant] = []
    for target in fleet.targets():
        deployment = fleet.deployment(target) if target.environment == environment else None
        if deployment:
            found += [grant for part in OF_DEPLOYMENT for grant in part(deployment, where)]
    found += [grant for part in OF_ENVIRONMENT for grant in part(fleet, environment, where)]
    return found
