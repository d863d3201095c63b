"""Pools in moto's AWS, for the contract suite of scalers."""

import itertools
from dataclasses import replace
from typing import Any

import boto3

from bot.backends.aws_sessions import Sessions
from bot.backends.elb import TargetGroups
from bot.backends.scalers import Scalers
from bot.capacity import AsgPool, Ec2Pool, EcsPool, Launch, Pool
from bot.cloud import HERE, Search, TargetGroup
from tests.backends.pools import PoolPlace

NUMBERS = itertools.count(1)


class CloudPlace(PoolPlace):
    """Each with names of its own: they share one AWS."""

    def __init__(self, region: str) -> None:
        self.region = region
        self.name = f"shop{next(NUMBERS)}"
        self._sessions: list[Sessions] = []
        self._clients: dict[str, Any] = {}

    def scaler(self) -> Scalers:
        self._sessions.append(Sessions())
        return Scalers(self._sessions[-1], TargetGroups(self._sessions[-1]))

    def client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = boto3.client(service, self.region)  # type: ignore[call-overload] # any of them
        return self._clients[service]

    def template(self) -> str:
        image = self.client("ec2").describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
        words = {"ImageId": image, "InstanceType": "t3.micro"}
        self.client("ec2").create_launch_template(LaunchTemplateName=self.name, LaunchTemplateData=words)
        return self.name

    def subnets(self) -> tuple[str, ...]:
        return tuple(one["SubnetId"] for one in self.client("ec2").describe_subnets()["Subnets"])

    def target_group(self) -> str:
        vpc = self.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
        made = self.client("elbv2").create_target_group(
            Name=self.name, Protocol="HTTP", Port=80, VpcId=vpc, TargetType="instance"
        )
        return str(made["TargetGroups"][0]["TargetGroupArn"])

    def kill(self, name: str) -> None:
        self.client("ec2").terminate_instances(InstanceIds=[name])

    def wait(self) -> None:
        """Nothing takes time there."""

    def close(self) -> None:
        for sessions in self._sessions:
            sessions.close()
        for client in self._clients.values():
            client.close()


class Ec2Place(CloudPlace):
    """Behind a target group, over three subnets."""

    def __init__(self, region: str) -> None:
        super().__init__(region)
        search = Search((("service", self.name),), HERE, "deploy", 22, "private_ip", {})
        self.arn = self.target_group()
        self.pool = Ec2Pool(search, Launch(self.template(), subnets=self.subnets()), TargetGroup(self.arn))
        self._put(3)

    def _put(self, number: int) -> None:
        """By somebody else."""
        made = self.client("ec2").run_instances(
            LaunchTemplate={"LaunchTemplateName": self.name},
            MinCount=number,
            MaxCount=number,
            TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "service", "Value": self.name}]}],
        )
        targets = [{"Id": one["InstanceId"]} for one in made["Instances"]]
        self.client("elbv2").register_targets(TargetGroupArn=self.arn, Targets=targets)

    def elsewhere(self) -> Pool:
        assert isinstance(self.pool, Ec2Pool)
        return replace(self.pool, group=TargetGroup("nothing"))

    def shield(self, name: str) -> None:
        self.client("ec2").modify_instance_attribute(InstanceId=name, DisableApiTermination={"Value": True})


class AsgPlace(CloudPlace):
    def __init__(self, region: str) -> None:
        super().__init__(region)
        self.client("autoscaling").create_auto_scaling_group(
            AutoScalingGroupName=self.name,
            LaunchTemplate={"LaunchTemplateName": self.template()},
            MinSize=1,
            MaxSize=8,
            DesiredCapacity=3,
            VPCZoneIdentifier=",".join(self.subnets()),
        )
        self.pool = AsgPool(self.name, HERE)

    def elsewhere(self) -> Pool:
        return AsgPool("nothing", HERE)

    def shield(self, name: str) -> None:
        self.client("autoscaling").set_instance_protection(
            AutoScalingGroupName=self.name, InstanceIds=[name], ProtectedFromScaleIn=True
        )


class EcsPlace(CloudPlace):
    """Its tasks have no names here."""

    def __init__(self, region: str) -> None:
        super().__init__(region)
        ecs = self.client("ecs")
        ecs.create_cluster(clusterName=self.name)
        ecs.register_task_definition(
            family=self.name, containerDefinitions=[{"name": "web", "image": "x", "memory": 64}]
        )
        ecs.create_service(cluster=self.name, serviceName="shop", taskDefinition=self.name, desiredCount=3)
        self.pool = EcsPool(self.name, "shop", HERE)
        ecs.update_service(cluster=self.name, service="shop", desiredCount=3)  # in moto they run from the first update

    def elsewhere(self) -> Pool:
        return EcsPool(self.name, "nothing", HERE)

    def kill(self, name: str) -> None:
        raise AssertionError("its tasks have no names")

    shield = kill
