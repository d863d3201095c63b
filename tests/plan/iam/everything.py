"""A fleet whose production uses AWS in every way that the fleet file has: a way that is new needs an entry here."""

from typing import Any

ROLE = "arn:aws:iam::123456789012:role/pointsman"
COMMON: dict[str, Any] = {
    "path": "/srv/shop",
    "steps": {"restart": "sudo systemctl restart shop"},
    "health": {"http": "http://{host}:8080/healthz"},
}
EC2: dict[str, Any] = {"tags": {"service": "shop"}, "user": "deploy"}
LOAD: dict[str, Any] = {"cloudwatch": {"namespace": "Shop", "metric": "Load"}, "above": 1}
CANARY: dict[str, Any] = {
    "kind": "canary",
    "bake": "30m",
    "analysis": {"metrics": [{"name": "load", "cloudwatch": {**LOAD["cloudwatch"], "dimensions": {"Host": "{host}"}}}]},
}
SEALED: dict[str, Any] = {"action": "restart", "headers": {"Authorization": "Bearer ${secretsmanager:shop#token}"}}
VARS = {"DB_PASSWORD": "ssm:/shop/db", "KEY": f"kms:{'A' * 60}"}


def service(**production: Any) -> dict[str, Any]:
    return {"repo": "https://github.com/acme/shop.git", "environments": {"production": {**COMMON, **production}}}


def replaced(backend: str, config: dict[str, Any]) -> dict[str, Any]:
    """Run by a system that brings releases by itself."""
    production = {"backend": backend, backend: config}
    return {"repo": "https://github.com/acme/shop.git", "environments": {"production": production}}


EVERYTHING: dict[str, Any] = {
    "version": 1,
    "environments": ["production"],
    "aws": {"production": {"role_arn": ROLE, "region": "eu-west-1"}},
    "services": {
        "shop": service(
            backend="ec2",
            ec2={**EC2, "target_group": "shop", "launch": {"template": "shop"}, "vars": VARS},
            strategy=CANARY,
            checks=[{"metric": LOAD, "action": "restart"}, {"http": "https://example.com", **SEALED}],
        ),
        "api": service(backend="ec2", ec2={"tags": {"service": "api"}, "transport": "ssm"}),
        "old": service(backend="ec2", ec2={**EC2, "group": "old"}),
        "web": replaced(
            "ecs",
            {
                "service": "web",
                "image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/web",
                "tasks": {"migrate": {"command": ["migrate"]}},
            },
        ),
        "images": replaced("asg", {"group": "images", "image": "images-{ref}"}),
        "net": replaced(
            "cloudformation",
            {
                "stack": "net",
                "template": "infra/net.yaml",
                "role": "arn:aws:iam::123456789012:role/stacks",
                "capabilities": ["CAPABILITY_AUTO_EXPAND"],
            },
        ),
    },
}
