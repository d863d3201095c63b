"""What stands in the demo's AWS: the shop on two instances behind a target group; and the fleet file's words."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox import shop
from bot.sandbox.aws.instances import ADDRESS, PORT
from bot.sandbox.aws.server import REGION

WEB = "web"
"""The service's name, of its launch template and of its target group."""

TAGS = {"service": WEB}
IMAGE = "ami-12c6146b"  # one that moto knows
COUNT = 2
HEALTH = {"http": f"http://{{host}}:{{{PORT}}}/healthz", "timeout": "5s", "again": "1s"}
SCALE = {
    "min": COUNT,
    "max": 6,
    "target_cpu": 60,
    "over": "1m",
    "warm_up": "30s",
    "cooldown": "1m",
    "in": {"after": "2m"},
    "cost_per_hour": 0.0104,
}
"""Soon, for a demo: with the times that a real fleet wants the hill would be over before anything happened."""


def build(ec2: Any, elb: Any) -> str:
    """The target group's ARN."""
    template = {"ImageId": IMAGE, "InstanceType": "t3.micro"}
    ec2.create_launch_template(LaunchTemplateName=WEB, LaunchTemplateData=template)
    network = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    group: str = elb.create_target_group(Name=WEB, Protocol="HTTP", Port=80, VpcId=network, TargetType="instance")[
        "TargetGroups"
    ][0]["TargetGroupArn"]
    made = ec2.run_instances(
        LaunchTemplate={"LaunchTemplateName": WEB},
        MinCount=COUNT,
        MaxCount=COUNT,
        TagSpecifications=[
            {"ResourceType": "instance", "Tags": [{"Key": key, "Value": value} for key, value in TAGS.items()]}
        ],
    )["Instances"]
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": one["InstanceId"]} for one in made])
    return group


def services(repository: str) -> Mapping[str, Any]:
    """For the fleet file."""
    production = {
        "backend": "ec2",
        "ec2": {
            "tags": TAGS,
            "region": REGION,
            "user": "deploy",
            "address": f"tag:{ADDRESS}",
            "vars": {PORT: "80"},
            "target_group": WEB,
            "drain": "10s",
            "join": "30s",
            "launch": {"template": WEB},
        },
        "path": "shop",
        "steps": dict(shop.STEPS),
        "health": HEALTH,
        "strategy": {"kind": "rolling", "batches": [1, "100%"]},
        "scale": SCALE,
        "deploy_grace": "5s",
    }
    return {WEB: {"owners": ["@shop-team"], "repo": repository, "environments": {"production": production}}}
