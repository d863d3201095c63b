"""AWS as the bot uses it: the one place that makes its backends."""

from collections.abc import Callable

from bot import logs
from bot.backends.asg.backend import AutoScalingGroups
from bot.backends.asg_capacity import nobody
from bot.backends.aws_calls import Calls
from bot.backends.aws_sessions import Sessions
from bot.backends.cloudformation.backend import Files, Stacks
from bot.backends.cloudwatch import CloudWatch
from bot.backends.cloudwatch_out import CloudWatchOut
from bot.backends.discreet import discreet
from bot.backends.ec2_hosts import Ec2Hosts
from bot.backends.ecs import EcsServices
from bot.backends.ecs_tasks import EcsTasks
from bot.backends.elb import TargetGroups
from bot.backends.managed import Managed, Runner
from bot.backends.registries import Registries
from bot.backends.scaler import Scaler
from bot.backends.scalers import Scalers
from bot.backends.scaling_groups import AwsScalingGroups
from bot.backends.ssm import SsmBackend
from bot.backends.vault import Vault
from bot.cloud import ScalingGroup
from bot.secrecy import Hidden


class Cloud:
    """Every backend that calls AWS, over the same sessions. Nothing is asked before it is needed. `learn` is told of
    every secret that is opened, `resting` says whom deploys hold in standby, `hidden` is what AWS's words pass through.
    """

    def __init__(
        self,
        learn: Callable[[str], None] = logs.hide,
        resting: Callable[[ScalingGroup], frozenset[str]] = nobody,
        hidden: Hidden = str,
    ) -> None:
        self._hidden = hidden
        self.sessions = Sessions()
        self.calls: Calls = discreet(self.sessions.calls, hidden)
        self.vault = Vault(self.sessions, learn=learn)
        self.instances = discreet(Ec2Hosts(self.sessions), hidden)
        groups = TargetGroups(self.sessions)
        self.groups = discreet(groups, hidden)
        self.scaling_groups = discreet(AwsScalingGroups(self.sessions), hidden)
        self.scalers: Scaler = discreet(Scalers(self.sessions, groups, resting), hidden)
        self.ssm = SsmBackend(self.sessions)
        self.cloudwatch = CloudWatch(self.sessions)
        self.registries = Registries(self.sessions)

    def systems(self, files: Files) -> dict[str, Managed]:
        """Those that bring a release by themselves, by their backend's name; `files` is where templates come from."""
        found: dict[str, Managed] = {
            "asg": AutoScalingGroups(self.sessions),
            "cloudformation": Stacks(self.sessions, files),
            "ecs": EcsServices(self.sessions, self.registries),
        }
        return {name: discreet(system, self._hidden) for name, system in found.items()}

    def out(self, namespace: str) -> CloudWatchOut:
        """Where the bot's own figures go."""
        return discreet(CloudWatchOut(self.sessions, namespace), self._hidden)

    @property
    def runners(self) -> dict[str, Runner]:
        """Those that run commands once."""
        return {"ecs": discreet(EcsTasks(self.sessions), self._hidden)}

    def close(self) -> None:
        self.registries.close()
        self.sessions.close()
